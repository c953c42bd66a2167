//! The commands that talk to a server, against one whose responses the test chooses. The suite `tests/cli` runs them
//! against a real server.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where that shows")]

mod server;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use server::{StubResponse, StubServer};

const TOKEN: &str = "0123456789abcdef0123456789abcdef01234567";

/// A folder of its own for each test, as the program's home.
struct Home(PathBuf);

impl Home {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("slipway-service-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn config(&self) -> PathBuf {
        self.0.join("config/slipway/config.json")
    }

    fn write_config(&self, text: &str, mode: u32) {
        fs::create_dir_all(self.config().parent().unwrap()).unwrap();
        fs::write(self.config(), text).unwrap();
        set_mode(&self.config(), mode);
    }

    fn slipway(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_slipway"));
        command.args(args).env_clear().env("HOME", &self.0).env("XDG_CONFIG_HOME", self.0.join("config"));
        command
    }

    fn run(&self, args: &[&str]) -> (i32, String, String) {
        ran(&self.slipway(args).output().unwrap())
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) {}

fn ran(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

fn user() -> StubResponse {
    StubResponse::json(
        200,
        r#"{"id":"1","name":"ann","display_name":"Ann","email":"ann@slipway.example","origin":"appcenter"}"#,
    )
}

#[test]
fn without_a_token_the_error_says_where_to_put_one() {
    let (code, out, err) = Home::new("none").run(&["apps"]);
    assert_eq!((code, out.as_str()), (3, ""));
    for part in ["http://127.0.0.1:8787", "slipway login", "SLIPWAY_TOKEN"] {
        assert!(err.contains(part), "{part}: {err}");
    }
}

#[test]
fn the_server_is_that_of_the_argument_then_of_the_variable_then_of_the_last_sign_in() {
    let home = Home::new("which");
    let config = r#"{"server":"https://kept.invalid","tokens":{}}"#;
    home.write_config(config, 0o600);
    assert!(home.run(&["apps"]).2.contains("https://kept.invalid"));
    let variable =
        home.slipway(&["apps"]).env("SLIPWAY_SERVER", "https://variable.invalid").output().unwrap();
    assert!(ran(&variable).2.contains("https://variable.invalid"));
    let both = home.slipway(&["apps", "--server", "https://argument.invalid/"]);
    assert!(
        ran(&{ both }.env("SLIPWAY_SERVER", "x").output().unwrap()).2.contains("https://argument.invalid\n")
    );
}

#[test]
fn a_token_is_not_sent_in_plain_text_over_a_network() {
    let home = Home::new("plain");
    let (code, _, err) = home.run(&["apps", "--server", "http://slipway.invalid", "--token", TOKEN]);
    assert_eq!(code, 2);
    assert!(err.contains("--insecure") && !err.contains(TOKEN), "{err}");
    for server in ["slipway.invalid", "ftp://slipway.invalid", "https://ann:secret@slipway.invalid"] {
        let (code, _, err) = home.run(&["apps", "--server", server, "--token", TOKEN]);
        assert_eq!(code, 2, "{server}");
        assert!(err.contains("Invalid server address"), "{err}");
    }
}

#[cfg(unix)]
#[test]
fn a_config_file_that_others_may_read_is_not_used() {
    let home = Home::new("open");
    home.write_config("{}", 0o644);
    let (code, _, err) = home.run(&["apps"]);
    assert_eq!(code, 1);
    assert!(err.contains("chmod 600"), "{err}");
}

#[test]
fn an_argument_that_may_be_a_token_is_not_repeated() {
    let home = Home::new("repeated");
    for args in [
        &["apps", "--token", "Bearer very-secret"][..],
        &["login", "--token", "two\nvery-secret"],
        &["login", "very-secret"],
        &["login", "--server", "https://slipway.invalid", "very-secret"],
    ] {
        let (code, out, err) = home.run(args);
        assert_eq!(code, 2, "{args:?}: {err}");
        assert!(!out.contains("very-secret") && !err.contains("very-secret"), "{args:?}: {out}{err}");
        assert!(err.contains("--token"), "{args:?}: {err}");
    }
    let variable = home.slipway(&["apps"]).env("SLIPWAY_TOKEN", "two very-secret").output().unwrap();
    let (code, _, err) = ran(&variable);
    assert!(code == 2 && err.contains("SLIPWAY_TOKEN") && !err.contains("very-secret"), "{err}");
}

#[test]
fn a_damaged_config_file_that_is_not_needed_is_not_read() {
    let home = Home::new("unneeded");
    home.write_config("{", 0o600);
    let server = StubServer::start(|_| StubResponse::json(200, "[]"));
    let (code, _, err) = home.run(&["apps", "--server", &server.url, "--token", TOKEN]);
    assert_eq!(code, 0, "{err}");
}

#[cfg(unix)]
#[test]
fn a_token_is_taken_from_a_pipe_that_stays_open() {
    use std::io::Write;
    let (home, server) = (Home::new("pipe"), StubServer::start(|_| user()));
    let mut command = home.slipway(&["login", "--server", &server.url]);
    // `login` asks for the token all the same, although other commands would take the variable's.
    command.env("SLIPWAY_TOKEN", "another").stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    writeln!(pipe, "{TOKEN}").unwrap();
    pipe.flush().unwrap();
    let status = child.wait().unwrap();
    drop(pipe);
    assert!(status.success());
    assert_eq!(server.requests()[0].header("x-api-token"), TOKEN);
    let mut err = String::new();
    std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut err).unwrap();
    assert!(err.contains("SLIPWAY_TOKEN is set"), "{err}");
}

#[test]
fn a_damaged_config_file_is_not_quoted() {
    let home = Home::new("damaged");
    home.write_config(&format!(r#"{{"tokens":{{"https://a.invalid":"{TOKEN}","#), 0o600);
    let (code, _, err) = home.run(&["apps"]);
    assert_eq!(code, 1);
    assert!(err.contains("line 1") && err.contains("slipway login") && !err.contains(TOKEN), "{err}");
}

#[cfg(unix)]
#[test]
fn only_its_owner_may_read_the_config_file() {
    use std::os::unix::fs::PermissionsExt;
    let (home, server) = (Home::new("kept"), StubServer::start(|_| user()));
    let (code, out, err) = home.run(&["login", "--server", &server.url, "--token", TOKEN]);
    assert_eq!(code, 0, "{err}");
    assert_eq!(out, format!("signed in to {} as ann <ann@slipway.example>\n", server.url));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&home.config()), mode(home.config().parent().unwrap())), (0o600, 0o700));
    let files = fs::read_dir(home.config().parent().unwrap()).unwrap().count();
    assert_eq!(files, 1, "no half-written file is left");
    assert_eq!(server.requests()[0].header("x-api-token"), TOKEN);
}

#[test]
fn a_redirect_takes_no_token_with_it() {
    let elsewhere = StubServer::start(|_| user());
    let to = format!("{}/v0.1/apps", elsewhere.url);
    let server = StubServer::start(move |_| StubResponse::json(302, "").with("location", &to));
    let (code, _, err) = Home::new("moved").run(&["apps", "--server", &server.url, "--token", TOKEN]);
    assert_eq!(code, 1);
    assert!(err.contains(&elsewhere.url) && err.contains("--server"), "{err}");
    assert!(elsewhere.requests().is_empty());
}

#[test]
fn a_response_that_is_not_the_apis_is_an_error() {
    let server = StubServer::start(|_| StubResponse::json(200, "<html>Sign in to the Wi-Fi</html>"));
    let (code, out, err) = Home::new("wifi").run(&["apps", "--server", &server.url, "--token", TOKEN]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("sign-in page"), "{err}");
}

#[test]
fn a_call_to_a_busy_server_is_repeated_after_the_wait_that_it_asks_for() {
    let home = Home::new("busy");
    let server = StubServer::start(|n| match n {
        0 => StubResponse::json(429, r#"{"message":"too many"}"#).with("retry-after", "0"),
        1 => StubResponse::json(503, "").with("retry-after", "0"),
        _ => StubResponse::json(200, "[]"),
    });
    let (code, out, _) = home.run(&["apps", "--server", &server.url, "--token", TOKEN, "--output", "json"]);
    assert_eq!((code, out.as_str(), server.requests().len()), (0, "[]\n", 3));
    let down = StubServer::start(|_| {
        StubResponse::json(503, r#"{"message":"down for repair"}"#).with("retry-after", "0")
    });
    let (code, _, err) = home.run(&["apps", "--server", &down.url, "--token", TOKEN]);
    assert_eq!((code, down.requests().len()), (6, 4));
    assert!(err.contains("down for repair"), "{err}");
}

#[test]
fn with_output_json_errors_are_json() {
    let (code, _, err) = Home::new("json").run(&["apps", "--output", "json"]);
    let error: serde_json::Value = serde_json::from_str(&err).unwrap();
    assert_eq!(code, 3);
    assert_eq!(error["error"]["code"], "not-signed-in");
    assert!(error["error"]["message"].is_string() && error["error"]["fix"].is_string());
}

#[test]
fn notes_that_cannot_be_used_are_refused_first() {
    let home = Home::new("notes");
    let release = ["distribute", "release", "-a", "ann/one", "-f", "none.apk", "-g", "QA"];
    let long = "é".repeat(5001);
    let (code, _, err) = home.run(&[&release[..], &["-r", &long]].concat());
    assert_eq!(code, 2);
    assert!(err.contains("5000") && err.contains("5001"), "{err}");
    let (code, _, err) = home.run(&[&release[..], &["-R", "none.md"]].concat());
    assert_eq!(code, 4);
    assert!(err.contains("none.md"), "{err}");
}

#[test]
fn every_shell_has_a_completion_script() {
    let home = Home::new("shells");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let (code, out, _) = home.run(&["completions", shell]);
        assert_eq!(code, 0, "{shell}");
        assert!(out.contains("release-notes-file") && out.contains("published-only"), "{shell}");
    }
    assert_eq!(home.run(&["completions", "tcsh"]).0, 2);
}

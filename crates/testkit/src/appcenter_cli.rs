//! App Center's command line, as it was published to npm and unmodified.

use std::fmt;
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;
use tokio::process::Command;

use crate::stack::Folder;

/// A version that people still have in their pipelines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// 2.14.0, the last one that speaks HTTP.
    V2,
    /// 3.0.4, the last one. HTTPS only.
    V3,
}

/// A command line with a home of its own, so that nobody else is signed in there.
pub struct AppCenterCli {
    version: Version,
    endpoint: String,
    home: Folder,
}

/// What a command came to.
#[derive(Debug)]
pub struct Ran {
    /// The exit code.
    pub code: i32,
    /// What it printed, colours left out.
    pub stdout: String,
    /// What it complained of.
    pub stderr: String,
}

impl AppCenterCli {
    /// One for the service at `endpoint`, which trusts the authority with this `certificate` in PEM.
    pub fn new(version: Version, endpoint: &str, certificate: &str) -> AppCenterCli {
        let home = Folder::new("appcenter-cli");
        home.file("ca.pem", certificate.as_bytes());
        AppCenterCli { version, endpoint: endpoint.to_owned(), home }
    }

    /// Where it keeps its settings. Tests may put files there for it.
    pub fn home(&self) -> &Folder {
        &self.home
    }

    /// Runs one command, without a terminal.
    ///
    /// Nothing of the surroundings gets in: a token or a proxy there would send it elsewhere. `local` is the only one
    /// of its environments whose address can be set.
    pub async fn run(&self, args: &[&str]) -> Ran {
        let output = Command::new(node())
            .arg(self.script())
            .args(args)
            .env_clear()
            .env("HOME", self.home.path())
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("APPCENTER_ENDPOINT", &self.endpoint)
            .env("NODE_EXTRA_CA_CERTS", self.home.path().join("ca.pem"))
            .env("MOBILE_CENTER_TELEMETRY", "off")
            .env("NO_UPDATE_NOTIFIER", "1")
            .env("NO_COLOR", "1")
            .env("CI", "1")
            .current_dir(self.home.path())
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .expect("node runs; `cargo xtask test --only clients` installs it and the clients");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    /// Runs a command that must succeed, and returns what it printed.
    pub async fn ok(&self, args: &[&str]) -> String {
        let ran = self.run(args).await;
        assert_eq!(ran.code, 0, "{:?}: appcenter {}\n{ran}", self.version, args.join(" "));
        ran.stdout
    }

    /// The same, with `--output json`.
    pub async fn json(&self, args: &[&str]) -> Value {
        let text = self.ok(&[args, &["--output", "json"]].concat()).await;
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("appcenter {args:?}: {error}: {text}"))
    }

    /// Runs a command that must fail with this exit code, and returns what it complained of.
    pub async fn fails(&self, code: i32, args: &[&str]) -> String {
        let ran = self.run(args).await;
        assert_eq!(ran.code, code, "{:?}: appcenter {}\n{ran}", self.version, args.join(" "));
        ran.stderr
    }

    fn script(&self) -> PathBuf {
        let package = match self.version {
            Version::V2 => "appcenter-cli-2",
            Version::V3 => "appcenter-cli-3",
        };
        project().join("tests/clients/node_modules").join(package).join("bin/appcenter.js")
    }
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "exit code {}\n{}\n{}", self.code, self.stdout, self.stderr)
    }
}

/// The one that the project's tools run on.
fn node() -> PathBuf {
    project().join("node_modules/.bin/node")
}

fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

//! Slipway's own command line, as a process.

use std::path::PathBuf;
use std::process::{Command as Tool, Stdio};
use std::sync::OnceLock;

use serde_json::Value;
use tokio::process::{Child, Command};

use crate::appcenter_cli::Ran;
use crate::patience::within_reason;
use crate::stack::Folder;

/// A command line with a home of its own, so that nobody else is signed in there.
pub struct SlipwayCli {
    home: Folder,
    variables: Vec<(&'static str, String)>,
}

impl SlipwayCli {
    /// One that is told of its server and its token by variables.
    pub fn new(server: &str, token: &str) -> SlipwayCli {
        SlipwayCli::nowhere().with("SLIPWAY_SERVER", server).with("SLIPWAY_TOKEN", token)
    }

    /// One that knows of no server.
    pub fn nowhere() -> SlipwayCli {
        SlipwayCli { home: Folder::new("slipway-cli"), variables: Vec::new() }
    }

    /// The same with one more variable; an empty one is as good as none.
    pub fn with(mut self, name: &'static str, value: &str) -> SlipwayCli {
        self.variables.retain(|(known, _)| *known != name);
        self.variables.push((name, value.to_owned()));
        self
    }

    /// Where it keeps its settings. Tests may put files there for it.
    pub fn home(&self) -> &Folder {
        &self.home
    }

    /// Starts a command, without a terminal. It ends when it is dropped, as by `kill -9`.
    pub fn start(&self, args: &[&str]) -> Child {
        self.command(args).stdin(Stdio::null()).spawn().expect("the command line starts")
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(program());
        command
            .args(args)
            .env_clear()
            .env("HOME", self.home.path())
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.home.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// Runs one command to its end.
    pub async fn run(&self, args: &[&str]) -> Ran {
        ran(self.start(args)).await
    }

    /// The same, with something on standard input.
    pub async fn run_with(&self, args: &[&str], input: &str) -> Ran {
        use tokio::io::AsyncWriteExt;
        let mut child = self.command(args).stdin(Stdio::piped()).spawn().expect("the command line starts");
        let mut stdin = child.stdin.take().expect("it is piped");
        stdin.write_all(input.as_bytes()).await.expect("it reads");
        drop(stdin);
        ran(child).await
    }

    /// Runs a command that must succeed.
    pub async fn ok(&self, args: &[&str]) -> Ran {
        self.fails(0, args).await
    }

    /// The same, with `--output json`: what was printed.
    pub async fn json(&self, args: &[&str]) -> Value {
        let Ran { stdout, .. } = self.ok(&[args, &["--output", "json"]].concat()).await;
        serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("slipway {args:?}: {error}: {stdout}"))
    }

    /// Runs a command that must end with this exit code.
    pub async fn fails(&self, code: i32, args: &[&str]) -> Ran {
        let ran = self.run(args).await;
        assert_eq!(ran.code, code, "slipway {}\n{ran}", args.join(" "));
        ran
    }
}

/// What a process that was started came to.
pub async fn ran(child: Child) -> Ran {
    let ended = within_reason("slipway was to end", child.wait_with_output()).await;
    let output = ended.expect("the command line ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
    }
}

/// What the task runner has built, or else what cargo builds now.
fn program() -> &'static PathBuf {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        if let Some(program) = std::env::var_os("SLIPWAY_BIN") {
            return program.into();
        }
        let built = Tool::new(env!("CARGO")).args(["build", "--quiet", "--package", "slipway-cli"]).status();
        assert!(built.is_ok_and(|status| status.success()), "the command line compiles");
        // Tests are in target/debug/deps.
        let test = std::env::current_exe().expect("a test has a path");
        let folder = test.parent().and_then(std::path::Path::parent).expect("a target folder");
        folder.join("slipway")
    })
}

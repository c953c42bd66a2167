//! Slipway's own command line, as a process.

use std::path::PathBuf;
use std::process::{Command as Tool, Stdio};
use std::sync::OnceLock;

use serde_json::Value;
use tokio::process::{Child, Command};

use super::CommandOutput;
use crate::deadline::with_deadline;
use crate::temp_folder::TempFolder;

/// A command line with a home folder of its own, so that no other account is signed in.
pub struct SlipwayCli {
    home: TempFolder,
    variables: Vec<(&'static str, String)>,
}

impl SlipwayCli {
    /// One that gets its server and its token from variables.
    pub fn new(server: &str, token: &str) -> SlipwayCli {
        SlipwayCli::without_server().with("SLIPWAY_SERVER", server).with("SLIPWAY_TOKEN", token)
    }

    /// One without a server.
    pub fn without_server() -> SlipwayCli {
        SlipwayCli { home: TempFolder::new("slipway-cli"), variables: Vec::new() }
    }

    /// The same with one more variable; an empty one counts as none.
    pub fn with(mut self, name: &'static str, value: &str) -> SlipwayCli {
        self.variables.retain(|(known, _)| *known != name);
        self.variables.push((name, value.to_owned()));
        self
    }

    /// Where it keeps its settings. Tests may put files there for it.
    pub fn home(&self) -> &TempFolder {
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
    pub async fn run(&self, args: &[&str]) -> CommandOutput {
        output_of(self.start(args)).await
    }

    /// The same, with something on standard input.
    pub async fn run_with(&self, args: &[&str], input: &str) -> CommandOutput {
        use tokio::io::AsyncWriteExt;
        let mut child = self.command(args).stdin(Stdio::piped()).spawn().expect("the command line starts");
        let mut stdin = child.stdin.take().expect("it is piped");
        stdin.write_all(input.as_bytes()).await.expect("it reads");
        drop(stdin);
        output_of(child).await
    }

    /// Runs a command that must succeed.
    pub async fn ok(&self, args: &[&str]) -> CommandOutput {
        self.fails(0, args).await
    }

    /// The same, with `--output json`: what was printed.
    pub async fn json(&self, args: &[&str]) -> Value {
        let CommandOutput { stdout, .. } = self.ok(&[args, &["--output", "json"]].concat()).await;
        serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("slipway {args:?}: {error}: {stdout}"))
    }

    /// Runs a command that must end with this exit code.
    pub async fn fails(&self, code: i32, args: &[&str]) -> CommandOutput {
        let output = self.run(args).await;
        assert_eq!(output.code, code, "slipway {}\n{output}", args.join(" "));
        output
    }
}

/// Waits for the end of a process that was started.
pub async fn output_of(child: Child) -> CommandOutput {
    let output = with_deadline("the end of slipway", child.wait_with_output()).await;
    output.expect("the command line ends").into()
}

/// The program that the task runner has built, or else one that cargo builds now.
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

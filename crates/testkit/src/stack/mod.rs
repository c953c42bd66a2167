//! Both Workers in one workerd, as `cargo xtask dev` runs them, with data of their own.
//!
//! `shared` is one that all tests of a suite use.

mod shared;

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

pub use shared::SharedStack;

/// How long the stack may take until its next line. Generous: a busy machine is no failure.
const DEADLINE: Duration = Duration::from_mins(3);

/// A running stack. Ends when dropped.
pub struct Stack {
    /// Where the edge listens, such as `http://127.0.0.1:40123`.
    pub url: String,
    /// The developer's API token, which is printed only at the first start on a data folder.
    pub token: Option<String>,
    /// Each line that the task runner prints.
    lines: Mutex<Receiver<String>>,
    process: Child,
}

/// An e-mail that the stack wrote to a file in place of sending it.
#[derive(Debug)]
pub struct SentEmail {
    /// The recipient's address.
    pub to: String,
    /// Its head and its plain text.
    pub text: String,
    /// The HTML document.
    pub html: String,
}

impl Stack {
    /// Starts what `cargo xtask build --dev` built, with data in `data`, and waits until it responds.
    pub fn start(data: &Path) -> Stack {
        Stack::start_with(data, &[])
    }

    /// The same, with more arguments of `cargo xtask serve`.
    pub fn start_with(data: &Path, args: &[&str]) -> Stack {
        let mut process = xtask()
            .args(["serve", "--no-build", "--port", "0", "--data"])
            .arg(data)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("xtask starts");
        let output = process.stdout.take().expect("its output is piped");
        let (sender, lines) = channel();
        // It ends with the stack, whose output ends then.
        thread::spawn(move || {
            BufReader::new(output).lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        let mut stack = Stack { url: String::new(), token: None, lines: Mutex::new(lines), process };
        while stack.url.is_empty() {
            let line = stack.line();
            match line.split_once(' ') {
                Some(("token", token)) => stack.token = Some(token.to_owned()),
                Some(("ready", url)) => url.clone_into(&mut stack.url),
                _ => {}
            }
        }
        stack
    }

    /// The id of the task runner's process, which has started the one in which both Workers run.
    pub fn process(&self) -> u32 {
        self.process.id()
    }

    /// `host:port`.
    pub fn authority(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// The next e-mail, once it is written.
    pub fn next_email(&self) -> SentEmail {
        loop {
            let line = self.line();
            let named = line.strip_prefix("e-mail to ").and_then(|rest| rest.split_once(": "));
            let Some((to, path)) = named else { continue };
            let read = |path: &Path| std::fs::read_to_string(path).expect("the named file is there");
            let path = Path::new(path);
            return SentEmail {
                to: to.to_owned(),
                text: read(path),
                html: read(&path.with_extension("html")),
            };
        }
    }

    fn line(&self) -> String {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.recv_timeout(DEADLINE).expect("the stack prints one more line; its output is above")
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// Runs another task of the task runner to its end.
pub fn run_task(args: &[impl AsRef<OsStr>]) -> Output {
    xtask().args(args).stdin(Stdio::null()).output().expect("xtask starts")
}

/// The task runner that runs these tests, or else the one that cargo has built.
fn xtask() -> Command {
    match std::env::var_os("SLIPWAY_XTASK") {
        Some(program) => Command::new(program),
        None => {
            let mut cargo = Command::new(env!("CARGO"));
            cargo.args(["run", "--quiet", "--package", "xtask", "--"]);
            cargo
        }
    }
}

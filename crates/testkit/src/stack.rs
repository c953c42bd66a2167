//! Both Workers in one workerd, as `cargo xtask dev` runs them, with data of their own.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// How long the stack may take to say something. Generous: a busy machine is no failure.
const PATIENCE: Duration = Duration::from_mins(3);

/// A running stack. Ends when dropped.
pub struct Stack {
    /// Where the edge listens, such as `http://127.0.0.1:40123`.
    pub url: String,
    /// The developer's API token, which is said only at the first start on a folder of data.
    pub token: Option<String>,
    /// Each line that the task runner says.
    said: Mutex<Receiver<String>>,
    process: Child,
}

/// A letter that the stack kept in a file.
#[derive(Debug)]
pub struct Letter {
    /// Whose letter it is.
    pub to: String,
    /// Its head and its text.
    pub text: String,
    /// The whole document.
    pub html: String,
}

impl Stack {
    /// Starts what `cargo xtask build --dev` built, with data in `data`, and waits until it answers.
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
        let (say, said) = channel();
        // It ends with the stack, whose output ends then.
        thread::spawn(move || {
            BufReader::new(output).lines().map_while(Result::ok).try_for_each(|line| say.send(line))
        });
        let mut stack = Stack { url: String::new(), token: None, said: Mutex::new(said), process };
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

    /// The id of the process that keeps it; both Workers run in one that this one has started.
    pub fn process(&self) -> u32 {
        self.process.id()
    }

    /// `host:port`.
    pub fn authority(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// The next letter, once it is written.
    pub fn letter(&self) -> Letter {
        loop {
            let line = self.line();
            let named = line.strip_prefix("mail to ").and_then(|rest| rest.split_once(": "));
            let Some((to, path)) = named else { continue };
            let read = |path: &Path| std::fs::read_to_string(path).expect("a letter that was named is there");
            let path = Path::new(path);
            return Letter { to: to.to_owned(), text: read(path), html: read(&path.with_extension("html")) };
        }
    }

    fn line(&self) -> String {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.recv_timeout(PATIENCE).expect("the stack says something more; what it said is above")
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

/// A folder that goes with the test.
pub struct Folder(PathBuf);

impl Folder {
    /// An empty one.
    pub fn new(name: &str) -> Folder {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("slipway-{name}-{}-{n}", std::process::id()));
        std::fs::create_dir_all(&path).expect("the temporary folder is writable");
        Folder(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Puts a file into it.
    pub fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).expect("the temporary folder is writable");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

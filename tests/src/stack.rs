//! Both Workers in one workerd, as `cargo xtask dev` runs them, with data of their own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A running stack. Ends when dropped.
pub struct Stack {
    /// Where the edge listens, such as `http://127.0.0.1:40123`.
    pub url: String,
    process: Child,
}

impl Stack {
    /// Starts what `cargo xtask build --dev` built, with data in `data`, and waits until it answers.
    pub fn start(data: &Path) -> Stack {
        let mut process = xtask()
            .args(["serve", "--no-build", "--port", "0", "--data"])
            .arg(data)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("xtask starts");
        let output = process.stdout.take().expect("its output is piped");
        let url = BufReader::new(output)
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("ready ").map(str::to_owned))
            .expect("the stack starts; what it said is above");
        Stack { url, process }
    }

    /// The id of the process that keeps it; both Workers run in one that this one has started.
    pub fn process(&self) -> u32 {
        self.process.id()
    }

    /// `host:port`.
    pub fn authority(&self) -> &str {
        self.url.trim_start_matches("http://")
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
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

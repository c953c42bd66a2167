//! Node programs that run as long as the benchmark.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread;

/// Runs a command for as long as its standard input is open, with all that it starts.
pub(crate) const SUPERVISE: &str = include_str!("../../../../crates/xtask/src/js/supervise.mjs");

/// A running program. Ends when dropped.
pub(crate) struct Node(Child);

impl Node {
    /// Starts one and waits for a line with that mark; returns the rest of the line.
    pub(crate) fn start(mut command: Command, mark: &str) -> (Node, String) {
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = spawned.unwrap_or_else(|error| panic!("{:?}: {error}", command.get_program()));
        let mut lines = BufReader::new(child.stdout.take().expect("its output is piped")).lines();
        let after = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.split_once(mark).map(|(_, after)| after.trim().to_owned()));
        let Some(after) = after else { panic!("{command:?} ends before it says `{mark}`") };
        // Later output must be read, too, or the program would block.
        thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        (Node(child), after)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

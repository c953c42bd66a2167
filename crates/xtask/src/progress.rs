//! Lines that say what is being waited for.

use std::io::Write as _;
use std::time::{Duration, Instant};

use crate::error::Result;

/// The numbered steps of one task.
#[derive(Debug)]
pub(crate) struct Progress {
    n_steps: usize,
    step: usize,
}

/// What a step turned out to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Outcome {
    Done,
    /// Nothing had changed since the last time.
    Unchanged,
}

impl Progress {
    pub(crate) fn new(n_steps: usize) -> Self {
        Self { n_steps, step: 0 }
    }

    /// A step that writes nothing itself: one line, completed by what became of it.
    pub(crate) fn quiet(&mut self, title: &str, work: impl FnOnce() -> Result<Outcome>) -> Result<()> {
        let line = self.next(title);
        print!("{line} ");
        // A terminal that cannot be flushed only shows the line late.
        let _ = std::io::stdout().flush();
        let (ending, outcome) = run_timed(work);
        println!("{ending}");
        outcome
    }

    /// A step whose programs write below its title, so that the title is printed again with what became of it.
    pub(crate) fn loud(&mut self, title: &str, work: impl FnOnce() -> Result<Outcome>) -> Result<()> {
        let line = self.next(title);
        println!("{line}");
        let (ending, outcome) = run_timed(work);
        println!("{line} {ending}");
        outcome
    }

    fn next(&mut self, title: &str) -> String {
        self.step += 1;
        format!("[{}/{}] {title} …", self.step, self.n_steps)
    }
}

fn run_timed(work: impl FnOnce() -> Result<Outcome>) -> (String, Result<()>) {
    let started = Instant::now();
    let outcome = work();
    (ending(outcome.as_ref().ok().copied(), started.elapsed()), outcome.map(drop))
}

/// What a step's line ends with; a step without an outcome failed.
fn ending(outcome: Option<Outcome>, time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match outcome {
        Some(Outcome::Done) => format!("done in {seconds:.1} s"),
        Some(Outcome::Unchanged) => "unchanged".to_owned(),
        None => format!("failed after {seconds:.1} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_became_of_its_step() {
        let time = Duration::from_millis(70_460);
        assert_eq!(ending(Some(Outcome::Done), time), "done in 70.5 s");
        assert_eq!(ending(Some(Outcome::Unchanged), time), "unchanged");
        assert_eq!(ending(None, time), "failed after 70.5 s");
    }

    #[test]
    fn steps_are_numbered() {
        let mut progress = Progress::new(2);
        assert_eq!(progress.next("tools"), "[1/2] tools …");
        assert_eq!(progress.next("compile"), "[2/2] compile …");
    }
}

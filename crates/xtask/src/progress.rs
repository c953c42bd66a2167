//! Lines that say what is being waited for.

use std::io::Write as _;
use std::time::Instant;

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

    /// A step that writes nothing itself: one line, completed by the time it took.
    pub(crate) fn quiet(&mut self, title: &str, work: impl FnOnce() -> Result<Outcome>) -> Result<()> {
        self.start(title, " ");
        self.finish("", work)
    }

    /// A step whose programs write below its title.
    pub(crate) fn loud(&mut self, title: &str, work: impl FnOnce() -> Result<Outcome>) -> Result<()> {
        self.start(title, "\n");
        self.finish("      ", work)
    }

    fn start(&mut self, title: &str, end: &str) {
        self.step += 1;
        print!("[{}/{}] {title} …{end}", self.step, self.n_steps);
        // A terminal that cannot be flushed only shows the line late.
        let _ = std::io::stdout().flush();
    }

    fn finish(&self, indent: &str, work: impl FnOnce() -> Result<Outcome>) -> Result<()> {
        let started = Instant::now();
        let outcome = work();
        let seconds = started.elapsed().as_secs_f64();
        match &outcome {
            Ok(Outcome::Done) => println!("{indent}{seconds:.1} s"),
            Ok(Outcome::Unchanged) => println!("{indent}unchanged"),
            Err(_) => println!("{indent}failed after {seconds:.1} s"),
        }
        outcome.map(drop)
    }
}

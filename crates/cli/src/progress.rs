//! How far a long pass is, on a terminal.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use crate::plain;

/// Files below this many bytes are done before anybody could read the line: 256 MiB.
const WORTH_SHOWING: u64 = 256 << 20;

/// A line on standard error that is written again and again, and removed at the end.
pub(crate) struct Progress {
    name: String,
    size: u64,
    done: u64,
    shown: Option<u64>,
    is_on: bool,
}

impl Progress {
    /// Before the first byte of a file.
    pub(crate) fn of(path: &Path, size: u64) -> Self {
        let name = plain::line(&path.file_name().unwrap_or_default().to_string_lossy());
        let is_on = size >= WORTH_SHOWING && io::stderr().is_terminal();
        Self { name, size, done: 0, shown: None, is_on }
    }

    /// That many bytes more are done.
    pub(crate) fn advance(&mut self, n_bytes: u64) {
        self.done = self.done.saturating_add(n_bytes);
        let percent = self.done.saturating_mul(100) / self.size.max(1);
        if self.is_on && self.shown != Some(percent) {
            self.shown = Some(percent);
            // A terminal that is gone needs no progress.
            let _ = write!(io::stderr(), "\r{}: digests, {percent} %", self.name);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown.is_some() {
            // To the line's beginning, and erase it (ECMA-48, EL).
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

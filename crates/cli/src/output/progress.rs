//! How much of a large file was read for its digests, on a terminal.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use super::text;

/// Smaller files are read before a user could read the line: 256 MiB.
const WORTH_SHOWING: u64 = 256 << 20;

/// A line on standard error that is overwritten as the pass gets on, and removed at the end.
pub(crate) struct DigestProgress {
    name: String,
    size: u64,
    done: u64,
    shown_percent: Option<u64>,
    is_shown: bool,
}

impl DigestProgress {
    /// Before the first byte of a file.
    pub(crate) fn start(path: &Path, size: u64) -> Self {
        let name = text::one_line(&path.file_name().unwrap_or_default().to_string_lossy());
        let is_shown = size >= WORTH_SHOWING && io::stderr().is_terminal();
        Self { name, size, done: 0, shown_percent: None, is_shown }
    }

    /// Counts bytes that were read.
    pub(crate) fn advance(&mut self, n_bytes: u64) {
        self.done = self.done.saturating_add(n_bytes);
        let percent = self.done.saturating_mul(100) / self.size.max(1);
        if self.is_shown && self.shown_percent != Some(percent) {
            self.shown_percent = Some(percent);
            // Where standard error is closed, progress has no reader.
            let _ = write!(io::stderr(), "\r{}: digests, {percent} %", self.name);
        }
    }
}

impl Drop for DigestProgress {
    fn drop(&mut self) {
        if self.shown_percent.is_some() {
            // Return to the line's beginning, and erase it (ECMA-48, EL).
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

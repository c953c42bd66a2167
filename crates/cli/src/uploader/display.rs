//! Shows progress on standard error.

use std::io::{self, IsTerminal};
use std::path::Path;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use upload::{Phase, Progress};

use super::progress_log::{ProgressLog, amount, describe_phase, describe_waiting, speed};
use crate::error::CliError;
use crate::output::{Output, text};

/// The progress of an upload: a bar on a terminal, lines elsewhere, nothing with `--quiet`.
pub(super) struct ProgressDisplay {
    output: Output,
    style: DisplayStyle,
}

enum DisplayStyle {
    Bar(ProgressBar),
    Log(ProgressLog),
    Hidden,
}

impl ProgressDisplay {
    pub(super) fn new(output: Output, file: &Path, size: u64) -> Self {
        let name = text::one_line(&file.file_name().unwrap_or_default().to_string_lossy());
        // CI systems log every state of a bar, even those that provide a terminal.
        let has_bar = io::stderr().is_terminal() && std::env::var_os("CI").is_none();
        let bar = has_bar.then(|| bar(&name, size)).filter(|bar| !bar.is_hidden());
        let style = match (output.is_quiet(), bar) {
            (true, _) => DisplayStyle::Hidden,
            (false, Some(bar)) => DisplayStyle::Bar(bar),
            (false, None) => DisplayStyle::Log(ProgressLog::new(name)),
        };
        Self { output, style }
    }

    pub(super) fn show(&mut self, progress: &Progress, elapsed: Duration) {
        match &mut self.style {
            DisplayStyle::Bar(bar) => {
                bar.set_position(progress.sent_bytes);
                bar.set_message(message(progress));
            }
            DisplayStyle::Log(log) => {
                log.new_lines(progress, elapsed).iter().for_each(|line| self.output.note(line));
            }
            DisplayStyle::Hidden => {}
        }
    }

    /// Prints an error that does not stop the upload.
    pub(super) fn warn(&self, error: &CliError) {
        let warn = || self.output.warn(&error.title, &error.message, &error.fix);
        match &self.style {
            DisplayStyle::Bar(bar) => bar.suspend(warn),
            DisplayStyle::Log(_) | DisplayStyle::Hidden => warn(),
        }
    }
}

impl Drop for ProgressDisplay {
    fn drop(&mut self) {
        if let DisplayStyle::Bar(bar) = &self.style {
            bar.finish_and_clear();
        }
    }
}

fn bar(name: &str, size: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(size), ProgressDrawTarget::stderr());
    // The template is constant. If it were wrong, the default would be shown.
    let style = ProgressStyle::with_template("{prefix}  [{bar:24}] {msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> "));
    bar.set_prefix(name.to_owned());
    bar
}

/// The text behind the bar: percent, bytes, speed, and what the upload does or waits for.
fn message(progress: &Progress) -> String {
    let mut text = amount(progress);
    match (&progress.waiting, progress.phase) {
        (Some(waiting), _) => text += &format!("; {}", describe_waiting(waiting)),
        (None, Phase::Uploading) => text += &speed(progress),
        (None, phase) => text += &format!("; {}", describe_phase(phase)),
    }
    text
}

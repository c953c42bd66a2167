use std::io::{self, IsTerminal};
use std::path::Path;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use upload::{Phase, Progress};

use super::lines::{Lines, amount, doing, speed, waiting_for};
use crate::output::Output;
use crate::plain;
use crate::trouble::Trouble;

/// How far an upload is: a bar on a terminal, lines elsewhere, nothing for those who want it quiet.
pub(super) struct Display {
    output: Output,
    form: Form,
}

enum Form {
    Bar(ProgressBar),
    Lines(Lines),
    Nothing,
}

impl Display {
    pub(super) fn new(output: Output, file: &Path, size: u64) -> Self {
        let name = plain::line(&file.file_name().unwrap_or_default().to_string_lossy());
        // Logs of CI systems keep every state of a bar, also where they lend a terminal.
        let has_bar = io::stderr().is_terminal() && std::env::var_os("CI").is_none();
        let bar = has_bar.then(|| bar(&name, size)).filter(|bar| !bar.is_hidden());
        let form = match (output.is_quiet(), bar) {
            (true, _) => Form::Nothing,
            (false, Some(bar)) => Form::Bar(bar),
            (false, None) => Form::Lines(Lines::new(name)),
        };
        Self { output, form }
    }

    pub(super) fn show(&mut self, progress: &Progress, elapsed: Duration) {
        match &mut self.form {
            Form::Bar(bar) => {
                bar.set_position(progress.sent_bytes);
                bar.set_message(message(progress));
            }
            Form::Lines(lines) => {
                lines.lines(progress, elapsed).iter().for_each(|line| self.output.note(line));
            }
            Form::Nothing => {}
        }
    }

    /// What went wrong and does not stop the upload.
    pub(super) fn warn(&self, trouble: &Trouble) {
        let warn = || self.output.warn(&trouble.message, &trouble.fix);
        match &self.form {
            Form::Bar(bar) => bar.suspend(warn),
            Form::Lines(_) | Form::Nothing => warn(),
        }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        if let Form::Bar(bar) = &self.form {
            bar.finish_and_clear();
        }
    }
}

fn bar(name: &str, size: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(size), ProgressDrawTarget::stderr());
    // The template is ours: if it were wrong, the default would be shown.
    let style = ProgressStyle::with_template("{prefix}  [{bar:24}] {msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> "));
    bar.set_prefix(name.to_owned());
    bar
}

/// Behind the bar: percent, bytes, speed and what is going on.
fn message(progress: &Progress) -> String {
    let mut text = amount(progress);
    match (&progress.waiting, progress.phase) {
        (Some(waiting), _) => text += &format!("; {}", waiting_for(waiting)),
        (None, Phase::Uploading) => text += &speed(progress),
        (None, phase) => text += &format!("; {}", doing(phase)),
    }
    text
}

//! Progress as lines of a log.

use std::fmt::Write;
use std::time::Duration;

use artifact::Size;
use upload::{Phase, Progress, Waiting};

/// A line is written at least as often as this, while bytes are sent.
const LINE_INTERVAL: Duration = Duration::from_secs(10);

/// A line for each new phase, for each tenth of the file, and after each interval.
#[derive(Debug)]
pub(super) struct ProgressLog {
    name: String,
    phase: Option<Phase>,
    tenth: u8,
    sent_bytes: u64,
    /// When the last line about bytes was written.
    written_at: Duration,
    waiting: Option<WaitingKey>,
}

/// What tells one wait from another, so that each has one line: its kind, and how many failures there were.
type WaitingKey = (u8, u32);

impl ProgressLog {
    pub(super) fn new(name: String) -> Self {
        Self { name, phase: None, tenth: 0, sent_bytes: 0, written_at: Duration::ZERO, waiting: None }
    }

    /// The lines that are due.
    pub(super) fn new_lines(&mut self, progress: &Progress, elapsed: Duration) -> Vec<String> {
        let mut lines = Vec::new();
        if self.phase.replace(progress.phase) != Some(progress.phase) && progress.phase != Phase::Failed {
            lines.push(format!("{}: {}", self.name, describe_phase(progress.phase)));
        }
        let waiting = progress.waiting.as_ref().map(waiting_key);
        if waiting != self.waiting {
            self.waiting = waiting;
            let text = progress.waiting.as_ref().map(describe_waiting);
            lines.extend(text.map(|text| format!("{}: {text}", self.name)));
        }
        let tenth = progress.percent / 10;
        let is_due =
            elapsed.saturating_sub(self.written_at) >= LINE_INTERVAL && progress.sent_bytes > self.sent_bytes;
        if progress.phase == Phase::Uploading && (tenth > self.tenth || is_due) {
            lines.push(format!("{}: {}{}", self.name, amount(progress), speed(progress)));
            (self.tenth, self.sent_bytes, self.written_at) = (tenth, progress.sent_bytes, elapsed);
        }
        lines
    }
}

fn waiting_key(waiting: &Waiting) -> WaitingKey {
    match waiting {
        Waiting::Retry { failures, .. } => (1, *failures),
        Waiting::Network { .. } => (2, 0),
        Waiting::Credentials => (3, 0),
    }
}

pub(super) fn amount(progress: &Progress) -> String {
    let (sent, total) = (Size(progress.sent_bytes), Size(progress.total_bytes));
    format!("{} %, {sent} of {total}", progress.percent)
}

pub(super) fn speed(progress: &Progress) -> String {
    let mut text = String::new();
    if progress.bytes_per_second > 0 {
        // Writing to a string cannot fail.
        let _ = write!(text, ", {}/s", Size(progress.bytes_per_second));
    }
    if let Some(seconds) = progress.seconds_left {
        let _ = write!(text, ", {} left", duration(seconds));
    }
    text
}

fn duration(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

pub(super) fn describe_phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Preparing => "preparing the upload",
        Phase::Resuming => "asking the server which chunks it has",
        Phase::Checking => "checking that the file is unchanged",
        Phase::Uploading => "uploading",
        Phase::Finishing => "completing the upload",
        Phase::Processing => "waiting for the server to make a release",
        Phase::Ready => "uploaded",
        Phase::Failed => "stopped",
        Phase::Cancelling | Phase::Cancelled => "cancelled",
        Phase::Paused => "paused",
    }
}

pub(super) fn describe_waiting(waiting: &Waiting) -> String {
    match waiting {
        Waiting::Retry { seconds: 0, reason, .. } => format!("{reason}; retrying"),
        Waiting::Retry { seconds, reason, .. } => format!("{reason}; retrying in {seconds} s"),
        Waiting::Network { .. } => "the server cannot be reached; waiting for it".to_owned(),
        Waiting::Credentials => {
            "the token is not accepted; looking for a new one in the config file".to_owned()
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::uploader) fn progress(phase: Phase, percent: u8, waiting: Option<Waiting>) -> Progress {
        Progress {
            phase,
            sent_bytes: u64::from(percent) * 1_000_000,
            committed_bytes: 0,
            read_bytes: 0,
            total_bytes: 100_000_000,
            percent,
            bytes_per_second: 5_000_000,
            seconds_left: Some(100),
            chunks_stored: 0,
            chunks_total: 12,
            in_flight: Vec::new(),
            parallel: 4,
            waiting,
        }
    }

    fn log_lines(steps: &[(Progress, u64)]) -> Vec<String> {
        let mut log = ProgressLog::new("a.apk".to_owned());
        steps
            .iter()
            .flat_map(|(progress, seconds)| log.new_lines(progress, Duration::from_secs(*seconds)))
            .collect()
    }

    #[test]
    fn a_log_has_a_line_for_each_tenth_and_for_each_phase() {
        let steps =
            [(Phase::Preparing, 0), (Phase::Uploading, 1), (Phase::Uploading, 9), (Phase::Uploading, 10)];
        let more = [(Phase::Uploading, 11), (Phase::Uploading, 35), (Phase::Finishing, 99)];
        let steps: Vec<_> =
            steps.iter().chain(&more).map(|(phase, percent)| (progress(*phase, *percent, None), 0)).collect();
        let expected = [
            "a.apk: preparing the upload",
            "a.apk: uploading",
            "a.apk: 10 %, 10.0 MB of 100.0 MB, 5.0 MB/s, 1 min 40 s left",
            "a.apk: 35 %, 35.0 MB of 100.0 MB, 5.0 MB/s, 1 min 40 s left",
            "a.apk: completing the upload",
        ];
        assert_eq!(log_lines(&steps), expected);
    }

    #[test]
    fn a_slow_upload_has_a_line_every_ten_seconds_while_bytes_are_sent() {
        let at = |percent, seconds| (progress(Phase::Uploading, percent, None), seconds);
        let lines = log_lines(&[at(1, 1), at(2, 9), at(3, 10), at(3, 25), at(4, 26)]);
        let percents: Vec<_> =
            lines.iter().filter_map(|line| line.split_once(" %")).map(|(head, _)| head).collect();
        assert_eq!(percents, ["a.apk: 3", "a.apk: 4"]);
    }

    #[test]
    fn a_failure_has_one_line_however_long_the_wait() {
        let retry = |failures, seconds| {
            let reason = "the connection failed".to_owned();
            (progress(Phase::Uploading, 5, Some(Waiting::Retry { failures, seconds, reason })), 0)
        };
        let gone = (progress(Phase::Uploading, 5, Some(Waiting::Network { seconds: 3 })), 0);
        let lines = log_lines(&[retry(1, 2), retry(1, 1), retry(2, 4), gone.clone(), gone]);
        let expected = [
            "a.apk: uploading",
            "a.apk: the connection failed; retrying in 2 s",
            "a.apk: the connection failed; retrying in 4 s",
            "a.apk: the server cannot be reached; waiting for it",
        ];
        assert_eq!(lines, expected);
    }
}

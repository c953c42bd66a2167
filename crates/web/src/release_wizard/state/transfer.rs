//! How far the upload is, as the page knows it from the engine's reports.

use engine::message::{EngineEvent, Progress};
use upload::{Phase, Waiting};

use crate::ui_error::Problem;

/// The upload of the package.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Transfer {
    /// The app is not known yet.
    #[default]
    Waiting,
    /// Asked for; the engine has not said anything yet.
    Starting,
    /// Another tab is at it, and how far that one is, if it has said so.
    Elsewhere(Option<Progress>),
    /// On its way, or all there and being processed.
    Running(Progress),
    /// Stopped by itself.
    Failed {
        /// Why, and what to do.
        problem: Problem,
        /// Whether the engine can go on with it.
        can_retry: bool,
        /// How far it had come.
        last: Option<Progress>,
    },
    /// The engine was asked to stop.
    Cancelling,
    /// The server has forgotten it.
    Cancelled,
    /// The server has made a release of it.
    Ready {
        /// The release's number.
        release_id: i64,
    },
}

impl Transfer {
    /// Takes in a report of the engine. A late one, about an upload given up since, changes nothing.
    pub(crate) fn report(&mut self, report: EngineEvent) {
        match report {
            EngineEvent::Progress(progress) => self.progressed(progress),
            EngineEvent::InOtherTab(progress)
                if matches!(self, Transfer::Starting | Transfer::Elsewhere(_)) =>
            {
                *self = Transfer::Elsewhere(progress);
            }
            EngineEvent::Ready { release_id } if self.is_open() => *self = Transfer::Ready { release_id },
            EngineEvent::Failed { message, fix, can_retry, .. } if self.is_open() => {
                let last = self.progress().cloned();
                *self = Transfer::Failed { problem: Problem::new(&message, &fix), can_retry, last };
            }
            EngineEvent::Cancelled if self.is_open() || matches!(self, Transfer::Failed { .. }) => {
                *self = Transfer::Cancelled;
            }
            _ => {}
        }
    }

    fn progressed(&mut self, mut progress: Progress) {
        // What another tab had on its way may have to leave again from this one.
        if let Transfer::Elsewhere(Some(shown)) | Transfer::Running(shown) = self {
            progress.percent = progress.percent.max(shown.percent);
            progress.sent_bytes = progress.sent_bytes.max(shown.sent_bytes);
        }
        let is_news = match self {
            Transfer::Starting | Transfer::Elsewhere(_) | Transfer::Running(_) => !has_stopped(&progress),
            Transfer::Cancelling => is_all_there(&progress),
            _ => false,
        };
        if is_news {
            *self = Transfer::Running(progress);
        }
    }

    /// The engine is gone, and the upload with it.
    pub(crate) fn engine_lost(&mut self) {
        if self.is_open() {
            let problem = Problem::new(
                "the part of this page that uploads stopped",
                "reload the page and choose the file again",
            );
            *self = Transfer::Failed { problem, can_retry: false, last: self.progress().cloned() };
        }
    }

    /// The newest progress, also that of an upload that failed.
    pub(crate) fn progress(&self) -> Option<&Progress> {
        match self {
            Transfer::Running(progress) => Some(progress),
            Transfer::Failed { last: progress, .. } | Transfer::Elsewhere(progress) => progress.as_ref(),
            _ => None,
        }
    }

    /// Whether it waits for the network.
    pub(crate) fn is_offline(&self) -> bool {
        matches!(self.waiting(), Some(Waiting::Network { .. }))
    }

    /// The release's number, once there is one.
    pub(crate) fn release_id(&self) -> Option<i64> {
        if let Transfer::Ready { release_id } = self { Some(*release_id) } else { None }
    }

    /// Whether the engine is still to say how it ends.
    fn is_open(&self) -> bool {
        self.is_running() || matches!(self, Transfer::Elsewhere(_) | Transfer::Cancelling)
    }

    /// Whether it goes on by itself, or at the press of a button.
    pub(crate) fn is_running(&self) -> bool {
        matches!(self, Transfer::Starting | Transfer::Running(_))
    }

    /// Whether another tab is at it.
    pub(crate) fn is_elsewhere(&self) -> bool {
        matches!(self, Transfer::Elsewhere(_))
    }

    /// Whether a person has stopped it for now.
    pub(crate) fn is_paused(&self) -> bool {
        self.phase() == "paused"
    }

    /// Whether there is something to be stopped for now.
    pub(crate) fn can_pause(&self) -> bool {
        let Transfer::Running(progress) = self else { return false };
        !(is_all_there(progress) || has_stopped(progress) || self.is_paused())
    }

    /// Whether there is an upload that the server should be told to forget. A release is none any more.
    pub(crate) fn is_unfinished(&self) -> bool {
        self.is_running() || matches!(self, Transfer::Failed { .. })
    }

    /// Whether it can be called back: not once every byte is there, because a release is being made of it, nor
    /// once it failed for good, because there is nothing left to call back.
    pub(crate) fn can_cancel(&self) -> bool {
        match self {
            Transfer::Failed { can_retry, last, .. } => {
                *can_retry && !last.as_ref().is_some_and(is_all_there)
            }
            Transfer::Starting => true,
            Transfer::Running(progress) => !(is_all_there(progress) || has_stopped(progress)),
            _ => false,
        }
    }

    /// What becomes of it if it is given up now: a clause, if there is something to say.
    pub(crate) fn fate(&self) -> Option<String> {
        if let Some(release_id) = self.release_id() {
            return Some(format!("release #{release_id} stays in the app without destinations"));
        }
        let fate = match self.progress() {
            Some(progress) if is_all_there(progress) => {
                "if the server makes a release of the package, it stays in the app without destinations"
            }
            _ => "the upload is thrown away",
        };
        self.is_unfinished().then(|| fate.to_owned())
    }

    /// Whether leaving would waste what was sent.
    pub(crate) fn is_worth_keeping(&self) -> bool {
        self.is_unfinished() || matches!(self, Transfer::Ready { .. })
    }

    /// From 0 to 100.
    pub(crate) fn percent(&self) -> u32 {
        match (self, self.progress()) {
            (Transfer::Ready { .. }, _) => 100,
            (_, Some(progress)) => u32::from(progress.percent),
            _ => 0,
        }
    }

    /// What it waits for, if it does.
    pub(crate) fn waiting(&self) -> Option<&Waiting> {
        if let Transfer::Running(progress) = self { progress.waiting.as_ref() } else { None }
    }

    /// One word, for style sheets and tests.
    pub(crate) fn phase(&self) -> &'static str {
        match self {
            Transfer::Waiting => "waiting",
            Transfer::Starting => "preparing",
            Transfer::Elsewhere(_) => "elsewhere",
            Transfer::Running(progress) => match progress.phase {
                Phase::Preparing => "preparing",
                Phase::Resuming => "resuming",
                Phase::Checking => "checking",
                Phase::Paused => "paused",
                Phase::Finishing => "finishing",
                Phase::Processing | Phase::Ready => "processing",
                _ => "uploading",
            },
            Transfer::Failed { .. } => "failed",
            Transfer::Cancelling => "cancelling",
            Transfer::Cancelled => "cancelled",
            Transfer::Ready { .. } => "ready",
        }
    }

    /// A few words for the eye.
    pub(crate) fn headline(&self) -> String {
        let percent = self.percent();
        let headline = match self.phase() {
            "waiting" => "Waiting for the app",
            "preparing" => "Starting the upload",
            "resuming" => "Asking the server what it has already",
            "checking" => "Comparing the file with what is uploaded",
            "elsewhere" => "This file is being uploaded in another tab",
            "finishing" => "Uploaded; the server puts the file together",
            "processing" => "Uploaded; the server checks the package",
            "failed" => "The upload stopped",
            "cancelling" => "Cancelling the upload",
            "cancelled" => "The upload was cancelled",
            "ready" => "Uploaded and checked",
            "paused" => return format!("Paused at {percent}\u{a0}%"),
            _ => return format!("Uploading {percent}\u{a0}%"),
        };
        headline.to_owned()
    }

    /// What a screen reader says of it: begun, each quarter, checking, ready. Failures are alerts instead.
    pub(crate) fn announcement(&self, file_name: &str) -> String {
        if self.is_offline() {
            return "No connection. The upload goes on by itself".to_owned();
        }
        match self.phase() {
            "preparing" => format!("Upload of {file_name} started"),
            "resuming" | "checking" => format!("Upload of {file_name} goes on"),
            "paused" => "Upload paused".to_owned(),
            "uploading" => match self.percent() / 25 {
                0 => format!("Upload of {file_name} started"),
                quarters => format!("{} percent uploaded", quarters.min(3) * 25),
            },
            "elsewhere" => self.headline(),
            "finishing" | "processing" => "Uploaded. The server is verifying the package".to_owned(),
            "cancelled" => "Upload cancelled".to_owned(),
            "ready" => "Ready to distribute".to_owned(),
            _ => String::new(),
        }
    }
}

/// Such progress comes just before the report that says why, and has nothing to add to it.
fn has_stopped(progress: &Progress) -> bool {
    matches!(progress.phase, Phase::Failed | Phase::Cancelling | Phase::Cancelled)
}

/// A release may come of it, also if nobody waits for it.
fn is_all_there(progress: &Progress) -> bool {
    matches!(progress.phase, Phase::Finishing | Phase::Processing | Phase::Ready)
}

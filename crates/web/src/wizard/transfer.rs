//! How far the upload is, as the page knows it from the engine's reports.

use engine::message::{Progress, Report};
use upload::Phase;

use crate::problem::Problem;

/// The upload of the package.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Transfer {
    /// The app is not known yet.
    #[default]
    Waiting,
    /// Asked for; the engine has not said anything yet.
    Starting,
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
    pub(crate) fn report(&mut self, report: Report) {
        match (&mut *self, report) {
            (Transfer::Starting | Transfer::Running(_), Report::Progress(progress))
                if !has_stopped(&progress) =>
            {
                *self = Transfer::Running(progress);
            }
            (Transfer::Cancelling, Report::Progress(progress)) if is_all_there(&progress) => {
                *self = Transfer::Running(progress);
            }
            (
                Transfer::Starting | Transfer::Running(_) | Transfer::Cancelling,
                Report::Ready { release_id },
            ) => *self = Transfer::Ready { release_id },
            (
                Transfer::Starting | Transfer::Running(_) | Transfer::Cancelling,
                Report::Failed { message, fix, can_retry },
            ) => {
                let last = self.progress().cloned();
                *self = Transfer::Failed { problem: Problem::new(&message, &fix), can_retry, last };
            }
            (
                Transfer::Starting | Transfer::Running(_) | Transfer::Cancelling | Transfer::Failed { .. },
                Report::Cancelled,
            ) => *self = Transfer::Cancelled,
            _ => {}
        }
    }

    /// The engine is gone, and the upload with it.
    pub(crate) fn engine_lost(&mut self) {
        if matches!(self, Transfer::Starting | Transfer::Running(_) | Transfer::Cancelling) {
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
            Transfer::Failed { last, .. } => last.as_ref(),
            _ => None,
        }
    }

    /// The release's number, once there is one.
    pub(crate) fn release_id(&self) -> Option<i64> {
        if let Transfer::Ready { release_id } = self { Some(*release_id) } else { None }
    }

    /// Whether it goes on by itself.
    pub(crate) fn is_running(&self) -> bool {
        matches!(self, Transfer::Starting | Transfer::Running(_))
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
            _ => matches!(self.phase(), "preparing" | "uploading"),
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

    /// One word, for style sheets and tests.
    pub(crate) fn phase(&self) -> &'static str {
        match self {
            Transfer::Waiting => "waiting",
            Transfer::Starting => "preparing",
            Transfer::Running(progress) => match progress.phase {
                Phase::Preparing => "preparing",
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
        match self {
            Transfer::Waiting => "Waiting for the app".to_owned(),
            Transfer::Starting => "Starting the upload".to_owned(),
            Transfer::Running(progress) => match progress.phase {
                Phase::Preparing => "Starting the upload".to_owned(),
                Phase::Finishing => "Uploaded; the server puts the file together".to_owned(),
                Phase::Processing | Phase::Ready => "Uploaded; the server checks the package".to_owned(),
                _ => format!("Uploading {} %", self.percent()),
            },
            Transfer::Failed { .. } => "The upload stopped".to_owned(),
            Transfer::Cancelling => "Cancelling the upload".to_owned(),
            Transfer::Cancelled => "The upload was cancelled".to_owned(),
            Transfer::Ready { .. } => "Uploaded and checked".to_owned(),
        }
    }

    /// What a screen reader says of it: begun, each quarter, checking, ready. Failures are alerts instead.
    pub(crate) fn announcement(&self, file_name: &str) -> String {
        match (self, self.phase()) {
            (_, "preparing") => format!("Upload of {file_name} started"),
            (_, "uploading") => match self.percent() / 25 {
                0 => format!("Upload of {file_name} started"),
                quarters => format!("{} percent uploaded", quarters.min(3) * 25),
            },
            (_, "finishing" | "processing") => "Uploaded. The server is verifying the package".to_owned(),
            (Transfer::Cancelled, _) => "Upload cancelled".to_owned(),
            (Transfer::Ready { .. }, _) => "Ready to distribute".to_owned(),
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

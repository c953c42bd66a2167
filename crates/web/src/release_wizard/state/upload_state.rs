//! How far the upload is, as the page knows it from the engine's events.

use engine::message::{EngineEvent, Progress};
use upload::{Phase, Waiting};

use super::upload_stage::UploadStage;
use crate::ui_error::UiError;

/// The upload of the package.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum UploadState {
    /// The app or the version is not known yet.
    #[default]
    NotStarted,
    /// The engine was asked to upload and has not reported yet.
    Starting,
    /// Another tab uploads this file; its progress, if that tab has reported it.
    InOtherTab(Option<Progress>),
    /// Chunks are on their way, or the server processes the complete file.
    Running(Progress),
    /// It stopped on an error.
    Failed {
        /// Why, and what to do.
        error: UiError,
        /// Whether the engine can continue it.
        can_retry: bool,
        /// How far it had come.
        last: Option<Progress>,
    },
    /// The engine was asked to cancel.
    Cancelling,
    /// The server has deleted it.
    Cancelled,
    /// The server has made a release of it.
    Ready {
        /// The release's number.
        release_id: i64,
    },
}

impl UploadState {
    /// Takes in an event of the engine. A late one about an upload that was discarded changes nothing.
    pub(crate) fn on_engine_event(&mut self, event: EngineEvent) {
        match event {
            EngineEvent::Progress(progress) => self.on_progress(progress),
            EngineEvent::InOtherTab(progress)
                if matches!(self, UploadState::Starting | UploadState::InOtherTab(_)) =>
            {
                *self = UploadState::InOtherTab(progress);
            }
            EngineEvent::Ready { release_id } if self.is_open() => *self = UploadState::Ready { release_id },
            EngineEvent::Failed { title, message, fix, can_retry } if self.is_open() => {
                let last = self.progress().cloned();
                let error = UiError::new(title, &message, &fix);
                *self = UploadState::Failed { error, can_retry, last };
            }
            EngineEvent::Cancelled if self.is_open() || matches!(self, UploadState::Failed { .. }) => {
                *self = UploadState::Cancelled;
            }
            _ => {}
        }
    }

    fn on_progress(&mut self, mut progress: Progress) {
        // This tab may have to send again what the other tab had in flight: the bar must not go back.
        if let UploadState::InOtherTab(Some(shown)) | UploadState::Running(shown) = self {
            progress.percent = progress.percent.max(shown.percent);
            progress.sent_bytes = progress.sent_bytes.max(shown.sent_bytes);
        }
        let changes_state = match self {
            UploadState::Starting | UploadState::InOtherTab(_) | UploadState::Running(_) => {
                !has_stopped(&progress)
            }
            UploadState::Cancelling => is_complete(&progress),
            UploadState::NotStarted
            | UploadState::Failed { .. }
            | UploadState::Cancelled
            | UploadState::Ready { .. } => false,
        };
        if changes_state {
            *self = UploadState::Running(progress);
        }
    }

    /// The engine stopped working, and the upload with it.
    pub(crate) fn on_engine_lost(&mut self) {
        if self.is_open() {
            let error = UiError::new(
                "The upload stopped",
                "the uploader in this page crashed",
                "reload the page and choose the file again",
            );
            *self = UploadState::Failed { error, can_retry: false, last: self.progress().cloned() };
        }
    }

    /// The newest progress, also that of an upload that failed.
    pub(crate) fn progress(&self) -> Option<&Progress> {
        match self {
            UploadState::Running(progress) => Some(progress),
            UploadState::Failed { last: progress, .. } | UploadState::InOtherTab(progress) => {
                progress.as_ref()
            }
            UploadState::NotStarted
            | UploadState::Starting
            | UploadState::Cancelling
            | UploadState::Cancelled
            | UploadState::Ready { .. } => None,
        }
    }

    /// Whether it waits for the network.
    pub(crate) fn is_offline(&self) -> bool {
        matches!(self.waiting(), Some(Waiting::Network { .. }))
    }

    /// The release's number, once there is one.
    pub(crate) fn release_id(&self) -> Option<i64> {
        if let UploadState::Ready { release_id } = self { Some(*release_id) } else { None }
    }

    /// Whether the engine has yet to report how it ends.
    fn is_open(&self) -> bool {
        self.is_running() || matches!(self, UploadState::InOtherTab(_) | UploadState::Cancelling)
    }

    /// Whether this tab uploads, or would if the user had not paused it.
    pub(crate) fn is_running(&self) -> bool {
        matches!(self, UploadState::Starting | UploadState::Running(_))
    }

    /// Whether another tab uploads this file.
    pub(crate) fn is_in_other_tab(&self) -> bool {
        matches!(self, UploadState::InOtherTab(_))
    }

    /// Whether the user has paused it.
    pub(crate) fn is_paused(&self) -> bool {
        self.stage() == UploadStage::Paused
    }

    /// Whether there is something to pause.
    pub(crate) fn can_pause(&self) -> bool {
        let UploadState::Running(progress) = self else { return false };
        !(is_complete(progress) || has_stopped(progress) || self.is_paused())
    }

    /// Whether there is an upload that the server should delete when the draft is discarded. A release is none any more.
    pub(crate) fn is_unfinished(&self) -> bool {
        self.is_running() || matches!(self, UploadState::Failed { .. })
    }

    /// Whether it can be cancelled: not once the file is complete, because the server makes a release of it, nor once it
    /// failed for good, because there is nothing left to cancel.
    pub(crate) fn can_cancel(&self) -> bool {
        match self {
            UploadState::Failed { can_retry, last, .. } => {
                *can_retry && !last.as_ref().is_some_and(is_complete)
            }
            UploadState::Starting => true,
            UploadState::Running(progress) => !(is_complete(progress) || has_stopped(progress)),
            UploadState::NotStarted
            | UploadState::InOtherTab(_)
            | UploadState::Cancelling
            | UploadState::Cancelled
            | UploadState::Ready { .. } => false,
        }
    }

    /// What becomes of it if the draft is discarded now: a clause, if there is something to say.
    pub(crate) fn discard_consequence(&self) -> Option<String> {
        if let Some(release_id) = self.release_id() {
            return Some(format!("release #{release_id} stays in the app without destinations"));
        }
        let consequence = match self.progress() {
            Some(progress) if is_complete(progress) => {
                "if the server makes a release of the package, it stays in the app without destinations"
            }
            _ => "the upload is deleted",
        };
        self.is_unfinished().then(|| consequence.to_owned())
    }

    /// Whether discarding the draft would waste what was sent.
    pub(crate) fn is_worth_keeping(&self) -> bool {
        self.is_unfinished() || matches!(self, UploadState::Ready { .. })
    }

    /// From 0 to 100.
    pub(crate) fn percent(&self) -> u32 {
        match (self, self.progress()) {
            (UploadState::Ready { .. }, _) => 100,
            (_, Some(progress)) => u32::from(progress.percent),
            _ => 0,
        }
    }

    /// What it waits for, if it does.
    pub(crate) fn waiting(&self) -> Option<&Waiting> {
        if let UploadState::Running(progress) = self { progress.waiting.as_ref() } else { None }
    }

    /// What it is doing.
    pub(crate) fn stage(&self) -> UploadStage {
        match self {
            UploadState::NotStarted => UploadStage::NotStarted,
            UploadState::Starting => UploadStage::Preparing,
            UploadState::InOtherTab(_) => UploadStage::InOtherTab,
            UploadState::Running(progress) => UploadStage::of_phase(progress.phase),
            UploadState::Failed { .. } => UploadStage::Failed,
            UploadState::Cancelling => UploadStage::Cancelling,
            UploadState::Cancelled => UploadStage::Cancelled,
            UploadState::Ready { .. } => UploadStage::Ready,
        }
    }

    /// A few words for the eye.
    pub(crate) fn headline(&self) -> String {
        self.stage().headline(self.percent())
    }

    /// What a screen reader announces. It speaks when this changes.
    pub(crate) fn announcement(&self, file_name: &str) -> String {
        if self.is_offline() {
            return "No connection. The upload continues when the server can be reached".to_owned();
        }
        self.stage().announcement(self.percent(), file_name)
    }
}

/// Such progress comes just before the event that says why, and has nothing to add to it.
fn has_stopped(progress: &Progress) -> bool {
    matches!(progress.phase, Phase::Failed | Phase::Cancelling | Phase::Cancelled)
}

/// The server has the whole file and may make a release of it, whether or not the page waits for that.
fn is_complete(progress: &Progress) -> bool {
    matches!(progress.phase, Phase::Finishing | Phase::Processing | Phase::Ready)
}

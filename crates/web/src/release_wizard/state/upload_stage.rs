//! What the upload is doing, and how the page words it.

use upload::Phase;

/// What the upload is doing, as the page tells it: [`UploadState`](super::UploadState) and the engine's [`Phase`] in one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum UploadStage {
    #[default]
    NotStarted,
    Preparing,
    /// The engine asks the server what it has of an interrupted upload.
    Resuming,
    /// The engine compares the file with what was uploaded before.
    Checking,
    InOtherTab,
    Uploading,
    Paused,
    /// The server assembles the file.
    Finishing,
    /// The server reads the package and makes a release of it.
    Processing,
    Failed,
    Cancelling,
    Cancelled,
    Ready,
}

impl UploadStage {
    /// One word, for style sheets and tests.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            UploadStage::NotStarted => "waiting",
            UploadStage::Preparing => "preparing",
            UploadStage::Resuming => "resuming",
            UploadStage::Checking => "checking",
            UploadStage::InOtherTab => "elsewhere",
            UploadStage::Uploading => "uploading",
            UploadStage::Paused => "paused",
            UploadStage::Finishing => "finishing",
            UploadStage::Processing => "processing",
            UploadStage::Failed => "failed",
            UploadStage::Cancelling => "cancelling",
            UploadStage::Cancelled => "cancelled",
            UploadStage::Ready => "ready",
        }
    }

    /// The stage of an upload that runs in this tab.
    pub(crate) fn of_phase(phase: Phase) -> UploadStage {
        match phase {
            Phase::Preparing => UploadStage::Preparing,
            Phase::Resuming => UploadStage::Resuming,
            Phase::Checking => UploadStage::Checking,
            Phase::Paused => UploadStage::Paused,
            Phase::Finishing => UploadStage::Finishing,
            Phase::Processing | Phase::Ready => UploadStage::Processing,
            // The last three end the upload: the event that says why has a state of its own.
            Phase::Uploading | Phase::Failed | Phase::Cancelling | Phase::Cancelled => UploadStage::Uploading,
        }
    }

    /// A few words for the eye; `percent` is how much is uploaded.
    pub(crate) fn headline(self, percent: u32) -> String {
        let headline = match self {
            UploadStage::NotStarted => "Waiting for the app",
            UploadStage::Preparing => "Starting the upload",
            UploadStage::Resuming => "Checking what the server already has",
            UploadStage::Checking => "Comparing the file with what was uploaded",
            UploadStage::InOtherTab => "Another tab is uploading this file",
            UploadStage::Finishing => "Uploaded; the server is assembling the file",
            UploadStage::Processing => "Uploaded; the server is checking the package",
            UploadStage::Failed => "The upload stopped",
            UploadStage::Cancelling => "Cancelling the upload",
            UploadStage::Cancelled => "Upload cancelled",
            UploadStage::Ready => "Uploaded and checked",
            UploadStage::Paused => return format!("Paused at {percent}\u{a0}%"),
            UploadStage::Uploading => return format!("Uploading {percent}\u{a0}%"),
        };
        headline.to_owned()
    }

    /// What a screen reader announces: the start, each quarter, checking, ready. A failure is an alert instead.
    pub(crate) fn announcement(self, percent: u32, file_name: &str) -> String {
        match self {
            UploadStage::Preparing => format!("Upload of {file_name} started"),
            UploadStage::Resuming | UploadStage::Checking => format!("Resuming the upload of {file_name}"),
            UploadStage::Paused => "Upload paused".to_owned(),
            UploadStage::Uploading => match percent / 25 {
                0 => format!("Upload of {file_name} started"),
                quarters => format!("{} percent uploaded", quarters.min(3) * 25),
            },
            UploadStage::Finishing | UploadStage::Processing => {
                "Uploaded. The server is checking the package".to_owned()
            }
            UploadStage::Ready => "Ready to distribute".to_owned(),
            UploadStage::InOtherTab | UploadStage::Cancelled => self.headline(percent),
            UploadStage::NotStarted | UploadStage::Failed | UploadStage::Cancelling => String::new(),
        }
    }
}

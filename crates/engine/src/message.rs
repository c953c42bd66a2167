//! What the page and the engine's Web Worker say to each other.
//!
//! Each message is one serde value as JSON text: the page reads JSON anyway, and a second format would be as much code
//! again for each type. Handles are no data and travel beside it: a `File` and a `FileSystemFileHandle` beside a
//! [`Command`], in a JavaScript object `{command, file, handle}`, and the handles of saved uploads beside a [`EngineEvent`], in
//! `{report, handles}`.

#[cfg(feature = "inspect")]
use artifact::{Artifact, Refusal};
use serde::{Deserialize, Serialize};
pub use upload::Progress;

/// From the page to the engine. One engine handles one file at a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Read what the file beside this message is. Forgets any file before it, and cancels its upload.
    Inspect {
        /// The page's number of the file; comes back with the report.
        file: u32,
        /// The saved upload that the file is to go on with, by its key: any other file is refused.
        resume: Option<String>,
    },
    /// The handle beside this message opens the file of that number again, also after a reload.
    Handle {
        /// The page's number of the file.
        file: u32,
    },
    /// Upload the file that was inspected last to this app, or go on if that was begun before.
    Upload {
        /// The app's owner, by name.
        owner: String,
        /// The app, by name.
        app: String,
        /// Version and build number, for a package that does not say its own.
        version: Option<EnteredVersion>,
    },
    /// Stop the upload and tell the server to forget it. If it is too late for that, the reports go on with how
    /// far the upload is or how it ended.
    Cancel,
    /// Go on with an upload that was reported as [`EngineEvent::Failed`] and may be retried.
    Retry,
    /// Send nothing more for now.
    Pause,
    /// Go on after [`Command::Pause`].
    Unpause,
    /// Do not wait any longer for the network, or for the next try: the page thinks that there is reason to hope.
    TryNow,
    /// Answers [`EngineEvent::RenewCredentials`].
    CredentialsRenewed {
        /// Whether there is a session again.
        is_renewed: bool,
    },
    /// What was entered for the release, to be kept with its upload: [`DraftFields`] as the page writes them.
    SaveFields(String),
    /// Say now, and whenever it changes, which uploads can be gone on with.
    ListSavedUploads,
    /// Tell the server to forget a saved upload, and forget it here.
    DiscardSavedUpload {
        /// Its key.
        key: String,
    },
}

/// What a person says of a package that does not say it itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnteredVersion {
    /// What users will see.
    pub version: String,
    /// The build number; may be empty.
    pub build: String,
}

/// What a person has entered for a release. It passes through the engine as text: only the page reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftFields {
    /// The release notes.
    pub notes: String,
    /// The ids of the groups that were chosen.
    pub groups: Vec<String>,
    /// Whether testers get a letter.
    pub notify_testers: bool,
    /// Whether apps with the Distribute SDK must be updated.
    pub mandatory_update: bool,
    /// The number of the step on screen, from 0.
    pub step: u8,
}

/// An upload that is not finished and can be gone on with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedUploadSummary {
    /// Its name for [`Command`]s.
    pub key: String,
    /// The app's owner, by name.
    pub owner: String,
    /// The app, by name.
    pub app: String,
    /// What the file is called.
    pub file_name: String,
    /// What was typed for a package that does not say its version.
    pub version: Option<EnteredVersion>,
    /// How much of it the server has, in percent; 100 only if nothing is missing.
    pub percent: u8,
    /// When something was stored last, in milliseconds since 1970 UTC.
    pub saved_at: u64,
    /// Whether another tab is at it.
    pub is_in_other_tab: bool,
}

/// From the engine to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum EngineEvent {
    /// The engine is loaded and listens.
    Started,
    /// What the file is.
    #[cfg(feature = "inspect")]
    Inspected {
        /// Its number in [`Command::Inspect`].
        file: u32,
        /// What it is.
        artifact: Box<Artifact>,
        /// Its icon as a `data:` URL.
        icon: Option<String>,
    },
    /// The file is one for the engine that is built with `full`: start that one and ask it.
    #[cfg(feature = "inspect")]
    NeedsFullBuild {
        /// Its number in [`Command::Inspect`].
        file: u32,
    },
    /// The file is nothing that can be released.
    #[cfg(feature = "inspect")]
    Refused {
        /// Its number in [`Command::Inspect`].
        file: u32,
        /// Why not, and what to do.
        refusal: Refusal,
    },
    /// The file is not the one of the saved upload that it was to go on with. That upload stays.
    OtherFile {
        /// Its number in [`Command::Inspect`].
        file: u32,
        /// Why not.
        message: String,
        /// What to do.
        fix: String,
    },
    /// The upload goes on where it stopped before, and the [`DraftFields`] that were kept with it.
    Resumed(Option<String>),
    /// From now on the upload can be gone on with after a reload.
    Saved,
    /// Another tab uploads this file to this app, and how far it is, if that is known. When that tab is closed, this one
    /// goes on, and says so by [`EngineEvent::Progress`].
    InOtherTab(Option<Progress>),
    /// How far the upload is; at most four a second.
    Progress(Progress),
    /// The session has ended: open another one and answer [`Command::CredentialsRenewed`].
    RenewCredentials,
    /// Which uploads can be gone on with, but for the one at hand.
    SavedUploads(Vec<SavedUploadSummary>),
    /// The server has made a release of it.
    Ready {
        /// The release's number in its app.
        release_id: i64,
    },
    /// The upload stopped.
    Failed {
        /// What happened, in a few words.
        title: String,
        /// What happened.
        message: String,
        /// What to do.
        fix: String,
        /// Whether [`Command::Retry`] may help; chunks already stored are not sent again.
        can_retry: bool,
    },
    /// The upload was cancelled and the server told so.
    Cancelled,
}

//! What the page and the engine's Web Worker say to each other.
//!
//! Each message is one serde value, and crosses as a JavaScript value ([`structured`](crate::structured)). Handles have no
//! Rust form, so they travel beside it: a `File` and a `FileSystemFileHandle` beside a [`Command`], in the object
//! `{command, file, handle}`, and the handles of saved uploads beside an [`EngineEvent`], in `{event, handles}`.

#[cfg(feature = "inspect")]
use artifact::{Artifact, Refusal};
use serde::{Deserialize, Serialize};
pub use upload::Progress;

/// From the page to the engine. One engine handles one file at a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Read what the file beside this message is. Forgets any file before it, and cancels its upload.
    Inspect {
        /// The page's number of the file; comes back with the event.
        file: u32,
        /// The key of the saved upload that the file is to continue: any other file is refused.
        resume: Option<String>,
    },
    /// The handle beside this message opens the file of that number again, also after a reload.
    Handle {
        /// The page's number of the file.
        file: u32,
    },
    /// Upload the file that was inspected last to this app, or continue its saved upload.
    Upload {
        /// The app's owner, by name.
        owner: String,
        /// The app, by name.
        app: String,
        /// Version and build number, for a package that does not say its own.
        version: Option<EnteredVersion>,
    },
    /// Stop the upload and cancel it on the server. If it is too late for that, events say how far the upload is or how it
    /// ended.
    Cancel,
    /// Continue an upload that ended with [`EngineEvent::Failed`] and may be retried.
    Retry,
    /// Send nothing more for now.
    Pause,
    /// Continue after [`Command::Pause`].
    Unpause,
    /// Do not wait any longer for the network, or for the next attempt: the page has a reason to expect success.
    TryNow,
    /// The answer to [`EngineEvent::RenewCredentials`].
    CredentialsRenewed {
        /// Whether there is a session again.
        is_renewed: bool,
    },
    /// Save what the user entered for the release with its upload.
    SaveFields(DraftFields),
    /// Send [`EngineEvent::SavedUploads`] now, and whenever the list changes.
    ListSavedUploads,
    /// Cancel a saved upload on the server, and delete it here.
    DiscardSavedUpload {
        /// Its key.
        key: String,
    },
}

/// The version that the user entered for a package that does not say its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnteredVersion {
    /// What users will see.
    pub version: String,
    /// The build number; may be empty.
    pub build: String,
}

/// What the user entered for a release. The engine saves it with the upload, and never looks into it.
///
/// Another build of the page may have written it: fields that it did not know have their default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DraftFields {
    /// The release notes.
    pub notes: String,
    /// The ids of the chosen groups.
    pub groups: Vec<String>,
    /// Whether testers get an e-mail.
    pub notify_testers: bool,
    /// Whether apps with the Distribute SDK must be updated.
    pub mandatory_update: bool,
    /// The number of the step on screen, from 0.
    pub step: u8,
}

/// A saved upload, as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedUploadSummary {
    /// Its name in [`Command`]s.
    pub key: String,
    /// The app's owner, by name.
    pub owner: String,
    /// The app, by name.
    pub app: String,
    /// The file's name.
    pub file_name: String,
    /// The version that the user entered, for a package that does not say its own.
    pub version: Option<EnteredVersion>,
    /// How much of it the server has, in percent; 100 only if nothing is missing.
    pub percent: u8,
    /// When it was saved last, in milliseconds since 1970 UTC.
    pub saved_at: u64,
    /// Whether another tab drives it.
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
    /// Only the full engine reads this file: start that one and send it the same command.
    #[cfg(feature = "inspect")]
    NeedsFullBuild {
        /// Its number in [`Command::Inspect`].
        file: u32,
    },
    /// The file cannot be released.
    #[cfg(feature = "inspect")]
    Refused {
        /// Its number in [`Command::Inspect`].
        file: u32,
        /// Why not, and what to do.
        refusal: Refusal,
    },
    /// The file is not that of the saved upload which it was to continue. That upload stays.
    OtherFile {
        /// Its number in [`Command::Inspect`].
        file: u32,
        /// Why not.
        message: String,
        /// What to do.
        fix: String,
    },
    /// The upload continues where it stopped before, with the fields that were saved with it.
    Resumed(Option<DraftFields>),
    /// From now on the upload can be continued after a reload.
    Saved,
    /// Another tab uploads this file to this app, and how far it is, if that is known. When that tab is closed, this one
    /// continues, and says so by [`EngineEvent::Progress`].
    InOtherTab(Option<Progress>),
    /// How far the upload is; at most four a second.
    Progress(Progress),
    /// The session has expired: open another one and answer [`Command::CredentialsRenewed`].
    RenewCredentials,
    /// Which uploads can be continued, without the current one.
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
    /// The upload was cancelled, and the server knows.
    Cancelled,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_another_build_did_not_save_have_their_default() {
        let fields: DraftFields = serde_json::from_str(r#"{"notes":"new","from_a_later_build":1}"#).unwrap();
        assert_eq!(fields, DraftFields { notes: "new".to_owned(), ..DraftFields::default() });
    }
}

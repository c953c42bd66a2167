//! What the page and the engine's Web Worker say to each other.
//!
//! Each message is one serde value as JSON text: the page reads JSON anyway, and a second format would be as much code
//! again for each type. A `File` travels beside its [`Command`] in a JavaScript object, `{command, file}`, because a
//! handle is no data.

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
    },
    /// Upload the file that was inspected last to this app.
    Upload {
        /// The app's owner, by name.
        owner: String,
        /// The app, by name.
        app: String,
        /// Version and build number, for a package that does not say its own.
        version: Option<TypedVersion>,
    },
    /// Stop the upload and tell the server to forget it. If it is too late for that, the reports go on with how
    /// far the upload is or how it ended.
    Cancel,
    /// Go on with an upload that was reported as [`Report::Failed`] and may be retried.
    Retry,
}

/// What a person says of a package that does not say it itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedVersion {
    /// What users will see.
    pub version: String,
    /// The build number; may be empty.
    pub build: String,
}

/// From the engine to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Report {
    /// The engine is loaded and listens.
    Started,
    /// What the file is.
    Inspected {
        /// Its number in [`Command::Inspect`].
        file: u32,
        /// What it is.
        artifact: Box<Artifact>,
        /// Its icon as a `data:` URL.
        icon: Option<String>,
    },
    /// The file is one for the engine that is built with `full`: start that one and ask it.
    NeedsFullBuild {
        /// Its number in [`Command::Inspect`].
        file: u32,
    },
    /// The file is nothing that can be released.
    Refused {
        /// Its number in [`Command::Inspect`].
        file: u32,
        /// Why not, and what to do.
        refusal: Refusal,
    },
    /// How far the upload is; at most four a second.
    Progress(Progress),
    /// The server has made a release of it.
    Ready {
        /// The release's number in its app.
        release_id: i64,
    },
    /// The upload stopped.
    Failed {
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

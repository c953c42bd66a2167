use protocol::DestinationKind;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::platform::{Mail, PortError};

/// Work for later. Tagged by version, so that a message survives a deployment that changes its shape.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "version", content = "job")]
pub enum Job {
    /// The first shape.
    V1(JobV1),
}

/// The jobs there are. Each may run more than once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum JobV1 {
    /// Makes a release of a finished upload.
    ProcessUpload {
        /// The upload's id.
        upload_id: String,
    },
    /// Deletes the packages and icons that nothing refers to any more.
    SweepGarbage,
    /// Tells the testers at a destination of a release, some at a time, and at last the webhooks.
    Notify {
        /// The app's id.
        app_id: String,
        /// The release's number.
        release_id: i64,
        /// Group or tester.
        kind: DestinationKind,
        /// Its id.
        destination_id: String,
        /// Where links lead, as `https://slipway.example`.
        origin: String,
        /// The address that was told last.
        after: Option<String>,
    },
    /// Tells one address of one release.
    Deliver {
        /// The delivery's id.
        delivery_id: String,
    },
    /// Publishes a release to a store.
    Publish {
        /// The app's id.
        app_id: String,
        /// The release's number.
        release_id: i64,
        /// The store's id.
        store_id: String,
    },
    /// Sends one letter.
    SendMail(Mail),
}

/// Why a job did not get done.
#[derive(Debug, Error)]
pub enum JobError {
    /// The platform failed; the job may do better next time.
    #[error(transparent)]
    Port(#[from] PortError),
    /// What is stored makes no sense; no repetition helps.
    #[error("{0}")]
    Broken(String),
}

impl JobError {
    /// Whether the job should be tried again.
    pub fn is_retryable(&self) -> bool {
        matches!(self, JobError::Port(_))
    }
}

use std::future::Future;

use protocol::DestinationKind;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Email, PortError};

/// The queue. It delivers a job at least once, in any order.
pub trait JobQueue: Send + Sync {
    /// Puts a job into the queue.
    fn send(&self, job: Job) -> impl Future<Output = Result<(), PortError>> + Send;
    /// Puts a job into the queue that waits there for `seconds`, at most 12 hours.
    fn send_later(&self, job: Job, seconds: u32) -> impl Future<Output = Result<(), PortError>> + Send;
}

/// Work for later. Tagged by version, so that a message that waits in the queue survives a deployment that changes
/// its shape.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "version", content = "job")]
pub enum Job {
    /// The first shape.
    V1(JobV1),
}

/// The jobs there are. Each may run more than once.
///
/// Messages that an older version queued are still read: what was renamed since keeps its name in the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum JobV1 {
    /// Makes a release of a finished upload.
    ProcessUpload {
        /// The upload's id.
        upload_id: String,
    },
    /// Deletes the packages and icons that nothing refers to any more.
    SweepGarbage,
    /// Notifies the testers at a destination of a release, one page of addresses after another, and at last the webhooks.
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
        /// The last address of the page before this one.
        after: Option<String>,
    },
    /// Sends one delivery to its webhook.
    #[serde(rename = "Deliver")]
    DeliverWebhook {
        /// The delivery's id.
        delivery_id: String,
    },
    /// Publishes a release to an app store.
    Publish {
        /// The app's id.
        app_id: String,
        /// The release's number.
        release_id: i64,
        /// The store's id.
        store_id: String,
    },
    /// Sends one e-mail.
    #[serde(rename = "SendMail")]
    SendEmail(Email),
}

/// Why a job did not get done.
#[derive(Debug, Error)]
pub enum JobError {
    /// The platform failed; the job may succeed next time.
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

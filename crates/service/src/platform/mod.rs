//! The ports: all that the service needs from the world, and the types that cross them.
//!
//! Each port is small, uses our own types and [`PortError`], and is implemented twice: on Cloudflare in the worker
//! crate, in memory with failures on command in the tests. One file for each port; [`Platform`] is all of them.
//! This room names no other room of the crate, so that every other room may use it.

mod database;
mod email;
mod jobs;
mod ledgers;
mod object_storage;
mod publisher;
mod rate_limiter;
mod webhooks;

use thiserror::Error;

pub use database::{Database, Rows, Statement, Value};
pub use email::{Email, Mailer};
pub use jobs::{Job, JobError, JobQueue, JobV1};
pub use ledgers::{FileMetadata, LedgerRefusal, LedgerReply, LedgerRequest, LedgerState, Ledgers};
pub use object_storage::{ByteRange, Digests, ObjectKey, ObjectStorage, OpenObject, Part, StoredPart};
pub use publisher::{NoConnector, PublishOutcome, PublishRequest, Publisher};
pub use rate_limiter::RateLimiter;
pub use webhooks::{WebhookRequest, WebhookSender};

/// The world, as the service sees it. Cheap to clone.
pub trait Platform: Clone + Send + Sync + 'static {
    /// A body of bytes on its way between a client and object storage. The service passes it on unread.
    type Stream: Clone + Send + Sync + 'static;

    /// Everything relational.
    fn database(&self) -> &impl Database;
    /// Packages and icons.
    fn object_storage(&self) -> &impl ObjectStorage<Stream = Self::Stream>;
    /// Which chunks each upload has.
    fn ledgers(&self) -> &impl Ledgers;
    /// Work for later.
    fn job_queue(&self) -> &impl JobQueue;
    /// How often a caller may call.
    fn rate_limiter(&self) -> &impl RateLimiter;
    /// E-mails to people.
    fn mailer(&self) -> &impl Mailer;
    /// App stores.
    fn publisher(&self) -> &impl Publisher;
    /// Requests to addresses that users registered.
    fn webhook_sender(&self) -> &impl WebhookSender;

    /// Milliseconds since 1970 UTC.
    fn now(&self) -> i64;
    /// Random bytes fit for secrets.
    fn random(&self) -> [u8; 32];
    /// The key that signs links.
    fn signing_key(&self) -> &[u8];
    /// Writes one line to the operator's log. Never a token, a file's content or a person's data.
    fn log(&self, line: &str);
}

/// What a port could not do. For the log, never for a client.
#[derive(Clone, Debug, Error)]
#[error("{port}: {message}")]
pub struct PortError {
    /// Which port, named like its method of [`Platform`]: `database`, `object_storage`, `job_queue`, …
    pub port: &'static str,
    /// What the platform said.
    pub message: String,
}

impl PortError {
    /// An error of `port` that says `message`.
    pub fn new(port: &'static str, message: &(impl ToString + ?Sized)) -> PortError {
        PortError { port, message: message.to_string() }
    }
}

//! The ports: all that the service needs from the world.
//!
//! Each port is small, speaks our types and our errors, and is implemented twice: on Cloudflare in the worker
//! crate, in memory with failures on command in the tests.

use std::future::Future;

use thiserror::Error;

use crate::job::Job;
use crate::ledger::{LedgerReply, LedgerRequest};

/// The world, as the service sees it. Cheap to clone.
pub trait Platform: Clone + Send + Sync + 'static {
    /// A body of bytes on its way between a client and the object store, never looked into here.
    type Stream: Clone + Send + Sync + 'static;

    /// Where everything relational is.
    fn database(&self) -> &impl Database;
    /// Where packages are.
    fn objects(&self) -> &impl Objects<Stream = Self::Stream>;
    /// Which chunks each upload has.
    fn ledgers(&self) -> &impl Ledgers;
    /// Work for later.
    fn jobs(&self) -> &impl Jobs;
    /// How often a caller may call.
    fn limits(&self) -> &impl Limits;
    /// Letters to people.
    fn mail(&self) -> &impl Mailer;
    /// Addresses that others gave us.
    fn hooks(&self) -> &impl Hooks;

    /// Milliseconds since 1970 UTC.
    fn now(&self) -> i64;
    /// Random bytes fit for secrets.
    fn random(&self) -> [u8; 32];
    /// The key that signs download links.
    fn signing_key(&self) -> &[u8];
    /// One line for the operator. Never a token, a file's content or a person's data.
    fn log(&self, line: &str);
}

/// What a port could not do. For the log, never for a client.
#[derive(Clone, Debug, Error)]
#[error("{port}: {message}")]
pub struct PortError {
    /// Which port: `database`, `objects`, `ledgers`, `jobs`, `limits`, `mail` or `hooks`.
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

/// A value bound to a statement's `?`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// NULL.
    Null,
    /// An integer; D1 keeps 53 bits of it.
    Integer(i64),
    /// Text.
    Text(String),
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::Integer(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Integer(i64::from(value))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Value {
        Value::Text(value.to_owned())
    }
}

impl From<&String> for Value {
    fn from(value: &String) -> Value {
        Value::Text(value.clone())
    }
}

impl<T> From<Option<T>> for Value
where
    Value: From<T>,
{
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Value::from)
    }
}

/// One SQL statement with its values, in the order of its `?`.
#[derive(Clone, Debug)]
pub struct Statement {
    /// SQLite's dialect.
    pub sql: &'static str,
    /// As many as the statement has `?`.
    pub values: Vec<Value>,
}

impl Statement {
    /// A statement with its values.
    pub fn new(sql: &'static str, values: impl Into<Vec<Value>>) -> Statement {
        Statement { sql, values: values.into() }
    }
}

/// The rows a statement gave: each an object of its columns.
pub type Rows = Vec<serde_json::Value>;

/// SQLite, wherever it is.
pub trait Database: Send + Sync {
    /// Runs the statements in order as one transaction, and returns each one's rows.
    ///
    /// # Errors
    /// Nothing was changed. A broken UNIQUE constraint says so in the message, as SQLite does.
    fn batch(&self, statements: Vec<Statement>) -> impl Future<Output = Result<Vec<Rows>, PortError>> + Send;
}

/// The name of an object. Owns every path in the store; nothing that a user typed gets into one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ObjectKey {
    /// An uploaded package, by its asset id.
    Package(String),
    /// The icon found in a package, by the package's asset id.
    Icon(String),
}

impl ObjectKey {
    /// The path in the store.
    pub fn path(&self) -> String {
        match self {
            ObjectKey::Package(asset_id) => format!("packages/{asset_id}"),
            ObjectKey::Icon(asset_id) => format!("icons/{asset_id}"),
        }
    }
}

/// One stored chunk: its number, from 1, and the store's receipt for it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Part {
    /// From 1.
    pub number: u32,
    /// Opaque.
    pub etag: String,
}

/// What the store took as a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPart {
    /// The store's receipt; opaque.
    pub etag: String,
    /// MD5 of the bytes that it took, lower-case hex.
    pub md5: String,
}

/// Digests of an object, lower-case hex.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digests {
    /// 32 digits.
    pub md5: String,
    /// 64 digits.
    pub sha256: String,
}

/// An object on its way out.
#[derive(Clone, Debug)]
pub struct OpenObject<S> {
    /// Its bytes, or the asked range of them.
    pub stream: S,
    /// The whole object's length, in bytes.
    pub size: u64,
}

/// Part of an object: `length` bytes from `offset`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteRange {
    /// From 0.
    pub offset: u64,
    /// At least 1.
    pub length: u64,
}

/// The object store, with multipart uploads as S3 and R2 have them.
pub trait Objects: Send + Sync {
    /// See [`Platform::Stream`].
    type Stream;

    /// Begins a multipart upload and returns the store's id for it.
    fn begin(&self, key: &ObjectKey) -> impl Future<Output = Result<String, PortError>> + Send;
    /// Stores `length` bytes as part `number` and digests them on their way. The same number again replaces it.
    fn put_part(
        &self,
        key: &ObjectKey,
        multipart: &str,
        number: u32,
        stream: Self::Stream,
        length: u64,
    ) -> impl Future<Output = Result<StoredPart, PortError>> + Send;
    /// Stores bytes that were looked at as part `number` and returns its receipt.
    fn put_part_bytes(
        &self,
        key: &ObjectKey,
        multipart: &str,
        number: u32,
        bytes: Vec<u8>,
    ) -> impl Future<Output = Result<String, PortError>> + Send;
    /// Makes the parts one object.
    fn complete(
        &self,
        key: &ObjectKey,
        multipart: &str,
        parts: Vec<Part>,
    ) -> impl Future<Output = Result<(), PortError>> + Send;
    /// Forgets a multipart upload and its parts; one that is gone already is no error.
    fn abort(&self, key: &ObjectKey, multipart: &str) -> impl Future<Output = Result<(), PortError>> + Send;
    /// Stores a small object whole. One of the same key is replaced.
    fn put(&self, key: &ObjectKey, bytes: Vec<u8>) -> impl Future<Output = Result<(), PortError>> + Send;
    /// The object's length in bytes, if there is one.
    fn size(&self, key: &ObjectKey) -> impl Future<Output = Result<Option<u64>, PortError>> + Send;
    /// The bytes of a range, all of them, or an error.
    fn read(
        &self,
        key: &ObjectKey,
        range: ByteRange,
    ) -> impl Future<Output = Result<Vec<u8>, PortError>> + Send;
    /// The object, or a range of it, as a stream.
    fn open(
        &self,
        key: &ObjectKey,
        range: Option<ByteRange>,
    ) -> impl Future<Output = Result<Option<OpenObject<Self::Stream>>, PortError>> + Send;
    /// Reads the whole object once and digests it.
    fn digest(&self, key: &ObjectKey) -> impl Future<Output = Result<Digests, PortError>> + Send;
    /// Removes the object; one that is gone already is no error.
    fn delete(&self, key: &ObjectKey) -> impl Future<Output = Result<(), PortError>> + Send;
}

/// The ledgers of all uploads, each by its asset id. One ledger handles one request at a time.
pub trait Ledgers: Send + Sync {
    /// Asks the ledger of `asset_id`; see [`crate::ledger::Ledger::handle`].
    fn ask(
        &self,
        asset_id: &str,
        request: LedgerRequest,
    ) -> impl Future<Output = Result<LedgerReply, PortError>> + Send;
}

/// The queue. A job runs at least once, in any order.
pub trait Jobs: Send + Sync {
    /// Puts a job into the queue.
    fn send(&self, job: Job) -> impl Future<Output = Result<(), PortError>> + Send;
    /// Puts a job into the queue that waits there for `seconds`, at most 12 hours.
    fn send_later(&self, job: Job, seconds: u32) -> impl Future<Output = Result<(), PortError>> + Send;
}

/// How often a caller may call.
pub trait Limits: Send + Sync {
    /// Counts one call under that key, and says whether it is within the limit.
    fn admit(&self, key: &str) -> impl Future<Output = Result<bool, PortError>> + Send;
}

/// One letter to one address.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Mail {
    /// Whose address it is.
    pub to: String,
    /// One line.
    pub subject: String,
    /// For readers that show plain text.
    pub text: String,
    /// For the others: a whole document.
    pub html: String,
    /// Where one POST ends letters of this kind (RFC 8058), if they come by themselves.
    pub unsubscribe: Option<String>,
}

/// What carries mail.
pub trait Mailer: Send + Sync {
    /// Hands a letter over. Whether it arrives, nobody knows.
    fn send(&self, mail: &Mail) -> impl Future<Output = Result<(), PortError>> + Send;
}

/// One POST to an address that others gave us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookRequest {
    /// HTTPS, and checked before.
    pub url: String,
    /// Besides `Content-Type: application/json`.
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: String,
}

/// What tells other sites of our news.
pub trait Hooks: Send + Sync {
    /// Sends it and returns the HTTP status. Follows no redirect and reads no body.
    fn post(&self, request: &HookRequest) -> impl Future<Output = Result<u16, PortError>> + Send;
}

use std::future::Future;

use super::PortError;

/// The name of an object. Every path in object storage is made here, and nothing that a user typed gets into one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ObjectKey {
    /// An uploaded package, by its asset id.
    Package(String),
    /// The icon found in a package, by the package's asset id.
    Icon(String),
}

impl ObjectKey {
    /// The path in object storage.
    pub fn path(&self) -> String {
        match self {
            ObjectKey::Package(asset_id) => format!("packages/{asset_id}"),
            ObjectKey::Icon(asset_id) => format!("icons/{asset_id}"),
        }
    }
}

/// One stored part of a multipart upload: its number, from 1, and its etag. A chunk is stored as the part of its number.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Part {
    /// From 1.
    pub number: u32,
    /// What object storage returned for it; opaque.
    pub etag: String,
}

/// What object storage returned for a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPart {
    /// Opaque; completing the multipart upload needs it.
    pub etag: String,
    /// MD5 of the bytes that it stored, lower-case hex.
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
    /// Its bytes, or the requested range of them.
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

/// Object storage, with multipart uploads as S3 and R2 have them.
pub trait ObjectStorage: Send + Sync {
    /// See [`Platform::Stream`](super::Platform::Stream).
    type Stream;

    /// Begins a multipart upload and returns its id.
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
    /// Stores bytes that are in memory as part `number` and returns its etag.
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
    /// Drops a multipart upload and its parts; one that is gone already is no error.
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

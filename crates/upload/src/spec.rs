use crate::error::UploadError;

/// What to upload, and to which app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadSpec {
    /// The app's owner, by name.
    pub owner: String,
    /// The app, by name.
    pub app: String,
    /// What the file is called.
    pub file_name: String,
    /// Its length, in bytes.
    pub file_size: u64,
    /// Its media type, if known; decides nothing.
    pub content_type: Option<String>,
    /// The version of a package that does not say its own.
    pub build_version: Option<String>,
    /// The build number of a package that does not say its own.
    pub build_number: Option<String>,
}

/// What the host can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostCapabilities {
    /// Most chunks in flight, from 1 to 8. Browsers open six connections to an origin over HTTP/1.1, of which other
    /// requests need one.
    pub max_parallel: u32,
    /// How much may be read of chunks that wait to be sent, in bytes. Chunks that left together often arrive together:
    /// the connection is idle until the next ones are read.
    pub read_ahead_bytes: u64,
    /// Whether the host may read a file that was changed since it was chosen, and not notice. Then all of it is read a
    /// second time before the upload is finished, and must be what was sent.
    pub may_miss_changes: bool,
}

impl Default for HostCapabilities {
    /// Eight chunks in flight, 16 MiB ahead, and a host that notices when the file is changed.
    fn default() -> HostCapabilities {
        HostCapabilities { max_parallel: 8, read_ahead_bytes: 16 << 20, may_miss_changes: false }
    }
}

/// Why a request has no response, or a read no bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostError {
    /// No connection, or it broke.
    Network,
    /// Nothing came in time.
    Timeout,
    /// The file's bytes cannot be read: it was changed, moved or taken away.
    Unreadable,
}

/// How an upload ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server made a release of it.
    Ready {
        /// The release's number in its app.
        release_id: i64,
    },
    /// It stopped; [`UploadError::can_retry`] says whether [`Upload::retry`](crate::Upload::retry) may continue it.
    Failed(UploadError),
    /// It was cancelled: the server has deleted it, or will.
    Cancelled,
}

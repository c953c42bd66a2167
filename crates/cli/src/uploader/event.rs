//! What the reader, the requests and the system report to the driver.

use bytes::Bytes;
use upload::{HostError, Md5, RawResponse, RequestId};

use super::source::FileChange;

/// Something that happened to an upload.
#[derive(Debug)]
pub(super) enum DriverEvent {
    /// A chunk was read. After the last one, `file_digest` is that of the whole file.
    ChunkRead { id: RequestId, bytes: Bytes, md5: Md5, file_digest: Option<Md5> },
    /// A chunk could not be read, or the file is no longer the same.
    ReadFailed { id: RequestId, change: FileChange },
    /// A request has its response.
    ResponseReceived { id: RequestId, response: ReceivedResponse },
    /// A request has none; `cause` is the HTTP library's message.
    RequestFailed { id: RequestId, error: HostError, cause: String },
    /// The time that the state machine asked for has come.
    Timer,
    /// The counters of sent bytes are due.
    Tick,
    /// Ctrl-C.
    Interrupt,
}

/// A response with its whole body.
#[derive(Debug)]
pub(super) struct ReceivedResponse {
    pub(super) status: u16,
    pub(super) body: String,
    pub(super) retry_after: Option<String>,
    pub(super) date: Option<String>,
}

impl ReceivedResponse {
    /// The same, borrowed, as the state machine takes it.
    pub(super) fn as_raw(&self) -> RawResponse<'_> {
        RawResponse {
            status: self.status,
            body: &self.body,
            retry_after: self.retry_after.as_deref(),
            date: self.date.as_deref(),
        }
    }
}

use crate::checkpoint::Checkpoint;
use crate::http::{Request, RequestId};

/// What the host has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Read this chunk of the file, keep its bytes under this id, and report their MD5 by
    /// [`on_chunk_read`](crate::Upload::on_chunk_read), or that they cannot be read by
    /// [`on_failure`](crate::Upload::on_failure).
    ///
    /// Chunks are read one after the other, and each for the first time in ascending order without a gap, so that a
    /// digest of the whole file can take them as they come. One that has to be sent again is read again.
    ReadChunk {
        /// Names the bytes, and the request that sends them.
        id: RequestId,
        /// Where they start in the file, in bytes.
        offset: u64,
        /// How many they are.
        len: u64,
    },
    /// Send this request, and report what becomes of it under this id. The bytes of a chunk are those that were kept
    /// under the same id; no other request needs them.
    Send {
        /// Names the request from now on.
        id: RequestId,
        /// What to send.
        request: Request,
    },
    /// Abort this request, or drop the bytes kept under this id, and report nothing more about it.
    Abort {
        /// The request or the bytes.
        id: RequestId,
    },
    /// Call [`on_timer`](crate::Upload::on_timer) at this time, in milliseconds; it replaces any such time before.
    WakeAt(u64),
    /// The server refuses the session or token: get another one, and report by
    /// [`on_credentials`](crate::Upload::on_credentials) whether there is one. Nothing is sent meanwhile.
    RenewCredentials,
    /// Save this where it survives a crash, in place of the one before. Only the newest counts.
    SaveCheckpoint(Box<Checkpoint>),
    /// The saved checkpoint is of no use any more.
    DeleteCheckpoint,
}

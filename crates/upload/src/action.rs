use crate::checkpoint::Checkpoint;
use crate::http::{Request, RequestId};

/// What the machine wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Read this part of the file, keep its bytes under this id, and tell their MD5 by
    /// [`on_chunk_read`](crate::Upload::on_chunk_read), or that they cannot be read by [`on_failure`](crate::Upload::on_failure).
    ///
    /// Parts are read one after the other, and each for the first time in ascending order without a gap, so that a digest
    /// of the whole file can take them as they come. One that has to be sent again is read again.
    ReadChunk {
        /// Names the bytes, and the call that sends them.
        id: RequestId,
        /// Where they start in the file, in bytes.
        offset: u64,
        /// How many they are.
        len: u64,
    },
    /// Send this call, and tell what becomes of it under this id. The bytes of a part are those that were kept under the
    /// same id; nobody asks for them again.
    Send {
        /// Names the call from now on.
        id: RequestId,
        /// What to send.
        request: Request,
    },
    /// Give up this call, or the bytes kept under this id, and tell nothing more about it.
    Abort {
        /// What is to end.
        id: RequestId,
    },
    /// Call [`on_timer`](crate::Upload::on_timer) at this time, in milliseconds, and forget any wish before.
    WakeAt(u64),
    /// The server does not know us any more: get a new session or token, and tell by
    /// [`on_credentials`](crate::Upload::on_credentials) whether there is one. Nothing is sent meanwhile.
    RenewCredentials,
    /// Keep this where a crash leaves it alone, in place of the one before. Only the newest counts.
    SaveCheckpoint(Box<Checkpoint>),
    /// What was kept is of no use any more.
    DeleteCheckpoint,
}

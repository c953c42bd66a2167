use upload::{HostError, RequestId};

use crate::worker::file::ChunkRead;

/// What happens to an upload: what the browser reports, and what the user wants.
pub(in crate::worker) enum DriverEvent {
    /// The server has answered.
    Response {
        id: RequestId,
        status: u16,
        body: String,
        retry_after: Option<String>,
        date: Option<String>,
    },
    /// So many bytes of a request's body have left.
    BytesSent {
        id: RequestId,
        loaded: u64,
    },
    /// A request has ended without a response; why is not known yet.
    NoResponse {
        id: RequestId,
    },
    /// A request has no response, and why.
    Failed {
        id: RequestId,
        error: HostError,
    },
    /// A chunk was read, or could not be.
    ChunkRead(ChunkRead),
    /// The page has opened another session, or could not.
    CredentialsRenewed {
        is_renewed: bool,
    },
    /// The time has come that the state machine asked for.
    Timer,
    /// It is time to show the progress.
    Tick,
    Online,
    Offline,
    Pause,
    Unpause,
    Cancel,
    Retry,
}

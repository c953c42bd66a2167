use super::class::ErrorClass;
use crate::step::Step;

/// How often an upload that the server has lost begins anew.
///
/// A server that loses one upload has restarted or was cleaned up; one that loses three would lose the next as well,
/// after all bytes were sent a fourth time.
pub(crate) const MAX_NEW_UPLOADS: u32 = 2;

/// How often a lost cancel is sent. The server deletes the upload by itself after a day.
pub(crate) const MAX_CANCEL_ATTEMPTS: u32 = 3;

/// How often the server may miss chunks after all were stored.
pub(crate) const MAX_MISSING_ROUNDS: u32 = 5;

/// What the upload knows besides the error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Situation {
    /// The server cannot be reached, and a probe is sent now and then.
    pub(crate) is_unreachable: bool,
    /// The upload was begun by an earlier run, and the server has not confirmed yet that it still has it.
    pub(crate) is_resuming: bool,
    /// The server keeps an unfinished upload for a day, and that time has passed.
    pub(crate) is_expired: bool,
    /// The upload may begin anew once more; see [`MAX_NEW_UPLOADS`].
    pub(crate) may_begin_anew: bool,
}

/// What happens after a failed request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reaction {
    /// Send the same request again after a wait, as long as there are attempts left; else stop.
    Retry,
    /// Send the cancel again, as long as there are attempts left; else take the upload for cancelled.
    RetryCancel,
    /// Take the upload for cancelled: the server deletes it by itself after a day.
    AssumeCancelled,
    /// Send the next probe later.
    ProbeLater,
    /// Nothing: the request was only a probe.
    Ignore,
    /// Ask the host for another session or token, then send the request again.
    RenewCredentials,
    /// Ask the server what it knows of the upload, then continue or begin anew.
    FetchStatus,
    /// Every chunk is stored: finish.
    Finish,
    /// Begin a new upload of the same file.
    BeginAnew,
    /// Ask for the release that is being made.
    Poll,
    /// Stop with this error.
    Stop,
    /// Stop: the server has examined the file while no client was there.
    StopAtPoll,
}

/// The retry rule: what failed × what it means → what happens.
///
/// Three kinds of failures are kept apart, because one budget for all of them would stop uploads that only need time:
///
/// - A request fails while others succeed. It is sent again after a random wait, ten times while the upload makes no
///   progress.
/// - Nothing gets through at all. A laptop in a train would use up ten attempts within two minutes, so none is counted:
///   one probe is sent now and then, for up to a day.
/// - The session or token is refused. Trying again does not help, and ten requests with a bad token look like an
///   attack: the host is asked for another one.
pub(crate) fn reaction(step: Step, class: ErrorClass, situation: Situation) -> Reaction {
    match step {
        Step::Cancel => after_cancel(class),
        // 400: a release is being made of the file, or was. Which one it is, the server says.
        Step::CancelCommitted if class == ErrorClass::BadRequest => Reaction::Poll,
        Step::CancelCommitted => after_cancel(class),
        Step::Probe => match class {
            ErrorClass::NoResponse if situation.is_unreachable => Reaction::ProbeLater,
            ErrorClass::NoResponse
            | ErrorClass::Overloaded
            | ErrorClass::Transient
            | ErrorClass::BadRequest
            | ErrorClass::Unauthorized
            | ErrorClass::Forbidden
            | ErrorClass::NotFound
            | ErrorClass::Refused
            | ErrorClass::UploadClosed
            | ErrorClass::UploadGone
            | ErrorClass::ChunksMissing
            | ErrorClass::FileChanged
            | ErrorClass::PackageRejected => Reaction::Ignore,
        },
        Step::Create
        | Step::SetMetadata
        | Step::UploadChunk(_)
        | Step::Finish
        | Step::Commit
        | Step::Poll
        | Step::FetchStatus => after_request(step, class, situation),
    }
}

fn after_cancel(class: ErrorClass) -> Reaction {
    if class.is_transient() { Reaction::RetryCancel } else { Reaction::AssumeCancelled }
}

fn after_request(step: Step, class: ErrorClass, situation: Situation) -> Reaction {
    match class {
        ErrorClass::NoResponse if situation.is_unreachable => Reaction::ProbeLater,
        ErrorClass::NoResponse | ErrorClass::Overloaded | ErrorClass::Transient => Reaction::Retry,
        ErrorClass::Unauthorized | ErrorClass::Forbidden => Reaction::RenewCredentials,
        ErrorClass::NotFound | ErrorClass::UploadClosed | ErrorClass::UploadGone => {
            if situation.is_resuming {
                gone_when_resuming(step, class)
            } else {
                gone_meanwhile(step, class, situation)
            }
        }
        ErrorClass::PackageRejected if step == Step::FetchStatus => Reaction::StopAtPoll,
        ErrorClass::PackageRejected
        | ErrorClass::BadRequest
        | ErrorClass::Refused
        | ErrorClass::ChunksMissing
        | ErrorClass::FileChanged => Reaction::Stop,
    }
}

/// The server does not have the upload of an earlier run any more, or takes nothing more of it.
fn gone_when_resuming(step: Step, class: ErrorClass) -> Reaction {
    match (step, class) {
        // Every chunk was stored, and perhaps only the response to that never came.
        (Step::SetMetadata, ErrorClass::UploadClosed) => Reaction::Finish,
        (Step::FetchStatus, ErrorClass::UploadClosed) => Reaction::Stop,
        (Step::FetchStatus | Step::SetMetadata | Step::Finish, _) => Reaction::BeginAnew,
        (
            Step::Create
            | Step::UploadChunk(_)
            | Step::Commit
            | Step::Poll
            | Step::Probe
            | Step::Cancel
            | Step::CancelCommitted,
            _,
        ) => Reaction::Stop,
    }
}

/// The server lost the upload while it was under way, or it has expired.
///
/// Asking for its status comes first: a proxy that says 404 once, or a chunk that arrives after a finish, must not cost
/// all bytes that are stored.
fn gone_meanwhile(step: Step, class: ErrorClass, situation: Situation) -> Reaction {
    let takes_chunks = matches!(step, Step::SetMetadata | Step::UploadChunk(_) | Step::Finish);
    let is_lost = class == ErrorClass::NotFound || situation.is_expired;
    if takes_chunks && is_lost && situation.may_begin_anew { Reaction::FetchStatus } else { Reaction::Stop }
}

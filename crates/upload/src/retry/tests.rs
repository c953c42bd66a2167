//! The whole table, written out once more: a change of the rule has to be made in both places.

use super::class::ErrorClass;
use super::rules::{Reaction, Situation, reaction};
use crate::error::{StepError, UploadError};
use crate::step::Step;

/// The columns of the table.
const STEPS: [Step; 10] = [
    Step::Create,
    Step::SetMetadata,
    Step::UploadChunk(1),
    Step::Finish,
    Step::Commit,
    Step::Poll,
    Step::FetchStatus,
    Step::Probe,
    Step::Cancel,
    Step::CancelCommitted,
];

/// An upload that is under way, and nothing else is wrong.
const RUNNING: Situation =
    Situation { is_unreachable: false, is_resuming: false, is_expired: false, may_begin_anew: true };

/// One error of each kind; those that hold a status, once for each status that means something else.
fn errors() -> Vec<StepError> {
    let refused = |status| StepError::Refused { status, message: String::new() };
    let server_error = |status| StepError::ServerError { status };
    let mut errors = vec![
        StepError::Network,
        StepError::TimedOut,
        StepError::Stalled { seconds: 20 },
        StepError::ServerBusy,
        StepError::UnexpectedResponse { expected: "" },
        StepError::ProcessingTimeout { minutes: 30 },
        StepError::ChunksMissing { rounds: 6 },
        StepError::Corrupted,
        StepError::UploadClosed { message: String::new() },
        StepError::UploadGone,
        StepError::FileChanged,
        StepError::PackageRejected { details: String::new() },
    ];
    errors.extend([408, 425, 429, 500, 502, 503, 504].map(server_error));
    errors.extend([200, 302, 400, 401, 403, 404, 409, 412, 413].map(refused));
    errors
}

/// What happens to an upload that is under way, a letter for each of [`STEPS`].
fn row(error: &StepError) -> &'static str {
    match error {
        StepError::Network
        | StepError::TimedOut
        | StepError::Stalled { .. }
        | StepError::ServerError { .. }
        | StepError::ServerBusy
        | StepError::UnexpectedResponse { .. }
        | StepError::ProcessingTimeout { .. }
        | StepError::Corrupted => "RRRRRRR-CC",
        StepError::Refused { status: 400, .. } => "SSSSSSS-AP",
        StepError::Refused { status: 401 | 403, .. } => "KKKKKKK-AA",
        StepError::Refused { status: 404, .. } => "SFFFSSS-AA",
        StepError::Refused { .. }
        | StepError::ChunksMissing { .. }
        | StepError::UploadClosed { .. }
        | StepError::UploadGone
        | StepError::FileChanged => "SSSSSSS-AA",
        StepError::PackageRejected { .. } => "SSSSSSs-AA",
    }
}

fn letter(reaction: Reaction) -> char {
    match reaction {
        Reaction::Retry => 'R',
        Reaction::RetryCancel => 'C',
        Reaction::AssumeCancelled => 'A',
        Reaction::ProbeLater => 'L',
        Reaction::Ignore => '-',
        Reaction::RenewCredentials => 'K',
        Reaction::FetchStatus => 'F',
        Reaction::Finish => 'E',
        Reaction::BeginAnew => 'N',
        Reaction::Poll => 'P',
        Reaction::Stop => 'S',
        Reaction::StopAtPoll => 's',
    }
}

/// Compares every error in this situation with the row that `expected` gives for it.
fn check(situation: Situation, expected: impl Fn(&StepError) -> &'static str) {
    for error in errors() {
        let row: String = STEPS.map(|step| letter(reaction(step, error.class(), situation))).iter().collect();
        assert_eq!(row, expected(&error), "{error:?} in {situation:?}");
    }
}

#[test]
fn every_error_of_a_running_upload_has_its_row() {
    check(RUNNING, row);
}

#[test]
fn while_the_server_cannot_be_reached_no_response_uses_up_no_attempt() {
    check(Situation { is_unreachable: true, ..RUNNING }, |error| match error.class() {
        ErrorClass::NoResponse => "LLLLLLLLCC",
        _ => row(error),
    });
}

#[test]
fn an_upload_that_is_gone_when_it_is_resumed_begins_anew() {
    check(Situation { is_resuming: true, ..RUNNING }, |error| match error.class() {
        ErrorClass::NotFound | ErrorClass::UploadGone => "SNSNSSN-AA",
        ErrorClass::UploadClosed => "SESNSSS-AA",
        _ => row(error),
    });
}

#[test]
fn an_expired_upload_is_looked_up_before_it_stops() {
    check(Situation { is_expired: true, ..RUNNING }, |error| match error.class() {
        ErrorClass::NotFound | ErrorClass::UploadGone | ErrorClass::UploadClosed => "SFFFSSS-AA",
        _ => row(error),
    });
}

#[test]
fn an_upload_that_was_lost_too_often_stops() {
    check(Situation { is_expired: true, may_begin_anew: false, ..RUNNING }, |error| match error.class() {
        ErrorClass::NotFound => "SSSSSSS-AA",
        _ => row(error),
    });
}

/// The columns: whether it is transient, congestion, worth a retry by the user, and final.
#[test]
fn every_error_has_its_class() {
    for error in errors() {
        let class = error.class();
        let upload_error = UploadError { step: Step::Commit, error: error.clone() };
        let is =
            [class.is_transient(), class.is_congestion(), upload_error.can_retry(), upload_error.is_final()];
        let expected = match &error {
            StepError::Network
            | StepError::TimedOut
            | StepError::Stalled { .. }
            | StepError::ServerError { status: 408 | 429 | 503 | 504 } => [true, true, true, false],
            StepError::ServerError { .. }
            | StepError::ServerBusy
            | StepError::UnexpectedResponse { .. }
            | StepError::ProcessingTimeout { .. }
            | StepError::Corrupted => [true, false, true, false],
            StepError::ChunksMissing { .. } | StepError::Refused { status: 401, .. } => {
                [false, false, true, false]
            }
            StepError::UploadGone
            | StepError::PackageRejected { .. }
            | StepError::Refused { status: 404, .. } => [false, false, false, true],
            StepError::Refused { .. } | StepError::UploadClosed { .. } | StepError::FileChanged => [false; 4],
        };
        assert_eq!(is, expected, "{error:?}");
    }
}

#[test]
fn a_refusal_of_the_first_request_is_final_as_there_is_no_upload() {
    for error in errors() {
        let is_refusal = matches!(error, StepError::Refused { .. });
        let is_final = UploadError { step: Step::Commit, error: error.clone() }.is_final();
        assert_eq!(UploadError { step: Step::Create, error }.is_final(), is_final || is_refusal);
    }
}

#[test]
fn every_status_has_a_class() {
    assert_eq!([200, 204, 299].map(ErrorClass::of_status), [None; 3]);
    for (status, class) in [
        (100, ErrorClass::Refused),
        (302, ErrorClass::Refused),
        (400, ErrorClass::BadRequest),
        (401, ErrorClass::Unauthorized),
        (403, ErrorClass::Forbidden),
        (404, ErrorClass::NotFound),
        (408, ErrorClass::Overloaded),
        (413, ErrorClass::Refused),
        (425, ErrorClass::Transient),
        (429, ErrorClass::Overloaded),
        (500, ErrorClass::Transient),
        (502, ErrorClass::Transient),
        (503, ErrorClass::Overloaded),
        (504, ErrorClass::Overloaded),
        (599, ErrorClass::Transient),
    ] {
        assert_eq!(ErrorClass::of_status(status), Some(class), "{status}");
    }
}

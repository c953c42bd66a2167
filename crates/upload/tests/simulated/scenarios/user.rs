//! Users who cancel, pause and retry.

use upload::{Outcome, Phase, Step, StepError};

use super::{READY, failure, fault_free, request_lines, sends};
use crate::simulation::request_fault::RequestFault;
use crate::simulation::{Restart, Setup, Simulation};

#[test]
fn a_cancel_before_the_server_knows_the_upload_sends_nothing() {
    let mut simulation = fault_free(4);
    simulation.drain();
    simulation.cancel();
    assert_eq!(simulation.run(), Outcome::Cancelled);
    assert_eq!(simulation.requests.len(), 1);
}

#[test]
fn a_cancel_frees_what_the_server_has() {
    let mut simulation = fault_free(4);
    simulation.run_until(|simulation| simulation.requests.len() > 6);
    simulation.cancel();
    assert_eq!(simulation.run(), Outcome::Cancelled);
    assert!(simulation.server.newest_is_gone() && simulation.server.uploads[0].parts.is_empty());
    assert!(!simulation.host.has_checkpoint());
}

#[test]
fn a_cancel_without_a_response_ends_too() {
    let cut = RequestFault::CutRequest { at: 0, arrives: false };
    let mut simulation = Simulation::new(Setup::new(4), |request, _| {
        if request.path.starts_with("/upload/cancel/") { cut } else { RequestFault::None }
    });
    simulation.run_until(|simulation| simulation.requests.len() >= 5);
    simulation.cancel();
    let n_requests = simulation.requests.len();
    assert_eq!(simulation.run(), Outcome::Cancelled);
    assert_eq!(simulation.requests.len(), n_requests + 3);
}

#[test]
fn a_cancel_without_a_network_ends_within_seconds() {
    let mut simulation = fault_free(4);
    simulation.run_until(|simulation| simulation.requests.len() >= 5);
    simulation.is_connected = false;
    let now = simulation.now;
    simulation.cancel();
    assert_eq!(simulation.run(), Outcome::Cancelled);
    assert!(simulation.now - now < 5_000, "it took {} ms", simulation.now - now);
}

#[test]
fn a_cancel_after_the_finish_cancels_the_complete_file() {
    let mut simulation = fault_free(4);
    simulation.run_until(|simulation| simulation.server.n_sealed() > 0);
    assert_eq!(simulation.upload.progress(simulation.clock()).phase, Phase::Finishing);
    simulation.cancel();
    assert_eq!(simulation.run(), Outcome::Cancelled);
    assert!(
        request_lines(&simulation.requests).iter().any(|request| request.starts_with("POST /upload/cancel/"))
    );
    assert_eq!((simulation.server.n_finished(), simulation.server.uploads[0].closes), (0, 0));
}

/// All of it was sent and not committed when the program crashed; then the user discards it.
#[test]
fn a_complete_upload_that_is_discarded_after_a_crash_becomes_no_release() {
    let is_broken = std::cell::Cell::new(true);
    let mut simulation = Simulation::new(Setup::new(4), |request, _| {
        if is_broken.get() && request.method.as_str() == "PATCH" {
            RequestFault::status(500)
        } else {
            RequestFault::None
        }
    });
    simulation.run_until(|simulation| {
        request_lines(&simulation.requests).last().is_some_and(|last| last.starts_with("PATCH "))
    });
    simulation.crash(Restart::SameFile);
    is_broken.set(false);
    simulation.cancel();
    assert_eq!(simulation.run(), Outcome::Cancelled);
    assert_eq!(simulation.server.uploads[0].closes, 0);
}

#[test]
fn a_pause_that_comes_too_late_ends_by_itself() {
    let mut simulation = fault_free(4);
    simulation.run_until(|simulation| {
        request_lines(&simulation.requests).last().is_some_and(|last| last.contains("/upload/finished"))
    });
    simulation.pause();
    assert_eq!(simulation.upload.progress(simulation.clock()).phase, Phase::Paused);
    assert_eq!(simulation.run(), READY);
}

#[test]
fn a_cancel_while_a_release_is_being_made_changes_nothing() {
    for request in ["PATCH ", "GET "] {
        let mut simulation = fault_free(4);
        simulation.run_until(|simulation| {
            request_lines(&simulation.requests).last().is_some_and(|last| last.starts_with(request))
        });
        simulation.cancel();
        assert_eq!(simulation.run(), READY);
        assert!(
            request_lines(&simulation.requests)
                .iter()
                .all(|request| !request.starts_with("POST /upload/cancel/"))
        );
    }
}

#[test]
fn a_cancel_after_a_failed_commit_leaves_the_error_to_be_retried() {
    let is_broken = std::cell::Cell::new(true);
    let mut simulation = Simulation::new(Setup::new(4), |request, _| {
        if is_broken.get() && request.method.as_str() == "PATCH" {
            RequestFault::status(500)
        } else {
            RequestFault::None
        }
    });
    let expected = (Step::Commit, StepError::ServerError { status: 500 }, true);
    assert_eq!(failure(simulation.run()), expected);
    simulation.cancel();
    assert_eq!(failure(simulation.run()), expected);
    is_broken.set(false);
    simulation.retry();
    assert_eq!(simulation.run(), READY);
}

#[test]
fn a_failed_upload_can_be_cancelled() {
    let mut simulation = Simulation::new(Setup::new(4), |request, _| {
        if super::is_chunk(request, 2) { RequestFault::status(500) } else { RequestFault::None }
    });
    assert_eq!(failure(simulation.run()).0, Step::UploadChunk(2));
    simulation.cancel();
    assert_eq!(simulation.run(), Outcome::Cancelled);
    assert!(simulation.server.newest_is_gone());
}

/// uppy#3194: an upload that was paused at the wrong moment never continued.
#[test]
fn an_upload_paused_at_any_moment_continues_afterwards() {
    for moment in 0..90 {
        let mut simulation = fault_free(5);
        let mut n_steps = 0;
        simulation.run_until(|_| {
            n_steps += 1;
            n_steps > moment
        });
        simulation.pause();
        simulation.pause();
        simulation.run_on(20_000);
        simulation.unpause();
        simulation.unpause();
        assert_eq!(simulation.run(), READY, "paused after {moment} steps");
    }
}

#[test]
fn a_pause_aborts_what_is_in_flight_and_sends_nothing() {
    let mut simulation = fault_free(5);
    simulation.run_until(|simulation| simulation.requests.len() == 5);
    simulation.pause();
    simulation.drain();
    let progress = simulation.upload.progress(simulation.clock());
    assert_eq!((progress.phase, progress.in_flight.len()), (Phase::Paused, 0));
    let n_requests = simulation.requests.len();
    simulation.run_on(3_600_000);
    assert_eq!(simulation.requests.len(), n_requests);
    simulation.unpause();
    assert_eq!(simulation.run(), READY);
}

#[test]
fn a_paused_upload_can_be_cancelled() {
    let mut simulation = fault_free(5);
    simulation.run_until(|simulation| simulation.requests.len() == 5);
    simulation.pause();
    simulation.drain();
    simulation.cancel();
    assert_eq!(simulation.run(), Outcome::Cancelled);
    assert!(simulation.server.newest_is_gone());
}

#[test]
fn a_retry_of_what_has_not_failed_changes_nothing() {
    let mut simulation = fault_free(5);
    simulation.run_until(|simulation| simulation.requests.len() == 5);
    simulation.retry();
    simulation.drain();
    assert_eq!(simulation.requests.len(), 5);
    assert_eq!(simulation.run(), READY);
    assert_eq!(sends(&simulation.requests).into_values().max(), Some(1));
}

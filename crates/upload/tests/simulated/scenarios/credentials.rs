//! Sessions and tokens that expire before the upload ends.

use upload::{Phase, Step, StepError, Waiting};

use super::{READY, failure, fault_free, faulty_chunk, is_chunk, request_lines, sends};
use crate::simulation::request_fault::RequestFault;
use crate::simulation::{Disruption, Setup, Simulation};

/// uppy#1724: a signature lasted five minutes, the pause was longer, and every retry used the expired one.
#[test]
fn an_upload_continues_after_a_pause_in_which_the_session_expired() {
    let mut simulation = fault_free(1);
    simulation.schedule(1_200, Disruption::Pause(11 * 60_000));
    simulation.schedule(5_000, Disruption::EndSession);
    assert_eq!(simulation.run(), READY);
    assert!(!simulation.server.is_session_over, "the credentials were renewed");
    assert!(sends(&simulation.requests).into_values().all(|n| n <= 2));
}

#[test]
fn a_refused_chunk_is_sent_again_with_new_credentials() {
    for status in [401, 403] {
        let mut simulation = Simulation::new(Setup::new(2), faulty_chunk(3, 1, RequestFault::status(status)));
        simulation.run_until(|simulation| {
            simulation.upload.progress(simulation.clock()).waiting == Some(Waiting::Credentials)
        });
        assert_eq!(simulation.run(), READY);
        assert_eq!(sends(&simulation.requests)[&3], 2);
        assert!(sends(&simulation.requests).into_values().filter(|n| *n > 1).count() <= 1, "only that one");
    }
}

/// uppy#1915: all addresses were signed at the start, and all of them had expired when their chunks were sent.
#[test]
fn requests_that_are_refused_together_renew_the_credentials_once() {
    let mut n = 0;
    let mut simulation =
        Simulation::new(Setup { file_size: 20 * 4096, ..Setup::new(2) }, move |request, _| {
            let is_faulty = (5..=8).any(|number| is_chunk(request, number)) && n < 4;
            n += u32::from(is_faulty);
            if is_faulty { RequestFault::status(401) } else { RequestFault::None }
        });
    assert_eq!(simulation.run(), READY, "four renewals would be more than are allowed one after the other");
}

#[test]
fn nothing_is_sent_while_credentials_are_renewed() {
    let mut simulation = Simulation::new(Setup::new(2), faulty_chunk(1, 1, RequestFault::status(401)));
    simulation.run_until(|simulation| {
        simulation.upload.progress(simulation.clock()).waiting == Some(Waiting::Credentials)
    });
    let (n_requests, mut n_requests_then) = (simulation.requests.len(), 0);
    simulation.run_until(|simulation| {
        let is_waiting = simulation.upload.progress(simulation.clock()).waiting == Some(Waiting::Credentials);
        if is_waiting {
            n_requests_then = simulation.requests.len();
        }
        !is_waiting
    });
    assert_eq!(n_requests_then, n_requests, "{:?}", request_lines(&simulation.requests[n_requests..]));
    assert!(simulation.requests.len() > n_requests, "it continues");
}

#[test]
fn without_new_credentials_it_stops_and_a_retry_continues_with_them() {
    let mut simulation = fault_free(3);
    simulation.renewals_refused = 100;
    simulation.run_until(|simulation| simulation.requests.len() > 4);
    simulation.server.is_session_over = true;
    let (_, error, can_retry) = failure(simulation.run());
    assert!(matches!(error, StepError::Refused { status: 401, .. }), "{error:?}");
    assert!(can_retry && simulation.host.has_checkpoint());
    let n_sends = sends(&simulation.requests).len();

    simulation.renewals_refused = 0;
    simulation.retry();
    assert_eq!(simulation.run(), READY);
    assert_eq!(n_sends, 6, "what was stored is not sent again");
    assert_eq!(sends(&simulation.requests).into_values().max(), Some(1));
}

#[test]
fn a_permission_that_was_revoked_stops_the_upload() {
    let mut simulation = Simulation::new(Setup::new(3), |request, _| {
        if is_chunk(request, 2) { RequestFault::status(403) } else { RequestFault::None }
    });
    let (step, error, _) = failure(simulation.run());
    assert_eq!(step, Step::UploadChunk(2));
    assert!(matches!(error, StepError::Refused { status: 403, .. }), "{error:?}");
    assert!(sends(&simulation.requests)[&2] <= 8, "{:?}", sends(&simulation.requests));
    assert_eq!(simulation.shown().phase, Phase::Failed);
}

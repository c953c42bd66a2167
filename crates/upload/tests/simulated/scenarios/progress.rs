//! What the user sees.

use upload::{Outcome, Phase, Step, StepError, Waiting};

use super::{READY, failure, fault_free, faulty_chunk, is_chunk};
use crate::simulation::request_fault::RequestFault;
use crate::simulation::{Disruption, Restart, Setup, Simulation};

/// EvaporateJS#216, fal#1171 and others: when a chunk began again, the progress bar went back.
#[test]
fn progress_does_not_go_back_when_a_chunk_begins_again() {
    let cut = RequestFault::CutRequest { at: 950, arrives: false };
    let mut simulation = Simulation::new(Setup { file_size: 4096, ..Setup::new(5) }, faulty_chunk(1, 2, cut));
    simulation.run_until(|simulation| simulation.requests.len() >= 4);
    let progress = simulation.upload.progress(simulation.clock());
    let in_flight: u64 = progress.in_flight.iter().map(|chunk| chunk.sent).sum();
    assert_eq!((in_flight, progress.committed_bytes), (0, 0), "it begins again");
    assert!(progress.sent_bytes >= 3_500, "{progress:?}");
    assert_eq!(simulation.run(), READY);
}

#[test]
fn one_hundred_percent_is_shown_only_once_the_server_has_confirmed() {
    let mut simulation = fault_free(5);
    simulation
        .run_until(|simulation| simulation.upload.progress(simulation.clock()).committed_bytes == 20_485);
    let progress = simulation.upload.progress(simulation.clock());
    assert_eq!((progress.percent, progress.phase), (99, Phase::Finishing));
    simulation.run_until(|simulation| simulation.upload.progress(simulation.clock()).percent == 100);
    assert!(simulation.server.n_sealed() > 0);
}

#[test]
fn the_phases_come_in_their_order() {
    let mut setup = Setup::new(5);
    setup.behavior.n_busy_polls = 2;
    let mut simulation = Simulation::new(setup, |_, _| RequestFault::None);
    let mut phases = Vec::new();
    let mut look = |simulation: &Simulation<'_>| {
        let progress = simulation.upload.progress(simulation.clock());
        if phases.last() != Some(&progress.phase) {
            phases.push(progress.phase);
        }
        progress.chunks_stored
    };
    simulation.run_until(|simulation| look(simulation) >= 2);
    simulation.crash(Restart::SameFile);
    simulation.run_until(|simulation| look(simulation) > 6);
    let expected = [
        Phase::Preparing,
        Phase::Uploading,
        Phase::Resuming,
        Phase::Checking,
        Phase::Uploading,
        Phase::Finishing,
        Phase::Processing,
    ];
    assert_eq!(phases, expected);
}

#[test]
fn a_retry_is_shown_with_its_reason_until_it_succeeds() {
    let mut simulation =
        Simulation::new(
            Setup::new(4),
            |_, n| if n < 2 { RequestFault::status(503) } else { RequestFault::None },
        );
    let is_waiting =
        |simulation: &Simulation<'_>| simulation.upload.progress(simulation.clock()).waiting.is_some();
    simulation.run_until(is_waiting);
    let waiting = simulation.upload.progress(simulation.clock()).waiting;
    let Some(Waiting::Retry { failures, reason, .. }) = waiting else { panic!("got {waiting:?}") };
    assert_eq!((failures, reason.as_str()), (1, "server error (503)"));
    simulation.run_until(|simulation| !is_waiting(simulation));
    assert_eq!(simulation.upload.progress(simulation.clock()).phase, Phase::Preparing);
    assert_eq!(simulation.run(), READY);
}

#[test]
fn a_missing_network_is_shown_as_such() {
    let mut simulation = fault_free(4);
    simulation.schedule(1_500, Disruption::Offline { for_ms: 60_000, is_reported: true });
    simulation.run_until(|simulation| !simulation.is_connected);
    simulation.drain();
    let waiting = simulation.upload.progress(simulation.clock()).waiting;
    assert!(matches!(waiting, Some(Waiting::Network { seconds }) if seconds <= 30), "{waiting:?}");
    assert_eq!(simulation.run(), READY);
}

#[test]
fn a_message_names_the_step_and_the_cause() {
    let mut simulation = Simulation::new(Setup::new(9), |request, _| {
        if is_chunk(request, 2) { RequestFault::ErrorCode("InvalidLength") } else { RequestFault::None }
    });
    let Outcome::Failed(error) = simulation.run() else { panic!("expected a failure") };
    assert_eq!(error.to_string(), "could not upload chunk 2: not stored (status 200)");
}

#[test]
fn a_sign_in_page_in_between_is_an_unexpected_response() {
    let mut simulation = Simulation::new(Setup::new(9), |_, _| RequestFault::Html(200));
    let Outcome::Failed(error) = simulation.run() else { panic!("expected a failure") };
    assert_eq!((error.step, error.can_retry()), (Step::Create, true));
    assert!(matches!(error.error, StepError::UnexpectedResponse { .. }));
    assert!(simulation.requests.len() <= 10);
}

/// App Center's command line reported success when there was no release.
#[test]
fn nothing_is_ready_without_the_number_of_a_release() {
    let mut simulation = Simulation::new(Setup::new(9), |request, _| {
        if request.method.as_str() == "GET" { RequestFault::CutBody(400) } else { RequestFault::None }
    });
    let (step, error, can_retry) = failure(simulation.run());
    assert_eq!((step, can_retry), (Step::Poll, true));
    assert!(matches!(error, StepError::UnexpectedResponse { .. }), "{error:?}");
}

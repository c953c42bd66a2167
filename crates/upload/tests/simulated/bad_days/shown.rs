//! What people see of it.

use upload::{Outcome, Phase, Step, StepError, Waiting};

use super::{READY, failure, good, is_chunk, unlucky};
use crate::world::luck::Luck;
use crate::world::{Incident, Restart, Setup, World};

/// EvaporateJS#216, fal#1171 and others: when a part began again, what had been shown of it was taken back.
#[test]
fn what_is_shown_stays_when_a_part_begins_again() {
    let cut = Luck::CutRequest { at: 950, arrives: false };
    let mut world = World::new(Setup { file_size: 4096, ..Setup::new(5) }, unlucky(1, 2, cut));
    world.run_until(|world| world.requests.len() >= 4);
    let progress = world.upload.progress(world.clock());
    let on_the_way: u64 = progress.in_flight.iter().map(|part| part.sent).sum();
    assert_eq!((on_the_way, progress.committed_bytes), (0, 0), "it begins again");
    assert!(progress.sent_bytes >= 3_500, "{progress:?}");
    assert_eq!(world.run(), READY);
}

#[test]
fn a_hundred_percent_is_shown_when_the_server_has_confirmed_and_not_before() {
    let mut world = good(5);
    world.run_until(|world| world.upload.progress(world.clock()).committed_bytes == 20_485);
    let progress = world.upload.progress(world.clock());
    assert_eq!((progress.percent, progress.phase), (99, Phase::Finishing));
    world.run_until(|world| world.upload.progress(world.clock()).percent == 100);
    assert!(world.server.n_sealed() > 0);
}

#[test]
fn the_phases_come_in_their_order() {
    let mut setup = Setup::new(5);
    setup.habits.busy_polls = 2;
    let mut world = World::new(setup, |_, _| Luck::Good);
    let mut phases = Vec::new();
    let mut look = |world: &World<'_>| {
        let progress = world.upload.progress(world.clock());
        if phases.last() != Some(&progress.phase) {
            phases.push(progress.phase);
        }
        progress.chunks_stored
    };
    world.run_until(|world| look(world) >= 2);
    world.die(Restart::SameFile);
    world.run_until(|world| look(world) > 6);
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
    let mut world = World::new(Setup::new(4), |_, n| if n < 2 { Luck::status(503) } else { Luck::Good });
    let is_waiting = |world: &World<'_>| world.upload.progress(world.clock()).waiting.is_some();
    world.run_until(is_waiting);
    let waiting = world.upload.progress(world.clock()).waiting;
    let Some(Waiting::Retry { failures, reason, .. }) = waiting else { panic!("got {waiting:?}") };
    assert_eq!((failures, reason.as_str()), (1, "server error (503)"));
    world.run_until(|world| !is_waiting(world));
    assert_eq!(world.upload.progress(world.clock()).phase, Phase::Preparing);
    assert_eq!(world.run(), READY);
}

#[test]
fn a_network_that_is_not_there_is_shown_as_such() {
    let mut world = good(4);
    world.plan(1_500, Incident::Offline { for_ms: 60_000, is_told: true });
    world.run_until(|world| !world.is_connected);
    world.drain();
    let waiting = world.upload.progress(world.clock()).waiting;
    assert!(matches!(waiting, Some(Waiting::Network { seconds }) if seconds <= 30), "{waiting:?}");
    assert_eq!(world.run(), READY);
}

#[test]
fn a_message_names_the_step_and_the_cause() {
    let mut world = World::new(Setup::new(9), |request, _| {
        if is_chunk(request, 2) { Luck::Code("InvalidLength") } else { Luck::Good }
    });
    let Outcome::Failed(error) = world.run() else { panic!("expected a failure") };
    assert_eq!(error.to_string(), "could not upload chunk 2: not stored (status 200)");
}

#[test]
fn a_sign_in_page_in_between_is_an_unexpected_response() {
    let mut world = World::new(Setup::new(9), |_, _| Luck::Html(200));
    let Outcome::Failed(error) = world.run() else { panic!("expected a failure") };
    assert_eq!((error.step, error.can_retry()), (Step::Create, true));
    assert!(matches!(error.error, StepError::UnexpectedResponse { .. }));
    assert!(world.requests.len() <= 10);
}

/// The command line of old said that all was well, and nothing was there.
#[test]
fn nothing_is_called_ready_without_the_number_of_a_release() {
    let mut world = World::new(Setup::new(9), |request, _| {
        if request.method.as_str() == "GET" { Luck::CutBody(400) } else { Luck::Good }
    });
    let (step, error, can_retry) = failure(world.run());
    assert_eq!((step, can_retry), (Step::Poll, true));
    assert!(matches!(error, StepError::UnexpectedResponse { .. }), "{error:?}");
}

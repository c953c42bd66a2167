//! Sessions and tokens that end before the upload does.

use upload::{Phase, Step, StepError, Waiting};

use super::{READY, failure, good, is_chunk, sends, unlucky, words};
use crate::world::luck::Luck;
use crate::world::{Incident, Setup, World};

/// uppy#1724: a signature lasted five minutes, a phone call longer, and every retry used the dead one.
#[test]
fn a_pause_as_long_as_a_phone_call_outlives_the_session() {
    let mut world = good(1);
    world.plan(1_200, Incident::Pause(11 * 60_000));
    world.plan(5_000, Incident::EndSession);
    assert_eq!(world.run(), READY);
    assert!(!world.server.is_session_over, "a fresh ticket was got");
    assert!(sends(&world.requests).into_values().all(|n| n <= 2));
}

#[test]
fn a_chunk_that_is_refused_goes_on_with_a_fresh_ticket() {
    for status in [401, 403] {
        let mut world = World::new(Setup::new(2), unlucky(3, 1, Luck::status(status)));
        world.run_until(|world| world.upload.progress(world.clock()).waiting == Some(Waiting::Credentials));
        assert_eq!(world.run(), READY);
        assert_eq!(sends(&world.requests)[&3], 2);
        assert!(sends(&world.requests).into_values().filter(|n| *n > 1).count() <= 1, "only that one");
    }
}

/// uppy#1915: all addresses were signed at the start, and all of them were dead when their turn came.
#[test]
fn calls_that_were_refused_together_ask_for_one_ticket() {
    let mut n = 0;
    let mut world = World::new(Setup { file_size: 20 * 4096, ..Setup::new(2) }, move |request, _| {
        let is_unlucky = (5..=8).any(|number| is_chunk(request, number)) && n < 4;
        n += u32::from(is_unlucky);
        if is_unlucky { Luck::status(401) } else { Luck::Good }
    });
    assert_eq!(world.run(), READY, "four refusals would be more than are tolerated one after the other");
}

#[test]
fn nothing_is_sent_while_a_ticket_is_got() {
    let mut world = World::new(Setup::new(2), unlucky(1, 1, Luck::status(401)));
    world.run_until(|world| world.upload.progress(world.clock()).waiting == Some(Waiting::Credentials));
    let (n_requests, mut n_calls_then) = (world.requests.len(), 0);
    world.run_until(|world| {
        let is_waiting = world.upload.progress(world.clock()).waiting == Some(Waiting::Credentials);
        if is_waiting {
            n_calls_then = world.requests.len();
        }
        !is_waiting
    });
    assert_eq!(n_calls_then, n_requests, "{:?}", words(&world.requests[n_requests..]));
    assert!(world.requests.len() > n_requests, "it goes on");
}

#[test]
fn without_a_fresh_ticket_it_stops_and_goes_on_once_there_is_one() {
    let mut world = good(3);
    world.renewals_refused = 100;
    world.run_until(|world| world.requests.len() > 4);
    world.server.is_session_over = true;
    let (_, error, can_retry) = failure(world.run());
    assert!(matches!(error, StepError::Refused { status: 401, .. }), "{error:?}");
    assert!(can_retry && world.host.has_checkpoint());
    let n_sends = sends(&world.requests).len();

    world.renewals_refused = 0;
    world.retry();
    assert_eq!(world.run(), READY);
    assert_eq!(n_sends, 6, "what was stored is not sent again");
    assert_eq!(sends(&world.requests).into_values().max(), Some(1));
}

#[test]
fn a_right_that_was_taken_away_is_not_asked_for_for_ever() {
    let mut world =
        World::new(
            Setup::new(3),
            |request, _| if is_chunk(request, 2) { Luck::status(403) } else { Luck::Good },
        );
    let (step, error, _) = failure(world.run());
    assert_eq!(step, Step::UploadChunk(2));
    assert!(matches!(error, StepError::Refused { status: 403, .. }), "{error:?}");
    assert!(sends(&world.requests)[&2] <= 8, "{:?}", sends(&world.requests));
    assert_eq!(world.shown().phase, Phase::Failed);
}

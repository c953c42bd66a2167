//! People who cancel, pause and change their minds.

use upload::{Outcome, Phase, Step, StepError};

use super::{READY, failure, good, sends, words};
use crate::world::luck::Luck;
use crate::world::{Restart, Setup, World};

#[test]
fn a_cancel_before_the_server_knows_the_upload_sends_nothing() {
    let mut world = good(4);
    world.drain();
    world.cancel();
    assert_eq!(world.run(), Outcome::Cancelled);
    assert_eq!(world.requests.len(), 1);
}

#[test]
fn a_cancel_frees_what_the_server_has() {
    let mut world = good(4);
    world.run_until(|world| world.requests.len() > 6);
    world.cancel();
    assert_eq!(world.run(), Outcome::Cancelled);
    assert!(world.server.newest_is_gone() && world.server.uploads[0].parts.is_empty());
    assert!(!world.host.has_checkpoint());
}

#[test]
fn a_cancel_that_nobody_hears_ends_all_the_same() {
    let cut = Luck::CutRequest { at: 0, arrives: false };
    let mut world =
        World::new(
            Setup::new(4),
            |request, _| {
                if request.path.starts_with("/upload/cancel/") { cut } else { Luck::Good }
            },
        );
    world.run_until(|world| world.requests.len() >= 5);
    world.cancel();
    let n_requests = world.requests.len();
    assert_eq!(world.run(), Outcome::Cancelled);
    assert_eq!(world.requests.len(), n_requests + 3);
}

#[test]
fn a_cancel_without_a_network_ends_within_seconds() {
    let mut world = good(4);
    world.run_until(|world| world.requests.len() >= 5);
    world.is_connected = false;
    let now = world.now;
    world.cancel();
    assert_eq!(world.run(), Outcome::Cancelled);
    assert!(world.now - now < 5_000, "it took {} ms", world.now - now);
}

#[test]
fn a_cancel_that_comes_after_the_finish_was_served_takes_the_file_back() {
    let mut world = good(4);
    world.run_until(|world| world.server.n_sealed() > 0);
    assert_eq!(world.upload.progress(world.clock()).phase, Phase::Finishing);
    world.cancel();
    assert_eq!(world.run(), Outcome::Cancelled);
    assert!(words(&world.requests).iter().any(|request| request.starts_with("POST /upload/cancel/")));
    assert_eq!((world.server.n_finished(), world.server.uploads[0].closes), (0, 0));
}

/// All of it was sent and not closed when the program died; then it is discarded.
#[test]
fn a_complete_upload_that_is_discarded_after_a_crash_becomes_no_release() {
    let is_broken = std::cell::Cell::new(true);
    let mut world = World::new(Setup::new(4), |request, _| {
        if is_broken.get() && request.method.as_str() == "PATCH" { Luck::status(500) } else { Luck::Good }
    });
    world.run_until(|world| words(&world.requests).last().is_some_and(|last| last.starts_with("PATCH ")));
    world.die(Restart::SameFile);
    is_broken.set(false);
    world.cancel();
    assert_eq!(world.run(), Outcome::Cancelled);
    assert_eq!(world.server.uploads[0].closes, 0);
}

#[test]
fn a_pause_that_comes_too_late_is_over_by_itself() {
    let mut world = good(4);
    world.run_until(|world| {
        words(&world.requests).last().is_some_and(|last| last.contains("/upload/finished"))
    });
    world.pause();
    assert_eq!(world.upload.progress(world.clock()).phase, Phase::Paused);
    assert_eq!(world.run(), READY);
}

#[test]
fn a_cancel_while_a_release_is_being_made_changes_nothing() {
    for request in ["PATCH ", "GET "] {
        let mut world = good(4);
        world.run_until(|world| words(&world.requests).last().is_some_and(|last| last.starts_with(request)));
        world.cancel();
        assert_eq!(world.run(), READY);
        assert!(words(&world.requests).iter().all(|request| !request.starts_with("POST /upload/cancel/")));
    }
}

#[test]
fn a_cancel_after_the_close_failed_leaves_the_failure_to_be_retried() {
    let is_broken = std::cell::Cell::new(true);
    let mut world = World::new(Setup::new(4), |request, _| {
        if is_broken.get() && request.method.as_str() == "PATCH" { Luck::status(500) } else { Luck::Good }
    });
    let expected = (Step::Commit, StepError::ServerError { status: 500 }, true);
    assert_eq!(failure(world.run()), expected);
    world.cancel();
    assert_eq!(failure(world.run()), expected);
    is_broken.set(false);
    world.retry();
    assert_eq!(world.run(), READY);
}

#[test]
fn a_failed_upload_can_be_cancelled() {
    let mut world =
        World::new(
            Setup::new(4),
            |request, _| {
                if super::is_chunk(request, 2) { Luck::status(500) } else { Luck::Good }
            },
        );
    assert_eq!(failure(world.run()).0, Step::UploadChunk(2));
    world.cancel();
    assert_eq!(world.run(), Outcome::Cancelled);
    assert!(world.server.newest_is_gone());
}

/// uppy#3194: paused at the wrong moment, it never went on.
#[test]
fn a_pause_at_any_moment_goes_on_afterwards() {
    for moment in 0..90 {
        let mut world = good(5);
        let mut n_steps = 0;
        world.run_until(|_| {
            n_steps += 1;
            n_steps > moment
        });
        world.pause();
        world.pause();
        world.run_on(20_000);
        world.unpause();
        world.unpause();
        assert_eq!(world.run(), READY, "paused after {moment} steps");
    }
}

#[test]
fn a_pause_gives_up_what_is_on_its_way_and_sends_nothing() {
    let mut world = good(5);
    world.run_until(|world| world.requests.len() == 5);
    world.pause();
    world.drain();
    let progress = world.upload.progress(world.clock());
    assert_eq!((progress.phase, progress.in_flight.len()), (Phase::Paused, 0));
    let n_requests = world.requests.len();
    world.run_on(3_600_000);
    assert_eq!(world.requests.len(), n_requests);
    world.unpause();
    assert_eq!(world.run(), READY);
}

#[test]
fn a_paused_upload_can_be_cancelled() {
    let mut world = good(5);
    world.run_until(|world| world.requests.len() == 5);
    world.pause();
    world.drain();
    world.cancel();
    assert_eq!(world.run(), Outcome::Cancelled);
    assert!(world.server.newest_is_gone());
}

#[test]
fn a_retry_of_what_has_not_failed_changes_nothing() {
    let mut world = good(5);
    world.run_until(|world| world.requests.len() == 5);
    world.retry();
    world.drain();
    assert_eq!(world.requests.len(), 5);
    assert_eq!(world.run(), READY);
    assert_eq!(sends(&world.requests).into_values().max(), Some(1));
}

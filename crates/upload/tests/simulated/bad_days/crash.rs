//! Programs that die, tabs that are closed, pages that are loaded again.

use upload::Outcome;

use super::{READY, chunk, good, sends, words};
use crate::world::luck::Luck;
use crate::world::server::Habits;
use crate::world::{Incident, Restart, Setup, World};

fn long(seed: u64) -> World<'static> {
    World::new(Setup { file_size: 30 * 4096 - 9, ..Setup::new(seed) }, |_, _| Luck::Good)
}

#[test]
fn a_reload_at_40_percent_sends_no_stored_chunk_again() {
    let mut world = long(1);
    world.run_until(|world| world.upload.progress(world.clock()).percent >= 40);
    world.run_on(90);
    let stored = world.server.uploads[0].stored();
    assert!(stored.len() >= 8, "{} are stored", stored.len());
    let n_requests = world.requests.len();
    world.die(Restart::SameFile);
    assert_eq!(world.run(), READY);
    let again = sends(&world.requests[n_requests..]);
    assert!(again.keys().all(|number| !stored.contains_key(number)), "{again:?} although {stored:?}");
    assert_eq!(world.server.uploads.len(), 1);
    assert!(
        world.requests[n_requests].request.path.ends_with("/releases/upload-1"),
        "the server is asked first"
    );
}

#[test]
fn what_was_shown_before_a_reload_is_shown_after_it() {
    let mut world = long(1);
    world.run_until(|world| world.upload.progress(world.clock()).percent >= 40);
    world.run_on(90);
    let before = world.upload.progress(world.clock()).committed_bytes;
    world.die(Restart::SameFile);
    let after = world.upload.progress(world.clock()).committed_bytes;
    assert!(after > 0 && after + 8 * 4096 >= before, "{after} after {before}");
}

#[test]
fn a_crash_every_few_seconds_ends_with_one_release() {
    let mut world = long(2);
    for n in 1..=6 {
        world.plan(n * 1_900, Incident::Die(Restart::SameFile));
    }
    assert_eq!(world.run(), READY);
    assert_eq!((world.server.uploads.len(), world.server.n_finished()), (1, 1));
}

#[test]
fn a_crash_before_anything_was_kept_begins_anew() {
    let mut world = good(3);
    world.run_until(|world| world.requests.len() == 1);
    world.die(Restart::SameFile);
    assert_eq!(world.run(), READY);
    assert_eq!(world.server.n_finished(), 1);
}

#[test]
fn an_upload_that_the_server_forgot_meanwhile_begins_anew_by_itself() {
    for incident in [Incident::LoseUpload, Incident::Sleep(25 * 3_600_000)] {
        let mut world = good(3);
        world.run_until(|world| world.requests.len() == 5);
        world.plan(0, incident);
        world.run_on(1);
        world.die(Restart::SameFile);
        assert_eq!(world.run(), READY, "{incident:?}");
        assert_eq!((world.server.uploads.len(), world.server.n_finished()), (2, 1));
    }
}

#[test]
fn an_upload_that_begins_anew_may_have_other_chunks() {
    let mut world = good(3);
    world.run_until(|world| world.upload.progress(world.clock()).chunks_stored >= 2);
    world.server.lose();
    world.server.habits.chunk_size = 3_000;
    world.die(Restart::SameFile);
    assert_eq!(world.run(), READY);
    assert_eq!(world.shown().chunks_total, 7);
}

/// Between two of the last calls: the file is complete, and nobody has said so, or nobody has heard of the release.
#[test]
fn a_crash_while_finishing_sends_no_byte_again() {
    let last_calls = ["/finished/", "PATCH ", "GET "];
    for request in last_calls {
        for is_served in [false, true] {
            let mut world = good(4);
            world.run_until(|world| words(&world.requests).last().is_some_and(|last| last.contains(request)));
            let n_requests = world.requests.len();
            if is_served {
                world.run_on(101);
            }
            world.die(Restart::SameFile);
            assert_eq!(world.run(), READY, "{request}");
            assert!(sends(&world.requests[n_requests..]).is_empty(), "{request}");
            assert_eq!(world.server.n_finished(), 1, "{request}");
        }
    }
}

#[test]
fn a_release_that_was_made_meanwhile_is_found() {
    let mut world = good(4);
    world.run_until(|world| words(&world.requests).last().is_some_and(|last| last.starts_with("GET ")));
    let n_requests = world.requests.len();
    world.run_on(101);
    world.die(Restart::SameFile);
    assert_eq!(world.run(), READY);
    assert!(world.requests.len() <= n_requests + 2, "{:?}", words(&world.requests[n_requests..]));
}

#[test]
fn a_package_that_was_found_bad_meanwhile_is_reported_and_not_uploaded_again() {
    let mut setup = Setup::new(4);
    setup.habits.verdict = Some("the package has no manifest");
    let mut world = World::new(setup, |_, _| Luck::Good);
    world.run_until(|world| matches!(world.server.uploads.first(), Some(it) if it.object.is_some()));
    world.die(Restart::SameFile);
    let Outcome::Failed(error) = world.run() else { panic!("expected a failure") };
    assert_eq!(error.to_string(), "could not make a release of the file: the package has no manifest");
    assert!(!world.host.has_checkpoint() && world.server.uploads.len() == 1);
}

/// Servers that cannot go on with an upload ask for every chunk again, and get it.
#[test]
fn a_server_that_wants_everything_again_gets_it() {
    let mut setup = Setup::new(5);
    setup.habits = Habits { lists_all: true, ..setup.habits };
    let mut world = World::new(setup, |_, _| Luck::Good);
    world.run_until(|world| world.requests.len() > 6);
    world.die(Restart::SameFile);
    assert_eq!(world.run(), READY);
}

#[test]
fn without_digests_of_the_server_the_kept_ones_tell_whether_the_file_is_the_same() {
    let mut setup = Setup::new(5);
    setup.habits = Habits { has_digests: false, ..setup.habits };
    let mut world = World::new(setup, |_, _| Luck::Good);
    world.run_until(|world| world.upload.progress(world.clock()).chunks_stored >= 2);
    world.run_on(100);
    let n_requests = world.requests.len();
    world.die(Restart::SameFile);
    assert_eq!(world.run(), READY);
    let again = world.requests[n_requests..].iter().filter(|sent| chunk(&sent.request) == Some(1)).count();
    assert_eq!(again, 0);
}

#[test]
fn a_crash_after_a_cancel_brings_nothing_back() {
    let mut world = good(6);
    world.run_until(|world| world.requests.len() == 6);
    world.cancel();
    world.drain();
    assert!(!world.host.has_checkpoint());
    world.die(Restart::SameFile);
    assert!(world.is_refused, "there is nothing to go on with");
}

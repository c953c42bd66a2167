//! Files that change, vanish or are others than they seem.

use upload::{Step, StepError};

use super::{READY, failure, good, unlucky};
use crate::world::disk::Mutation;
use crate::world::luck::Luck;
use crate::world::{Incident, Restart, Setup, World};

const MUTATIONS: [Mutation; 5] =
    [Mutation::Rewrite, Mutation::Touch, Mutation::Truncate, Mutation::Append, Mutation::Vanish];

#[test]
fn a_file_that_changes_while_it_is_read_stops_the_upload_for_good() {
    for mutation in MUTATIONS {
        let setup = Setup { file_size: 30 * 4096, ..Setup::new(9) };
        let mut world = World::new(setup, |_, _| Luck::Good);
        world.plan(3_000, Incident::Mutate(mutation));
        let (step, error, can_retry) = failure(world.run());
        assert!(matches!(step, Step::UploadChunk(_)), "{mutation:?}: {step:?}");
        assert_eq!((error, can_retry), (StepError::FileChanged, false), "{mutation:?}");
        assert_eq!(world.server.n_sealed(), 0, "{mutation:?}");
        let n_requests = world.requests.len();
        world.retry();
        world.drain();
        assert_eq!(world.requests.len(), n_requests, "{mutation:?}: the file has to be chosen again");
    }
}

#[test]
fn where_a_change_is_overlooked_all_of_it_is_read_again_and_no_mixture_is_finished() {
    for at in [1_500, 2_000, 3_000, 4_000] {
        let setup = Setup { file_size: 30 * 4096, may_miss_changes: true, ..Setup::new(9) };
        let mut world = World::new(setup, |_, _| Luck::Good);
        world.plan(at, Incident::Mutate(Mutation::Rewrite));
        let (_, error, can_retry) = failure(world.run());
        assert_eq!((error, can_retry), (StepError::FileChanged, false), "{at}");
        assert_eq!(world.server.n_sealed(), 0, "{at}");
    }
}

/// What was read before is the file as it was then, all of it.
#[test]
fn a_file_that_changes_after_it_was_read_is_uploaded_as_it_was() {
    let mut world = good(9);
    world.run_until(|world| world.requests.iter().any(|sent| sent.request.path.contains("finished")));
    world.disk.mutate(Mutation::Rewrite);
    assert_eq!(world.run(), READY);
}

#[test]
fn a_chunk_that_is_read_again_and_is_not_the_same_stops_the_upload() {
    let cut = Luck::CutRequest { at: 900, arrives: false };
    let mut world = World::new(Setup { file_size: 4096, ..Setup::new(9) }, unlucky(1, 2, cut));
    world.run_until(|world| world.requests.len() >= 3);
    world.disk.mutate(Mutation::Rot);
    assert_eq!(failure(world.run()), (Step::UploadChunk(1), StepError::FileChanged, false));
    assert_eq!(world.server.n_sealed(), 0);
}

#[test]
fn another_file_of_the_same_name_is_refused_before_anything_is_sent() {
    for mutation in [Mutation::Rewrite, Mutation::Truncate, Mutation::Append, Mutation::Rot] {
        let mut world = good(4);
        world.run_until(|world| world.requests.len() > 5);
        let n_requests = world.requests.len();
        world.die(Restart::Mutated(mutation));
        assert!(world.is_refused, "{mutation:?}");
        assert_eq!(world.requests.len(), n_requests);
        assert!(world.host.has_checkpoint(), "the right file may be chosen after all");
    }
}

#[test]
fn a_file_that_was_only_touched_goes_on() {
    let mut world = good(4);
    world.run_until(|world| world.requests.len() > 5);
    world.die(Restart::Mutated(Mutation::Touch));
    assert_eq!(world.run(), READY);
    assert_eq!(world.server.uploads.len(), 1);
}

/// Where sampled blocks tell no difference, the stored parts do: they are compared before anything is sent.
#[test]
fn another_file_that_looks_the_same_is_found_out_and_never_mixed_in() {
    let mut world = good(4);
    world.run_until(|world| world.upload.progress(world.clock()).chunks_stored >= 2);
    world.run_on(100);
    let n_requests = world.requests.len();
    world.die(Restart::MutatedUnseen(Mutation::Rewrite));
    assert_eq!(failure(world.run()), (Step::UploadChunk(1), StepError::FileChanged, false));
    assert!(super::sends(&world.requests[n_requests..]).is_empty());
    assert_eq!(world.server.n_sealed(), 0);
}

#[test]
fn an_empty_file_is_refused_in_the_servers_words() {
    let mut world = World::new(Setup { file_size: 0, ..Setup::new(4) }, |_, _| Luck::Good);
    let (step, error, can_retry) = failure(world.run());
    assert_eq!((step, can_retry), (Step::SetMetadata, false));
    assert!(error.to_string().contains("1 byte"), "{error}");
}

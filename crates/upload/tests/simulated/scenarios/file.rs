//! Files that change, are deleted, or are not the ones that they seem to be.

use upload::{Step, StepError};

use super::{READY, failure, fault_free, faulty_chunk};
use crate::simulation::disk::Mutation;
use crate::simulation::request_fault::RequestFault;
use crate::simulation::{Disruption, Restart, Setup, Simulation};

const MUTATIONS: [Mutation; 5] =
    [Mutation::Rewrite, Mutation::Touch, Mutation::Truncate, Mutation::Append, Mutation::Delete];

#[test]
fn a_file_that_changes_while_it_is_read_stops_the_upload_for_good() {
    for mutation in MUTATIONS {
        let setup = Setup { file_size: 30 * 4096, ..Setup::new(9) };
        let mut simulation = Simulation::new(setup, |_, _| RequestFault::None);
        simulation.schedule(3_000, Disruption::Mutate(mutation));
        let (step, error, can_retry) = failure(simulation.run());
        assert!(matches!(step, Step::UploadChunk(_)), "{mutation:?}: {step:?}");
        assert_eq!((error, can_retry), (StepError::FileChanged, false), "{mutation:?}");
        assert_eq!(simulation.server.n_sealed(), 0, "{mutation:?}");
        let n_requests = simulation.requests.len();
        simulation.retry();
        simulation.drain();
        assert_eq!(simulation.requests.len(), n_requests, "{mutation:?}: the file has to be chosen again");
    }
}

#[test]
fn where_the_host_misses_changes_a_second_reading_finds_them_before_the_finish() {
    for at in [1_500, 2_000, 3_000, 4_000] {
        let setup = Setup { file_size: 30 * 4096, may_miss_changes: true, ..Setup::new(9) };
        let mut simulation = Simulation::new(setup, |_, _| RequestFault::None);
        simulation.schedule(at, Disruption::Mutate(Mutation::Rewrite));
        let (_, error, can_retry) = failure(simulation.run());
        assert_eq!((error, can_retry), (StepError::FileChanged, false), "{at}");
        assert_eq!(simulation.server.n_sealed(), 0, "{at}");
    }
}

/// What was read before is the file as it was then, all of it.
#[test]
fn a_file_that_changes_after_it_was_read_is_uploaded_as_it_was() {
    let mut simulation = fault_free(9);
    simulation.run_until(|simulation| {
        simulation.requests.iter().any(|sent| sent.request.path.contains("finished"))
    });
    simulation.disk.mutate(Mutation::Rewrite);
    assert_eq!(simulation.run(), READY);
}

#[test]
fn a_chunk_that_is_read_again_and_is_not_the_same_stops_the_upload() {
    let cut = RequestFault::CutRequest { at: 900, arrives: false };
    let mut simulation = Simulation::new(Setup { file_size: 4096, ..Setup::new(9) }, faulty_chunk(1, 2, cut));
    simulation.run_until(|simulation| simulation.requests.len() >= 3);
    simulation.disk.mutate(Mutation::BitFlip);
    assert_eq!(failure(simulation.run()), (Step::UploadChunk(1), StepError::FileChanged, false));
    assert_eq!(simulation.server.n_sealed(), 0);
}

#[test]
fn another_file_of_the_same_name_is_refused_before_anything_is_sent() {
    for mutation in [Mutation::Rewrite, Mutation::Truncate, Mutation::Append, Mutation::BitFlip] {
        let mut simulation = fault_free(4);
        simulation.run_until(|simulation| simulation.requests.len() > 5);
        let n_requests = simulation.requests.len();
        simulation.crash(Restart::Mutated(mutation));
        assert!(simulation.cannot_resume, "{mutation:?}");
        assert_eq!(simulation.requests.len(), n_requests);
        assert!(simulation.host.has_checkpoint(), "the right file may be chosen after all");
    }
}

#[test]
fn a_file_that_was_only_touched_is_resumed() {
    let mut simulation = fault_free(4);
    simulation.run_until(|simulation| simulation.requests.len() > 5);
    simulation.crash(Restart::Mutated(Mutation::Touch));
    assert_eq!(simulation.run(), READY);
    assert_eq!(simulation.server.uploads.len(), 1);
}

/// Where sampled blocks tell no difference, the stored chunks do: they are compared before anything is sent.
#[test]
fn another_file_with_the_same_fingerprint_is_detected_before_anything_is_sent() {
    let mut simulation = fault_free(4);
    simulation.run_until(|simulation| simulation.upload.progress(simulation.clock()).chunks_stored >= 2);
    simulation.run_on(100);
    let n_requests = simulation.requests.len();
    simulation.crash(Restart::MutatedUnseen(Mutation::Rewrite));
    assert_eq!(failure(simulation.run()), (Step::UploadChunk(1), StepError::FileChanged, false));
    assert!(super::sends(&simulation.requests[n_requests..]).is_empty());
    assert_eq!(simulation.server.n_sealed(), 0);
}

#[test]
fn an_empty_file_is_refused_with_the_servers_message() {
    let mut simulation = Simulation::new(Setup { file_size: 0, ..Setup::new(4) }, |_, _| RequestFault::None);
    let (step, error, can_retry) = failure(simulation.run());
    assert_eq!((step, can_retry), (Step::SetMetadata, false));
    assert!(error.to_string().contains("1 byte"), "{error}");
}

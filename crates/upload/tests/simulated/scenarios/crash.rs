//! Programs that crash, tabs that are closed, pages that are reloaded.

use upload::Outcome;

use super::{READY, chunk, fault_free, request_lines, sends};
use crate::simulation::request_fault::RequestFault;
use crate::simulation::server::ServerBehavior;
use crate::simulation::{Disruption, Restart, Setup, Simulation};

fn long(seed: u64) -> Simulation<'static> {
    Simulation::new(Setup { file_size: 30 * 4096 - 9, ..Setup::new(seed) }, |_, _| RequestFault::None)
}

#[test]
fn a_reload_at_40_percent_sends_no_stored_chunk_again() {
    let mut simulation = long(1);
    simulation.run_until(|simulation| simulation.upload.progress(simulation.clock()).percent >= 40);
    simulation.run_on(90);
    let stored = simulation.server.uploads[0].stored();
    assert!(stored.len() >= 8, "{} are stored", stored.len());
    let n_requests = simulation.requests.len();
    simulation.crash(Restart::SameFile);
    assert_eq!(simulation.run(), READY);
    let again = sends(&simulation.requests[n_requests..]);
    assert!(again.keys().all(|number| !stored.contains_key(number)), "{again:?} although {stored:?}");
    assert_eq!(simulation.server.uploads.len(), 1);
    assert!(
        simulation.requests[n_requests].request.path.ends_with("/releases/upload-1"),
        "the server is asked first"
    );
}

#[test]
fn progress_shown_before_a_reload_is_shown_after_it() {
    let mut simulation = long(1);
    simulation.run_until(|simulation| simulation.upload.progress(simulation.clock()).percent >= 40);
    simulation.run_on(90);
    let before = simulation.upload.progress(simulation.clock()).committed_bytes;
    simulation.crash(Restart::SameFile);
    let after = simulation.upload.progress(simulation.clock()).committed_bytes;
    assert!(after > 0 && after + 8 * 4096 >= before, "{after} after {before}");
}

#[test]
fn a_crash_every_few_seconds_ends_with_one_release() {
    let mut simulation = long(2);
    for n in 1..=6 {
        simulation.schedule(n * 1_900, Disruption::Crash(Restart::SameFile));
    }
    assert_eq!(simulation.run(), READY);
    assert_eq!((simulation.server.uploads.len(), simulation.server.n_finished()), (1, 1));
}

#[test]
fn a_crash_before_the_first_checkpoint_begins_anew() {
    let mut simulation = fault_free(3);
    simulation.run_until(|simulation| simulation.requests.len() == 1);
    simulation.crash(Restart::SameFile);
    assert_eq!(simulation.run(), READY);
    assert_eq!(simulation.server.n_finished(), 1);
}

#[test]
fn an_upload_that_the_server_deleted_meanwhile_begins_anew_by_itself() {
    for disruption in [Disruption::LoseUpload, Disruption::Sleep(25 * 3_600_000)] {
        let mut simulation = fault_free(3);
        simulation.run_until(|simulation| simulation.requests.len() == 5);
        simulation.schedule(0, disruption);
        simulation.run_on(1);
        simulation.crash(Restart::SameFile);
        assert_eq!(simulation.run(), READY, "{disruption:?}");
        assert_eq!((simulation.server.uploads.len(), simulation.server.n_finished()), (2, 1));
    }
}

#[test]
fn an_upload_that_begins_anew_may_have_other_chunks() {
    let mut simulation = fault_free(3);
    simulation.run_until(|simulation| simulation.upload.progress(simulation.clock()).chunks_stored >= 2);
    simulation.server.lose();
    simulation.server.behavior.chunk_size = 3_000;
    simulation.crash(Restart::SameFile);
    assert_eq!(simulation.run(), READY);
    assert_eq!(simulation.shown().chunks_total, 7);
}

/// Between two of the last requests: the file is complete and not committed, or the client does not know of the release
/// yet.
#[test]
fn a_crash_while_finishing_sends_no_byte_again() {
    let last_requests = ["/finished/", "PATCH ", "GET "];
    for request in last_requests {
        for is_served in [false, true] {
            let mut simulation = fault_free(4);
            simulation.run_until(|simulation| {
                request_lines(&simulation.requests).last().is_some_and(|last| last.contains(request))
            });
            let n_requests = simulation.requests.len();
            if is_served {
                simulation.run_on(101);
            }
            simulation.crash(Restart::SameFile);
            assert_eq!(simulation.run(), READY, "{request}");
            assert!(sends(&simulation.requests[n_requests..]).is_empty(), "{request}");
            assert_eq!(simulation.server.n_finished(), 1, "{request}");
        }
    }
}

#[test]
fn a_release_that_was_made_meanwhile_is_found() {
    let mut simulation = fault_free(4);
    simulation.run_until(|simulation| {
        request_lines(&simulation.requests).last().is_some_and(|last| last.starts_with("GET "))
    });
    let n_requests = simulation.requests.len();
    simulation.run_on(101);
    simulation.crash(Restart::SameFile);
    assert_eq!(simulation.run(), READY);
    assert!(
        simulation.requests.len() <= n_requests + 2,
        "{:?}",
        request_lines(&simulation.requests[n_requests..])
    );
}

#[test]
fn a_package_that_was_rejected_meanwhile_is_reported_and_not_uploaded_again() {
    let mut setup = Setup::new(4);
    setup.behavior.processing_error = Some("the package has no manifest");
    let mut simulation = Simulation::new(setup, |_, _| RequestFault::None);
    simulation
        .run_until(|simulation| matches!(simulation.server.uploads.first(), Some(it) if it.object.is_some()));
    simulation.crash(Restart::SameFile);
    let Outcome::Failed(error) = simulation.run() else { panic!("expected a failure") };
    assert_eq!(error.to_string(), "could not make a release of the file: the package has no manifest");
    assert!(!simulation.host.has_checkpoint() && simulation.server.uploads.len() == 1);
}

/// Servers that cannot resume an upload list every chunk again, and get it.
#[test]
fn a_server_that_lists_every_chunk_gets_every_chunk_again() {
    let mut setup = Setup::new(5);
    setup.behavior = ServerBehavior { lists_all_chunks: true, ..setup.behavior };
    let mut simulation = Simulation::new(setup, |_, _| RequestFault::None);
    simulation.run_until(|simulation| simulation.requests.len() > 6);
    simulation.crash(Restart::SameFile);
    assert_eq!(simulation.run(), READY);
}

#[test]
fn without_digests_of_the_server_those_of_the_checkpoint_verify_the_file() {
    let mut setup = Setup::new(5);
    setup.behavior = ServerBehavior { has_digests: false, ..setup.behavior };
    let mut simulation = Simulation::new(setup, |_, _| RequestFault::None);
    simulation.run_until(|simulation| simulation.upload.progress(simulation.clock()).chunks_stored >= 2);
    simulation.run_on(100);
    let n_requests = simulation.requests.len();
    simulation.crash(Restart::SameFile);
    assert_eq!(simulation.run(), READY);
    let again =
        simulation.requests[n_requests..].iter().filter(|sent| chunk(&sent.request) == Some(1)).count();
    assert_eq!(again, 0);
}

#[test]
fn a_crash_after_a_cancel_resumes_nothing() {
    let mut simulation = fault_free(6);
    simulation.run_until(|simulation| simulation.requests.len() == 6);
    simulation.cancel();
    simulation.drain();
    assert!(!simulation.host.has_checkpoint());
    simulation.crash(Restart::SameFile);
    assert!(simulation.cannot_resume, "there is nothing to resume");
}

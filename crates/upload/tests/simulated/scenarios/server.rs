//! Servers with errors, servers that lose uploads or chunks, servers that refuse.

use upload::{Outcome, Step, StepError};

use super::{READY, chunk, failure, fault_free, faulty_chunk, is_chunk, request_lines, sends, times};
use crate::simulation::disk::md5;
use crate::simulation::request_fault::{RequestFault, RetryAfter};
use crate::simulation::server::ServerBehavior;
use crate::simulation::{Disruption, Setup, Simulation};

fn setup(change: impl FnOnce(&mut ServerBehavior)) -> Setup {
    let mut setup = Setup::new(7);
    change(&mut setup.behavior);
    setup
}

#[test]
fn a_failure_free_upload_sends_the_requests_in_the_protocols_order() {
    let mut simulation = fault_free(1);
    assert_eq!(simulation.run(), READY);
    let api = "/v0.1/apps/ann/notes/uploads/releases";
    let mut expected = vec![
        format!("POST {api}"),
        "POST /upload/set_metadata/asset-1?file_name=notes%20%261.apk&file_size=20485\
         &content_type=application%2Fvnd.android.package-archive"
            .to_owned(),
    ];
    expected.extend((1..=6).map(|number| format!("POST /upload/upload_chunk/asset-1?block_number={number}")));
    expected.push("POST /upload/finished/asset-1".to_owned());
    expected.push(format!("PATCH {api}/upload-1"));
    expected.push(format!("GET {api}/upload-1"));
    assert_eq!(request_lines(&simulation.requests), expected);
    assert_eq!(simulation.server.uploads[0].stated, Some(md5(&simulation.disk.bytes()).to_string()));
}

#[test]
fn chunks_carry_their_digest_and_other_requests_none() {
    let mut simulation = fault_free(1);
    simulation.run();
    for sent in &simulation.requests {
        let stated = sent.request.headers().find(|(name, _)| *name == "content-md5");
        assert_eq!(stated.is_some(), chunk(&sent.request).is_some(), "{:?}", sent.request);
    }
}

#[test]
fn no_request_is_sent_before_the_time_in_retry_after() {
    for status in [408, 429, 500, 503] {
        for wait in [RetryAfter::Seconds(7), RetryAfter::Date(7)] {
            let fault = RequestFault::Status { status, is_served: false, wait };
            let mut simulation = Simulation::new(Setup::new(2), faulty_chunk(3, 1, fault));
            assert_eq!(simulation.run(), READY);
            let times = times(&simulation.requests, 3);
            // The first attempt took some of the time until its response came.
            let waited = times[1] - times[0];
            assert!((7_000..12_000).contains(&waited), "{fault:?}: waited {waited} ms");
            let between = |at: &u64| *at > times[0] + 3_000 && *at < times[0] + 7_000;
            let n_others = simulation.requests.iter().filter(|sent| between(&sent.at)).count();
            assert_eq!(n_others, 0, "{fault:?}: other requests did not wait");
        }
    }
}

#[test]
fn an_unreadable_retry_after_is_ignored() {
    for value in ["soon", "-5", "", "99999999999999999999", "Sun, 06 Nov 1994 08:49:37 GMT"] {
        let fault = RequestFault::Status { status: 503, is_served: false, wait: RetryAfter::Nonsense(value) };
        let mut simulation = Simulation::new(Setup::new(2), faulty_chunk(3, 1, fault));
        assert_eq!(simulation.run(), READY, "{value}");
        assert!(simulation.now < 20_000, "{value}: it took {} ms", simulation.now);
    }
}

#[test]
fn a_finish_with_chunks_missing_sends_only_those_again() {
    let mut simulation = fault_free(7);
    simulation.run_until(|simulation| {
        simulation.requests.iter().any(|sent| sent.request.path.contains("finished"))
    });
    simulation.server.uploads[0].forget(&[2, 6]);
    assert_eq!(simulation.run(), READY);
    assert_eq!(sends(&simulation.requests).into_values().collect::<Vec<_>>(), [1, 2, 1, 1, 1, 2]);
    assert_eq!(
        request_lines(&simulation.requests).iter().filter(|request| request.contains("/finished/")).count(),
        2
    );
}

#[test]
fn a_server_that_loses_chunks_again_and_again_stops_the_upload() {
    let mut simulation = fault_free(7);
    let mut n_requests = 0;
    let outcome = loop {
        let outcome = simulation.run_until(|simulation| simulation.requests.len() > n_requests);
        if let Some(outcome) = outcome {
            break outcome;
        }
        n_requests = simulation.requests.len();
        if simulation.requests[n_requests - 1].request.path.contains("finished") {
            simulation.server.uploads[0].forget(&[1]);
        }
    };
    assert_eq!(failure(outcome), (Step::Finish, StepError::ChunksMissing { rounds: 6 }, true));
}

/// Every response after the bytes gets lost: each request is sent again, and there is one release.
#[test]
fn finishing_again_and_again_makes_one_release() {
    for end in ["/finished/", "/releases/upload-1"] {
        let mut n = 0;
        let mut simulation = Simulation::new(Setup::new(7), move |request, _| {
            let is_faulty = request.path.contains(end) && n < 3;
            n += u32::from(is_faulty);
            if is_faulty { RequestFault::CutResponse } else { RequestFault::None }
        });
        assert_eq!(simulation.run(), READY, "{end}");
        assert_eq!(simulation.server.n_finished(), 1);
    }
}

#[test]
fn an_upload_whose_creation_got_lost_is_created_again_and_ends_once() {
    let mut simulation =
        Simulation::new(
            Setup::new(7),
            |_, n| if n < 2 { RequestFault::CutResponse } else { RequestFault::None },
        );
    assert_eq!(simulation.run(), READY);
    assert_eq!((simulation.server.uploads.len(), simulation.server.n_finished()), (3, 1));
}

#[test]
fn a_refusal_ends_the_upload_at_once_with_the_servers_message() {
    for status in [400, 404, 409, 412, 413] {
        let mut simulation = Simulation::new(Setup::new(9), |_, n| {
            if n == 0 { RequestFault::status(status) } else { RequestFault::None }
        });
        let (step, error, can_retry) = failure(simulation.run());
        assert_eq!(error, StepError::Refused { status, message: "simulated fault".into() });
        assert_eq!((step, can_retry, simulation.requests.len()), (Step::Create, false, 1));
    }
}

#[test]
fn a_refused_chunk_stops_all_others_at_once() {
    for status in [400, 409, 412, 413] {
        let mut simulation = Simulation::new(Setup::new(9), faulty_chunk(2, 1, RequestFault::status(status)));
        let (step, error, can_retry) = failure(simulation.run());
        assert_eq!((step, can_retry), (Step::UploadChunk(2), false));
        assert!(matches!(error, StepError::Refused { status: got, .. } if got == status), "{error:?}");
        let n_requests = simulation.requests.len();
        simulation.retry();
        simulation.drain();
        assert_eq!(simulation.requests.len(), n_requests, "there is nothing to be retried");
    }
}

#[test]
fn a_rejected_package_is_reported_with_the_servers_message() {
    let mut simulation = Simulation::new(
        setup(|behavior| {
            (behavior.n_busy_polls, behavior.processing_error) = (3, Some("the package has no manifest"));
        }),
        |_, _| RequestFault::None,
    );
    let Outcome::Failed(error) = simulation.run() else { panic!("expected a failure") };
    assert_eq!(error.to_string(), "could not make a release of the file: the package has no manifest");
    assert!(!error.can_retry());
    assert!(!simulation.host.has_checkpoint(), "nothing can be made of what the server has");
}

#[test]
fn polls_become_slower_and_end() {
    let mut simulation =
        Simulation::new(setup(|behavior| behavior.n_busy_polls = u32::MAX), |_, _| RequestFault::None);
    assert_eq!(failure(simulation.run()), (Step::Poll, StepError::ProcessingTimeout { minutes: 30 }, true));
    let n_polls = simulation.requests.iter().filter(|sent| sent.request.method.as_str() == "GET").count();
    assert!((800..=905).contains(&n_polls), "got {n_polls}");
    assert_eq!(simulation.server.uploads[0].closes, 1);
    simulation.server.behavior.n_busy_polls = 0;
    simulation.retry();
    assert_eq!(simulation.run(), READY);
    assert_eq!(simulation.server.uploads[0].closes, 2, "a lost job is queued again");
}

#[test]
fn bytes_that_are_corrupted_in_transit_never_become_a_release() {
    let corrupted = |request: &upload::Request, _| {
        if is_chunk(request, 4) { RequestFault::Corrupted } else { RequestFault::None }
    };
    let mut simulation = Simulation::new(Setup::new(3), corrupted);
    let (step, error, can_retry) = failure(simulation.run());
    assert_eq!((step, error, can_retry), (Step::UploadChunk(4), StepError::Corrupted, true));

    let mut simulation = Simulation::new(setup(|behavior| behavior.has_digests = false), corrupted);
    assert!(
        matches!(failure(simulation.run()).1, StepError::PackageRejected { .. }),
        "the digest of the whole file tells"
    );
}

#[test]
fn a_server_whose_digests_are_always_wrong_stops_the_upload() {
    let wrong = |request: &upload::Request, _| {
        if is_chunk(request, 4) { RequestFault::WrongDigest } else { RequestFault::None }
    };
    let mut simulation = Simulation::new(Setup::new(3), wrong);
    assert_eq!(failure(simulation.run()), (Step::UploadChunk(4), StepError::Corrupted, true));
    assert!(sends(&simulation.requests)[&4] < 20, "{:?}", sends(&simulation.requests));
}

#[test]
fn a_server_without_digests_gets_the_file_too() {
    let mut simulation =
        Simulation::new(setup(|behavior| behavior.has_digests = false), |_, _| RequestFault::None);
    assert_eq!(simulation.run(), READY);
}

#[test]
fn an_upload_that_the_server_lost_begins_anew() {
    let mut simulation = fault_free(3);
    simulation.schedule(1_200, Disruption::LoseUpload);
    assert_eq!(simulation.run(), READY);
    assert_eq!(simulation.server.uploads.len(), 2);
}

#[test]
fn a_404_page_of_a_proxy_does_not_restart_the_upload() {
    let mut simulation = Simulation::new(Setup::new(3), faulty_chunk(2, 3, RequestFault::Html(404)));
    assert_eq!(simulation.run(), READY);
    assert_eq!(simulation.server.uploads.len(), 1);
}

#[test]
fn a_server_that_loses_every_upload_stops_after_two_new_ones() {
    let mut simulation = Simulation::new(Setup::new(3), |request, _| {
        if is_chunk(request, 6) { RequestFault::status(404) } else { RequestFault::None }
    });
    let (_, error, can_retry) = failure(simulation.run());
    assert!(matches!(error, StepError::Refused { status: 404, .. }), "{error:?}");
    assert!(!can_retry && !simulation.host.has_checkpoint());
    assert!(simulation.requests.len() < 20, "{} requests", simulation.requests.len());
}

#[test]
fn an_upload_that_expires_while_paused_begins_anew() {
    let mut simulation = fault_free(3);
    simulation.schedule(1_200, Disruption::Pause(25 * 3_600_000));
    assert_eq!(simulation.run(), READY);
    assert_eq!(simulation.server.uploads.len(), 2);
}

//! Servers in trouble, servers that forget, servers that say no.

use upload::{Outcome, Step, StepError};

use super::{READY, chunk, failure, good, is_chunk, sends, times, unlucky, words};
use crate::world::disk::md5;
use crate::world::luck::{Luck, Wait};
use crate::world::server::Habits;
use crate::world::{Incident, Setup, World};

fn setup(change: impl FnOnce(&mut Habits)) -> Setup {
    let mut setup = Setup::new(7);
    change(&mut setup.habits);
    setup
}

#[test]
fn a_good_day_takes_the_calls_in_the_protocols_order() {
    let mut world = good(1);
    assert_eq!(world.run(), READY);
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
    assert_eq!(words(&world.requests), expected);
    assert_eq!(world.server.uploads[0].stated, Some(md5(&world.disk.bytes()).to_string()));
}

#[test]
fn chunks_carry_their_digest_and_other_calls_none() {
    let mut world = good(1);
    world.run();
    for sent in &world.requests {
        let stated = sent.request.headers().find(|(name, _)| *name == "content-md5");
        assert_eq!(stated.is_some(), chunk(&sent.request).is_some(), "{:?}", sent.request);
    }
}

#[test]
fn a_server_that_says_when_to_come_back_is_left_alone_until_then() {
    for status in [408, 429, 500, 503] {
        for wait in [Wait::Seconds(7), Wait::Date(7)] {
            let luck = Luck::Status { status, is_served: false, wait };
            let mut world = World::new(Setup::new(2), unlucky(3, 1, luck));
            assert_eq!(world.run(), READY);
            let times = times(&world.requests, 3);
            // The first try took some of the time until its answer came.
            let waited = times[1] - times[0];
            assert!((7_000..12_000).contains(&waited), "{luck:?}: waited {waited} ms");
            let between = |at: &u64| *at > times[0] + 3_000 && *at < times[0] + 7_000;
            let n_others = world.requests.iter().filter(|sent| between(&sent.at)).count();
            assert_eq!(n_others, 0, "{luck:?}: other requests did not wait");
        }
    }
}

#[test]
fn a_wait_that_nobody_understands_is_one_of_our_own() {
    for words in ["soon", "-5", "", "99999999999999999999", "Sun, 06 Nov 1994 08:49:37 GMT"] {
        let luck = Luck::Status { status: 503, is_served: false, wait: Wait::Nonsense(words) };
        let mut world = World::new(Setup::new(2), unlucky(3, 1, luck));
        assert_eq!(world.run(), READY, "{words}");
        assert!(world.now < 20_000, "{words}: it took {} ms", world.now);
    }
}

#[test]
fn a_finish_with_chunks_missing_sends_only_those_again() {
    let mut world = good(7);
    world.run_until(|world| world.requests.iter().any(|sent| sent.request.path.contains("finished")));
    world.server.uploads[0].forget(&[2, 6]);
    assert_eq!(world.run(), READY);
    assert_eq!(sends(&world.requests).into_values().collect::<Vec<_>>(), [1, 2, 1, 1, 1, 2]);
    assert_eq!(words(&world.requests).iter().filter(|request| request.contains("/finished/")).count(), 2);
}

#[test]
fn a_server_that_forgets_chunks_for_ever_is_given_up() {
    let mut world = good(7);
    let mut n_requests = 0;
    let outcome = loop {
        let outcome = world.run_until(|world| world.requests.len() > n_requests);
        if let Some(outcome) = outcome {
            break outcome;
        }
        n_requests = world.requests.len();
        if world.requests[n_requests - 1].request.path.contains("finished") {
            world.server.uploads[0].forget(&[1]);
        }
    };
    assert_eq!(failure(outcome), (Step::Finish, StepError::ChunksMissing { rounds: 6 }, true));
}

/// Every answer after the bytes gets lost once: each call is sent again, and there is one release.
#[test]
fn finishing_again_and_again_makes_one_release() {
    for end in ["/finished/", "/releases/upload-1"] {
        let mut n = 0;
        let mut world = World::new(Setup::new(7), move |request, _| {
            let is_unlucky = request.path.contains(end) && n < 3;
            n += u32::from(is_unlucky);
            if is_unlucky { Luck::CutAnswer } else { Luck::Good }
        });
        assert_eq!(world.run(), READY, "{end}");
        assert_eq!(world.server.n_finished(), 1);
    }
}

#[test]
fn an_upload_whose_beginning_got_lost_begins_once_more_and_ends_once() {
    let mut world = World::new(Setup::new(7), |_, n| if n < 2 { Luck::CutAnswer } else { Luck::Good });
    assert_eq!(world.run(), READY);
    assert_eq!((world.server.uploads.len(), world.server.n_finished()), (3, 1));
}

#[test]
fn a_refusal_ends_the_upload_at_once_in_the_servers_words() {
    for status in [400, 404, 409, 412, 413] {
        let mut world =
            World::new(Setup::new(9), |_, n| if n == 0 { Luck::status(status) } else { Luck::Good });
        let (step, error, can_retry) = failure(world.run());
        assert_eq!(error, StepError::Refused { status, message: "no luck".into() });
        assert_eq!((step, can_retry, world.requests.len()), (Step::Create, false, 1));
    }
}

#[test]
fn a_refused_chunk_stops_all_others_at_once() {
    for status in [400, 409, 412, 413] {
        let mut world = World::new(Setup::new(9), unlucky(2, 1, Luck::status(status)));
        let (step, error, can_retry) = failure(world.run());
        assert_eq!((step, can_retry), (Step::UploadChunk(2), false));
        assert!(matches!(error, StepError::Refused { status: got, .. } if got == status), "{error:?}");
        let n_requests = world.requests.len();
        world.retry();
        world.drain();
        assert_eq!(world.requests.len(), n_requests, "there is nothing to be retried");
    }
}

#[test]
fn a_package_that_is_no_good_is_reported_in_the_servers_words() {
    let mut world = World::new(
        setup(|habits| {
            (habits.busy_polls, habits.verdict) = (3, Some("the package has no manifest"));
        }),
        |_, _| Luck::Good,
    );
    let Outcome::Failed(error) = world.run() else { panic!("expected a failure") };
    assert_eq!(error.to_string(), "could not make a release of the file: the package has no manifest");
    assert!(!error.can_retry());
    assert!(!world.host.has_checkpoint(), "nothing can be made of what the server has");
}

#[test]
fn a_server_at_work_is_asked_ever_more_slowly_and_not_for_ever() {
    let mut world = World::new(setup(|habits| habits.busy_polls = u32::MAX), |_, _| Luck::Good);
    assert_eq!(failure(world.run()), (Step::Poll, StepError::ProcessingTimeout { minutes: 30 }, true));
    let n_asks = world.requests.iter().filter(|sent| sent.request.method.as_str() == "GET").count();
    assert!((800..=905).contains(&n_asks), "got {n_asks}");
    assert_eq!(world.server.uploads[0].closes, 1);
    world.server.habits.busy_polls = 0;
    world.retry();
    assert_eq!(world.run(), READY);
    assert_eq!(world.server.uploads[0].closes, 2, "a lost job is queued again");
}

#[test]
fn bytes_that_are_damaged_on_the_way_never_become_a_release() {
    let corrupted =
        |request: &upload::Request, _| if is_chunk(request, 4) { Luck::Corrupted } else { Luck::Good };
    let mut world = World::new(Setup::new(3), corrupted);
    let (step, fault_of, can_retry) = failure(world.run());
    assert_eq!((step, fault_of, can_retry), (Step::UploadChunk(4), StepError::Corrupted, true));

    let mut world = World::new(setup(|habits| habits.has_digests = false), corrupted);
    assert!(
        matches!(failure(world.run()).1, StepError::PackageRejected { .. }),
        "the digest of the whole file tells"
    );
}

#[test]
fn a_server_whose_digests_are_always_wrong_is_given_up() {
    let wrong =
        |request: &upload::Request, _| if is_chunk(request, 4) { Luck::WrongDigest } else { Luck::Good };
    let mut world = World::new(Setup::new(3), wrong);
    assert_eq!(failure(world.run()), (Step::UploadChunk(4), StepError::Corrupted, true));
    assert!(sends(&world.requests)[&4] < 20, "{:?}", sends(&world.requests));
}

#[test]
fn a_server_without_digests_gets_the_file_all_the_same() {
    let mut world = World::new(setup(|habits| habits.has_digests = false), |_, _| Luck::Good);
    assert_eq!(world.run(), READY);
}

#[test]
fn an_upload_that_the_server_lost_begins_anew() {
    let mut world = good(3);
    world.plan(1_200, Incident::LoseUpload);
    assert_eq!(world.run(), READY);
    assert_eq!(world.server.uploads.len(), 2);
}

#[test]
fn a_page_that_says_404_in_the_servers_place_costs_nothing() {
    let mut world = World::new(Setup::new(3), unlucky(2, 3, Luck::Html(404)));
    assert_eq!(world.run(), READY);
    assert_eq!(world.server.uploads.len(), 1);
}

#[test]
fn a_server_that_loses_every_upload_is_reported_and_not_tried_for_ever() {
    let mut world =
        World::new(
            Setup::new(3),
            |request, _| if is_chunk(request, 6) { Luck::status(404) } else { Luck::Good },
        );
    let (_, error, can_retry) = failure(world.run());
    assert!(matches!(error, StepError::Refused { status: 404, .. }), "{error:?}");
    assert!(!can_retry && !world.host.has_checkpoint());
    assert!(world.requests.len() < 20, "{} requests", world.requests.len());
}

#[test]
fn an_upload_that_is_paused_until_its_time_is_over_begins_anew() {
    let mut world = good(3);
    world.plan(1_200, Incident::Pause(25 * 3_600_000));
    assert_eq!(world.run(), READY);
    assert_eq!(world.server.uploads.len(), 2);
}

//! One bad day each, with what the upload makes of it.

use protocol::{ChunkErrorCode, limit::MIB};
use upload::{Body, Call, Fault, Outcome, Phase, Step, TRIES};

use crate::world::server::{RELEASE_ID, Server};
use crate::world::{Luck, MD5, World, sends, words};

const READY: Outcome = Outcome::Ready { release_id: RELEASE_ID };

/// Six chunks of 8 MiB, the last one short.
fn server() -> Server {
    Server::new(41 * MIB + 5, 8 * MIB)
}

fn is_chunk(call: &Call, wanted: u32) -> bool {
    matches!(call.body, Body::Chunk { number, .. } if number == wanted)
}

fn fault(outcome: Outcome) -> (Step, Fault, bool) {
    match outcome {
        Outcome::Failed(error) => (error.step, error.fault.clone(), error.can_retry()),
        other => panic!("expected a failure, got {other:?}"),
    }
}

#[test]
fn a_good_day_takes_the_calls_in_the_protocols_order() {
    let mut world = World::new(server(), 1, |_, _| Luck::Good);
    assert_eq!(world.run(), READY);
    let api = "/v0.1/apps/ann/notes/uploads/releases";
    let mut expected = vec![
        format!("POST {api}"),
        "POST /upload/set_metadata/asset-1?file_name=notes%20%261.apk&file_size=42991621\
         &content_type=application%2Fvnd.android.package-archive"
            .to_owned(),
    ];
    expected.extend((1..=6).map(|number| format!("POST /upload/upload_chunk/asset-1?block_number={number}")));
    expected.push("POST /upload/finished/asset-1".to_owned());
    expected.push(format!("PATCH {api}/upload-1"));
    expected.push(format!("GET {api}/upload-1"));
    assert_eq!(words(&world.calls), expected);
    assert_eq!(world.server.md5.as_deref(), Some(MD5));
    let progress = world.upload.progress(world.now);
    assert_eq!((progress.phase, progress.percent, progress.chunks_stored), (Phase::Ready, 100, 6));
}

#[test]
fn every_call_that_changes_something_carries_the_mark() {
    let mut world = World::new(server(), 1, |_, _| Luck::Good);
    world.run();
    for call in &world.calls {
        let is_marked = call.headers().any(|header| header == ("x-slipway-request", "1"));
        assert_eq!(is_marked, call.method.as_str() != "GET", "{call:?}");
    }
}

#[test]
fn a_token_is_not_in_the_debug_form_of_a_call() {
    let mut world = World::new(server(), 1, |_, _| Luck::Good);
    world.run();
    assert!(!format!("{:?} {:?}", world.calls, world.upload).contains("to+ken"));
}

#[test]
fn a_chunk_that_fails_once_is_sent_once_more() {
    for luck in [
        Luck::LostRequest,
        Luck::LostAnswer,
        Luck::Silence,
        Luck::Html,
        Luck::Status(500),
        Luck::Status(408),
        Luck::ServedStatus(502),
        Luck::Status(429),
        Luck::ErrorCode(ChunkErrorCode::ServerError),
    ] {
        let mut seen = 0;
        let luck_of = |call: &Call, _| {
            seen += u32::from(is_chunk(call, 3));
            if is_chunk(call, 3) && seen == 1 { luck } else { Luck::Good }
        };
        let mut world = World::new(server(), 3, luck_of);
        assert_eq!(world.run(), READY, "{luck:?}");
        assert_eq!(sends(&world.calls)[&3], 2, "{luck:?}");
        assert_eq!(sends(&world.calls).values().sum::<u32>(), 7, "{luck:?}");
    }
}

#[test]
fn a_chunk_that_keeps_failing_stops_the_upload_and_a_retry_sends_only_what_is_missing() {
    let is_broken = std::cell::Cell::new(true);
    let luck_of = |call: &Call, _| {
        if is_broken.get() && is_chunk(call, 3) { Luck::Status(500) } else { Luck::Good }
    };
    let mut world = World::new(server(), 5, luck_of);
    assert_eq!(fault(world.run()), (Step::Store(3), Fault::Status { status: 500 }, true));
    assert_eq!(sends(&world.calls)[&3], TRIES);
    let n_calls = world.calls.len();
    let percent = world.upload.progress(world.now).percent;

    is_broken.set(false);
    world.upload.retry(world.now);
    assert_eq!(world.run(), READY);
    assert!(world.calls[n_calls].path.starts_with("/upload/set_metadata/"));
    assert_eq!(sends(&world.calls[n_calls..]).into_iter().collect::<Vec<_>>(), [(3, 1)]);
    assert!(percent > 50, "got {percent}");
}

#[test]
fn a_stored_chunk_whose_receipt_was_lost_is_not_sent_after_a_retry() {
    let is_broken = std::cell::Cell::new(true);
    let luck_of = |call: &Call, _| {
        if is_broken.get() && is_chunk(call, 2) { Luck::LostAnswer } else { Luck::Good }
    };
    let mut world = World::new(server(), 5, luck_of);
    assert_eq!(fault(world.run()), (Step::Store(2), Fault::Network, true));
    let n_calls = world.calls.len();
    is_broken.set(false);
    world.upload.retry(world.now);
    assert_eq!(world.run(), READY);
    assert!(sends(&world.calls[n_calls..]).is_empty());
}

#[test]
fn a_stored_chunk_is_not_sent_again_even_if_the_list_has_it() {
    let is_broken = std::cell::Cell::new(true);
    let luck_of = |call: &Call, _| {
        if is_broken.get() && is_chunk(call, 5) { Luck::LostRequest } else { Luck::Good }
    };
    let mut world = World::new(Server { lists_all: true, ..server() }, 5, luck_of);
    assert_eq!(fault(world.run()), (Step::Store(5), Fault::Network, true));
    let n_calls = world.calls.len();
    is_broken.set(false);
    world.upload.retry(world.now);
    assert_eq!(world.run(), READY);
    assert_eq!(sends(&world.calls[n_calls..]).into_keys().collect::<Vec<_>>(), [5]);
}

#[test]
fn a_finish_with_chunks_missing_sends_only_those_again() {
    let mut world = World::new(Server { forget: vec![2, 6], ..server() }, 7, |_, _| Luck::Good);
    assert_eq!(world.run(), READY);
    assert_eq!(sends(&world.calls).into_values().collect::<Vec<_>>(), [1, 2, 1, 1, 1, 2]);
}

#[test]
fn a_server_that_forgets_chunks_for_ever_is_given_up() {
    let mut world = World::new(server(), 7, |_, _| Luck::Good);
    let outcome = loop {
        world.server.forget = vec![1];
        let mut n_calls = world.calls.len();
        let outcome =
            world.run_until(|world| std::mem::replace(&mut n_calls, world.calls.len()) < world.calls.len());
        if world.upload.outcome().is_some() {
            break outcome;
        }
    };
    assert_eq!(fault(outcome), (Step::Finish, Fault::Incomplete { rounds: 6 }, true));
}

#[test]
fn chunks_that_the_server_has_already_are_not_sent() {
    let stored = [1, 2, 4].into();
    let mut world = World::new(Server { stored, ..server() }, 7, |_, _| Luck::Good);
    assert_eq!(world.run(), READY);
    assert_eq!(sends(&world.calls).into_keys().collect::<Vec<_>>(), [3, 5, 6]);
}

#[test]
fn a_refusal_ends_the_upload_at_once_in_the_servers_words() {
    for (status, can_retry) in [(400, false), (401, true), (403, false), (404, false), (413, false)] {
        let mut world =
            World::new(server(), 9, |_, n| if n == 0 { Luck::Status(status) } else { Luck::Good });
        let (step, fault, may_retry) = fault(world.run());
        assert!(matches!(fault, Fault::Refused { status: got, .. } if got == status), "{fault:?}");
        assert_eq!((step, may_retry, world.calls.len()), (Step::Create, can_retry, 1));
    }
}

#[test]
fn a_message_names_the_step_the_cause_and_what_to_do() {
    let mut world = World::new(server(), 9, |call, _| {
        if is_chunk(call, 2) { Luck::ErrorCode(ChunkErrorCode::InvalidLength) } else { Luck::Good }
    });
    let Outcome::Failed(error) = world.run() else { panic!("expected a failure") };
    assert_eq!(error.to_string(), "could not store chunk 2 of the file: not stored (status 200)");
    assert!(error.fix().starts_with("choose the file again"));
}

#[test]
fn a_changed_file_stops_the_upload_for_good() {
    let mut world =
        World::new(server(), 9, |call, _| if is_chunk(call, 4) { Luck::FileChanged } else { Luck::Good });
    assert_eq!(fault(world.run()), (Step::Store(4), Fault::FileChanged, false));
    let n_calls = world.calls.len();
    world.upload.retry(world.now);
    world.drain();
    assert_eq!(world.calls.len(), n_calls);
}

#[test]
fn a_package_that_is_no_good_is_reported_in_the_servers_words() {
    let verdict = Some("the package has no manifest");
    let mut world = World::new(Server { busy_polls: 3, verdict, ..server() }, 9, |_, _| Luck::Good);
    let Outcome::Failed(error) = world.run() else { panic!("expected a failure") };
    assert_eq!(error.to_string(), "could not make a release of the file: the package has no manifest");
    assert!(!error.can_retry());
    assert_eq!(error.fix(), "to try again, choose a file", "the server says who is to blame");
}

#[test]
fn a_server_at_work_is_asked_ever_more_slowly_and_not_for_ever() {
    let mut world = World::new(Server { busy_polls: u32::MAX, ..server() }, 9, |_, _| Luck::Good);
    assert_eq!(fault(world.run()), (Step::Ask, Fault::Slow { minutes: 30 }, true));
    let n_asks = world.calls.iter().filter(|call| call.method.as_str() == "GET").count();
    assert!((800..=905).contains(&n_asks), "got {n_asks}");
    assert_eq!(world.server.closes, 1);
    world.server.busy_polls = 0;
    world.upload.retry(world.now);
    assert_eq!(world.run(), READY);
    assert_eq!(world.server.closes, 2, "a lost job is queued again");
}

#[test]
fn a_retry_is_shown_with_its_reason_until_it_succeeds() {
    let mut world = World::new(server(), 4, |_, n| if n < 2 { Luck::Status(503) } else { Luck::Good });
    let is_retrying = |world: &World<'_>| world.upload.progress(world.now).retrying.is_some();
    world.run_until(is_retrying);
    let Some(retrying) = world.upload.progress(world.now).retrying else { panic!("expected a retry") };
    assert_eq!((retrying.failures, retrying.limit), (1, TRIES));
    assert_eq!(retrying.reason, "the server is in trouble (status 503)");
    world.run_until(|world| !is_retrying(world));
    assert_eq!(world.upload.progress(world.now).phase, Phase::Preparing);
    assert_eq!(world.run(), READY);
}

#[test]
fn a_connection_that_is_back_ends_the_wait() {
    let mut world = World::new(server(), 4, |_, n| if n < 6 { Luck::LostRequest } else { Luck::Good });
    world.run_until(|world| world.calls.len() == 6 && world.upload.progress(world.now).retrying.is_some());
    world.run_until(|world| {
        world.upload.progress(world.now).retrying.is_some_and(|retrying| retrying.seconds > 1)
    });
    world.upload.online(world.now);
    world.drain();
    assert_eq!(world.calls.len(), 7);
    assert_eq!(world.run(), READY);
}

#[test]
fn a_cancel_before_the_server_knows_the_upload_sends_nothing() {
    let mut world = World::new(server(), 4, |_, _| Luck::Good);
    world.drain();
    world.upload.cancel(world.now);
    assert_eq!(world.run(), Outcome::Cancelled);
    assert_eq!(world.calls.len(), 1);
    assert!(!world.server.is_cancelled);
}

#[test]
fn a_cancel_that_nobody_hears_ends_all_the_same() {
    let luck_of = |call: &Call, _| {
        if call.path.starts_with("/upload/cancel/") { Luck::LostRequest } else { Luck::Good }
    };
    let mut world = World::new(server(), 4, luck_of);
    world.run_until(|world| world.calls.len() >= 5);
    world.upload.cancel(world.now);
    let n_calls = world.calls.len();
    assert_eq!(world.run(), Outcome::Cancelled);
    assert_eq!(world.calls.len(), n_calls + 3);
}

#[test]
fn a_cancel_that_comes_after_the_finish_was_served_finds_the_release() {
    let mut world = World::new(server(), 4, |_, _| Luck::Good);
    world.run_until(|world| world.server.is_sealed);
    assert_eq!((world.upload.progress(world.now).phase, world.server.closes), (Phase::Finishing, 0));
    world.upload.cancel(world.now);
    assert_eq!(world.run(), READY);
    assert!(words(&world.calls).iter().any(|call| call.starts_with("POST /upload/cancel/")));
    assert!(!world.server.is_cancelled);
}

#[test]
fn a_cancel_while_a_release_is_being_made_changes_nothing() {
    for calls_before in [10, 12] {
        let mut world = World::new(Server { busy_polls: 5, ..server() }, 4, |_, _| Luck::Good);
        world.run_until(|world| world.calls.len() == calls_before);
        world.upload.cancel(world.now);
        assert_eq!(world.run(), READY);
        assert!(words(&world.calls).iter().all(|call| !call.starts_with("POST /upload/cancel/")));
    }
}

#[test]
fn a_cancel_after_the_close_failed_leaves_the_failure_to_be_retried() {
    let is_broken = std::cell::Cell::new(true);
    let luck_of = |call: &Call, _| {
        if is_broken.get() && call.method.as_str() == "PATCH" { Luck::LostAnswer } else { Luck::Good }
    };
    let mut world = World::new(server(), 4, luck_of);
    assert_eq!(fault(world.run()), (Step::Close, Fault::Network, true));
    world.upload.cancel(world.now);
    assert_eq!(fault(world.run()), (Step::Close, Fault::Network, true));
    is_broken.set(false);
    world.upload.retry(world.now);
    assert_eq!(world.run(), READY);
}

#[test]
fn a_server_whose_chunks_do_not_fit_the_file_is_not_believed() {
    // 1-byte chunks of a 40 MiB file would be more chunks than any upload may have.
    let mut world = World::new(Server::new(40_000, 1), 4, |_, _| Luck::Good);
    let (step, fault, can_retry) = fault(world.run());
    assert_eq!((step, can_retry), (Step::Describe, true));
    assert!(matches!(fault, Fault::Unintelligible { .. }));
}

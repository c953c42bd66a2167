//! Connections that break, fall silent, trickle or are not there.

use upload::{RetryPolicy, Step, StepError};

use super::{READY, failure, good, is_chunk, sends, times, unlucky, words};
use crate::world::luck::{Luck, Wait};
use crate::world::network::Link;
use crate::world::{Incident, Setup, World};

const DAY_MS: u64 = 24 * 3_600_000;

#[test]
fn a_chunk_that_fails_once_is_sent_once_more() {
    for luck in [
        Luck::CutRequest { at: 0, arrives: false },
        Luck::CutRequest { at: 437, arrives: false },
        Luck::CutRequest { at: 1000, arrives: true },
        Luck::CutAnswer,
        Luck::CutBody(500),
        Luck::Silence { at: 0, arrives: false },
        Luck::Silence { at: 700, arrives: false },
        Luck::Silence { at: 1000, arrives: true },
        Luck::Timeout(400),
        Luck::Html(200),
        Luck::Html(503),
        Luck::status(408),
        Luck::status(429),
        Luck::status(500),
        Luck::Status { status: 502, is_served: true, wait: Wait::Unsaid },
        Luck::Code("ServerError"),
        Luck::Corrupted,
        Luck::WrongDigest,
        Luck::Mixed,
    ] {
        let mut world = World::new(Setup::new(3), unlucky(3, 1, luck));
        assert_eq!(world.run(), READY, "{luck:?}");
        assert_eq!(sends(&world.requests)[&3], 2, "{luck:?}");
        assert_eq!(sends(&world.requests).values().sum::<u32>(), 7, "{luck:?}");
    }
}

/// tus-js-client#139: a connection that was established for days, without a byte.
#[test]
fn a_connection_that_goes_silent_is_given_up_after_20_seconds() {
    for at in [0, 10, 437, 999] {
        let silence = Luck::Silence { at, arrives: false };
        let mut world = World::new(Setup::new(5), unlucky(2, 1, silence));
        assert_eq!(world.run(), READY);
        let times = times(&world.requests, 2);
        let waited = times[1] - times[0];
        assert!((20_000..24_000).contains(&waited), "silent from {at} on: waited {waited} ms");
    }
}

/// A proxy that takes a body in faster than it passes it on keeps the client waiting for the answer only.
#[test]
fn an_answer_that_takes_half_a_minute_is_waited_for_in_the_end() {
    let mut world =
        World::new(
            Setup::new(5),
            |request, _| if is_chunk(request, 2) { Luck::Late(35_000) } else { Luck::Good },
        );
    assert_eq!(world.run(), READY);
    assert!(sends(&world.requests)[&2] <= 3, "{:?}", sends(&world.requests));
}

#[test]
fn a_part_that_trickles_is_given_up_when_its_time_is_over() {
    let mut world = World::new(Setup::new(5), unlucky(4, 1, Luck::Slow(150_000)));
    assert_eq!(world.run(), READY);
    let times = times(&world.requests, 4);
    let waited = times[1] - times[0];
    assert!((60_000..62_000).contains(&waited), "waited {waited} ms");
}

/// In Uppy the window for retries was a second; a lift takes longer, and the browser may call itself online.
#[test]
fn a_ride_in_a_lift_needs_no_person() {
    for for_ms in [2_000, 15_000, 45_000, 120_000] {
        let mut world = good(6);
        world.plan(1_500, Incident::Offline { for_ms, is_told: false });
        assert_eq!(world.run(), READY);
        let late = world.now - 1_500 - for_ms;
        assert!(late < 60_000, "{late} ms after the doors opened");
    }
}

#[test]
fn a_network_that_is_back_is_used_at_once() {
    let mut world = good(6);
    world.plan(1_500, Incident::Offline { for_ms: 600_000, is_told: true });
    world.run_until(|world| world.now > 2_600 && world.is_connected);
    let n_requests = world.requests.len();
    world.drain();
    assert!(
        world.requests[n_requests - 1..].iter().any(|sent| sent.at == world.now),
        "nothing is sent at once"
    );
    assert_eq!(world.run(), READY);
}

/// Not even the call that begins the upload.
#[test]
fn an_hour_without_a_network_before_anything_was_answered_needs_no_person() {
    for is_told in [true, false] {
        let mut world = good(6);
        world.plan(0, Incident::Offline { for_ms: 3_600_000, is_told });
        assert_eq!(world.run(), READY);
        assert!(world.requests.len() < 1_000, "{} requests", world.requests.len());
    }
}

/// While nothing gets through, one question is sent now and then, and no try of a chunk is used up.
#[test]
fn an_hour_without_a_network_costs_questions_and_no_tries() {
    for is_told in [true, false] {
        let mut world = good(6);
        world.plan(1_500, Incident::Offline { for_ms: 3_600_000, is_told });
        assert_eq!(world.run(), READY);
        let n_questions = words(&world.requests).iter().filter(|request| request.starts_with("GET ")).count();
        assert!((100..1_000).contains(&n_questions), "{n_questions} questions");
        let most = sends(&world.requests).into_values().max().unwrap_or_default();
        assert!(most <= 5, "a chunk was sent {most} times");
    }
}

#[test]
fn a_network_that_never_comes_back_is_given_up_after_a_day() {
    let mut world = good(6);
    world.plan(1_500, Incident::Offline { for_ms: 30 * DAY_MS, is_told: true });
    assert_eq!(failure(world.run()), (Step::Probe, StepError::Network, true));
    assert!((DAY_MS..DAY_MS + 120_000).contains(&world.now), "after {} ms", world.now);
    assert!(world.requests.len() < 10_000, "{} requests", world.requests.len());
}

/// A server that forgot the upload meanwhile gets a new one.
#[test]
fn after_a_day_without_a_network_a_retry_begins_anew_by_itself() {
    let mut world = good(6);
    world.plan(1_500, Incident::Offline { for_ms: DAY_MS + 3_600_000, is_told: true });
    assert!(failure(world.run()).2);
    world.run_on(2 * 3_600_000);
    world.retry();
    assert_eq!(world.run(), READY);
    assert_eq!(world.server.uploads.len(), 2);
}

/// flow.js#259: a quarter of everything is lost, and nobody thought of setting a number of retries.
#[test]
fn a_quarter_of_all_calls_lost_needs_no_person() {
    for seed in 0..50 {
        let setup = Setup { file_size: 30 * 4096, ..Setup::new(seed) };
        let mut n = seed;
        let mut world = World::new(setup, move |_, _| {
            n = n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            if n >> 62 == 0 { Luck::CutRequest { at: (n >> 32) % 1000, arrives: false } } else { Luck::Good }
        });
        assert_eq!(world.run(), READY, "seed {seed}");
    }
}

/// ViTransfer#81: Safari reports a broken connection as an abort, which was taken for the user's cancel. The host calls
/// both a failure of the network; nothing but a person cancels.
#[test]
fn a_connection_that_breaks_is_never_taken_for_a_cancel() {
    let cut = Luck::CutRequest { at: 10, arrives: false };
    let mut n = 0;
    let mut world = World::new(Setup::new(8), move |_, _| {
        n += 1;
        if n % 3 == 0 { cut } else { Luck::Good }
    });
    assert_eq!(world.run(), READY);
    assert!(words(&world.requests).iter().all(|request| !request.starts_with("POST /upload/cancel/")));
}

#[test]
fn a_chunk_that_keeps_failing_stops_the_upload_and_a_retry_sends_only_what_is_missing() {
    let is_broken = std::cell::Cell::new(true);
    let mut world = World::new(Setup::new(5), |request, _| {
        if is_broken.get() && is_chunk(request, 3) { Luck::status(500) } else { Luck::Good }
    });
    assert_eq!(failure(world.run()), (Step::UploadChunk(3), StepError::ServerError { status: 500 }, true));
    let n_sends = sends(&world.requests)[&3];
    assert!(
        (RetryPolicy::UPLOAD.max_attempts..RetryPolicy::UPLOAD.max_attempts + 6).contains(&n_sends),
        "each other chunk that arrives gives it its attempts back"
    );
    let n_requests = world.requests.len();

    is_broken.set(false);
    world.retry();
    assert_eq!(world.run(), READY);
    assert!(world.requests[n_requests].request.path.starts_with("/upload/set_metadata/"));
    assert_eq!(sends(&world.requests[n_requests..]).into_iter().collect::<Vec<_>>(), [(3, 1)]);
}

#[test]
fn a_stored_chunk_whose_receipt_was_lost_is_not_sent_after_a_retry() {
    let is_broken = std::cell::Cell::new(true);
    let mut world = World::new(Setup::new(5), |request, _| {
        if is_broken.get() && is_chunk(request, 2) { Luck::CutBody(300) } else { Luck::Good }
    });
    assert!(matches!(
        failure(world.run()),
        (Step::UploadChunk(2), StepError::UnexpectedResponse { .. }, true)
    ));
    let n_requests = world.requests.len();
    is_broken.set(false);
    world.retry();
    assert_eq!(world.run(), READY);
    assert!(sends(&world.requests[n_requests..]).is_empty());
}

#[test]
fn answers_that_come_twice_late_or_to_calls_given_up_change_nothing() {
    let setup = Setup { file_size: 20 * 4096, ..Setup::new(11) };
    let lucks = [Luck::Twice, Luck::Late(9_000), Luck::Late(25_000), Luck::Twice, Luck::Good];
    let mut world = World::new(setup, move |_, n| lucks[n % lucks.len()]);
    assert_eq!(world.run(), READY);
    assert_eq!(world.server.n_finished(), 1);
}

#[test]
fn a_lid_closed_over_night_loses_nothing_that_was_stored() {
    let setup = Setup { file_size: 20 * 4096, ..Setup::new(11) };
    let mut world = World::new(setup, |_, _| Luck::Good);
    world.plan(5_000, Incident::Sleep(9 * 3_600_000));
    assert_eq!(world.run(), READY);
    let sends: u32 = sends(&world.requests).into_values().sum();
    assert!(sends <= 20 + 8, "{sends} sends");
}

#[test]
fn a_clock_that_is_set_is_no_reason_to_stop() {
    for by in [-90_000_000, -3_600_000, -1, 1, 3_600_000, 86_400_000] {
        let setup = Setup { file_size: 20 * 4096, ..Setup::new(12) };
        let mut world = World::new(setup, |_, n| if n % 4 == 1 { Luck::status(503) } else { Luck::Good });
        world.plan(3_000, Incident::SetClock(by));
        world.plan(6_000, Incident::SetClock(-by));
        assert_eq!(world.run(), READY, "set by {by} ms");
        assert!(world.now < 120_000, "set by {by} ms, it took {} ms", world.now);
    }
}

/// On a line that takes seconds a part nothing is given up: it is slow and not silent.
#[test]
fn a_slow_line_is_not_a_broken_one() {
    let link = Link { total: 500, each: 500, latency: 2_000 };
    let mut world = World::new(Setup { link, ..Setup::new(13) }, |_, _| Luck::Good);
    assert_eq!(world.run(), READY);
    assert_eq!(sends(&world.requests).into_values().max(), Some(1));
}

//! Connections that break, stall, trickle or cannot be made.

use upload::{RetryPolicy, Step, StepError};

use super::{READY, failure, fault_free, faulty_chunk, is_chunk, request_lines, sends, times};
use crate::simulation::network::Link;
use crate::simulation::request_fault::{RequestFault, RetryAfter};
use crate::simulation::{Disruption, Setup, Simulation};

const DAY_MS: u64 = 24 * 3_600_000;

#[test]
fn a_chunk_that_fails_once_is_sent_once_more() {
    for fault in [
        RequestFault::CutRequest { at: 0, arrives: false },
        RequestFault::CutRequest { at: 437, arrives: false },
        RequestFault::CutRequest { at: 1000, arrives: true },
        RequestFault::CutResponse,
        RequestFault::CutBody(500),
        RequestFault::Stall { at: 0, arrives: false },
        RequestFault::Stall { at: 700, arrives: false },
        RequestFault::Stall { at: 1000, arrives: true },
        RequestFault::Timeout(400),
        RequestFault::Html(200),
        RequestFault::Html(503),
        RequestFault::status(408),
        RequestFault::status(429),
        RequestFault::status(500),
        RequestFault::Status { status: 502, is_served: true, wait: RetryAfter::Absent },
        RequestFault::ErrorCode("ServerError"),
        RequestFault::Corrupted,
        RequestFault::WrongDigest,
        RequestFault::WrongChunk,
    ] {
        let mut simulation = Simulation::new(Setup::new(3), faulty_chunk(3, 1, fault));
        assert_eq!(simulation.run(), READY, "{fault:?}");
        assert_eq!(sends(&simulation.requests)[&3], 2, "{fault:?}");
        assert_eq!(sends(&simulation.requests).values().sum::<u32>(), 7, "{fault:?}");
    }
}

/// tus-js-client#139: a connection was established for days, and no byte moved.
#[test]
fn a_stalled_connection_is_aborted_after_20_seconds() {
    for at in [0, 10, 437, 999] {
        let silence = RequestFault::Stall { at, arrives: false };
        let mut simulation = Simulation::new(Setup::new(5), faulty_chunk(2, 1, silence));
        assert_eq!(simulation.run(), READY);
        let times = times(&simulation.requests, 2);
        let waited = times[1] - times[0];
        assert!((20_000..24_000).contains(&waited), "silent from {at} on: waited {waited} ms");
    }
}

/// A proxy that takes a body in faster than it passes it on keeps the client waiting for the response only.
#[test]
fn a_response_that_takes_35_seconds_is_accepted_by_a_later_attempt() {
    let mut simulation = Simulation::new(Setup::new(5), |request, _| {
        if is_chunk(request, 2) { RequestFault::Late(35_000) } else { RequestFault::None }
    });
    assert_eq!(simulation.run(), READY);
    assert!(sends(&simulation.requests)[&2] <= 3, "{:?}", sends(&simulation.requests));
}

#[test]
fn a_chunk_that_trickles_is_aborted_at_its_deadline() {
    let mut simulation = Simulation::new(Setup::new(5), faulty_chunk(4, 1, RequestFault::Slow(150_000)));
    assert_eq!(simulation.run(), READY);
    let times = times(&simulation.requests, 4);
    let waited = times[1] - times[0];
    assert!((60_000..62_000).contains(&waited), "waited {waited} ms");
}

/// In Uppy all retries ended within a second; a ride in a lift takes longer, and the browser may say that it is online.
#[test]
fn an_unreported_outage_of_up_to_two_minutes_needs_no_user() {
    for for_ms in [2_000, 15_000, 45_000, 120_000] {
        let mut simulation = fault_free(6);
        simulation.schedule(1_500, Disruption::Offline { for_ms, is_reported: false });
        assert_eq!(simulation.run(), READY);
        let late = simulation.now - 1_500 - for_ms;
        assert!(late < 60_000, "{late} ms after the outage");
    }
}

#[test]
fn a_network_that_is_back_is_used_at_once() {
    let mut simulation = fault_free(6);
    simulation.schedule(1_500, Disruption::Offline { for_ms: 600_000, is_reported: true });
    simulation.run_until(|simulation| simulation.now > 2_600 && simulation.is_connected);
    let n_requests = simulation.requests.len();
    simulation.drain();
    assert!(
        simulation.requests[n_requests - 1..].iter().any(|sent| sent.at == simulation.now),
        "nothing is sent at once"
    );
    assert_eq!(simulation.run(), READY);
}

/// Also for the request that creates the upload.
#[test]
fn an_hour_without_a_network_before_the_first_response_needs_no_user() {
    for is_reported in [true, false] {
        let mut simulation = fault_free(6);
        simulation.schedule(0, Disruption::Offline { for_ms: 3_600_000, is_reported });
        assert_eq!(simulation.run(), READY);
        assert!(simulation.requests.len() < 1_000, "{} requests", simulation.requests.len());
    }
}

/// While nothing gets through, one probe is sent now and then, and no attempt of a chunk is used up.
#[test]
fn an_hour_without_a_network_costs_probes_and_no_attempts() {
    for is_reported in [true, false] {
        let mut simulation = fault_free(6);
        simulation.schedule(1_500, Disruption::Offline { for_ms: 3_600_000, is_reported });
        assert_eq!(simulation.run(), READY);
        let n_probes =
            request_lines(&simulation.requests).iter().filter(|request| request.starts_with("GET ")).count();
        assert!((100..1_000).contains(&n_probes), "{n_probes} probes");
        let most = sends(&simulation.requests).into_values().max().unwrap_or_default();
        assert!(most <= 5, "a chunk was sent {most} times");
    }
}

#[test]
fn a_network_that_does_not_come_back_stops_the_upload_after_a_day() {
    let mut simulation = fault_free(6);
    simulation.schedule(1_500, Disruption::Offline { for_ms: 30 * DAY_MS, is_reported: true });
    assert_eq!(failure(simulation.run()), (Step::Probe, StepError::Network, true));
    assert!((DAY_MS..DAY_MS + 120_000).contains(&simulation.now), "after {} ms", simulation.now);
    assert!(simulation.requests.len() < 10_000, "{} requests", simulation.requests.len());
}

/// The server has deleted the upload meanwhile.
#[test]
fn after_a_day_without_a_network_a_retry_begins_anew_by_itself() {
    let mut simulation = fault_free(6);
    simulation.schedule(1_500, Disruption::Offline { for_ms: DAY_MS + 3_600_000, is_reported: true });
    assert!(failure(simulation.run()).2);
    simulation.run_on(2 * 3_600_000);
    simulation.retry();
    assert_eq!(simulation.run(), READY);
    assert_eq!(simulation.server.uploads.len(), 2);
}

/// flow.js#259: a quarter of all requests was lost, and retries were off by default.
#[test]
fn a_quarter_of_all_requests_lost_needs_no_user() {
    for seed in 0..50 {
        let setup = Setup { file_size: 30 * 4096, ..Setup::new(seed) };
        let mut n = seed;
        let mut simulation = Simulation::new(setup, move |_, _| {
            n = n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            if n >> 62 == 0 {
                RequestFault::CutRequest { at: (n >> 32) % 1000, arrives: false }
            } else {
                RequestFault::None
            }
        });
        assert_eq!(simulation.run(), READY, "seed {seed}");
    }
}

/// ViTransfer#81: Safari reports a broken connection as an abort, which was taken for the user's cancel. The host
/// requests both a network error; only the user cancels.
#[test]
fn a_connection_that_breaks_is_never_taken_for_a_cancel() {
    let cut = RequestFault::CutRequest { at: 10, arrives: false };
    let mut n = 0;
    let mut simulation = Simulation::new(Setup::new(8), move |_, _| {
        n += 1;
        if n % 3 == 0 { cut } else { RequestFault::None }
    });
    assert_eq!(simulation.run(), READY);
    assert!(
        request_lines(&simulation.requests)
            .iter()
            .all(|request| !request.starts_with("POST /upload/cancel/"))
    );
}

#[test]
fn a_chunk_that_keeps_failing_stops_the_upload_and_a_retry_sends_only_what_is_missing() {
    let is_broken = std::cell::Cell::new(true);
    let mut simulation = Simulation::new(Setup::new(5), |request, _| {
        if is_broken.get() && is_chunk(request, 3) { RequestFault::status(500) } else { RequestFault::None }
    });
    assert_eq!(
        failure(simulation.run()),
        (Step::UploadChunk(3), StepError::ServerError { status: 500 }, true)
    );
    let n_sends = sends(&simulation.requests)[&3];
    assert!(
        (RetryPolicy::UPLOAD.max_attempts..RetryPolicy::UPLOAD.max_attempts + 6).contains(&n_sends),
        "each other chunk that arrives gives it its attempts back"
    );
    let n_requests = simulation.requests.len();

    is_broken.set(false);
    simulation.retry();
    assert_eq!(simulation.run(), READY);
    assert!(simulation.requests[n_requests].request.path.starts_with("/upload/set_metadata/"));
    assert_eq!(sends(&simulation.requests[n_requests..]).into_iter().collect::<Vec<_>>(), [(3, 1)]);
}

#[test]
fn a_stored_chunk_whose_receipt_was_lost_is_not_sent_after_a_retry() {
    let is_broken = std::cell::Cell::new(true);
    let mut simulation = Simulation::new(Setup::new(5), |request, _| {
        if is_broken.get() && is_chunk(request, 2) { RequestFault::CutBody(300) } else { RequestFault::None }
    });
    assert!(matches!(
        failure(simulation.run()),
        (Step::UploadChunk(2), StepError::UnexpectedResponse { .. }, true)
    ));
    let n_requests = simulation.requests.len();
    is_broken.set(false);
    simulation.retry();
    assert_eq!(simulation.run(), READY);
    assert!(sends(&simulation.requests[n_requests..]).is_empty());
}

#[test]
fn responses_that_come_twice_late_or_after_an_abort_change_nothing() {
    let setup = Setup { file_size: 20 * 4096, ..Setup::new(11) };
    let faults = [
        RequestFault::Duplicated,
        RequestFault::Late(9_000),
        RequestFault::Late(25_000),
        RequestFault::Duplicated,
        RequestFault::None,
    ];
    let mut simulation = Simulation::new(setup, move |_, n| faults[n % faults.len()]);
    assert_eq!(simulation.run(), READY);
    assert_eq!(simulation.server.n_finished(), 1);
}

#[test]
fn a_computer_that_sleeps_over_night_loses_nothing_that_was_stored() {
    let setup = Setup { file_size: 20 * 4096, ..Setup::new(11) };
    let mut simulation = Simulation::new(setup, |_, _| RequestFault::None);
    simulation.schedule(5_000, Disruption::Sleep(9 * 3_600_000));
    assert_eq!(simulation.run(), READY);
    let sends: u32 = sends(&simulation.requests).into_values().sum();
    assert!(sends <= 20 + 8, "{sends} sends");
}

#[test]
fn setting_the_clock_stops_no_upload() {
    for by in [-90_000_000, -3_600_000, -1, 1, 3_600_000, 86_400_000] {
        let setup = Setup { file_size: 20 * 4096, ..Setup::new(12) };
        let mut simulation =
            Simulation::new(
                setup,
                |_, n| if n % 4 == 1 { RequestFault::status(503) } else { RequestFault::None },
            );
        simulation.schedule(3_000, Disruption::SetClock(by));
        simulation.schedule(6_000, Disruption::SetClock(-by));
        assert_eq!(simulation.run(), READY, "set by {by} ms");
        assert!(simulation.now < 120_000, "set by {by} ms, it took {} ms", simulation.now);
    }
}

/// A connection that takes seconds for a chunk is slow but moves: no request is aborted.
#[test]
fn a_slow_connection_is_not_a_broken_one() {
    let link = Link { total: 500, each: 500, latency: 2_000 };
    let mut simulation = Simulation::new(Setup { link, ..Setup::new(13) }, |_, _| RequestFault::None);
    assert_eq!(simulation.run(), READY);
    assert_eq!(sends(&simulation.requests).into_values().max(), Some(1));
}

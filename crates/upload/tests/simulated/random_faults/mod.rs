//! Thousands of uploads over disks, networks and servers that fail at random, each with its own seed.

mod fault_plan;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Range;

use upload::{Body, Method, Outcome, StepError, UploadError};

use self::fault_plan::FaultPlan;
use crate::simulation::request_fault::RequestFault;
use crate::simulation::server::{HostedState, ServerBehavior};
use crate::simulation::{Sent, Setup, Simulation};

/// How often the user retries before the faults end.
const RETRIES: u32 = 3;

/// How the runs ended, and how often.
type Tally = BTreeMap<String, u32>;

#[test]
fn every_upload_completes_with_the_right_bytes_or_says_why() {
    let mut tally = Tally::new();
    for seed in seeds(0, 10_000) {
        let named = SeedReport(seed);
        *tally.entry(simulate(seed)).or_default() += 1;
        drop(named);
    }
    println!("{tally:#?}");
    if chosen_seed().is_none() {
        for (ending, least) in [("ready", 3_000), ("cancelled", 50), ("other file", 50), ("file changed", 50)]
        {
            let n = tally.get(ending).copied().unwrap_or_default();
            assert!(n >= least, "the seeds prove too little: {n} ended {ending}");
        }
    }
}

#[test]
fn a_crash_after_any_save_loses_nothing_that_was_confirmed() {
    let mut n_crashes = 0;
    for seed in seeds(100_000, 60) {
        let named = SeedReport(seed);
        let n_saves = simulate_crash(seed, u32::MAX);
        assert!(n_saves > 0, "an upload that saves nothing cannot be resumed");
        for n in 1..=n_saves {
            simulate_crash(seed, n);
            n_crashes += 1;
        }
        drop(named);
    }
    println!("{n_crashes} crashes");
}

#[test]
fn after_a_cancel_at_any_moment_only_the_cancel_is_sent_unless_the_file_was_complete() {
    let mut tally = Tally::new();
    for seed in seeds(200_000, 2_000) {
        let named = SeedReport(seed);
        *tally.entry(simulate_cancel(seed)).or_default() += 1;
        drop(named);
    }
    println!("{tally:#?}");
    let n_too_late = tally.get("ready").copied().unwrap_or_default();
    assert!(chosen_seed().is_some() || n_too_late > 20, "the moments were too early to prove anything");
}

/// Simulates one upload to its end, and says how it ended.
fn simulate(seed: u64) -> String {
    let mut plan = FaultPlan::new(seed);
    let setup = plan.setup(seed);
    let disruptions = plan.disruptions();
    // Nothing but outages, sleep and pauses: no user has to help.
    let is_harmless =
        plan.is_harmless() && disruptions.iter().all(|(_, disruption)| disruption.needs_no_user());
    let is_fault_free = Cell::new(false);
    let mut simulation = Simulation::new(setup.clone(), |request, _| {
        if is_fault_free.get() { RequestFault::None } else { plan.fault(request) }
    });
    simulation.renewals_refused = if seed.is_multiple_of(3) { 50 } else { 0 };
    let mut lost_ms = 0;
    for (at, disruption) in disruptions {
        lost_ms += at + disruption.duration_ms();
        simulation.schedule(at, disruption);
    }
    let mut n_retries = 0;
    loop {
        let ended = simulation.run_until(|_| false);
        check_bounds(&simulation, setup.n_chunks(), lost_ms, n_retries);
        match ended {
            None if simulation.was_cancelled() => return "cancelled".into(),
            None => return "other file".into(),
            Some(Outcome::Ready { release_id }) => {
                check_release(&simulation, release_id);
                return "ready".into();
            }
            Some(Outcome::Cancelled) => {
                assert!(simulation.was_cancelled(), "the user has not cancelled");
                assert!(!simulation.host.has_checkpoint(), "what is cancelled is of no use any more");
                return "cancelled".into();
            }
            Some(Outcome::Failed(error)) if !error.can_retry() => {
                check_failure(&simulation, &setup, &error, is_fault_free.get());
                return name(&error);
            }
            Some(Outcome::Failed(error)) => {
                assert!(!is_fault_free.get() && !is_harmless, "there is no fault: {error}");
                n_retries += 1;
                is_fault_free.set(n_retries >= RETRIES);
                if is_fault_free.get() {
                    simulation.end_disruptions();
                }
                simulation.retry();
            }
        }
    }
}

/// Crashes after the n-th save, resumes, and returns how often it saved.
fn simulate_crash(seed: u64, n: u32) -> u32 {
    let mut plan = FaultPlan::new(seed);
    let mut setup = plan.setup(seed);
    setup.behavior = ServerBehavior { processing_error: None, lists_all_chunks: false, ..setup.behavior };
    let mut simulation = Simulation::new(setup, |_, _| RequestFault::None);
    simulation.crashes_at_save = Some(n);
    let outcome = simulation.run();
    let Outcome::Ready { release_id } = outcome else { panic!("crash after save {n}: {outcome:?}") };
    check_release(&simulation, release_id);
    assert_eq!(
        simulation.server.uploads.len(),
        1,
        "crash after save {n}: the upload goes on, and is no new one"
    );
    simulation.host.n_saves
}

fn simulate_cancel(seed: u64) -> String {
    let mut plan = FaultPlan::new(seed);
    let mut setup = plan.setup(seed);
    setup.behavior.processing_error = None;
    let moment = 1 + seed % 97;
    let mut simulation = Simulation::new(setup, |request, _| plan.fault(request));
    let mut n_steps = 0;
    simulation.run_until(|_| {
        n_steps += 1;
        n_steps > moment
    });
    if simulation.upload.outcome().is_some() {
        return "over before".into();
    }
    let n_requests = simulation.requests.len();
    simulation.cancel();
    match simulation.run() {
        Outcome::Cancelled => {
            let after = &simulation.requests[n_requests..];
            let is_cancel = |request: &upload::Request| {
                let is_withdrawn =
                    matches!(&request.body, Body::Json(text) if text.contains("uploadCanceled"));
                request.path.starts_with("/upload/cancel/") || is_withdrawn
            };
            assert!(after.iter().all(|sent| is_cancel(&sent.request)), "{after:?}");
            assert!(after.len() <= 8, "{after:?}");
            assert!(
                simulation.server.uploads.iter().all(|hosted| hosted.closes == 0),
                "a release was cancelled"
            );
            "cancelled".into()
        }
        Outcome::Ready { release_id } => {
            check_release(&simulation, release_id);
            "ready".into()
        }
        Outcome::Failed(error) => {
            assert!(simulation.server.n_sealed() > 0, "{error}");
            name(&error)
        }
    }
}

/// There is one release, and it is the file as it was at one moment.
fn check_release(simulation: &Simulation<'_>, release_id: i64) {
    let released: Vec<_> = simulation
        .server
        .uploads
        .iter()
        .filter(|hosted| matches!(hosted.state, HostedState::Ready(_)))
        .collect();
    assert_eq!(released.len(), 1, "one release");
    assert_eq!(released[0].state, HostedState::Ready(release_id));
    let object = released[0].object.as_deref().unwrap_or_default();
    assert!(simulation.disk.was_once(object), "the release is a mixture");
    let md5 = crate::simulation::disk::md5(object).to_string();
    let is_stated = released[0].stated.as_ref() == Some(&md5);
    assert!(is_stated || simulation.was_cancelled(), "the digest of the whole file was stated");
    assert!(!simulation.host.has_checkpoint(), "the checkpoint of a release is of no use any more");
    let progress = simulation.shown();
    assert_eq!((progress.percent, progress.committed_bytes), (100, progress.total_bytes));
}

/// Requests and time are bounded, whatever the faults. Probes take as long as the outage.
fn check_bounds(simulation: &Simulation<'_>, n_chunks: u32, lost_ms: u64, n_retries: u32) {
    const HOUR_MS: u64 = 3_600_000;
    let n_runs = u64::from(simulation.n_crashes + n_retries + 1);
    // Before there is an upload, the request that creates it is the probe.
    let is_probe =
        |sent: &&Sent| sent.request.method == Method::Get || sent.request.path.ends_with("/uploads/releases");
    let n_probes = simulation.requests.iter().filter(is_probe).count() as u64;
    let n_others = simulation.requests.len() as u64 - n_probes;
    assert!(n_others <= n_runs * 8 * (u64::from(n_chunks) + 10), "{n_others} requests in {n_runs} runs");
    assert!(n_probes <= n_runs * 100 + lost_ms / 5_000, "{n_probes} questions in {n_runs} runs");
    assert!(
        simulation.now <= lost_ms + n_runs * HOUR_MS,
        "it took {} ms, {lost_ms} ms without it",
        simulation.now
    );
}

/// Every error that stops an upload for good has a cause.
fn check_failure(simulation: &Simulation<'_>, setup: &Setup, error: &UploadError, is_fault_free: bool) {
    match &error.error {
        StepError::FileChanged => assert!(simulation.disk.was_mutated(), "the file was not changed"),
        StepError::PackageRejected { details } => {
            let is_processing_error =
                setup.behavior.processing_error.is_some_and(|processing_error| processing_error == details);
            // Bytes of another state of the file may come late from an earlier run and lie over newer ones, or be part
            // of the digest when an upload begins anew. The server sees that it is a mixture.
            let is_mixture = simulation.disk.was_mutated();
            assert!(is_processing_error || is_mixture || !setup.behavior.has_digests, "{details}");
        }
        _ => assert!(!is_fault_free || simulation.server.newest_is_gone(), "there is no fault: {error}"),
    }
    if matches!(error.error, StepError::PackageRejected { .. } | StepError::UploadGone) {
        assert!(!simulation.host.has_checkpoint(), "the server has ended it: {error}");
    }
}

fn name(error: &UploadError) -> String {
    match &error.error {
        StepError::FileChanged => "file changed".into(),
        StepError::Refused { status, .. } => format!("refused {status}"),
        error => format!("{error:?}").chars().take_while(|c| c.is_alphanumeric()).collect(),
    }
}

/// So many from the first on; or the one that is named by the variable `SLIPWAY_SEED`, if it belongs to this test.
fn seeds(first: u64, n: u64) -> Range<u64> {
    match chosen_seed() {
        Some(seed) if (first..first + 100_000).contains(&seed) => seed..seed + 1,
        Some(_) => 0..0,
        None => first..first + n,
    }
}

fn chosen_seed() -> Option<u64> {
    std::env::var("SLIPWAY_SEED").ok()?.parse().ok()
}

/// Says which seed it was when a test fails.
struct SeedReport(u64);

impl Drop for SeedReport {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let seed = self.0;
            eprintln!(
                "seed {seed} fails: SLIPWAY_SEED={seed} cargo test -p upload --test simulated random_faults"
            );
        }
    }
}

//! Thousands of uploads over disks, networks and servers that fail at random, each with its own seed.

mod day;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Range;

use upload::{Body, Method, Outcome, StepError, UploadError};

use self::day::Day;
use crate::world::luck::Luck;
use crate::world::server::{Fate, Habits};
use crate::world::{Sent, Setup, World};

/// How often a person chooses Retry before the weather clears up.
const RETRIES: u32 = 3;

/// How the runs ended, and how often.
type Tally = BTreeMap<String, u32>;

#[test]
fn every_upload_completes_with_the_right_bytes_or_says_why() {
    let mut tally = Tally::new();
    for seed in seeds(0, 10_000) {
        let named = Named(seed);
        *tally.entry(whole_day(seed)).or_default() += 1;
        drop(named);
    }
    println!("{tally:#?}");
    if chosen_seed().is_none() {
        for (ending, least) in [("ready", 3_000), ("cancelled", 50), ("other file", 50), ("file changed", 50)]
        {
            let n = tally.get(ending).copied().unwrap_or_default();
            assert!(n >= least, "the days prove too little: {n} ended {ending}");
        }
    }
}

#[test]
fn a_crash_after_any_save_costs_nothing_that_was_confirmed() {
    let mut n_crashes = 0;
    for seed in seeds(100_000, 60) {
        let named = Named(seed);
        let n_saves = crash_after_save(seed, u32::MAX);
        assert!(n_saves > 0, "an upload that saves nothing cannot go on");
        for n in 1..=n_saves {
            crash_after_save(seed, n);
            n_crashes += 1;
        }
        drop(named);
    }
    println!("{n_crashes} crashes");
}

#[test]
fn after_a_cancel_at_any_moment_nothing_is_sent_but_the_cancel_unless_all_was_there() {
    let mut tally = Tally::new();
    for seed in seeds(200_000, 2_000) {
        let named = Named(seed);
        *tally.entry(cancelled_day(seed)).or_default() += 1;
        drop(named);
    }
    println!("{tally:#?}");
    let n_too_late = tally.get("ready").copied().unwrap_or_default();
    assert!(chosen_seed().is_some() || n_too_late > 20, "the moments were too early to prove anything");
}

/// One day from the first call to its end, and how it ended.
fn whole_day(seed: u64) -> String {
    let mut day = Day::new(seed);
    let setup = day.setup(seed);
    let incidents = day.incidents();
    // Nothing but outages, sleep and pauses: nobody has to help.
    let is_kind = day.is_kind() && incidents.iter().all(|(_, incident)| incident.passes_by());
    let is_calm = Cell::new(false);
    let mut world =
        World::new(setup.clone(), |request, _| if is_calm.get() { Luck::Good } else { day.luck(request) });
    world.renewals_refused = if seed.is_multiple_of(3) { 50 } else { 0 };
    let mut lost_ms = 0;
    for (at, incident) in incidents {
        lost_ms += at + incident.lasts();
        world.plan(at, incident);
    }
    let mut n_retries = 0;
    loop {
        let ended = world.run_until(|_| false);
        check_bounds(&world, setup.n_chunks(), lost_ms, n_retries);
        match ended {
            None if world.was_cancelled() => return "cancelled".into(),
            None => return "other file".into(),
            Some(Outcome::Ready { release_id }) => {
                check_release(&world, release_id);
                return "ready".into();
            }
            Some(Outcome::Cancelled) => {
                assert!(world.was_cancelled(), "nobody cancelled");
                assert!(!world.host.has_checkpoint(), "what is cancelled is of no use any more");
                return "cancelled".into();
            }
            Some(Outcome::Failed(error)) if !error.can_retry() => {
                check_failure(&world, &setup, &error, is_calm.get());
                return name(&error);
            }
            Some(Outcome::Failed(error)) => {
                assert!(!is_calm.get() && !is_kind, "the weather is good: {error}");
                n_retries += 1;
                is_calm.set(n_retries >= RETRIES);
                if is_calm.get() {
                    world.clear_up();
                }
                world.retry();
            }
        }
    }
}

/// Dies after the n-th save, goes on, and gives back how often it saved.
fn crash_after_save(seed: u64, n: u32) -> u32 {
    let mut day = Day::new(seed);
    let mut setup = day.setup(seed);
    setup.habits = Habits { verdict: None, lists_all: false, ..setup.habits };
    let mut world = World::new(setup, |_, _| Luck::Good);
    world.dies_at_save = Some(n);
    let outcome = world.run();
    let Outcome::Ready { release_id } = outcome else { panic!("dies after save {n}: {outcome:?}") };
    check_release(&world, release_id);
    assert_eq!(world.server.uploads.len(), 1, "dies after save {n}: the upload goes on, and is no new one");
    world.host.n_saves
}

fn cancelled_day(seed: u64) -> String {
    let mut day = Day::new(seed);
    let mut setup = day.setup(seed);
    setup.habits.verdict = None;
    let moment = 1 + seed % 97;
    let mut world = World::new(setup, |request, _| day.luck(request));
    let mut n_steps = 0;
    world.run_until(|_| {
        n_steps += 1;
        n_steps > moment
    });
    if world.upload.outcome().is_some() {
        return "over before".into();
    }
    let n_requests = world.requests.len();
    world.cancel();
    match world.run() {
        Outcome::Cancelled => {
            let after = &world.requests[n_requests..];
            let is_cancel = |request: &upload::Request| {
                let is_withdrawn =
                    matches!(&request.body, Body::Json(text) if text.contains("uploadCanceled"));
                request.path.starts_with("/upload/cancel/") || is_withdrawn
            };
            assert!(after.iter().all(|sent| is_cancel(&sent.request)), "{after:?}");
            assert!(after.len() <= 8, "{after:?}");
            assert!(world.server.uploads.iter().all(|hosted| hosted.closes == 0), "a release was cancelled");
            "cancelled".into()
        }
        Outcome::Ready { release_id } => {
            check_release(&world, release_id);
            "ready".into()
        }
        Outcome::Failed(error) => {
            assert!(world.server.n_sealed() > 0, "{error}");
            name(&error)
        }
    }
}

/// There is one release, and it is the file as it was at one moment.
fn check_release(world: &World<'_>, release_id: i64) {
    let released: Vec<_> =
        world.server.uploads.iter().filter(|hosted| matches!(hosted.fate, Fate::Ready(_))).collect();
    assert_eq!(released.len(), 1, "one release");
    assert_eq!(released[0].fate, Fate::Ready(release_id));
    let object = released[0].object.as_deref().unwrap_or_default();
    assert!(world.disk.was_once(object), "the release is a mixture");
    let md5 = crate::world::disk::md5(object).to_string();
    let is_stated = released[0].stated.as_ref() == Some(&md5);
    assert!(is_stated || world.was_cancelled(), "the digest of the whole file was stated");
    assert!(!world.host.has_checkpoint(), "the checkpoint of a release is of no use any more");
    let progress = world.shown();
    assert_eq!((progress.percent, progress.committed_bytes), (100, progress.total_bytes));
}

/// Neither calls nor time without end, however bad the day. Questions take as long as nobody answers.
fn check_bounds(world: &World<'_>, n_chunks: u32, lost_ms: u64, n_retries: u32) {
    const HOUR_MS: u64 = 3_600_000;
    let n_lives = u64::from(world.life + n_retries + 1);
    // Before there is an upload to ask for, the call that makes it is the question.
    let is_question =
        |sent: &&Sent| sent.request.method == Method::Get || sent.request.path.ends_with("/uploads/releases");
    let n_questions = world.requests.iter().filter(is_question).count() as u64;
    let n_others = world.requests.len() as u64 - n_questions;
    assert!(n_others <= n_lives * 8 * (u64::from(n_chunks) + 10), "{n_others} requests in {n_lives} lives");
    assert!(n_questions <= n_lives * 100 + lost_ms / 5_000, "{n_questions} questions in {n_lives} lives");
    assert!(world.now <= lost_ms + n_lives * HOUR_MS, "it took {} ms, {lost_ms} ms without it", world.now);
}

/// What stops an upload for good has a cause.
fn check_failure(world: &World<'_>, setup: &Setup, error: &UploadError, is_calm: bool) {
    match &error.error {
        StepError::FileChanged => assert!(world.disk.was_mutated(), "nobody touched the file"),
        StepError::PackageRejected { details } => {
            let is_verdict = setup.habits.verdict.is_some_and(|verdict| verdict == details);
            // Bytes of another state of the file may come late from an earlier run and lie over newer ones, or be part of
            // the digest when an upload begins anew. The server sees that it is a mixture.
            let is_mixture = world.disk.was_mutated();
            assert!(is_verdict || is_mixture || !setup.habits.has_digests, "{details}");
        }
        _ => assert!(!is_calm || world.server.newest_is_gone(), "the weather is good: {error}"),
    }
    if matches!(error.error, StepError::PackageRejected { .. } | StepError::UploadGone) {
        assert!(!world.host.has_checkpoint(), "the server has given it up: {error}");
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
struct Named(u64);

impl Drop for Named {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let seed = self.0;
            eprintln!("seed {seed} fails: SLIPWAY_SEED={seed} cargo test -p upload --test simulated any_day");
        }
    }
}

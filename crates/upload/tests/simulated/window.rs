//! How many parts are on their way: more as long as it helps, half as many after an error.

use proptest::prelude::*;
use upload::{Outcome, Phase};

use crate::world::luck::Luck;
use crate::world::network::Link;
use crate::world::server::RELEASE_ID;
use crate::world::{Incident, Setup, World};

const FAST: Link = Link { total: 1 << 30, each: 8 * 1024, latency: 20 };

fn setup(n_chunks: u64, link: Link, parallel: u32) -> Setup {
    Setup { file_size: n_chunks * 4096, link, parallel, ..Setup::new(3) }
}

/// The sizes of the window while parts are sent, in order, of an upload that comes to a release.
fn sizes(world: &mut World<'_>) -> Vec<u32> {
    let (sizes, outcome) = sizes_and_outcome(world);
    assert_eq!(outcome, Some(Outcome::Ready { release_id: RELEASE_ID }));
    sizes
}

fn sizes_and_outcome(world: &mut World<'_>) -> (Vec<u32>, Option<Outcome>) {
    let mut sizes = Vec::new();
    let outcome = world.run_until(|world| {
        let progress = world.upload.progress(world.clock());
        if progress.phase == Phase::Uploading && sizes.last() != Some(&progress.parallel) {
            sizes.push(progress.parallel);
        }
        false
    });
    (sizes, outcome)
}

#[test]
fn it_starts_with_four_and_grows_as_long_as_more_is_faster() {
    let mut world = World::new(setup(200, FAST, 8), |_, _| Luck::Good);
    let sizes = sizes(&mut world);
    assert_eq!(sizes[0], 4);
    assert_eq!(sizes.iter().max(), Some(&8));
    assert!(sizes.windows(2).all(|pair| pair[0].abs_diff(pair[1]) == 1), "one at a time: {sizes:?}");
}

#[test]
fn it_never_grows_beyond_what_the_host_allows() {
    for parallel in [1, 2, 5] {
        let mut world = World::new(setup(150, FAST, parallel), |_, _| Luck::Good);
        assert_eq!(sizes(&mut world).into_iter().max(), Some(parallel));
    }
}

#[test]
fn it_stays_small_where_more_is_not_faster() {
    let link = Link { total: 8 * 1024, each: 8 * 1024, latency: 20 };
    let (mut sum, mut n) = (0, 0);
    for seed in 0..10 {
        let mut world = World::new(Setup { seed, ..setup(200, link, 8) }, |_, _| Luck::Good);
        world.run_until(|world| {
            (sum, n) = (sum + world.upload.progress(world.clock()).parallel, n + 1);
            false
        });
    }
    // Each part takes a fifth more or less, so that now and then more seems to be faster.
    let average = f64::from(sum) / f64::from(n);
    assert!(average < 6.0, "{average}");
}

#[test]
fn an_error_halves_it_and_good_weather_brings_it_back() {
    for status in [429, 503] {
        let mut world = World::new(setup(300, FAST, 8), |request, n| {
            let is_chunk = matches!(request.body, upload::Body::Chunk { .. });
            if n == 100 && is_chunk { Luck::status(status) } else { Luck::Good }
        });
        let sizes = sizes(&mut world);
        let halved = sizes.windows(2).position(|pair| pair[1] == pair[0] / 2 && pair[0] > 2);
        let Some(halved) = halved else { panic!("never halved: {sizes:?}") };
        assert!(sizes[halved] >= 7, "{sizes:?}");
        assert!(sizes[halved..].iter().skip(1).any(|size| *size == 8), "{sizes:?}");
    }
}

/// A router that restarts cuts all connections at once: that is one piece of news, not eight.
#[test]
fn all_parts_failing_at_once_halve_it_once() {
    let mut world = World::new(setup(200, FAST, 8), |_, _| Luck::Good);
    world.run_until(|world| world.upload.progress(world.clock()).parallel == 8);
    world.run_on(450);
    world.plan(0, Incident::Reset);
    let sizes = sizes(&mut world);
    assert!(sizes.contains(&4) && !sizes.contains(&3) && !sizes.contains(&2), "{sizes:?}");
}

#[test]
fn a_fault_of_the_server_alone_does_not_shrink_it() {
    let mut world = World::new(setup(200, FAST, 8), |request, n| {
        let is_chunk = matches!(request.body, upload::Body::Chunk { .. });
        if n % 30 == 29 && is_chunk { Luck::Corrupted } else { Luck::Good }
    });
    let sizes = sizes(&mut world);
    assert!(sizes.iter().all(|size| *size >= 4), "{sizes:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the line, looking for a better number costs little: it is about as fast as four connections at least.
    #[test]
    fn it_is_as_fast_as_four_connections(each in 500..20_000_u64, share in 100..1_200_u64, latency in 1..100_u64) {
        let link = Link { each, total: each * share / 100, latency };
        let mut world = World::new(setup(150, link, 8), |_, _| Luck::Good);
        let sizes = sizes(&mut world);
        let with_four = 150 * 4096 * 1000 / link.total.min(4 * each);
        let most = with_four * 5 / 4 + 3_000 + 100 * latency;
        prop_assert!(world.now < most, "{} ms, {} with four: {:?}", world.now, with_four, sizes);
    }

    /// With any rate of errors it stays between one and the most, whether all tries of some call are used up or not.
    #[test]
    fn it_stays_within_its_bounds(seed in any::<u64>(), badness in 0..20_u64, parallel in 1..=8_u32) {
        let mut n = seed;
        let mut world = World::new(setup(60, FAST, parallel), move |_, _| {
            n = n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            if (n >> 33) % 100 < badness { Luck::status(503) } else { Luck::Good }
        });
        let (sizes, outcome) = sizes_and_outcome(&mut world);
        prop_assert!(outcome.is_some(), "it never ends");
        prop_assert!(sizes.iter().all(|size| (1..=parallel).contains(size)), "{:?}", sizes);
    }
}

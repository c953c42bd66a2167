//! How many chunks are in flight: more as long as it helps, half as many after congestion.

use proptest::prelude::*;
use upload::{Outcome, Phase};

use crate::simulation::network::Link;
use crate::simulation::request_fault::RequestFault;
use crate::simulation::server::RELEASE_ID;
use crate::simulation::{Disruption, Setup, Simulation};

const FAST: Link = Link { total: 1 << 30, each: 8 * 1024, latency: 20 };

fn setup(n_chunks: u64, link: Link, parallel: u32) -> Setup {
    Setup { file_size: n_chunks * 4096, link, parallel, ..Setup::new(3) }
}

/// The sizes of the window while chunks are sent, in order, of an upload that ends with a release.
fn sizes(simulation: &mut Simulation<'_>) -> Vec<u32> {
    let (sizes, outcome) = sizes_and_outcome(simulation);
    assert_eq!(outcome, Some(Outcome::Ready { release_id: RELEASE_ID }));
    sizes
}

fn sizes_and_outcome(simulation: &mut Simulation<'_>) -> (Vec<u32>, Option<Outcome>) {
    let mut sizes = Vec::new();
    let outcome = simulation.run_until(|simulation| {
        let progress = simulation.upload.progress(simulation.clock());
        if progress.phase == Phase::Uploading && sizes.last() != Some(&progress.parallel) {
            sizes.push(progress.parallel);
        }
        false
    });
    (sizes, outcome)
}

#[test]
fn it_starts_with_four_and_grows_as_long_as_more_is_faster() {
    let mut simulation = Simulation::new(setup(200, FAST, 8), |_, _| RequestFault::None);
    let sizes = sizes(&mut simulation);
    assert_eq!(sizes[0], 4);
    assert_eq!(sizes.iter().max(), Some(&8));
    assert!(sizes.windows(2).all(|pair| pair[0].abs_diff(pair[1]) == 1), "one at a time: {sizes:?}");
}

#[test]
fn it_never_grows_beyond_what_the_host_allows() {
    for parallel in [1, 2, 5] {
        let mut simulation = Simulation::new(setup(150, FAST, parallel), |_, _| RequestFault::None);
        assert_eq!(sizes(&mut simulation).into_iter().max(), Some(parallel));
    }
}

#[test]
fn it_stays_small_where_more_is_not_faster() {
    let link = Link { total: 8 * 1024, each: 8 * 1024, latency: 20 };
    let (mut sum, mut n) = (0, 0);
    for seed in 0..10 {
        let mut simulation =
            Simulation::new(Setup { seed, ..setup(200, link, 8) }, |_, _| RequestFault::None);
        simulation.run_until(|simulation| {
            (sum, n) = (sum + simulation.upload.progress(simulation.clock()).parallel, n + 1);
            false
        });
    }
    // Each chunk takes a fifth more or less, so that now and then more seems to be faster.
    let average = f64::from(sum) / f64::from(n);
    assert!(average < 6.0, "{average}");
}

#[test]
fn congestion_halves_it_and_success_restores_it() {
    for status in [429, 503] {
        let mut simulation = Simulation::new(setup(300, FAST, 8), |request, n| {
            let is_chunk = matches!(request.body, upload::Body::Chunk { .. });
            if n == 100 && is_chunk { RequestFault::status(status) } else { RequestFault::None }
        });
        let sizes = sizes(&mut simulation);
        let halved = sizes.windows(2).position(|pair| pair[1] == pair[0] / 2 && pair[0] > 2);
        let Some(halved) = halved else { panic!("never halved: {sizes:?}") };
        assert!(sizes[halved] >= 7, "{sizes:?}");
        assert!(sizes[halved..].iter().skip(1).any(|size| *size == 8), "{sizes:?}");
    }
}

/// A router that restarts breaks all connections at once: that is one congestion, not eight.
#[test]
fn all_chunks_failing_at_once_halve_it_once() {
    let mut simulation = Simulation::new(setup(200, FAST, 8), |_, _| RequestFault::None);
    simulation.run_until(|simulation| simulation.upload.progress(simulation.clock()).parallel == 8);
    simulation.run_on(450);
    simulation.schedule(0, Disruption::Reset);
    let sizes = sizes(&mut simulation);
    assert!(sizes.contains(&4) && !sizes.contains(&3) && !sizes.contains(&2), "{sizes:?}");
}

#[test]
fn errors_that_are_no_congestion_do_not_shrink_it() {
    let mut simulation = Simulation::new(setup(200, FAST, 8), |request, n| {
        let is_chunk = matches!(request.body, upload::Body::Chunk { .. });
        if n % 30 == 29 && is_chunk { RequestFault::Corrupted } else { RequestFault::None }
    });
    let sizes = sizes(&mut simulation);
    assert!(sizes.iter().all(|size| *size >= 4), "{sizes:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the connection, looking for a better number costs little: it is about as fast as four connections at
    /// least.
    #[test]
    fn it_is_as_fast_as_four_connections(each in 500..20_000_u64, share in 100..1_200_u64, latency in 1..100_u64) {
        let link = Link { each, total: each * share / 100, latency };
        let mut simulation = Simulation::new(setup(150, link, 8), |_, _| RequestFault::None);
        let sizes = sizes(&mut simulation);
        let with_four = 150 * 4096 * 1000 / link.total.min(4 * each);
        let most = with_four * 5 / 4 + 3_000 + 100 * latency;
        prop_assert!(simulation.now < most, "{} ms, {} with four: {:?}", simulation.now, with_four, sizes);
    }

    /// With any rate of errors it stays between one and the maximum, whether all attempts of some request are used up
    /// or not.
    #[test]
    fn it_stays_within_its_bounds(seed in any::<u64>(), fault_rate in 0..20_u64, parallel in 1..=8_u32) {
        let mut n = seed;
        let mut simulation = Simulation::new(setup(60, FAST, parallel), move |_, _| {
            n = n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            if (n >> 33) % 100 < fault_rate { RequestFault::status(503) } else { RequestFault::None }
        });
        let (sizes, outcome) = sizes_and_outcome(&mut simulation);
        prop_assert!(outcome.is_some(), "it never ends");
        prop_assert!(sizes.iter().all(|size| (1..=parallel).contains(size)), "{:?}", sizes);
    }
}

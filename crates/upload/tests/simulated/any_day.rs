//! Thousands of uploads over networks and servers that fail at random, each with its own seed.

use std::cell::Cell;

use protocol::{ChunkErrorCode, limit::MIB};
use upload::{Outcome, TRIES};

use crate::world::server::{RELEASE_ID, Server};
use crate::world::{Luck, World, sends};

/// From a seed: what the file is, and how bad the day.
struct Day {
    random: u64,
    /// Of 100 calls, as many have bad luck.
    badness: u64,
}

impl Day {
    fn new(seed: u64) -> Day {
        let mut day = Day { random: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1, badness: 0 };
        day.badness = [0, 3, 15, 40, 80][day.roll(5) as usize];
        day
    }

    fn server(&mut self) -> Server {
        let chunk_size = (1 + self.roll(4)) * MIB;
        let mut server = Server::new(1 + self.roll(30 * MIB), chunk_size);
        server.busy_polls = self.roll(5) as u32;
        server.forget = (1..=server.n_chunks()).filter(|_| self.roll(12) == 0).collect();
        server
    }

    fn luck(&mut self) -> Luck {
        if self.roll(100) >= self.badness {
            return Luck::Good;
        }
        match self.roll(9) {
            0 => Luck::LostRequest,
            1 => Luck::LostAnswer,
            2 => Luck::Silence,
            3 => Luck::Status(500),
            4 => Luck::ServedStatus(503),
            5 => Luck::Html,
            6 => Luck::Status(429),
            7 => Luck::ErrorCode(ChunkErrorCode::ServerError),
            _ => Luck::Twice,
        }
    }

    fn roll(&mut self, limit: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % limit
    }
}

#[test]
fn every_upload_completes_or_says_why_and_then_completes_after_retries() {
    let (mut n_failures, mut n_sends) = (0, 0);
    for seed in 0..2_000 {
        let mut day = Day::new(seed);
        let server = day.server();
        let n_chunks = server.n_chunks();
        let retries = Cell::new(0);
        // The weather clears up after the third retry.
        let mut world =
            World::new(server, seed, |_, _| if retries.get() < 3 { day.luck() } else { Luck::Good });
        loop {
            match world.run() {
                Outcome::Ready { release_id } => break assert_eq!(release_id, RELEASE_ID),
                Outcome::Failed(error) => {
                    assert!(error.can_retry() && retries.get() < 3, "seed {seed}: {error}");
                    n_failures += 1;
                    retries.set(retries.get() + 1);
                    world.upload.retry(world.now);
                }
                Outcome::Cancelled => panic!("seed {seed}: nobody cancelled"),
            }
        }
        assert_eq!(world.server.stored.len(), n_chunks as usize, "seed {seed}");
        assert!(world.server.closes > 0 && world.server.md5.is_some(), "seed {seed}");
        // Each of four runs sends each chunk at most TRIES times, and once more for each round of missing
        // chunks.
        let most = sends(&world.calls).into_values().max().unwrap_or_default();
        assert!(most <= 4 * (TRIES + 1), "seed {seed}: a chunk was sent {most} times");
        assert!(
            world.calls.len() < 40 * (n_chunks as usize + 10),
            "seed {seed}: {} calls",
            world.calls.len()
        );
        n_sends += world.calls.len();
    }
    println!("2000 uploads, {n_failures} failures, {n_sends} calls");
    assert!(n_failures > 100, "the days were too good to prove anything: {n_failures} failures");
}

#[test]
fn after_a_cancel_at_any_moment_nothing_is_sent_but_the_cancel_unless_all_was_there() {
    let mut n_too_late = 0;
    for seed in 0..2_000 {
        let mut day = Day::new(seed);
        let server = day.server();
        let moment = day.roll(60);
        let mut world = World::new(server, seed, |_, _| day.luck());
        let mut n_steps = 0;
        world.run_until(|_| {
            n_steps += 1;
            n_steps > moment
        });
        if world.upload.outcome().is_some_and(|outcome| matches!(outcome, Outcome::Ready { .. })) {
            continue;
        }
        let n_calls = world.calls.len();
        world.upload.cancel(world.now);
        let outcome = world.run();
        if world.server.is_sealed && outcome != Outcome::Cancelled {
            n_too_late += 1;
            continue;
        }
        assert_eq!(outcome, Outcome::Cancelled, "seed {seed}");
        assert!(world.server.closes == 0, "seed {seed}: a release was cancelled");
        let after = &world.calls[n_calls..];
        assert!(after.len() <= 3, "seed {seed}: {after:?}");
        assert!(after.iter().all(|call| call.path.starts_with("/upload/cancel/")), "seed {seed}: {after:?}");
    }
    assert!(n_too_late > 20, "the moments were too early to prove anything: {n_too_late} too late");
}

//! From a seed: what the file is, who the server is, and how bad the day.

use upload::{Method, Request};

use crate::world::disk::Mutation;
use crate::world::luck::{Luck, Wait};
use crate::world::network::Link;
use crate::world::random::Random;
use crate::world::server::Habits;
use crate::world::{Incident, Restart, Setup};

/// Statuses that pass by.
const STATUSES: [u16; 7] = [408, 429, 500, 502, 503, 503, 504];

/// Statuses that no second try changes.
const REFUSALS: [u16; 7] = [400, 401, 403, 404, 409, 412, 413];

/// What the calls under `/upload` say no with.
const CODES: [&str; 4] = ["InvalidLength", "InvalidState", "InvalidChunkNumber", "Unauthorized"];

const NONSENSE: [&str; 6] =
    ["soon", "-5", "", "99999999999999999999", "1e3", "Sun, 31 Feb 2026 25:61:00 XYZ"];

const MUTATIONS: [Mutation; 6] = [
    Mutation::Rewrite,
    Mutation::Touch,
    Mutation::Truncate,
    Mutation::Append,
    Mutation::Vanish,
    Mutation::Rot,
];

/// A day's weather.
pub(super) struct Day {
    random: Random,
    /// Of a thousand calls, as many have bad luck.
    badness: u64,
    /// Of a thousand calls, as many are refused for good.
    refusals: u64,
}

impl Day {
    pub(super) fn new(seed: u64) -> Day {
        let mut random = Random::new(seed);
        let badness = random.pick(&[0, 0, 30, 100, 250, 500, 800]);
        let refusals = random.pick(&[0, 0, 0, 0, 0, 3, 20]);
        Day { random, badness, refusals }
    }

    /// Whether no call has bad luck of its own.
    pub(super) fn is_kind(&self) -> bool {
        self.badness + self.refusals == 0
    }

    pub(super) fn setup(&mut self, seed: u64) -> Setup {
        let random = &mut self.random;
        let chunk_size = random.between(64, 1024);
        let n_chunks = random.pick(&[1, 2, 3, 5, 8, 13, 21, 40]);
        let file_size = ((n_chunks - 1) * chunk_size + random.between(1, chunk_size)).max(1);
        let mut habits = Habits::new(chunk_size);
        habits.has_digests = random.chance(80);
        habits.lists_all = random.chance(5);
        habits.busy_polls = random.below(6) as u32;
        habits.verdict = random.chance(3).then_some("the package has no manifest");
        let link = Link {
            total: random.pick(&[300, 1_000, 4_000, 40_000]),
            each: random.pick(&[300, 1_000, 4_000]),
            latency: random.pick(&[5, 100, 1_500]),
        };
        let parallel = random.pick(&[8, 8, 5, 1, 2]);
        let ahead = chunk_size * random.pick(&[0, 1, 2, 100]);
        let may_miss_changes = random.chance(30);
        Setup { file_size, habits, link, parallel, ahead, may_miss_changes, seed }
    }

    /// What befalls the world, and when.
    pub(super) fn incidents(&mut self) -> Vec<(u64, Incident)> {
        let n = self.random.pick(&[0, 0, 1, 1, 2, 3, 6]);
        let span = self.random.pick(&[500, 5_000, 20_000, 90_000]);
        (0..n).map(|_| (self.random.below(span), self.incident())).collect()
    }

    fn incident(&mut self) -> Incident {
        let random = &mut self.random;
        match random.below(18) {
            0 | 1 => Incident::Offline {
                for_ms: random.pick(&[300, 5_000, 60_000, 3_600_000]),
                is_told: random.chance(60),
            },
            2 => Incident::FalseAlarm,
            3 => Incident::Pause(random.pick(&[10, 3_000, 100_000])),
            4..=7 => Incident::Die(self.restart()),
            8 => Incident::Mutate(random.pick(&MUTATIONS)),
            9 => Incident::SetClock(random.pick(&[-3_600_000, -5_000, -300, 4_000, 86_400_000])),
            10 => Incident::Sleep(random.pick(&[20_000, 600_000, 7 * 3_600_000])),
            11 | 12 => Incident::EndSession,
            13 => Incident::LoseUpload,
            14 => Incident::Cancel,
            15 => Incident::Reset,
            _ => Incident::LoseChunk(random.between(1, 10) as u32),
        }
    }

    fn restart(&mut self) -> Restart {
        let random = &mut self.random;
        match random.below(10) {
            0 => Restart::Mutated(random.pick(&MUTATIONS)),
            1 => Restart::MutatedUnseen(random.pick(&[Mutation::Rot, Mutation::Rewrite])),
            2 => Restart::Mutated(Mutation::Touch),
            _ => Restart::SameFile,
        }
    }

    pub(super) fn luck(&mut self, request: &Request) -> Luck {
        let random = &mut self.random;
        if random.below(1000) < self.refusals {
            let status = random.pick(&REFUSALS);
            // A server that says of an upload that it has none is believed, and another one begins.
            let is_lie = status == 404 && request.method == Method::Get;
            let code = Luck::Code(random.pick(&CODES));
            return if random.chance(30) || is_lie { code } else { Luck::status(status) };
        }
        if random.below(1000) >= self.badness {
            return Luck::Good;
        }
        let at = random.below(1001);
        match random.below(19) {
            18 => Luck::Slow(random.between(1, 150_000)),
            0..=2 => Luck::CutRequest { at, arrives: random.chance(30) },
            3 => Luck::CutAnswer,
            4 => Luck::Silence { at, arrives: random.chance(50) },
            5 => Luck::Timeout(random.between(100, 60_000)),
            6 => Luck::CutBody(random.below(1000)),
            7..=10 => Luck::Status {
                status: random.pick(&STATUSES),
                is_served: random.chance(30),
                wait: self.wait(),
            },
            11 => Luck::Html(random.pick(&[200, 200, 503])),
            12 => Luck::Code("ServerError"),
            13 => Luck::Corrupted,
            14 => Luck::WrongDigest,
            15 => Luck::Mixed,
            16 => Luck::Twice,
            _ => Luck::Late(random.between(100, 15_000)),
        }
    }

    fn wait(&mut self) -> Wait {
        match self.random.below(6) {
            0 => Wait::Seconds(self.random.below(20)),
            1 => Wait::Date(self.random.below(20)),
            2 => Wait::Nonsense(self.random.pick(&NONSENSE)),
            _ => Wait::Unsaid,
        }
    }
}

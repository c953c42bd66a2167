//! From a seed: what the file is, how the server behaves, and which faults there are.

use upload::{Method, Request};

use crate::simulation::disk::Mutation;
use crate::simulation::network::Link;
use crate::simulation::random::Random;
use crate::simulation::request_fault::{RequestFault, RetryAfter};
use crate::simulation::server::ServerBehavior;
use crate::simulation::{Disruption, Restart, Setup};

/// Statuses of errors that are transient.
const STATUSES: [u16; 7] = [408, 429, 500, 502, 503, 503, 504];

/// Statuses that another attempt does not change.
const REFUSALS: [u16; 7] = [400, 401, 403, 404, 409, 412, 413];

/// The codes of refusals under `/upload`.
const CODES: [&str; 4] = ["InvalidLength", "InvalidState", "InvalidChunkNumber", "Unauthorized"];

const NONSENSE: [&str; 6] =
    ["soon", "-5", "", "99999999999999999999", "1e3", "Sun, 31 Feb 2026 25:61:00 XYZ"];

const MUTATIONS: [Mutation; 6] = [
    Mutation::Rewrite,
    Mutation::Touch,
    Mutation::Truncate,
    Mutation::Append,
    Mutation::Delete,
    Mutation::BitFlip,
];

/// The faults of one simulated upload.
pub(super) struct FaultPlan {
    random: Random,
    /// Of a thousand requests, as many fail.
    fault_rate: u64,
    /// Of a thousand requests, as many are refused for good.
    refusal_rate: u64,
}

impl FaultPlan {
    pub(super) fn new(seed: u64) -> FaultPlan {
        let mut random = Random::new(seed);
        let fault_rate = random.pick(&[0, 0, 30, 100, 250, 500, 800]);
        let refusal_rate = random.pick(&[0, 0, 0, 0, 0, 3, 20]);
        FaultPlan { random, fault_rate, refusal_rate }
    }

    /// Whether no request has a fault of its own.
    pub(super) fn is_harmless(&self) -> bool {
        self.fault_rate + self.refusal_rate == 0
    }

    pub(super) fn setup(&mut self, seed: u64) -> Setup {
        let random = &mut self.random;
        let chunk_size = random.between(64, 1024);
        let n_chunks = random.pick(&[1, 2, 3, 5, 8, 13, 21, 40]);
        let file_size = ((n_chunks - 1) * chunk_size + random.between(1, chunk_size)).max(1);
        let mut behavior = ServerBehavior::new(chunk_size);
        behavior.has_digests = random.chance(80);
        behavior.lists_all_chunks = random.chance(5);
        behavior.n_busy_polls = random.below(6) as u32;
        behavior.processing_error = random.chance(3).then_some("the package has no manifest");
        let link = Link {
            total: random.pick(&[300, 1_000, 4_000, 40_000]),
            each: random.pick(&[300, 1_000, 4_000]),
            latency: random.pick(&[5, 100, 1_500]),
        };
        let parallel = random.pick(&[8, 8, 5, 1, 2]);
        let ahead = chunk_size * random.pick(&[0, 1, 2, 100]);
        let may_miss_changes = random.chance(30);
        Setup { file_size, behavior, link, parallel, ahead, may_miss_changes, seed }
    }

    /// The disruptions, and when they begin.
    pub(super) fn disruptions(&mut self) -> Vec<(u64, Disruption)> {
        let n = self.random.pick(&[0, 0, 1, 1, 2, 3, 6]);
        let span = self.random.pick(&[500, 5_000, 20_000, 90_000]);
        (0..n).map(|_| (self.random.below(span), self.disruption())).collect()
    }

    fn disruption(&mut self) -> Disruption {
        let random = &mut self.random;
        match random.below(18) {
            0 | 1 => Disruption::Offline {
                for_ms: random.pick(&[300, 5_000, 60_000, 3_600_000]),
                is_reported: random.chance(60),
            },
            2 => Disruption::FalseAlarm,
            3 => Disruption::Pause(random.pick(&[10, 3_000, 100_000])),
            4..=7 => Disruption::Crash(self.restart()),
            8 => Disruption::Mutate(random.pick(&MUTATIONS)),
            9 => Disruption::SetClock(random.pick(&[-3_600_000, -5_000, -300, 4_000, 86_400_000])),
            10 => Disruption::Sleep(random.pick(&[20_000, 600_000, 7 * 3_600_000])),
            11 | 12 => Disruption::EndSession,
            13 => Disruption::LoseUpload,
            14 => Disruption::Cancel,
            15 => Disruption::Reset,
            _ => Disruption::LoseChunk(random.between(1, 10) as u32),
        }
    }

    fn restart(&mut self) -> Restart {
        let random = &mut self.random;
        match random.below(10) {
            0 => Restart::Mutated(random.pick(&MUTATIONS)),
            1 => Restart::MutatedUnseen(random.pick(&[Mutation::BitFlip, Mutation::Rewrite])),
            2 => Restart::Mutated(Mutation::Touch),
            _ => Restart::SameFile,
        }
    }

    pub(super) fn fault(&mut self, request: &Request) -> RequestFault {
        let random = &mut self.random;
        if random.below(1000) < self.refusal_rate {
            let status = random.pick(&REFUSALS);
            // A 404 to the question for the upload's status is true: another upload begins.
            let is_lie = status == 404 && request.method == Method::Get;
            let code = RequestFault::ErrorCode(random.pick(&CODES));
            return if random.chance(30) || is_lie { code } else { RequestFault::status(status) };
        }
        if random.below(1000) >= self.fault_rate {
            return RequestFault::None;
        }
        let at = random.below(1001);
        match random.below(19) {
            18 => RequestFault::Slow(random.between(1, 150_000)),
            0..=2 => RequestFault::CutRequest { at, arrives: random.chance(30) },
            3 => RequestFault::CutResponse,
            4 => RequestFault::Stall { at, arrives: random.chance(50) },
            5 => RequestFault::Timeout(random.between(100, 60_000)),
            6 => RequestFault::CutBody(random.below(1000)),
            7..=10 => RequestFault::Status {
                status: random.pick(&STATUSES),
                is_served: random.chance(30),
                wait: self.wait(),
            },
            11 => RequestFault::Html(random.pick(&[200, 200, 503])),
            12 => RequestFault::ErrorCode("ServerError"),
            13 => RequestFault::Corrupted,
            14 => RequestFault::WrongDigest,
            15 => RequestFault::WrongChunk,
            16 => RequestFault::Duplicated,
            _ => RequestFault::Late(random.between(100, 15_000)),
        }
    }

    fn wait(&mut self) -> RetryAfter {
        match self.random.below(6) {
            0 => RetryAfter::Seconds(self.random.below(20)),
            1 => RetryAfter::Date(self.random.below(20)),
            2 => RetryAfter::Nonsense(self.random.pick(&NONSENSE)),
            _ => RetryAfter::Absent,
        }
    }
}

/// How often a request is sent, and how long to wait in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts in all, the first one included.
    pub max_attempts: u32,
    /// Longest wait after the first failure, in milliseconds; it doubles with each further one.
    pub first_wait_ms: u64,
    /// Longest wait of all, in milliseconds.
    pub longest_wait_ms: u64,
}

impl RetryPolicy {
    /// That of an upload: ten attempts of a request, if the upload makes no progress meanwhile.
    ///
    /// The waits in between are at most 250 ms, 500 ms, … 30 s: 92 s in all, and half of that on average. A server
    /// restarts within that time.
    pub const UPLOAD: RetryPolicy =
        RetryPolicy { max_attempts: 10, first_wait_ms: 250, longest_wait_ms: 30_000 };

    /// How long to wait after so many failures, in milliseconds.
    ///
    /// Full jitter: any wait between nothing and the limit is as likely as any other. When a server restarts, all its
    /// clients lose their connections at one moment. With equal waits all of them would come back at one moment too,
    /// and again after each doubling; spread over the whole wait, they come evenly.
    pub fn backoff_ms(&self, n_failures: u32, jitter: &mut Jitter) -> u64 {
        let doubled = self.first_wait_ms.saturating_mul(1 << n_failures.saturating_sub(1).min(31));
        jitter.up_to(doubled.min(self.longest_wait_ms))
    }
}

/// Spreads waits: `SplitMix64` (Steele, Lea, Flood 2014), small and good enough for that.
#[derive(Clone, Debug)]
pub struct Jitter(u64);

impl Jitter {
    /// The same seed makes the same waits.
    pub fn new(seed: u64) -> Jitter {
        Jitter(seed)
    }

    /// A number from 0 to `limit`, both included.
    fn up_to(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit.saturating_add(1)
    }
}

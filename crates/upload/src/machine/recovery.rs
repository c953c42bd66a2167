use protocol::limit;

use crate::error::StepError;
use crate::retry::{MAX_MISSING_ROUNDS, MAX_NEW_UPLOADS, Situation};

/// Uploads that are resumed, and what the server has lost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recovery {
    /// Whether this resumes what an earlier run began, and the server has not confirmed yet that it still has it.
    pub(super) is_resuming: bool,
    /// When the server created the upload, as far as this run knows.
    created_at: u64,
    /// How often the server seemed to have lost the upload.
    n_lost: u32,
    /// How often it missed chunks.
    n_missing_rounds: u32,
}

impl Recovery {
    pub(super) fn new(now: u64) -> Recovery {
        Recovery { is_resuming: false, created_at: now, n_lost: 0, n_missing_rounds: 0 }
    }

    pub(super) fn on_created(&mut self, now: u64) {
        self.created_at = now;
    }

    /// The server seems to have lost the upload.
    pub(super) fn on_lost(&mut self) {
        self.n_lost += 1;
        self.is_resuming = true;
    }

    /// The server misses chunks. An error if it has too often.
    pub(super) fn on_missing_chunks(&mut self) -> Result<(), StepError> {
        self.n_missing_rounds += 1;
        let rounds = self.n_missing_rounds;
        if rounds > MAX_MISSING_ROUNDS { Err(StepError::ChunksMissing { rounds }) } else { Ok(()) }
    }

    /// The user retries: the server may miss chunks as often again.
    pub(super) fn clear_missing_rounds(&mut self) {
        self.n_missing_rounds = 0;
    }

    /// What decides on the reaction to an error.
    pub(super) fn situation(&self, is_unreachable: bool, now: u64) -> Situation {
        let age = now.saturating_sub(self.created_at);
        Situation {
            is_unreachable,
            is_resuming: self.is_resuming,
            is_expired: age >= limit::UPLOAD_LIFETIME_MS.unsigned_abs(),
            may_begin_anew: self.n_lost < MAX_NEW_UPLOADS,
        }
    }
}

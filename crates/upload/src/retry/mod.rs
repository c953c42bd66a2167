//! When a request is sent again, and when the upload stops instead.
//!
//! - `class`: what a failure means. Every [`StepError`](crate::StepError) and every HTTP status has one [`ErrorClass`].
//! - `rules`: the one table: what failed × what that means → what happens.
//! - `backoff`, `attempts`: how long to wait between two attempts, and how many there are.
//! - `retry_after`: how long the server asks every client to wait.
//! - `connectivity`, `credentials`: the two failures that use up no attempts: the server cannot be reached, or it no
//!   longer accepts the session or token.
//! - `timeouts`: how long a request may take.

mod attempts;
mod backoff;
mod class;
mod connectivity;
mod credentials;
mod retry_after;
mod rules;
#[cfg(test)]
mod tests;
mod timeouts;

pub(crate) use attempts::{Attempts, LinkState};
pub use backoff::{Jitter, RetryPolicy};
pub use class::ErrorClass;
pub(crate) use connectivity::Connectivity;
pub(crate) use credentials::Credentials;
pub use retry_after::retry_after_ms;
pub(crate) use rules::{
    MAX_CANCEL_ATTEMPTS, MAX_MISSING_ROUNDS, MAX_NEW_UPLOADS, Reaction, Situation, reaction,
};
pub use timeouts::STALL_MS;
pub(crate) use timeouts::{POLL_MS, PROCESSING_MS, deadline_ms, stall_ms};

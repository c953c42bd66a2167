//! How long tests wait for a condition.

use std::time::Duration;

/// Longer than the slowest machine needs.
const DEADLINE: Duration = Duration::from_mins(5);

/// Waits for a condition, and fails if it is not fulfilled in time: broken code must not hang a test.
///
/// Tests wait for the event itself (a request that was seen, a count, an element of the page) and never for a time. A
/// sleep that is long enough on a fast machine is too short on a busy one, where the test then fails although the code
/// is right; and one that is always long enough makes every run slow. Worse, a test that sleeps can pass for the wrong
/// reason: what it checks may happen after it has looked. So this deadline is only there to end a test that has failed
/// already, and is never part of what a test asserts.
pub async fn with_deadline<T>(what: &str, wait: impl Future<Output = T>) -> T {
    let waited = tokio::time::timeout(DEADLINE, wait).await;
    waited.unwrap_or_else(|_| panic!("{what}: not fulfilled within {} s", DEADLINE.as_secs()))
}

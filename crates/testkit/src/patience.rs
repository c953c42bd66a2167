//! How long tests wait for what must happen.

use std::time::Duration;

/// Longer than the slowest machine needs.
const LIMIT: Duration = Duration::from_secs(300);

/// Waits, and fails if it takes too long: broken code must not hang a test.
pub async fn within_reason<T>(what: &str, wait: impl Future<Output = T>) -> T {
    let waited = tokio::time::timeout(LIMIT, wait).await;
    waited.unwrap_or_else(|_| panic!("{what}: did not happen within {} s", LIMIT.as_secs()))
}

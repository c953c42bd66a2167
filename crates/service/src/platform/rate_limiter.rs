use std::future::Future;

use super::PortError;

/// How often a caller may call.
pub trait RateLimiter: Send + Sync {
    /// Counts one call under that key, and says whether it is within the limit.
    fn admit(&self, key: &str) -> impl Future<Output = Result<bool, PortError>> + Send;
}

use std::future::Future;
use std::rc::Rc;

use service::platform::{Limits, PortError};
use worker::RateLimiter;
use worker::send::{IntoSendFuture, SendWrapper};

/// Cloudflare's rate limiting, as wrangler.toml sets it.
#[derive(Clone)]
pub(crate) struct Limiter(SendWrapper<Rc<RateLimiter>>);

impl Limiter {
    pub(crate) fn new(limiter: RateLimiter) -> Limiter {
        Limiter(SendWrapper(Rc::new(limiter)))
    }
}

impl Limits for Limiter {
    fn admit(&self, key: &str) -> impl Future<Output = Result<bool, PortError>> + Send {
        let key = key.to_owned();
        async move {
            let outcome = self.0.limit(key).await.map_err(|error| PortError::new("limits", &error))?;
            Ok(outcome.success)
        }
        .into_send()
    }
}

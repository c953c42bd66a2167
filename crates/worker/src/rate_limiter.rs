use std::future::Future;
use std::rc::Rc;

use service::platform::{PortError, RateLimiter};
use worker::send::{IntoSendFuture, SendWrapper};

/// Cloudflare's rate limiting, as wrangler.toml sets it.
#[derive(Clone)]
pub(crate) struct Limiter(SendWrapper<Rc<worker::RateLimiter>>);

impl Limiter {
    pub(crate) fn new(limiter: worker::RateLimiter) -> Limiter {
        Limiter(SendWrapper(Rc::new(limiter)))
    }
}

impl RateLimiter for Limiter {
    fn admit(&self, key: &str) -> impl Future<Output = Result<bool, PortError>> + Send {
        let key = key.to_owned();
        async move {
            let outcome = self.0.limit(key).await.map_err(|error| PortError::new("rate_limiter", &error))?;
            Ok(outcome.success)
        }
        .into_send()
    }
}

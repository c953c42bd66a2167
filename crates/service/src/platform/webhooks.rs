use std::future::Future;

use super::PortError;

/// One POST to an address that a user registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookRequest {
    /// HTTPS to a public server, as [`protocol::ExternalUrl`] checked when it was registered.
    pub url: String,
    /// Besides `Content-Type: application/json`.
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: String,
}

/// What sends webhooks.
pub trait WebhookSender: Send + Sync {
    /// Sends a request and returns the HTTP status of its response. Follows no redirect and reads no body.
    fn post(&self, request: &WebhookRequest) -> impl Future<Output = Result<u16, PortError>> + Send;
}

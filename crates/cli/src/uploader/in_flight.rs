//! A request that was sent and has no response yet.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use bytes::Bytes;
use reqwest::header::HeaderValue;
use reqwest::{Method, RequestBuilder};
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::AbortHandle;
use upload::{Body, HostError, RequestId};

use super::chunk_body::ChunkBody;
use super::event::{DriverEvent, ReceivedResponse};
use crate::api::{ApiClient, header_text, root_cause};

/// A request in flight. Dropping it aborts the request.
#[derive(Debug)]
pub(super) struct InFlightRequest {
    task: AbortHandle,
    sent_bytes: Arc<AtomicU64>,
    reported_bytes: u64,
}

impl Drop for InFlightRequest {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl InFlightRequest {
    /// Sends a request, with these bytes if it carries a chunk.
    pub(super) fn start(
        id: RequestId,
        request: upload::Request,
        bytes: Bytes,
        client: &ApiClient,
        events: UnboundedSender<DriverEvent>,
    ) -> Self {
        let sent_bytes = Arc::new(AtomicU64::new(0));
        let method = Method::from_bytes(request.method.as_str().as_bytes()).unwrap_or_default();
        let mut http = client.request(method.clone(), &request.path);
        // Requests about the file carry the upload's own token in place of the API token.
        if request.token.is_none() {
            http = client.with_api_token(http);
        }
        for (name, value) in request.headers() {
            http = http.header(name, sensitive(value));
        }
        let http = match request.body {
            Body::Empty => http.body(""),
            Body::Json(text) => http.body(text),
            Body::Chunk { .. } => http.body(reqwest::Body::wrap(ChunkBody::new(bytes, sent_bytes.clone()))),
        };
        let task = tokio::spawn(send_and_report(id, http, client.clone(), method, request.path, events));
        Self { task: task.abort_handle(), sent_bytes, reported_bytes: 0 }
    }

    /// The bytes of the chunk that were sent, if they are more than at the last call.
    pub(super) fn new_sent_bytes(&mut self) -> Option<u64> {
        let sent = self.sent_bytes.load(Ordering::Relaxed);
        let has_grown = sent > self.reported_bytes;
        self.reported_bytes = sent;
        has_grown.then_some(sent)
    }
}

/// Keeps a header's value out of what the HTTP library may log.
fn sensitive(value: &str) -> HeaderValue {
    let mut value = HeaderValue::from_str(value).unwrap_or(HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}

/// Sends a request, and reports its response or why there is none.
async fn send_and_report(
    id: RequestId,
    request: RequestBuilder,
    client: ApiClient,
    method: Method,
    path: String,
    events: UnboundedSender<DriverEvent>,
) {
    let started = Instant::now();
    let event = match receive(request).await {
        Ok(response) => {
            client.log_response(&method, &path, response.status, started);
            DriverEvent::ResponseReceived { id, response }
        }
        Err(error) => {
            let cause = root_cause(&error);
            client.log_failure(&method, &path, &cause);
            let error = if error.is_timeout() { HostError::Timeout } else { HostError::Network };
            DriverEvent::RequestFailed { id, error, cause }
        }
    };
    // Once the upload has ended, the driver receives no more events.
    let _ = events.send(event);
}

async fn receive(request: RequestBuilder) -> Result<ReceivedResponse, reqwest::Error> {
    let response = request.send().await?;
    Ok(ReceivedResponse {
        status: response.status().as_u16(),
        retry_after: header_text(&response, "retry-after"),
        date: header_text(&response, "date"),
        body: response.text().await?,
    })
}

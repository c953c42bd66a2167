use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use bytes::Bytes;
use reqwest::header::HeaderValue;
use reqwest::{Method, RequestBuilder};
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::AbortHandle;
use upload::{Body, HostError, RawResponse, RequestId};

use super::body::Part;
use super::driver::Event;
use crate::fault;
use crate::service::{Service, text_of};

/// A call on its way. Dropping it gives it up.
#[derive(Debug)]
pub(super) struct Flight {
    task: AbortHandle,
    sent: Arc<AtomicU64>,
    told: u64,
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Flight {
    /// Sends a call, with these bytes if it carries a part.
    pub(super) fn start(
        id: RequestId,
        request: upload::Request,
        bytes: Bytes,
        service: &Service,
        tell: UnboundedSender<Event>,
    ) -> Self {
        let sent = Arc::new(AtomicU64::new(0));
        let method = Method::from_bytes(request.method.as_str().as_bytes()).unwrap_or_default();
        let mut http = service.request(method.clone(), &request.path);
        // The calls about the file have a permission of their own.
        if request.token.is_none() {
            http = service.signed(http);
        }
        for (name, value) in request.headers() {
            http = http.header(name, sensitive(value));
        }
        let http = match request.body {
            Body::Empty => http.body(""),
            Body::Json(text) => http.body(text),
            Body::Chunk { .. } => http.body(reqwest::Body::wrap(Part::new(bytes, sent.clone()))),
        };
        let task = tokio::spawn(fly(id, http, service.clone(), method, request.path, tell));
        Self { task: task.abort_handle(), sent, told: 0 }
    }

    /// How many bytes of the part have left, if more have since the last time.
    pub(super) fn news(&mut self) -> Option<u64> {
        let sent = self.sent.load(Ordering::Relaxed);
        let is_news = sent > self.told;
        self.told = sent;
        is_news.then_some(sent)
    }
}

/// An answer that is all there.
#[derive(Debug)]
pub(super) struct Heard {
    status: u16,
    body: String,
    retry_after: Option<String>,
    date: Option<String>,
}

impl Heard {
    pub(super) fn as_answer(&self) -> RawResponse<'_> {
        RawResponse {
            status: self.status,
            body: &self.body,
            retry_after: self.retry_after.as_deref(),
            date: self.date.as_deref(),
        }
    }
}

/// Keeps a header's value out of what the HTTP library may log.
fn sensitive(value: &str) -> HeaderValue {
    let mut value = HeaderValue::from_str(value).unwrap_or(HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}

/// Sends a call and tells what came of it.
async fn fly(
    id: RequestId,
    request: RequestBuilder,
    service: Service,
    method: Method,
    path: String,
    tell: UnboundedSender<Event>,
) {
    let started = Instant::now();
    let event = match hear(request).await {
        Ok(answer) => {
            service.log(&method, &path, answer.status, started);
            Event::Answered { id, answer }
        }
        Err(error) => {
            let failure = if error.is_timeout() { HostError::Timeout } else { HostError::Network };
            let reason = fault::innermost(&error);
            service.log_failure(&method, &path, &reason);
            Event::Failed { id, failure, reason }
        }
    };
    // Nobody listens any more once the upload is over.
    let _ = tell.send(event);
}

async fn hear(request: RequestBuilder) -> Result<Heard, reqwest::Error> {
    let response = request.send().await?;
    Ok(Heard {
        status: response.status().as_u16(),
        retry_after: text_of(&response, "retry-after"),
        date: text_of(&response, "date"),
        body: response.text().await?,
    })
}

//! A site that gets webhooks: it records requests and responds with given statuses.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// A running site.
pub struct WebhookReceiver {
    /// Where it listens, such as `http://127.0.0.1:40123`.
    pub url: String,
    requests: UnboundedReceiver<ReceivedRequest>,
}

/// A request that the site got.
#[derive(Debug)]
pub struct ReceivedRequest {
    /// Such as `POST`.
    pub method: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// All of its body.
    pub body: Bytes,
}

impl ReceivedRequest {
    /// The header, or an empty text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// The statuses of the next responses, and where requests go.
struct ReceiverState {
    statuses: Mutex<VecDeque<u16>>,
    requests: UnboundedSender<ReceivedRequest>,
}

impl WebhookReceiver {
    /// Listens on a free port; responds with these statuses in turn, and then with 200.
    pub async fn start(statuses: &[u16]) -> WebhookReceiver {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("a bound address"));
        let (sender, requests) = unbounded_channel();
        let statuses = Mutex::new(statuses.iter().copied().collect());
        let shared = Arc::new(ReceiverState { statuses, requests: sender });
        tokio::spawn(accept(listener, shared));
        WebhookReceiver { url, requests }
    }

    /// The next request, once it has come.
    pub async fn next(&mut self) -> ReceivedRequest {
        self.requests.recv().await.expect("the site runs as long as the test")
    }
}

async fn accept(listener: TcpListener, shared: Arc<ReceiverState>) {
    while let Ok((stream, _)) = listener.accept().await {
        let shared = shared.clone();
        let serve = service_fn(move |request| respond(request, shared.clone()));
        tokio::spawn(
            hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), serve),
        );
    }
}

async fn respond(
    request: Request<Incoming>,
    shared: Arc<ReceiverState>,
) -> Result<Response<Empty<Bytes>>, hyper::Error> {
    let (head, body) = request.into_parts();
    let received = ReceivedRequest {
        method: head.method.to_string(),
        headers: head.headers,
        body: body.collect().await?.to_bytes(),
    };
    let status = shared.statuses.lock().unwrap_or_else(PoisonError::into_inner).pop_front().unwrap_or(200);
    // The receiver is gone when the test has ended.
    let _ = shared.requests.send(received);
    let mut response = Response::new(Empty::new());
    *response.status_mut() = http::StatusCode::from_u16(status).expect("a status");
    Ok(response)
}

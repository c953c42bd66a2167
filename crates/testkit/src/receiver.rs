//! A site that is told of news: takes requests on this machine and answers as it was told to.

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
pub struct Receiver {
    /// Where it listens, such as `http://127.0.0.1:40123`.
    pub url: String,
    got: UnboundedReceiver<Got>,
}

/// A request that came.
#[derive(Debug)]
pub struct Got {
    /// Such as `POST`.
    pub method: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// All of its body.
    pub body: Bytes,
}

impl Got {
    /// The header, or an empty text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// The answers that are still to be given, and where requests go.
struct Desk {
    answers: Mutex<VecDeque<u16>>,
    take: UnboundedSender<Got>,
}

impl Receiver {
    /// Listens on a free port; answers with these statuses in turn, and then with 200.
    pub async fn start(answers: &[u16]) -> Receiver {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("a bound address"));
        let (take, got) = unbounded_channel();
        let desk = Arc::new(Desk { answers: Mutex::new(answers.iter().copied().collect()), take });
        tokio::spawn(accept(listener, desk));
        Receiver { url, got }
    }

    /// The next request, once it is there.
    pub async fn next(&mut self) -> Got {
        self.got.recv().await.expect("the site runs as long as the test")
    }
}

async fn accept(listener: TcpListener, desk: Arc<Desk>) {
    while let Ok((stream, _)) = listener.accept().await {
        let desk = desk.clone();
        let serve = service_fn(move |request| answer(request, desk.clone()));
        tokio::spawn(
            hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), serve),
        );
    }
}

async fn answer(request: Request<Incoming>, desk: Arc<Desk>) -> Result<Response<Empty<Bytes>>, hyper::Error> {
    let (head, body) = request.into_parts();
    let got = Got {
        method: head.method.to_string(),
        headers: head.headers,
        body: body.collect().await?.to_bytes(),
    };
    let status = desk.answers.lock().unwrap_or_else(PoisonError::into_inner).pop_front().unwrap_or(200);
    // Nobody listens any more when the test is over.
    let _ = desk.take.send(got);
    let mut response = Response::new(Empty::new());
    *response.status_mut() = http::StatusCode::from_u16(status).expect("a status");
    Ok(response)
}

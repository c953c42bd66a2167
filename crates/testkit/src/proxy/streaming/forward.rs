//! Forwards requests, or responds to them as the rules say.

use std::sync::Arc;

use bytes::Bytes;
use http::uri::{Authority, Scheme};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Uri, header};
use http_body_util::{BodyExt, Either, Full};
use hyper::body::{Body, Incoming};
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::body::CountedBody;
use super::rules::Action;
use super::{RecordedRequest, Releases, StreamingProxyState, StubResponse};

type Upstream = Client<HttpConnector, CountedBody>;
type AnyResponse = Response<Either<Incoming, Full<Bytes>>>;

pub(super) async fn accept(listener: TcpListener, shared: Arc<StreamingProxyState>) {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let upstream = Client::builder(TokioExecutor::new()).build(connector);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Ok((stream, _)) = listener.accept() => {
                let _ = stream.set_nodelay(true);
                let (shared, upstream) = (shared.clone(), upstream.clone());
                let serve = service_fn(move |request| handle(request, shared.clone(), upstream.clone()));
                connections.spawn(
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), serve),
                );
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn handle(
    request: Request<Incoming>,
    shared: Arc<StreamingProxyState>,
    upstream: Upstream,
) -> Result<AnyResponse, std::io::Error> {
    let recorded = new_record(&request);
    // Before it is recorded: a test that sees the record may release or drop the request at once.
    let releases = shared.releases.subscribe();
    let drops = releases.borrow().drops;
    let nth = record(&shared, recorded.clone());
    let action = action(&shared, &recorded, !request.body().is_end_stream(), releases, drops).await?;
    let is_hashing = shared.rules().is_hashing || matches!(action, Action::Stub(_));
    let (head, body) = request.into_parts();
    let body = CountedBody::new(body, shared.clone(), nth, is_hashing);
    let response = match action {
        Action::Forward | Action::Hold => {
            let request = forwarded_request(Request::from_parts(head, body), &shared.target);
            let response = upstream.request(request).await.map_err(std::io::Error::other)?;
            shared.update(nth, |request| request.status = Some(response.status().as_u16()));
            return Ok(response.map(Either::Left));
        }
        Action::Respond(response) => {
            // A client that still sends would not see the response if the connection were closed.
            tokio::spawn(read_to_end(body));
            response
        }
        Action::Stub(respond) => {
            read_to_end(body).await;
            let request = shared.requests.borrow()[nth].clone();
            respond(&request)
        }
    };
    shared.update(nth, |request| (request.status, request.is_stubbed) = (Some(response.status), true));
    Ok(stub_response(response, &recorded.headers))
}

/// What to do with the request, once it is not held. `drops` is the number of drops before it came.
async fn action(
    shared: &StreamingProxyState,
    request: &RecordedRequest,
    has_body: bool,
    mut releases: watch::Receiver<Releases>,
    drops: u64,
) -> Result<Action, std::io::Error> {
    loop {
        let action = shared.rules().action(request, has_body);
        if !matches!(action, Action::Hold) {
            return Ok(action);
        }
        // The sender ends with the proxy, and this connection with it.
        let _ = releases.changed().await;
        if releases.borrow_and_update().drops != drops {
            return Err(std::io::Error::other("dropped on purpose"));
        }
    }
}

fn new_record(request: &Request<Incoming>) -> RecordedRequest {
    RecordedRequest {
        method: request.method().clone(),
        path: request.uri().to_string(),
        headers: request.headers().clone(),
        n_bytes: 0,
        md5: None,
        status: None,
        is_stubbed: false,
    }
}

fn record(shared: &StreamingProxyState, request: RecordedRequest) -> usize {
    let mut nth = 0;
    shared.requests.send_modify(|requests| {
        nth = requests.len();
        requests.push(request);
    });
    nth
}

/// Reads a body to its end, or until the client closes the connection.
async fn read_to_end(mut body: CountedBody) {
    while let Some(Ok(_)) = body.frame().await {}
}

fn forwarded_request(mut request: Request<CountedBody>, target: &str) -> Request<CountedBody> {
    let mut uri = std::mem::take(request.uri_mut()).into_parts();
    uri.scheme = Some(Scheme::HTTP);
    uri.authority = Some(Authority::try_from(target).expect("a target is host:port"));
    *request.uri_mut() = Uri::from_parts(uri).expect("a path with an authority");
    // The proxy itself fulfils the expectation by reading the body.
    request.headers_mut().remove(header::EXPECT);
    request
}

fn stub_response(stub: StubResponse, request_headers: &HeaderMap) -> AnyResponse {
    let mut response = Response::new(Either::Right(Full::new(stub.body)));
    *response.status_mut() = StatusCode::from_u16(stub.status).expect("a status");
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(stub.content_type));
    if let Some(seconds) = stub.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    // Without these a script of another origin sees no response, not even its status.
    if let Some(origin) = request_headers.get(header::ORIGIN) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("Retry-After"));
    }
    response
}

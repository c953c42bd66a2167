//! How requests get through.

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

use super::body::Noted;
use super::rules::Turn;
use super::{Desk, Passed, Released, Reply};

type Onward = Client<HttpConnector, Noted>;
type Answer = Response<Either<Incoming, Full<Bytes>>>;

pub(super) async fn accept(listener: TcpListener, desk: Arc<Desk>) {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let onward = Client::builder(TokioExecutor::new()).build(connector);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Ok((stream, _)) = listener.accept() => {
                let _ = stream.set_nodelay(true);
                let (desk, onward) = (desk.clone(), onward.clone());
                let serve = service_fn(move |request| pass(request, desk.clone(), onward.clone()));
                connections.spawn(
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), serve),
                );
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn pass(request: Request<Incoming>, desk: Arc<Desk>, onward: Onward) -> Result<Answer, std::io::Error> {
    let seen = seen(&request);
    // Before it is noted: whoever has seen it may release it, or drop it.
    let released = desk.released.subscribe();
    let drops = released.borrow().drops;
    let nth = enter(&desk, seen.clone());
    let turn = turn(&desk, &seen, !request.body().is_end_stream(), released, drops).await?;
    let is_hashing = desk.rules().is_hashing || matches!(turn, Turn::StandIn(_));
    let (head, body) = request.into_parts();
    let body = Noted::new(body, desk.clone(), nth, is_hashing);
    let reply = match turn {
        Turn::Pass | Turn::Hold => {
            let request = forwarded(Request::from_parts(head, body), &desk.target);
            let response = onward.request(request).await.map_err(std::io::Error::other)?;
            desk.note(nth, |passed| passed.status = Some(response.status().as_u16()));
            return Ok(response.map(Either::Left));
        }
        Turn::Answer(reply) => {
            // A client that still sends would not see the answer on a connection that is closed under it.
            tokio::spawn(hear(body));
            reply
        }
        Turn::StandIn(replies) => {
            hear(body).await;
            let passed = desk.passed.borrow()[nth].clone();
            replies(&passed)
        }
    };
    desk.note(nth, |passed| (passed.status, passed.is_ours) = (Some(reply.status), true));
    Ok(answer(reply, &seen.headers))
}

/// What happens to the request, once that is not to wait. `drops` is how many drops there were before it came.
async fn turn(
    desk: &Desk,
    request: &Passed,
    has_body: bool,
    mut released: watch::Receiver<Released>,
    drops: u64,
) -> Result<Turn, std::io::Error> {
    loop {
        let turn = desk.rules().turn(request, has_body);
        if !matches!(turn, Turn::Hold) {
            return Ok(turn);
        }
        // The gate is as old as its connections.
        let _ = released.changed().await;
        if released.borrow_and_update().drops != drops {
            return Err(std::io::Error::other("dropped on purpose"));
        }
    }
}

fn seen(request: &Request<Incoming>) -> Passed {
    Passed {
        method: request.method().clone(),
        path: request.uri().to_string(),
        headers: request.headers().clone(),
        n_bytes: 0,
        md5: None,
        status: None,
        is_ours: false,
    }
}

fn enter(desk: &Desk, seen: Passed) -> usize {
    let mut nth = 0;
    desk.passed.send_modify(|passed| {
        nth = passed.len();
        passed.push(seen);
    });
    nth
}

/// To the end, or until the client goes away.
async fn hear(mut body: Noted) {
    while let Some(Ok(_)) = body.frame().await {}
}

fn forwarded(mut request: Request<Noted>, target: &str) -> Request<Noted> {
    let mut uri = std::mem::take(request.uri_mut()).into_parts();
    uri.scheme = Some(Scheme::HTTP);
    uri.authority = Some(Authority::try_from(target).expect("a target is host:port"));
    *request.uri_mut() = Uri::from_parts(uri).expect("a path with an authority");
    // It is answered here, by reading the body.
    request.headers_mut().remove(header::EXPECT);
    request
}

fn answer(reply: Reply, asked: &HeaderMap) -> Answer {
    let mut response = Response::new(Either::Right(Full::new(reply.body)));
    *response.status_mut() = StatusCode::from_u16(reply.status).expect("a status");
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(reply.content_type));
    if let Some(seconds) = reply.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    // A script of another origin sees no answer without these, not even its status.
    if let Some(origin) = asked.get(header::ORIGIN) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("Retry-After"));
    }
    response
}

//! Plain HTTP calls, without a browser or a command line.

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// `GET` without any header of the caller.
pub async fn get(url: &str) -> Response<Bytes> {
    let (authority, path) =
        url.trim_start_matches("http://").split_once('/').expect("an http URL with a path");
    send(authority, Method::GET, &format!("/{path}"), &[], Bytes::new()).await
}

/// Sends a request to a `host:port`, with these headers.
pub async fn send(
    authority: &str,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: Bytes,
) -> Response<Bytes> {
    let request = Request::builder().method(method).uri(path).header("host", authority);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let request = request.body(Full::new(body)).expect("a well-formed request");
    forward(request, authority).await.expect("a response")
}

/// Sends a request on a connection of its own, and reads all of the response.
pub(crate) async fn forward(
    mut request: Request<Full<Bytes>>,
    target: &str,
) -> Result<Response<Bytes>, std::io::Error> {
    // A client that uses a proxy for its way out sends the absolute form (RFC 9112, 3.2.2).
    if let Some(path) = request.uri().path_and_query().filter(|_| request.uri().authority().is_some()) {
        *request.uri_mut() = path.clone().into();
    }
    let stream = TcpStream::connect(target).await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(std::io::Error::other)?;
    tokio::spawn(connection);
    let response = sender.send_request(request).await.map_err(std::io::Error::other)?;
    let (parts, body) = response.into_parts();
    let body = body.collect().await.map_err(std::io::Error::other)?.to_bytes();
    Ok(Response::from_parts(parts, body))
}

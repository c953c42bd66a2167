//! Between workerd's requests and responses and the router's.

use axum::Router;
use axum::body::Body;
use futures_util::StreamExt;
use http_body_util::BodyExt;
use service::{RequestStream, ResponseStream};
use tower_service::Service;
use worker::send::{IntoSendFuture, SendWrapper};
use worker::{ByteStream, Headers, Request, Response, ResponseBody, ResponseBuilder, Result, web_sys};

use crate::object_storage::Stream;

/// Answers one request.
pub(crate) async fn serve(mut router: Router, request: Request) -> Result<Response> {
    let request = incoming(&request)?;
    match router.call(request).await {
        Ok(response) => outgoing(response).await,
        Err(never) => match never {},
    }
}

fn incoming(request: &Request) -> Result<http::Request<Body>> {
    let mut builder = http::Request::builder().method(request.method().as_ref()).uri(request.url()?.as_str());
    for (name, value) in request.headers() {
        builder = builder.header(name, value);
    }
    let mut body = Body::empty();
    if let Some(stream) = request.inner().body() {
        let stream = SendWrapper(stream);
        builder = builder.extension(RequestStream(stream.clone()));
        body = lazy_body(stream);
    }
    builder.body(body).map_err(|error| error.to_string().into())
}

/// The same stream as bytes. It is locked only when it is read, so that a handler may pass the stream itself on instead.
fn lazy_body(stream: Stream) -> Body {
    let next = |SendWrapper(body): SendWrapper<RequestBody>| {
        async move {
            let mut bytes = match body {
                RequestBody::Unread(stream) => ByteStream::from(stream),
                RequestBody::Reading(bytes) => bytes,
            };
            let chunk = bytes.next().await?;
            Some((chunk, SendWrapper(RequestBody::Reading(bytes))))
        }
        .into_send()
    };
    Body::from_stream(futures_util::stream::unfold(SendWrapper(RequestBody::Unread(stream.0)), next))
}

/// How much of a request's body was read.
enum RequestBody {
    /// Nothing; it may still be passed on.
    Unread(web_sys::ReadableStream),
    /// Something.
    Reading(ByteStream),
}

async fn outgoing(response: http::Response<Body>) -> Result<Response> {
    let (parts, body) = response.into_parts();
    let headers = Headers::new();
    for (name, value) in &parts.headers {
        headers.append(name.as_str(), &String::from_utf8_lossy(value.as_bytes()))?;
    }
    let body = match parts.extensions.get::<ResponseStream<Stream>>() {
        Some(ResponseStream(SendWrapper(stream))) => {
            ResponseBody::Stream(web_sys::ReadableStream::clone(stream))
        }
        None => collect_body(body).await?,
    };
    Ok(ResponseBuilder::new().with_status(parts.status.as_u16()).with_headers(headers).body(body))
}

async fn collect_body(body: Body) -> Result<ResponseBody> {
    let bytes = body.collect().await.map_err(|error| error.to_string())?.to_bytes();
    // Some statuses forbid a body, even an empty one.
    Ok(if bytes.is_empty() { ResponseBody::Empty } else { ResponseBody::Body(bytes.to_vec()) })
}

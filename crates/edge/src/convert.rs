//! Between workerd's requests and responses and the `http` crate's heads.

use http::{HeaderMap, HeaderName, HeaderValue};
use worker::{Headers, Request, Response, ResponseBuilder, Result, web_sys};

/// The request without its body.
pub(crate) fn head(request: &Request) -> Result<http::Request<()>> {
    let mut builder = http::Request::builder().method(request.method().as_ref()).uri(request.url()?.as_str());
    for (name, value) in request.headers() {
        builder = builder.header(name, value);
    }
    builder.body(()).map_err(|error| error.to_string().into())
}

/// A request for the portal's page in place of the one that came.
pub(crate) fn page_request(request: &Request) -> Result<Request> {
    let mut url = request.url()?;
    url.set_path("/");
    url.set_query(None);
    Request::new(url.as_str(), request.method())
}

/// The same request with other headers; its body goes along as the stream it is.
pub(crate) fn with_headers(request: &Request, headers: &HeaderMap) -> Result<Request> {
    let init = web_sys::RequestInit::new();
    init.set_headers(&to_workers(headers)?.0);
    init.set_redirect(web_sys::RequestRedirect::Manual);
    Ok(web_sys::Request::new_with_request_and_init(request.inner(), &init)?.into())
}

/// The same response with the headers that every response carries; its body goes along as the stream it is.
pub(crate) fn with_security_headers(response: Response) -> Result<Response> {
    let mut headers = HeaderMap::new();
    for (name, value) in response.headers() {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
            headers.append(name, value);
        }
    }
    relay::headers::harden(&mut headers);
    let status = response.status_code();
    let (_, body) = response.into_parts();
    Ok(ResponseBuilder::new().with_status(status).with_headers(to_workers(&headers)?).body(body))
}

fn to_workers(headers: &HeaderMap) -> Result<Headers> {
    let converted = Headers::new();
    for (name, value) in headers {
        converted.append(name.as_str(), &String::from_utf8_lossy(value.as_bytes()))?;
    }
    Ok(converted)
}

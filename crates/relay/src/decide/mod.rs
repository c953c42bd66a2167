//! What happens to one request, judged by its head alone: the page, a response of the edge's own, or a forwarded call.

use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header as http_header};
use protocol::{ChunkErrorCode, ErrorBody, ErrorCode, FinishUploadResponse, UploadState, header, route};

use crate::allow_list::{Credentials, Listing, look_up};
use crate::csrf::is_from_our_page;
use crate::session;

/// What this edge was set up with.
#[derive(Clone, Copy)]
pub struct Policy<'a> {
    /// Signs session cookies.
    pub session_key: &'a [u8],
    /// The release service's API token, for calls of signed-in browsers.
    pub api_token: &'a str,
    /// On a developer's machine, the account that every browser there is signed in as.
    pub dev_account: Option<&'a str>,
}

/// What a decision is made from: a request without its body.
#[derive(Clone, Copy, Debug)]
pub struct RequestHead<'a> {
    /// As the client sent it.
    pub method: &'a Method,
    /// With scheme and host.
    pub uri: &'a Uri,
    /// As the client sent them.
    pub headers: &'a HeaderMap,
}

/// What becomes of a request.
#[derive(Debug)]
pub enum Decision {
    /// The portal's one page: what is no file and no call is an address of its own.
    ServePage,
    /// The edge responds by itself.
    Respond(EdgeResponse),
    /// It goes to the release service, with the same method, address and body, and with these headers.
    Forward(HeaderMap),
}

/// A response that the edge makes itself.
#[derive(Debug)]
pub struct EdgeResponse {
    /// The HTTP status.
    pub status: u16,
    /// JSON.
    pub body: String,
    /// The session's cookie, if it begins now.
    pub set_cookie: Option<String>,
}

/// Headers that a forwarded call never carries: the cookie is the edge's own, the token is decided here, the rest
/// belongs to one connection only.
///
/// The service has no use for the cookie, and must not see it: its log, or a bug that repeats headers in an answer, would
/// hold what signs a person in for 12 hours. For the same reason a call that needs no token at the edge is forwarded
/// without the API token that its client sent: what is not sent cannot be logged.
const NEVER_FORWARDED: [HeaderName; 5] = [
    http_header::COOKIE,
    HeaderName::from_static(header::API_TOKEN),
    HeaderName::from_static(header::REQUEST_MARK),
    http_header::HOST,
    http_header::CONNECTION,
];

const OWN_TOKEN: &str = "API tokens are made and ended with an API token: send yours as X-API-Token";

/// Decides about one request, at `now` in milliseconds since 1970 UTC.
///
/// 1. What is under a path of the service but not on the list is refused.
/// 2. A client that brings an API token of its own passes with it; the edge adds nothing.
/// 3. A signed-in browser's call gets the edge's token, if it comes from one of our own pages.
/// 4. No forwarded call carries the session cookie.
pub fn decide(policy: &Policy<'_>, request: &RequestHead<'_>, now: i64) -> Decision {
    if request.uri.path() == route::SESSION {
        return Decision::Respond(begin_session(policy, request, now));
    }
    match look_up(request.method, request.uri.path()) {
        Listing::Elsewhere if is_page_address(request) => Decision::ServePage,
        Listing::Elsewhere => refuse(ErrorCode::NotFound, "not found: there is no such file"),
        Listing::Unlisted => refuse(ErrorCode::NotFound, "not found: there is no such call"), // 1.
        Listing::Listed(Credentials::Nothing) => Decision::Forward(forwarded_headers(request.headers, None)),
        Listing::Listed(needed) => match (request.headers.get(header::API_TOKEN), needed) {
            (Some(token), _) => Decision::Forward(forwarded_headers(request.headers, Some(token.clone()))), // 2.
            (None, Credentials::OwnToken) => refuse(ErrorCode::Unauthorized, OWN_TOKEN),
            (None, Credentials::SessionOrToken | Credentials::Nothing) => for_session(policy, request, now), // 3.
        },
    }
}

/// Whether a request that no file answers may be for the portal's page. Under `/assets/` there are only files, which
/// browsers keep for ever: a page in place of one would be kept for ever too.
fn is_page_address(request: &RequestHead<'_>) -> bool {
    matches!(*request.method, Method::GET | Method::HEAD) && !request.uri.path().starts_with("/assets/")
}

fn for_session(policy: &Policy<'_>, request: &RequestHead<'_>, now: i64) -> Decision {
    if session::of_request(request.headers, request.uri, policy.session_key, now).is_none() {
        return refuse(
            ErrorCode::Unauthorized,
            "missing authentication: send an API token as X-API-Token, or sign in again in the browser",
        );
    }
    if !is_from_our_page(request.method, request.headers) {
        return refuse(ErrorCode::Forbidden, "the call did not come from one of this site's own pages");
    }
    let Ok(mut token) = HeaderValue::from_str(policy.api_token) else {
        return refuse(ErrorCode::Internal, "the edge's API token is not set up");
    };
    token.set_sensitive(true);
    Decision::Forward(forwarded_headers(request.headers, Some(token)))
}

fn forwarded_headers(headers: &HeaderMap, token: Option<HeaderValue>) -> HeaderMap {
    let mut forwarded = headers.clone();
    for name in NEVER_FORWARDED {
        forwarded.remove(name); // 4.
    }
    if let Some(token) = token {
        forwarded.insert(HeaderName::from_static(header::API_TOKEN), token);
    }
    forwarded
}

/// `POST /session`: who is signed in. Renews a session that is half over, and on a developer's machine begins one.
fn begin_session(policy: &Policy<'_>, request: &RequestHead<'_>, now: i64) -> EdgeResponse {
    if *request.method != Method::POST || !is_from_our_page(request.method, request.headers) {
        return error(ErrorCode::Forbidden, "the call did not come from one of this site's own pages");
    }
    let current = session::of_request(request.headers, request.uri, policy.session_key, now);
    let account = match (&current, policy.dev_account) {
        (Some(current), _) if !session::is_old(current, now) => return ok(current, None),
        (Some(current), _) => current.account.clone(),
        (None, Some(account)) if is_loopback(request.uri) => account.to_owned(),
        (None, _) => return error(ErrorCode::Unauthorized, "sign-in is not set up on this site yet"),
    };
    let session = session::begin(&account, now);
    let cookie = session::set_cookie(&session, policy.session_key, request.uri);
    ok(&session, Some(cookie))
}

/// Whether the browser itself is on this machine. The name counts, not the connection: a foreign page that
/// points its own name at 127.0.0.1 must not be signed in.
fn is_loopback(uri: &Uri) -> bool {
    matches!(uri.host(), Some("localhost" | "127.0.0.1" | "[::1]"))
}

/// The response to a forwarded call to `path` when the release service cannot be reached.
///
/// Of a finished upload it is 200 with `error: true`: on anything else appcenter-cli ends with success and no release.
pub fn unreachable(path: &str) -> EdgeResponse {
    let message = "the release service does not answer; try again in a moment";
    let (finished, _) = route::FINISHED.split_once('{').unwrap_or((route::FINISHED, ""));
    if !path.starts_with(finished) {
        return error(ErrorCode::BadGateway, message);
    }
    let body = FinishUploadResponse {
        error: true,
        chunk_num: 0,
        error_code: ChunkErrorCode::ServerError,
        message: message.to_owned(),
        state: UploadState::Pending,
        missing_chunks: None,
        location: String::new(),
        raw_location: String::new(),
        absolute_uri: String::new(),
    };
    EdgeResponse { status: 200, body: serde_json::to_string(&body).unwrap_or_default(), set_cookie: None }
}

fn ok(session: &protocol::Session, set_cookie: Option<String>) -> EdgeResponse {
    EdgeResponse { status: 200, body: serde_json::to_string(session).unwrap_or_default(), set_cookie }
}

fn error(code: ErrorCode, message: &str) -> EdgeResponse {
    let body = serde_json::to_string(&ErrorBody::new(code, message)).unwrap_or_default();
    EdgeResponse { status: code.status(), body, set_cookie: None }
}

fn refuse(code: ErrorCode, message: &str) -> Decision {
    Decision::Respond(error(code, message))
}

#[cfg(test)]
mod tests;

use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header as http_header};
use protocol::{ChunkErrorCode, ErrorBody, ErrorCode, FinishUploadResponse, UploadState, header, route};

use crate::calls::{Lookup, Needs, look_up};
use crate::guard::is_from_our_page;
use crate::session;

/// What this edge was set up with.
#[derive(Clone, Copy)]
pub struct Policy<'a> {
    /// Signs session cookies.
    pub session_key: &'a [u8],
    /// The release service's API token, for calls of signed-in browsers.
    pub api_token: &'a str,
    /// On a developer's machine, the account that everybody there is signed in as.
    pub dev_account: Option<&'a str>,
}

/// A request's head.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
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
    Page,
    /// The edge answers by itself.
    Answer(Answer),
    /// It goes to the release service, with the same method, address and body, and with these headers.
    Forward(HeaderMap),
}

/// An answer of the edge itself.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// JSON.
    pub body: String,
    /// The session's cookie, if it begins now.
    pub set_cookie: Option<String>,
}

/// Headers that a forwarded call never carries: the cookie is the edge's own, the token is decided here, the rest
/// belongs to one connection only.
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
pub fn decide(policy: &Policy<'_>, call: &Call<'_>, now: i64) -> Decision {
    if call.uri.path() == route::SESSION {
        return Decision::Answer(begin_session(policy, call, now));
    }
    match look_up(call.method, call.uri.path()) {
        Lookup::Elsewhere if is_address(call) => Decision::Page,
        Lookup::Elsewhere => refuse(ErrorCode::NotFound, "not found: there is no such file"),
        Lookup::Unlisted => refuse(ErrorCode::NotFound, "not found: there is no such call"), // 1.
        Lookup::Listed(Needs::Nothing) => Decision::Forward(forwarded(call.headers, None)),
        Lookup::Listed(needs) => match (call.headers.get(header::API_TOKEN), needs) {
            (Some(token), _) => Decision::Forward(forwarded(call.headers, Some(token.clone()))), // 2.
            (None, Needs::OwnToken) => refuse(ErrorCode::Unauthorized, OWN_TOKEN),
            (None, _) => for_session(policy, call, now), // 3.
        },
    }
}

/// Whether a request that no file answers may be for the portal's page. Under `/assets/` there are only files, which
/// browsers keep for ever: a page in place of one would be kept for ever too.
fn is_address(call: &Call<'_>) -> bool {
    matches!(*call.method, Method::GET | Method::HEAD) && !call.uri.path().starts_with("/assets/")
}

fn for_session(policy: &Policy<'_>, call: &Call<'_>, now: i64) -> Decision {
    if session::of_request(call.headers, call.uri, policy.session_key, now).is_none() {
        return refuse(
            ErrorCode::Unauthorized,
            "missing authentication: send an API token as X-API-Token, or sign in again in the browser",
        );
    }
    if !is_from_our_page(call.method, call.headers) {
        return refuse(ErrorCode::Forbidden, "the call did not come from one of this site's own pages");
    }
    let Ok(mut token) = HeaderValue::from_str(policy.api_token) else {
        return refuse(ErrorCode::Internal, "the edge's API token is not set up");
    };
    token.set_sensitive(true);
    Decision::Forward(forwarded(call.headers, Some(token)))
}

fn forwarded(headers: &HeaderMap, token: Option<HeaderValue>) -> HeaderMap {
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
fn begin_session(policy: &Policy<'_>, call: &Call<'_>, now: i64) -> Answer {
    if *call.method != Method::POST || !is_from_our_page(call.method, call.headers) {
        return error(ErrorCode::Forbidden, "the call did not come from one of this site's own pages");
    }
    let current = session::of_request(call.headers, call.uri, policy.session_key, now);
    let account = match (&current, policy.dev_account) {
        (Some(current), _) if !session::is_old(current, now) => return ok(current, None),
        (Some(current), _) => current.account.clone(),
        (None, Some(account)) if is_loopback(call.uri) => account.to_owned(),
        (None, _) => return error(ErrorCode::Unauthorized, "sign-in is not set up on this site yet"),
    };
    let session = session::begin(&account, now);
    let cookie = session::set_cookie(&session, policy.session_key, call.uri);
    ok(&session, Some(cookie))
}

/// Whether the browser itself is on this machine. The name counts, not the connection: a foreign page that
/// points its own name at 127.0.0.1 must not be signed in.
fn is_loopback(uri: &Uri) -> bool {
    matches!(uri.host(), Some("localhost" | "127.0.0.1" | "[::1]"))
}

/// The answer to a forwarded call to `path` when the release service cannot be reached.
///
/// Of a finished upload it is 200 with `error: true`: on anything else appcenter-cli ends with success and no release.
pub fn unreachable(path: &str) -> Answer {
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
    Answer { status: 200, body: serde_json::to_string(&body).unwrap_or_default(), set_cookie: None }
}

fn ok(session: &protocol::Session, set_cookie: Option<String>) -> Answer {
    Answer { status: 200, body: serde_json::to_string(session).unwrap_or_default(), set_cookie }
}

fn error(code: ErrorCode, message: &str) -> Answer {
    let body = serde_json::to_string(&ErrorBody::new(code, message)).unwrap_or_default();
    Answer { status: code.status(), body, set_cookie: None }
}

fn refuse(code: ErrorCode, message: &str) -> Decision {
    Decision::Answer(error(code, message))
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;

//! The session cookie: who is signed in and until when, signed by the edge. It holds no secret, and the browser's
//! scripts cannot read it.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, Uri, header};
use protocol::Session;
use sha2::Sha256;

/// How long a session lasts, in milliseconds: a working day and then some.
const LIFETIME_MS: i64 = 12 * 60 * 60 * 1000;

/// A new session for `account`.
pub(crate) fn begin(account: &str, now: i64) -> Session {
    Session { account: account.to_owned(), expires_at: now + LIFETIME_MS }
}

/// Whether the session should be renewed now, so that no user is signed out while working.
pub(crate) fn is_old(session: &Session, now: i64) -> bool {
    session.expires_at - now < LIFETIME_MS / 2
}

/// The `Set-Cookie` value for a session.
///
/// Over HTTPS the name begins with `__Host-`, which binds the cookie to this very host. Over plain HTTP, which is
/// only for the developer's own machine, browsers refuse that name and `Secure`.
pub(crate) fn set_cookie(session: &Session, key: &[u8], uri: &Uri) -> String {
    let value = seal(session, key);
    let secure = if is_https(uri) { "; Secure" } else { "" };
    let max_age = LIFETIME_MS / 1000;
    format!("{}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Strict{secure}", cookie_name(uri))
}

/// The session that a request's cookie proves, unless it is over.
pub(crate) fn of_request(headers: &HeaderMap, uri: &Uri, key: &[u8], now: i64) -> Option<Session> {
    let name = cookie_name(uri);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(pair_name, _)| *pair_name == name)
        .find_map(|(_, value)| open(value, key))
        .filter(|session| session.expires_at > now)
}

fn cookie_name(uri: &Uri) -> &'static str {
    if is_https(uri) { "__Host-slipway-session" } else { "slipway-session" }
}

fn is_https(uri: &Uri) -> bool {
    uri.scheme_str() == Some("https")
}

fn seal(session: &Session, key: &[u8]) -> String {
    let body = BASE64.encode(serde_json::to_vec(session).unwrap_or_default());
    let signature = BASE64.encode(mac(key, &body).finalize().into_bytes());
    format!("{body}.{signature}")
}

fn open(value: &str, key: &[u8]) -> Option<Session> {
    let (body, signature) = value.split_once('.')?;
    mac(key, body).verify_slice(&BASE64.decode(signature).ok()?).ok()?;
    serde_json::from_slice(&BASE64.decode(body).ok()?).ok()
}

fn mac(key: &[u8], body: &str) -> Hmac<Sha256> {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    mac.update(b"session\n");
    mac.update(body.as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(cookie: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, cookie.parse().unwrap());
        headers
    }

    fn cookie_of(set_cookie: &str) -> &str {
        set_cookie.split(';').next().unwrap()
    }

    #[test]
    fn a_session_is_read_back_until_it_ends() {
        let uri = Uri::from_static("https://slipway.example/");
        let session = begin("ann", 1000);
        let set = set_cookie(&session, b"key", &uri);
        assert!(
            set.starts_with("__Host-slipway-session=")
                && set.contains("; Secure")
                && set.contains("; HttpOnly")
        );
        let headers = request(&format!("other=1; {}", cookie_of(&set)));
        assert_eq!(of_request(&headers, &uri, b"key", 2000), Some(session.clone()));
        assert_eq!(of_request(&headers, &uri, b"key", session.expires_at), None);
    }

    #[test]
    fn a_session_that_was_touched_or_signed_by_another_is_none() {
        let uri = Uri::from_static("http://localhost:8787/");
        let set = set_cookie(&begin("ann", 1000), b"key", &uri);
        let cookie = cookie_of(&set);
        assert_eq!(of_request(&request(cookie), &uri, b"other", 2000), None);
        let forged = begin("eve", 1000);
        let body = BASE64.encode(serde_json::to_vec(&forged).unwrap());
        let (_, signature) = cookie.split_once('.').unwrap();
        let touched = format!("slipway-session={body}.{signature}");
        assert_eq!(of_request(&request(&touched), &uri, b"key", 2000), None);
        for nonsense in ["slipway-session=", "slipway-session=.", "slipway-session=a.b", "slipway-session"] {
            assert_eq!(of_request(&request(nonsense), &uri, b"key", 2000), None);
        }
    }
}

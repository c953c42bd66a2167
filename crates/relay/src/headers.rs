//! What every response carries. Static files get it from the `_headers` file that the build writes, everything
//! else from [`harden`].

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// No inline script, no foreign origin, no frame. `wasm-unsafe-eval` lets Wasm compile, and nothing else.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    worker-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; manifest-src 'self'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Name and value of each header that every response carries.
const EVERYWHERE: [(&str, &str); 5] = [
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
];

/// The policy of a picture that is opened by itself: an SVG is a document, and gets no more than its own shapes.
pub const IMAGE_SECURITY_POLICY: &str = "default-src 'none'; img-src data:; sandbox";

/// Adds what every response carries, and takes away what the service must not tell a browser.
pub fn harden(headers: &mut HeaderMap) {
    for (name, value) in EVERYWHERE {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|media_type| media_type.as_bytes().starts_with(b"image/"))
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(IMAGE_SECURITY_POLICY));
    }
    headers.remove(header::SET_COOKIE);
    headers.remove(header::SERVER);
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

/// The `_headers` file of the static files: the same headers, and caching for ever under `/assets/`, where every
/// name has its content's hash in it.
pub fn assets_file() -> String {
    let mut file = String::from("/*\n");
    for (name, value) in EVERYWHERE {
        file.push_str(&format!("  {name}: {value}\n"));
    }
    file.push_str("\n/assets/*\n  cache-control: public, max-age=31536000, immutable\n");
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_is_hardened_and_tells_nothing_of_the_service() {
        let mut headers = HeaderMap::new();
        headers.insert(header::SET_COOKIE, HeaderValue::from_static("service=1"));
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src *"));
        harden(&mut headers);
        assert!(!headers.contains_key(header::SET_COOKIE));
        assert_eq!(headers[header::CONTENT_SECURITY_POLICY], CONTENT_SECURITY_POLICY);
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    }

    #[test]
    fn a_picture_opened_by_itself_runs_nothing() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"));
        harden(&mut headers);
        assert_eq!(headers[header::CONTENT_SECURITY_POLICY], IMAGE_SECURITY_POLICY);
        assert!(IMAGE_SECURITY_POLICY.contains("sandbox") && !IMAGE_SECURITY_POLICY.contains("script"));
    }

    #[test]
    fn the_policy_lets_no_inline_script_and_no_other_origin_in() {
        assert!(CONTENT_SECURITY_POLICY.starts_with("default-src 'none'"));
        for hole in ["'unsafe-inline'", "'unsafe-eval'", "http:", "https:", "*"] {
            assert!(!CONTENT_SECURITY_POLICY.contains(hole), "{hole}");
        }
    }

    #[test]
    fn files_named_by_their_content_are_cached_for_ever_and_others_are_not() {
        let file = assets_file();
        let (everywhere, hashed) = file.split_once("/assets/*").unwrap();
        assert!(everywhere.contains(CONTENT_SECURITY_POLICY) && !everywhere.contains("immutable"));
        assert!(hashed.contains("immutable"));
    }
}

use super::*;

const POLICY: Policy<'_> =
    Policy { session_key: b"key", api_token: "edge-token", dev_account: Some("developer") };
const NOW: i64 = 1_700_000_000_000;

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse::<HeaderValue>().unwrap()))
        .collect()
}

fn check(policy: &Policy<'_>, method: &Method, uri: &'static str, pairs: &[(&str, &str)]) -> Decision {
    let (uri, headers) = (Uri::from_static(uri), headers(pairs));
    decide(policy, &RequestHead { method, uri: &uri, headers: &headers }, NOW)
}

fn status(decision: Decision) -> u16 {
    match decision {
        Decision::Respond(answer) => answer.status,
        other => panic!("expected a response, got {other:?}"),
    }
}

fn signed_in() -> String {
    let marked = [("x-slipway-request", "1")];
    match check(&POLICY, &Method::POST, "http://localhost:8787/session", &marked) {
        Decision::Respond(EdgeResponse { status: 200, set_cookie: Some(cookie), .. }) => {
            cookie.split(';').next().unwrap().to_owned()
        }
        other => panic!("expected a cookie, got {other:?}"),
    }
}

#[test]
fn a_signed_in_page_gets_the_edges_token_and_keeps_its_cookie_to_itself() {
    let cookie = signed_in();
    let pairs = [("cookie", cookie.as_str()), ("x-slipway-request", "1"), ("sec-fetch-site", "same-origin")];
    match check(&POLICY, &Method::POST, "http://localhost:8787/v0.1/apps", &pairs) {
        Decision::Forward(headers) => {
            assert_eq!(headers[header::API_TOKEN], "edge-token");
            assert!(!headers.contains_key("cookie") && !headers.contains_key("x-slipway-request"));
        }
        other => panic!("expected a forward, got {other:?}"),
    }
}

#[test]
fn another_site_cannot_ride_on_the_session() {
    let cookie = signed_in();
    let foreign = [("cookie", cookie.as_str()), ("x-slipway-request", "1"), ("sec-fetch-site", "cross-site")];
    assert_eq!(status(check(&POLICY, &Method::POST, "http://localhost:8787/v0.1/apps", &foreign)), 403);
    let unmarked = [("cookie", cookie.as_str()), ("sec-fetch-site", "same-origin")];
    assert_eq!(status(check(&POLICY, &Method::POST, "http://localhost:8787/v0.1/apps", &unmarked)), 403);
    assert!(matches!(
        check(&POLICY, &Method::GET, "http://localhost:8787/v0.1/apps", &unmarked),
        Decision::Forward(_)
    ));
}

#[test]
fn without_a_session_there_is_no_token() {
    assert_eq!(status(check(&POLICY, &Method::GET, "http://localhost:8787/v0.1/apps", &[])), 401);
}

#[test]
fn an_old_clients_token_passes_unchanged_and_the_edges_is_not_added() {
    let own = [("x-api-token", "own-token")];
    match check(&POLICY, &Method::GET, "https://slipway.example/v0.1/apps", &own) {
        Decision::Forward(headers) => assert_eq!(headers[header::API_TOKEN], "own-token"),
        other => panic!("expected a forward, got {other:?}"),
    }
}

#[test]
fn what_a_chunk_says_of_its_bytes_passes() {
    let pairs =
        [("x-upload-token", "t"), ("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg=="), ("content-length", "9")];
    match check(&POLICY, &Method::POST, "https://slipway.example/upload/upload_chunk/a", &pairs) {
        Decision::Forward(headers) => {
            assert!(pairs.iter().all(|(name, value)| headers[*name] == *value), "{headers:?}");
        }
        other => panic!("expected a forward, got {other:?}"),
    }
}

#[test]
fn calls_with_a_permission_of_their_own_never_get_a_token() {
    let cookie = signed_in();
    let pairs = [("cookie", cookie.as_str()), ("x-upload-token", "t"), ("x-api-token", "smuggled")];
    for uri in ["http://localhost:8787/upload/upload_chunk/a", "http://localhost:8787/upload/finished/a"] {
        match check(&POLICY, &Method::POST, uri, &pairs) {
            Decision::Forward(headers) => {
                assert!(!headers.contains_key(header::API_TOKEN) && !headers.contains_key("cookie"));
                assert_eq!(headers[header::UPLOAD_TOKEN], "t");
            }
            other => panic!("expected a forward, got {other:?}"),
        }
    }
}

#[test]
fn a_browser_never_gets_an_api_token() {
    let cookie = signed_in();
    let pairs = [("cookie", cookie.as_str()), ("x-slipway-request", "1")];
    for uri in ["http://localhost:8787/v0.1/api_tokens", "http://localhost:8787/v0.1/apps/ann/one/api_tokens"]
    {
        assert_eq!(status(check(&POLICY, &Method::POST, uri, &pairs)), 401);
    }
}

#[test]
fn what_is_not_listed_is_refused_and_the_rest_is_a_file() {
    assert_eq!(status(check(&POLICY, &Method::GET, "http://localhost/v0.1/symbol_uploads", &[])), 404);
    assert!(matches!(
        check(&POLICY, &Method::GET, "http://localhost/apps/ann/one", &[]),
        Decision::ServePage
    ));
}

#[test]
fn the_developers_account_is_for_the_developers_machine_only() {
    let marked = [("x-slipway-request", "1")];
    assert_eq!(status(check(&POLICY, &Method::POST, "https://rebound.example/session", &marked)), 401);
    let deployed = Policy { dev_account: None, ..POLICY };
    assert_eq!(status(check(&deployed, &Method::POST, "http://localhost:8787/session", &marked)), 401);
    assert_eq!(status(check(&POLICY, &Method::POST, "http://localhost:8787/session", &[])), 403);
    assert_eq!(status(check(&POLICY, &Method::GET, "http://localhost:8787/session", &marked)), 403);
}

#[test]
fn a_session_that_is_half_over_is_renewed() {
    let (method, uri) = (Method::POST, Uri::from_static("http://localhost:8787/session"));
    let cookie = signed_in();
    let headers = headers(&[("cookie", cookie.as_str()), ("x-slipway-request", "1")]);
    let request = RequestHead { method: &method, uri: &uri, headers: &headers };
    let renewed = |now| match decide(&POLICY, &request, now) {
        Decision::Respond(answer) => answer.set_cookie.is_some(),
        other => panic!("expected a response, got {other:?}"),
    };
    let hour = 60 * 60 * 1000;
    assert!(!renewed(NOW + hour));
    assert!(renewed(NOW + 7 * hour));
}

#[test]
fn a_service_that_does_not_answer_is_told_as_each_client_can_bear_it() {
    assert_eq!(unreachable("/v0.1/apps").status, 502);
    assert_eq!(unreachable("/upload/upload_chunk/1").status, 502);
    let finished = unreachable("/upload/finished/1");
    assert_eq!(finished.status, 200, "appcenter-cli takes anything else for the end");
    assert!(finished.body.contains(r#""error":true"#), "{}", finished.body);
}

#[test]
fn the_pages_of_the_service_may_send_their_forms_to_this_site_only() {
    assert!(crate::headers::CONTENT_SECURITY_POLICY.contains("form-action 'self';"));
}

/// A request for a call of the table.
fn uri_of(call: &protocol::Call) -> Uri {
    let path = call.path.replace(['{', '}'], "");
    format!("http://localhost:8787{path}").parse().unwrap()
}

fn decision(call: &protocol::Call, method: &str, pairs: &[(&str, &str)]) -> Decision {
    let (method, uri, headers) = (method.parse().unwrap(), uri_of(call), headers(pairs));
    decide(&POLICY, &RequestHead { method: &method, uri: &uri, headers: &headers }, NOW)
}

fn token_of(decision: Decision) -> Option<String> {
    match decision {
        Decision::Forward(headers) => {
            headers.get(header::API_TOKEN).map(|token| token.to_str().unwrap().to_owned())
        }
        other => panic!("expected a forward, got {other:?}"),
    }
}

#[test]
fn a_session_gets_the_edges_token_for_every_call_whose_answer_is_public_and_for_no_other() {
    use protocol::{Access, Answer, CALLS};
    let cookie = signed_in();
    let page = [("cookie", cookie.as_str()), ("x-slipway-request", "1"), ("sec-fetch-site", "same-origin")];
    for call in CALLS {
        let decision = decision(call, call.method.as_str(), &page);
        match (call.answer, call.access) {
            (Answer::Secret, _) => assert_eq!(status(decision), 401, "{call:?}"),
            (Answer::Public | Answer::FirstToken, Access::Anyone | Access::Upload) => {
                assert_eq!(token_of(decision), None, "{call:?}");
            }
            (Answer::Public, _) => assert_eq!(token_of(decision).as_deref(), Some("edge-token"), "{call:?}"),
            (Answer::FirstToken, _) => panic!("{call:?} answers a session with a token"),
        }
    }
}

#[test]
fn a_clients_own_token_passes_with_every_call_that_takes_one() {
    use protocol::{Access, CALLS};
    for call in CALLS {
        let is_open = matches!(call.access, Access::Anyone | Access::Upload);
        let expected = Some("own-token").filter(|_| !is_open);
        let token = token_of(decision(call, call.method.as_str(), &[("x-api-token", "own-token")]));
        assert_eq!(token.as_deref(), expected, "{call:?}");
    }
}

#[test]
fn a_head_request_is_decided_as_the_get_whose_headers_it_asks_for() {
    let cookie = signed_in();
    for call in protocol::CALLS.iter().filter(|call| call.method == protocol::Verb::Get) {
        let of = |method| match decision(call, method, &[("cookie", cookie.as_str())]) {
            Decision::Forward(headers) => Ok(headers),
            other => Err(status(other)),
        };
        assert_eq!(of("HEAD"), of("GET"), "{call:?}");
    }
}

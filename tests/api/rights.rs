//! Permissions: every row of the table of calls, with every kind of token. A call that is added to the table is tested
//! without a change here.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::Method;
use protocol::{Access, CALLS, Call, Right, Role, Verb, header, route};
use serde_json::Value;
use testkit::{Api, ApiResponse};

use crate::scenarios::{Client, SCENARIOS};

/// The organization `acme` with the apps `one` and `two`, and accounts with different rights.
///
/// `ann` administers it, `col` and `mem` are in it, `dev` and `vi` are collaborators of `one`, and `bob` has no rights.
fn world() -> Api {
    let api = Api::new();
    let mut sql = String::from(
        "INSERT INTO accounts (id, kind, name, display_name, email, created_at) \
         VALUES ('acme', 'org', 'acme', 'Acme', '', 0);",
    );
    for name in ["col", "mem", "dev", "vi", "bob"] {
        sql += &format!(
            "INSERT INTO accounts (id, name, display_name, email, created_at) \
             VALUES ('{name}', '{name}', '{name}', '{name}@slipway.example', 0);"
        );
    }
    sql += "INSERT INTO org_members VALUES ('acme', 'u1', 'admin', 0), ('acme', 'col', 'collaborator', 0), \
            ('acme', 'mem', 'member', 0);";
    for app in ["one", "two"] {
        sql += &format!(
            "INSERT INTO apps (id, app_secret, owner_id, name, display_name, os, platform, created_at, updated_at) \
             VALUES ('{app}', 's-{app}', 'acme', '{app}', '{app}', 'Android', 'Java', 0, 0);"
        );
    }
    sql += "INSERT INTO app_collaborators VALUES ('one', 'dev', 'developer', 0), ('one', 'vi', 'viewer', 0);";
    for (token, user, scope, app) in [
        ("ann", "u1", "all", "NULL"),
        ("ann-viewer", "u1", "viewer", "NULL"),
        ("app-one", "u1", "all", "'one'"),
        ("app-one-viewer", "u1", "viewer", "'one'"),
        ("app-two", "u1", "all", "'two'"),
        ("col", "col", "all", "NULL"),
        ("mem", "mem", "all", "NULL"),
        ("dev", "dev", "all", "NULL"),
        ("vi", "vi", "all", "NULL"),
        ("bob", "bob", "all", "NULL"),
    ] {
        let hash = service::token_hash(token);
        sql += &format!(
            "INSERT INTO api_tokens VALUES ('t-{token}', '{user}', '{hash}', '{scope}', NULL, 0, {app});"
        );
    }
    api.platform.sqlite().execute(&sql);
    api
}

/// How a call ended, as far as rights are concerned.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// No token, or an invalid one.
    Unauthorized,
    /// A known caller without the right.
    Forbidden,
    /// The caller must not learn that it exists.
    Unknown,
    /// Not refused because of the caller, whatever the response is.
    Passed,
}

fn make(api: &Api, call: &Call, token: Option<&str>) -> ApiResponse {
    let path = call
        .path
        .replace("{owner}", "acme")
        .replace("{org}", "acme")
        .replace("{app}", "one")
        .replace("{release}", "1")
        .replace(['{', '}'], "");
    let method = Method::from_bytes(call.method.as_str().as_bytes()).expect("a method");
    let headers: Vec<_> = token.map(|token| (header::API_TOKEN, token)).into_iter().collect();
    api.send(method, &path, &headers, Bytes::from("{}"))
}

fn verdict(response: &ApiResponse) -> Verdict {
    let message = response.json()["message"].as_str().unwrap_or_default().to_owned();
    assert!(!message.contains("no such call"), "the table has a call that the router has not: {response:?}");
    match response.status.as_u16() {
        401 => Verdict::Unauthorized,
        403 => Verdict::Forbidden,
        404 if message.contains("no app `acme/one`") || message.contains("no organization `acme`") => {
            Verdict::Unknown
        }
        _ => Verdict::Passed,
    }
}

/// What the table requires for the bearer of a token.
fn expected(call: &Call, token: &str) -> Verdict {
    let is_get = call.method.as_str() == "GET";
    let at_least = |has: bool| if has { Verdict::Passed } else { Verdict::Forbidden };
    // A token of an app belongs to no account.
    if let Some(app) = token.strip_prefix("app-") {
        return match call.access {
            Access::App(_) | Access::AppPerson(_) if !app.starts_with("one") => Verdict::Unknown,
            Access::App(_) => at_least(is_get || !app.ends_with("-viewer")),
            _ => Verdict::Forbidden,
        };
    }
    if token.ends_with("-viewer") && !is_get {
        return Verdict::Forbidden;
    }
    match call.access {
        Access::Anyone | Access::Upload | Access::Person => Verdict::Passed,
        Access::App(right) | Access::AppPerson(right) => match token {
            "ann" | "ann-viewer" => Verdict::Passed,
            "dev" => at_least(right <= Right::Develop),
            "vi" => at_least(right <= Right::Read),
            _ => Verdict::Unknown,
        },
        Access::Org(role) => match token {
            "ann" | "ann-viewer" => Verdict::Passed,
            "col" => at_least(role <= Role::Collaborator),
            "mem" => at_least(role <= Role::Member),
            _ => Verdict::Unknown,
        },
    }
}

#[test]
fn every_call_requires_the_access_of_the_table() {
    const TOKENS: [&str; 10] =
        ["bob", "app-two", "vi", "mem", "app-one-viewer", "ann-viewer", "dev", "col", "app-one", "ann"];
    for call in CALLS {
        let is_open = matches!(call.access, Access::Anyone | Access::Upload);
        let mut api = world();
        for token in [None, Some("wrong")] {
            let response = make(&api, call, token);
            let unauthorized = verdict(&response) == Verdict::Unauthorized;
            // The calls under /upload have tokens of their own.
            assert!(unauthorized || is_open, "{token:?}: {call:?}: {response:?}");
        }
        for token in TOKENS.into_iter().filter(|_| !is_open) {
            let response = make(&api, call, Some(token));
            assert_eq!(verdict(&response), expected(call, token), "{token}: {call:?}: {response:?}");
            if response.status.is_success() && call.method != Verb::Get {
                api = world();
            }
        }
    }
}

#[test]
fn a_call_that_the_table_does_not_have_does_not_exist() {
    let api = world();
    for call in CALLS {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let is_listed =
                CALLS.iter().any(|other| other.path == call.path && other.method.as_str() == method);
            if is_listed {
                continue;
            }
            let path = call.path.replace(['{', '}'], "");
            let method = Method::from_bytes(method.as_bytes()).expect("a method");
            let response = api.send(method.clone(), &path, &[(header::API_TOKEN, "ann")], Bytes::new());
            let message = response.json()["message"].as_str().unwrap_or_default().to_owned();
            assert!(message.contains("no such call"), "{method} {path}: {response:?}");
        }
    }
}

/// Whether an API token is anywhere in a response.
fn has_api_token(api: &Api, response: &Value) -> bool {
    match response {
        Value::String(text) => {
            let hash = service::token_hash(text);
            !api.platform
                .sqlite()
                .rows(&format!("SELECT id FROM api_tokens WHERE token_hash = '{hash}'"))
                .is_empty()
        }
        Value::Array(items) => items.iter().any(|item| has_api_token(api, item)),
        Value::Object(fields) => fields.values().any(|field| has_api_token(api, field)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[test]
fn no_answer_has_an_api_token_but_those_that_the_table_marks() {
    let mut with_token = BTreeSet::new();
    for (_, scenario) in SCENARIOS {
        let client = Client::new(None);
        scenario(&client);
        for (method, path, response) in client.answers.take() {
            if has_api_token(&client.api, &response) {
                with_token.insert((method, path));
            }
        }
        // Calls that read, after the scenario has run.
        for call in CALLS.iter().filter(|call| call.method == Verb::Get) {
            let path = call.path.replace("{owner}", "ann").replace("{app}", "one").replace("{org}", "acme");
            let path = path.replace("{release}", "1").replace(['{', '}'], "");
            if has_api_token(&client.api, &client.api.get(&path).json()) {
                with_token.insert(("GET".to_owned(), call.path));
            }
        }
    }
    let posted = |path| ("POST".to_owned(), path);
    let expected = [route::API_TOKENS, route::APP_TOKENS, route::SIGN_UP].map(posted);
    assert_eq!(with_token, BTreeSet::from(expected));
    let is_marked = |(method, path): &(String, &str)| {
        let call = CALLS.iter().find(|call| call.method.as_str() == method && call.path == *path);
        call.is_some_and(|call| call.answer != protocol::Answer::Public)
    };
    assert!(with_token.iter().all(is_marked), "{with_token:?}");
}

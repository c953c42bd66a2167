//! A stack that the tests of a suite share, because starting one takes seconds.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use http::{Method, StatusCode};
use protocol::{header, route};
use serde_json::{Value, json};

use super::Stack;
use crate::clients::http::send;
use crate::temp_folder::TempFolder;

/// A running stack and the token of its one account, `developer`.
pub struct SharedStack {
    /// The stack.
    pub stack: Stack,
    /// The token.
    pub token: String,
    /// Where the stack keeps its data; goes after it.
    _folder: TempFolder,
}

/// The stack of the tests that run now. It ends with the last of them.
static SHARED: Mutex<Weak<SharedStack>> = Mutex::new(Weak::new());

impl SharedStack {
    /// The shared stack, which is started for the first test.
    pub fn open() -> Arc<SharedStack> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let started = Arc::new(SharedStack::start());
            *shared = Arc::downgrade(&started);
            started
        })
    }

    /// A stack that no other test uses.
    pub fn start() -> SharedStack {
        let folder = TempFolder::new("clients");
        let data = folder.path().join("data");
        let stack = Stack::start(&data);
        let json = std::fs::read_to_string(data.join("dev.json")).expect("the stack's keys");
        let keys: Value = serde_json::from_str(&json).expect("JSON");
        let token = keys["api_token"].as_str().expect("a token").to_owned();
        SharedStack { stack, token, _folder: folder }
    }

    /// A call of the API that must succeed.
    pub async fn call(&self, method: Method, path: &str, body: &Value) -> Value {
        let (status, answer) = self.try_call(method, path, body).await;
        assert!(status.is_success(), "{path}: {status} {answer}");
        answer
    }

    /// A call of the API: the status and the JSON of the response, null for none.
    pub async fn try_call(&self, method: Method, path: &str, body: &Value) -> (StatusCode, Value) {
        let headers = [(header::API_TOKEN, self.token.as_str()), ("content-type", "application/json")];
        let bytes = if body.is_null() { String::new() } else { body.to_string() };
        let answer = send(self.stack.authority(), method, path, &headers, bytes.into()).await;
        (answer.status(), serde_json::from_slice(answer.body()).unwrap_or(Value::Null))
    }

    /// A new organization, and its name. One owner has one app of a package, so each test has an owner of its own.
    pub async fn new_owner(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(1);
        let name = format!("team-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        self.call(Method::POST, route::ORGS, &json!({"name": name, "display_name": name})).await;
        name
    }

    /// A new app of that owner.
    pub async fn new_app(&self, owner: &str, name: &str, os: &str) {
        let app = json!({"display_name": name, "os": os, "platform": "Custom"});
        self.call(Method::POST, &route::path(route::ORG_APPS, &[owner]), &app).await;
    }
}

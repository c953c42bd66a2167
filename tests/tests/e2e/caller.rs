//! Calls of a client that is no browser, over HTTP.

use bytes::Bytes;
use http::{Method, Response};
use protocol::header;
use serde_json::Value;
use testkit::Stack;
use testkit::proxy::send;

/// A client with an API token.
pub(crate) struct Caller {
    authority: String,
    token: String,
}

impl Caller {
    pub(crate) fn new(stack: &Stack, token: &str) -> Caller {
        Caller { authority: stack.authority().to_owned(), token: token.to_owned() }
    }

    /// The developer, on a stack whose data are new.
    pub(crate) fn developer(stack: &Stack) -> Caller {
        Caller::new(stack, stack.token.as_deref().expect("the first start says the developer's token"))
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let answer = self.send(Method::GET, path, Bytes::new()).await;
        assert_eq!(answer.status(), 200, "GET {path}: {answer:?}");
        json(&answer)
    }

    /// Sends JSON and returns the answer, whose status must say that it is done.
    pub(crate) async fn call(&self, method: Method, path: &str, body: &Value) -> Value {
        let bytes = if body.is_null() { Bytes::new() } else { body.to_string().into() };
        let answer = self.send(method.clone(), path, bytes).await;
        assert!(answer.status().is_success(), "{method} {path}: {answer:?}");
        json(&answer)
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Bytes) -> Response<Bytes> {
        let length = body.len().to_string();
        let headers = [
            (header::API_TOKEN, self.token.as_str()),
            ("content-type", "application/json"),
            ("content-length", &length),
        ];
        send(&self.authority, method, path, &headers, body).await
    }
}

/// The body as JSON; null if it is none.
pub(crate) fn json(answer: &Response<Bytes>) -> Value {
    serde_json::from_slice(answer.body()).unwrap_or(Value::Null)
}

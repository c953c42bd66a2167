//! Calls of the API over HTTP, without a browser.

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use protocol::{CreateReleaseUploadResponse, header, route};
use serde_json::{Value, json};
use testkit::Stack;
use testkit::clients::http::send;

/// A client with an API token.
pub(crate) struct ApiClient {
    authority: String,
    token: String,
}

impl ApiClient {
    pub(crate) fn new(stack: &Stack, token: &str) -> ApiClient {
        ApiClient { authority: stack.authority().to_owned(), token: token.to_owned() }
    }

    /// The developer, on a stack with new data.
    pub(crate) fn developer(stack: &Stack) -> ApiClient {
        ApiClient::new(stack, stack.token.as_deref().expect("the first start says the developer's token"))
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let response = self.send(Method::GET, path, Bytes::new()).await;
        assert_eq!(response.status(), 200, "GET {path}: {response:?}");
        json_of(&response)
    }

    /// Sends JSON and returns the response, whose status must be a success.
    pub(crate) async fn call(&self, method: Method, path: &str, body: &Value) -> Value {
        let bytes = if body.is_null() { Bytes::new() } else { body.to_string().into() };
        let response = self.send(method.clone(), path, bytes).await;
        assert!(response.status().is_success(), "{method} {path}: {response:?}");
        json_of(&response)
    }

    /// Polls until the response fits. A response that the rate limit refused is repeated.
    pub(crate) async fn until(&self, path: &str, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            let response = self.send(Method::GET, path, Bytes::new()).await;
            if response.status() == StatusCode::OK && fits(&json_of(&response)) {
                return json_of(&response);
            }
            let is_patient = [StatusCode::OK, StatusCode::TOO_MANY_REQUESTS].contains(&response.status());
            assert!(is_patient, "GET {path}: {response:?}");
        }
    }

    /// An app for Android.
    pub(crate) async fn create_app(&self, name: &str) {
        let new = json!({"display_name": name, "os": "Android", "platform": "Java"});
        self.call(Method::POST, route::APPS, &new).await;
    }

    /// Uploads a package to the developer's app by the documented three calls, and returns the release's number.
    pub(crate) async fn release(&self, app: &str, file_name: &str, package: &[u8]) -> i64 {
        let created = self
            .call(Method::POST, &route::path(route::RELEASE_UPLOADS, &["developer", app]), &json!({}))
            .await;
        let created: CreateReleaseUploadResponse = serde_json::from_value(created).expect("an upload");
        let head = format!(
            "--b1\r\ncontent-disposition: form-data; name=\"ipa\"; filename=\"{file_name}\"\r\n\
             content-type: application/octet-stream\r\n\r\n"
        );
        let body = [head.as_bytes(), package, b"\r\n--b1--\r\n"].concat();
        let (_, path) = created.upload_url.split_once(&self.authority).expect("an address of the stack");
        let length = body.len().to_string();
        let headers = [("content-type", "multipart/form-data; boundary=b1"), ("content-length", &length)];
        let sent = send(&self.authority, Method::POST, path, &headers, body.into()).await;
        assert!(sent.status().is_success(), "{sent:?}");
        let path = route::path(route::RELEASE_UPLOAD, &["developer", app, &created.upload_id]);
        let release = self.call(Method::PATCH, &path, &json!({"status": "committed"})).await;
        release["release_id"].as_i64().unwrap_or_else(|| panic!("no release: {release}"))
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
pub(crate) fn json_of(response: &Response<Bytes>) -> Value {
    serde_json::from_slice(response.body()).unwrap_or(Value::Null)
}

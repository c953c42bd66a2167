//! Clients that cannot run here: the requests that they send, and the checks that they make on responses.

use std::sync::Arc;
use testkit::SharedStack;

use bytes::Bytes;
use http::Method;
use protocol::{header, route};
use serde_json::{Value, json};
use testkit::clients::http::send;

/// A client with an app of its own.
pub(crate) struct RecordedClient {
    pub(crate) shared: Arc<SharedStack>,
    pub(crate) owner: String,
}

/// A response with the checks that clients make.
pub(crate) struct Response {
    call: String,
    pub(crate) status: u16,
    content_type: String,
    pub(crate) json: Value,
}

impl RecordedClient {
    /// A client that has no app yet.
    pub(crate) async fn open() -> RecordedClient {
        let shared = SharedStack::open();
        let owner = shared.new_owner().await;
        RecordedClient { shared, owner }
    }

    /// The path of a call to the app `one`.
    pub(crate) fn path(&self, template: &str, rest: &[&str]) -> String {
        route::path(template, &[&[self.owner.as_str(), "one"], rest].concat())
    }

    /// Sends exactly these headers and this body.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Response {
        let call = format!("{method} {path}");
        let response = send(self.shared.stack.authority(), method, path, headers, body).await;
        let content_type = response.headers().get("content-type").and_then(|value| value.to_str().ok());
        Response {
            call,
            status: response.status().as_u16(),
            content_type: content_type.unwrap_or_default().to_owned(),
            json: serde_json::from_slice(response.body()).unwrap_or(Value::Null),
        }
    }

    /// A call with the API token and a JSON body, or none if it is null. The content type is JSON in both cases.
    pub(crate) async fn api(&self, method: Method, path: &str, body: &Value) -> Response {
        let bytes = if body.is_null() { Bytes::new() } else { body.to_string().into() };
        let headers = [(header::API_TOKEN, self.shared.token.as_str()), ("content-type", "application/json")];
        self.send(method, path, &headers, bytes).await
    }
}

impl Response {
    /// The body of a response with exactly this status.
    #[track_caller]
    pub(crate) fn with(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.call, self.json);
        self.json
    }

    /// The body that every client accepts as JSON: fastlane requires a type that ends in `json`.
    #[track_caller]
    pub(crate) fn json(self, status: u16) -> Value {
        let kind = self.content_type.split(';').next().unwrap_or_default();
        assert!(kind.ends_with("json"), "{}: {}", self.call, self.content_type);
        self.with(status)
    }
}

/// How a client uploads.
pub(crate) struct Uploader {
    /// The body of `POST uploads/releases`.
    pub(crate) create: &'static str,
    /// As the URL has it.
    pub(crate) file_name: &'static str,
    /// Whether the calls under `/upload` also have the API token and JSON as content type.
    pub(crate) is_signed: bool,
    /// The body of calls that should have none.
    pub(crate) no_body: &'static str,
    /// The type of a chunk.
    pub(crate) chunk_type: Option<&'static str>,
    /// Whether the token comes before the other parameters.
    pub(crate) is_token_first: bool,
    /// Whether the last chunk comes first.
    pub(crate) is_backwards: bool,
    /// Whether the body of the PATCH also has the upload's id.
    pub(crate) repeats_id: bool,
}

impl Uploader {
    /// Uploads a package and returns the release's number. Makes the checks of all clients.
    pub(crate) async fn upload(&self, client: &RecordedClient, package: &[u8]) -> i64 {
        let headers =
            [(header::API_TOKEN, client.shared.token.as_str()), ("content-type", "application/json")];
        let path = client.path(route::UPLOADS, &[]);
        let created = client.send(Method::POST, &path, &headers, self.create.into()).await.json(201);
        assert_eq!(created["upload_domain"], client.shared.stack.url, "no slash at the end");
        self.send_file(client, &created, package).await;

        let id = created["id"].as_str().expect("an id");
        let path = client.path(route::UPLOAD, &[id]);
        let mut finished = json!({"upload_status": "uploadFinished"});
        if self.repeats_id {
            finished["id"] = json!(id);
        }
        let patched = client.api(Method::PATCH, &path, &finished).await.json(200);
        assert_eq!(patched["upload_status"], "uploadFinished");
        loop {
            let polled = client.api(Method::GET, &path, &Value::Null).await.json(200);
            match polled["upload_status"].as_str() {
                Some("uploadStarted" | "uploadFinished") => {}
                Some("readyToBePublished") => {
                    return polled["release_distinct_id"].as_i64().expect("a number, not a text");
                }
                _ => panic!("{polled}"),
            }
        }
    }

    async fn send_file(&self, client: &RecordedClient, created: &Value, package: &[u8]) {
        let asset = [created["package_asset_id"].as_str().expect("an id")];
        let token = created["url_encoded_token"].as_str().expect("a token");
        let call = async |template, query: &str, kind: Option<&str>, body: Bytes| {
            let token = format!("token={token}");
            let parts = if self.is_token_first { [&token, query] } else { [query, &token] };
            let query = parts.map(|part| part.trim_matches('&')).join("&");
            let path = format!("{}?{}", route::path(template, &asset), query.trim_matches('&'));
            let signed = self.is_signed.then_some((header::API_TOKEN, client.shared.token.as_str()));
            let headers: Vec<_> = signed.into_iter().chain(kind.map(|kind| ("content-type", kind))).collect();
            let response = client.send(Method::POST, &path, &headers, body).await.json(200);
            assert_eq!(response["error"], json!(false), "exactly false: {response}");
            response
        };
        let kind = (self.is_signed || !self.no_body.is_empty()).then_some("application/json");
        let query = format!("file_name={}&file_size={}", self.file_name, package.len());
        let plan = call(route::SET_METADATA, &query, kind, self.no_body.into()).await;
        assert_eq!([&plan["resume_restart"], &plan["blob_partitions"]], [&json!(false), &json!(1)]);
        let chunk_size = usize::try_from(plan["chunk_size"].as_u64().expect("a number")).expect("fits");
        let mut chunks: Vec<_> = (1..).zip(package.chunks(chunk_size)).collect();
        assert_eq!(plan["chunk_list"], chunks.iter().map(|(number, _)| *number).collect::<Value>());
        if self.is_backwards {
            chunks.reverse();
        }
        for (number, chunk) in chunks {
            let query = format!("block_number={number}");
            let response =
                call(route::UPLOAD_CHUNK, &query, self.chunk_type, Bytes::copy_from_slice(chunk)).await;
            assert_eq!(response["chunk_num"], number);
        }
        let finished = call(
            route::FINISHED,
            if self.is_token_first { "" } else { "callback=" },
            kind,
            self.no_body.into(),
        )
        .await;
        assert_eq!(finished["state"], "Done");
    }
}

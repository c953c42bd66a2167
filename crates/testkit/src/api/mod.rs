//! The API in process: the real router on the platform in memory.
//!
//! `Api` makes calls as a client does and returns each response as a whole; `upload` has the calls of one upload.

mod upload;

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use futures::executor::block_on;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use protocol::{App, header, route};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use service::{RequestStream, ResponseStream};
use tower::ServiceExt;

pub use upload::Upload;

use crate::memory::MemoryPlatform;

/// The API token of `ann`, the one account at the beginning of every test.
pub const TOKEN: &str = "0123456789abcdef0123456789abcdef01234567";

/// The service with one account, `ann`.
pub struct Api {
    /// What the service runs on.
    pub platform: MemoryPlatform,
    router: Router,
}

/// A response of the service.
#[derive(Debug)]
pub struct ApiResponse {
    /// The HTTP status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its bytes, whether they came as a body or as a stream.
    pub body: Bytes,
}

impl ApiResponse {
    /// The body as JSON; null if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The body as a type of the protocol.
    pub fn read<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Default for Api {
    fn default() -> Api {
        Api::new()
    }
}

impl Api {
    /// A new platform with the account `ann` and her token [`TOKEN`].
    pub fn new() -> Api {
        let platform = MemoryPlatform::new();
        let hash = service::token_hash(TOKEN);
        platform.sqlite().execute(&format!(
            "INSERT INTO accounts (id, name, display_name, email, created_at) VALUES ('u1', 'ann', 'Ann', 'ann@slipway.example', 0);
             INSERT INTO api_tokens VALUES ('t1', 'u1', '{hash}', 'all', NULL, 0, NULL);"
        ));
        Api { router: service::router(platform.clone()), platform }
    }

    /// Calls with ann's token.
    pub fn call(&self, method: Method, path: &str, body: &Value) -> ApiResponse {
        let bytes = if body.is_null() { Bytes::new() } else { body.to_string().into() };
        self.send(method, path, &[(header::API_TOKEN, TOKEN)], bytes)
    }

    /// `GET` with ann's token.
    pub fn get(&self, path: &str) -> ApiResponse {
        self.call(Method::GET, path, &Value::Null)
    }

    /// `POST` with ann's token.
    pub fn post(&self, path: &str, body: &Value) -> ApiResponse {
        self.call(Method::POST, path, body)
    }

    /// Calls with these headers and no others; `path` may be a whole address.
    pub fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Bytes) -> ApiResponse {
        let site = if path.starts_with('/') { "https://slipway.example" } else { "" };
        let mut request = Request::builder().method(method).uri(format!("{site}{path}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request
            .header("content-length", body.len())
            .extension(RequestStream(body.clone()))
            .body(Body::from(body))
            .expect("a well-formed request");
        block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
            let (parts, body) = response.into_parts();
            let body = match parts.extensions.get::<ResponseStream<Bytes>>() {
                Some(ResponseStream(stream)) => stream.clone(),
                None => body.collect().await.expect("a body in memory").to_bytes(),
            };
            ApiResponse { status: parts.status, headers: parts.headers, body }
        })
    }

    /// Runs the queued jobs.
    pub fn run_jobs(&self) {
        block_on(self.platform.run_jobs());
    }

    /// Creates an Android app.
    pub fn create_app(&self, name: &str, identifier: Option<&str>) -> App {
        self.create_app_for("Android", name, identifier)
    }

    /// Creates an app for an operating system, with the name that App Center has for it.
    pub fn create_app_for(&self, os: &str, name: &str, identifier: Option<&str>) -> App {
        let request =
            json!({"display_name": name, "os": os, "platform": "Custom", "bundle_identifier": identifier});
        let response = self.post(route::APPS, &request);
        assert_eq!(response.status, 201, "{}", response.text());
        response.read()
    }

    /// Creates an upload to ann's app.
    pub fn create_upload(&self, app: &str) -> Upload {
        self.create_upload_of(app, &json!({}))
    }

    /// Creates an upload with what the client states about the package.
    pub fn create_upload_of(&self, app: &str, stated: &Value) -> Upload {
        let response = self.post(&route::path(route::UPLOADS, &["ann", app]), stated);
        assert_eq!(response.status, 201, "{}", response.text());
        Upload { created: response.read(), app: ("ann".to_owned(), app.to_owned()) }
    }

    /// Uploads all chunks of a file and finishes it, so that only the PATCH is left.
    pub fn upload_uncommitted(&self, app: &str, file_name: &str, file: &[u8]) -> Upload {
        let upload = self.create_upload(app);
        self.send_chunks(&upload, file_name, file);
        upload
    }

    fn send_chunks(&self, upload: &Upload, file_name: &str, file: &[u8]) {
        let plan = upload.set_metadata(self, file_name, file.len() as u64).json();
        let chunk_size = usize::try_from(plan["chunk_size"].as_u64().expect("a plan")).expect("fits");
        for (index, chunk) in file.chunks(chunk_size).enumerate() {
            let response = upload.chunk(self, u32::try_from(index + 1).expect("few"), chunk);
            assert_eq!(response.json()["error"], false, "{}", response.text());
        }
        assert_eq!(upload.finish(self).json()["state"], "Done");
    }

    /// Uploads a whole file, runs the jobs, and returns the final state of the upload.
    pub fn upload(&self, app: &str, file_name: &str, file: &[u8]) -> Value {
        self.upload_as(app, &json!({}), file_name, file)
    }

    /// As [`Self::upload`], with what the client states about the package.
    pub fn upload_as(&self, app: &str, stated: &Value, file_name: &str, file: &[u8]) -> Value {
        let upload = self.create_upload_of(app, stated);
        self.send_chunks(&upload, file_name, file);
        assert_eq!(upload.patch(self, &json!({"upload_status": "uploadFinished"})).status, 200);
        self.run_jobs();
        upload.status(self)
    }

    /// Uploads the small real APK to a new app and returns the release's number.
    pub fn release(&self, app: &str) -> i64 {
        let status = self.upload(app, "helloworld.apk", &crate::package::corpus(crate::package::HELLO_WORLD));
        status["release_distinct_id"].as_i64().unwrap_or_else(|| panic!("no release: {status}"))
    }
}

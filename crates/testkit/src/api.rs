//! The API in process: the real router on the in-memory platform.

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use futures::executor::block_on;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use protocol::{App, CreateUploadResponse, header, route};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use service::{Incoming, Outgoing};
use tower::ServiceExt;

use crate::Memory;

/// The token of the one account that every test begins with.
pub const TOKEN: &str = "0123456789abcdef0123456789abcdef01234567";

/// The service with one account, `ann`.
pub struct Api {
    /// Its world.
    pub memory: Memory,
    router: Router,
}

/// What the service answered.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its bytes, whether they came as a body or as a stream.
    pub body: Bytes,
}

impl Answer {
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

/// An upload that was created.
pub struct Upload {
    /// What the service answered.
    pub created: CreateUploadResponse,
    /// The app's owner and name.
    pub app: (String, String),
}

impl Default for Api {
    fn default() -> Api {
        Api::new()
    }
}

impl Api {
    /// A new world with the account `ann` and her token [`TOKEN`].
    pub fn new() -> Api {
        let memory = Memory::new();
        let hash = service::token_hash(TOKEN);
        memory.sqlite().execute(&format!(
            "INSERT INTO accounts (id, name, display_name, email, created_at) VALUES ('u1', 'ann', 'Ann', 'ann@slipway.example', 0);
             INSERT INTO api_tokens VALUES ('t1', 'u1', '{hash}', 'all', NULL, 0, NULL);"
        ));
        Api { router: service::router(memory.clone()), memory }
    }

    /// Calls with ann's token.
    pub fn call(&self, method: Method, path: &str, body: &Value) -> Answer {
        let bytes = if body.is_null() { Bytes::new() } else { body.to_string().into() };
        self.send(method, path, &[(header::API_TOKEN, TOKEN)], bytes)
    }

    /// `GET` with ann's token.
    pub fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, &Value::Null)
    }

    /// `POST` with ann's token.
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::POST, path, body)
    }

    /// Calls with these headers and no others; `path` may be a whole address.
    pub fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Bytes) -> Answer {
        let site = if path.starts_with('/') { "https://slipway.example" } else { "" };
        let mut request = Request::builder().method(method).uri(format!("{site}{path}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request
            .header("content-length", body.len())
            .extension(Incoming(body.clone()))
            .body(Body::from(body))
            .expect("a well-formed request");
        block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
            let (parts, body) = response.into_parts();
            let body = match parts.extensions.get::<Outgoing<Bytes>>() {
                Some(Outgoing(stream)) => stream.clone(),
                None => body.collect().await.expect("a body in memory").to_bytes(),
            };
            Answer { status: parts.status, headers: parts.headers, body }
        })
    }

    /// Runs the waiting jobs.
    pub fn run_jobs(&self) {
        block_on(self.memory.run_jobs());
    }

    /// Makes an Android app.
    pub fn create_app(&self, name: &str, identifier: Option<&str>) -> App {
        self.create_app_for("Android", name, identifier)
    }

    /// Makes an app for that system, named as App Center names it.
    pub fn create_app_for(&self, os: &str, name: &str, identifier: Option<&str>) -> App {
        let request =
            json!({"display_name": name, "os": os, "platform": "Custom", "bundle_identifier": identifier});
        let answer = self.post(route::APPS, &request);
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.read()
    }

    /// Begins an upload to ann's app.
    pub fn create_upload(&self, app: &str) -> Upload {
        self.create_upload_of(app, &json!({}))
    }

    /// Begins an upload with what the client says of the package.
    pub fn create_upload_of(&self, app: &str, stated: &Value) -> Upload {
        let answer = self.post(&route::path(route::UPLOADS, &["ann", app]), stated);
        assert_eq!(answer.status, 201, "{}", answer.text());
        Upload { created: answer.read(), app: ("ann".to_owned(), app.to_owned()) }
    }

    /// Sends all chunks of a file as clients do and finishes it, so that only the PATCH is left.
    pub fn sent(&self, app: &str, file_name: &str, file: &[u8]) -> Upload {
        let upload = self.create_upload(app);
        self.send_chunks(&upload, file_name, file);
        upload
    }

    fn send_chunks(&self, upload: &Upload, file_name: &str, file: &[u8]) {
        let plan = upload.set_metadata(self, file_name, file.len() as u64).json();
        let chunk_size = usize::try_from(plan["chunk_size"].as_u64().expect("a plan")).expect("fits");
        for (index, chunk) in file.chunks(chunk_size).enumerate() {
            let answer = upload.chunk(self, u32::try_from(index + 1).expect("few"), chunk);
            assert_eq!(answer.json()["error"], false, "{}", answer.text());
        }
        assert_eq!(upload.finished(self).json()["state"], "Done");
    }

    /// Uploads a whole file, runs the jobs, and returns the final state of the upload.
    pub fn upload(&self, app: &str, file_name: &str, file: &[u8]) -> Value {
        self.upload_as(app, &json!({}), file_name, file)
    }

    /// As [`Self::upload`], with what the client says of the package.
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

impl Upload {
    /// `set_metadata`.
    pub fn set_metadata(&self, api: &Api, name: &str, size: u64) -> Answer {
        self.file_call(api, route::SET_METADATA, &format!("file_name={name}&file_size={size}&"), Bytes::new())
    }

    /// `upload_chunk`.
    pub fn chunk(&self, api: &Api, number: u32, bytes: &[u8]) -> Answer {
        let query = format!("block_number={number}&");
        self.file_call(api, route::UPLOAD_CHUNK, &query, Bytes::copy_from_slice(bytes))
    }

    /// `upload_chunk` with that `Content-MD5`.
    pub fn chunk_with_md5(&self, api: &Api, number: u32, bytes: &[u8], md5: &str) -> Answer {
        let path = route::path(route::UPLOAD_CHUNK, &[&self.created.package_asset_id]);
        let query = format!("block_number={number}&token={}", self.created.url_encoded_token);
        let headers = [(header::CONTENT_MD5, md5)];
        api.send(Method::POST, &format!("{path}?{query}"), &headers, Bytes::copy_from_slice(bytes))
    }

    /// `finished`.
    pub fn finished(&self, api: &Api) -> Answer {
        self.file_call(api, route::FINISHED, "callback=&", Bytes::new())
    }

    /// `cancel`.
    pub fn cancel(&self, api: &Api) -> Answer {
        self.file_call(api, route::CANCEL, "", Bytes::new())
    }

    /// `PATCH uploads/releases/{id}`.
    pub fn patch(&self, api: &Api, body: &Value) -> Answer {
        api.call(Method::PATCH, &self.path(), body)
    }

    /// `GET uploads/releases/{id}`.
    pub fn status(&self, api: &Api) -> Value {
        api.get(&self.path()).json()
    }

    fn path(&self) -> String {
        route::path(route::UPLOAD, &[&self.app.0, &self.app.1, &self.created.id])
    }

    /// As appcenter-cli does it: the token in the query, no API token.
    fn file_call(&self, api: &Api, template: &str, query: &str, body: Bytes) -> Answer {
        let path = route::path(template, &[&self.created.package_asset_id]);
        let token = &self.created.url_encoded_token;
        api.send(Method::POST, &format!("{path}?{query}token={token}"), &[], body)
    }
}

//! Both Workers in workerd, with one app.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use http::Method;
use protocol::{CreateUploadResponse, header, route};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use testkit::Stack;
use testkit::clients::http::send;
use tokio::time::{interval, timeout};

use super::is_freed;
use crate::payload;

/// The developer's account and the app.
const APP: [&str; 2] = ["developer", "bench"];

/// How long the service may take to make a release.
const MAX_TIME_TO_PROCESS: Duration = Duration::from_secs(120);

/// How often it is polled: one token may make 1000 calls a minute.
const POLL_INTERVAL: Duration = Duration::from_millis(250);

/// A running stack with an app.
pub(crate) struct Slipway {
    stack: Option<Stack>,
    folder: PathBuf,
    authority: String,
    token: String,
}

impl Slipway {
    pub(crate) async fn start(folder: &Path) -> Slipway {
        let stack = Stack::start(folder);
        let json = fs::read_to_string(folder.join("dev.json")).expect("the stack's keys");
        let keys: Value = serde_json::from_str(&json).expect("JSON");
        let slipway = Slipway {
            folder: folder.to_owned(),
            authority: stack.authority().to_owned(),
            token: keys["api_token"].as_str().expect("a token").to_owned(),
            stack: Some(stack),
        };
        let app = json!({
            "display_name": APP[1], "os": "Android", "platform": "Java",
            "bundle_identifier": "com.example.helloworld",
        });
        let _: Value = slipway.send(Method::POST, route::APPS, app.to_string()).await;
        slipway
    }

    /// `host:port`.
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    /// The API token.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// `OWNER/APP`.
    pub(crate) fn app() -> String {
        APP.join("/")
    }

    /// Creates an upload of one chunk; returns it and the path for the chunk.
    pub(crate) async fn plan_one_chunk(&self, n_bytes: u64) -> (CreateUploadResponse, String) {
        let upload: CreateUploadResponse = self.call(Method::POST, &route::path(route::UPLOADS, &APP)).await;
        let asset = [upload.package_asset_id.as_str()];
        let query = format!("token={}", upload.url_encoded_token);
        let metadata = route::path(route::SET_METADATA, &asset);
        let asked = format!("{metadata}?file_name=a.apk&file_size={n_bytes}&chunk_size={n_bytes}&{query}");
        let plan: Value = self.call(Method::POST, &asked).await;
        assert_eq!(plan["chunk_list"], json!([1]), "one streamed body: {plan}");
        let chunk = format!("{}?block_number=1&{query}", route::path(route::UPLOAD_CHUNK, &asset));
        (upload, chunk)
    }

    /// Finishes and commits an upload.
    pub(crate) async fn finish(&self, upload: &CreateUploadResponse) {
        let finished = route::path(route::FINISHED, &[&upload.package_asset_id]);
        let response: Value =
            self.call(Method::POST, &format!("{finished}?token={}", upload.url_encoded_token)).await;
        assert_eq!(response["state"], "Done", "{response}");
        let path = route::path(route::UPLOAD, &[APP[0], APP[1], &upload.id]);
        let _: Value =
            self.send(Method::PATCH, &path, json!({"upload_status": "uploadFinished"}).to_string()).await;
    }

    /// Cancels an upload.
    pub(crate) async fn cancel(&self, upload: &CreateUploadResponse) {
        let cancel = route::path(route::CANCEL, &[&upload.package_asset_id]);
        let response: Value =
            self.call(Method::POST, &format!("{cancel}?token={}", upload.url_encoded_token)).await;
        assert_eq!(response["error"], false, "{response}");
    }

    /// SHA-256 of the newest release's package, once there is one.
    pub(crate) async fn sha256(&self) -> Result<String, String> {
        let number = self.wait_until_processed().await?;
        let release: Value = self.call(Method::GET, &release_path(number)).await;
        let url = release["download_url"].as_str().ok_or_else(|| format!("no download: {release}"))?;
        sha256_of_output(Command::new("curl").args(["--silent", "--fail", url]))
    }

    /// The number of the newest release, once there is one.
    pub(crate) async fn wait_until_processed(&self) -> Result<i64, String> {
        timeout(MAX_TIME_TO_PROCESS, self.newest()).await.map_err(|_| "no release was made".to_owned())
    }

    async fn newest(&self) -> i64 {
        let mut ask = interval(POLL_INTERVAL);
        loop {
            ask.tick().await;
            if let Some(number) = self.releases().await.first() {
                return *number;
            }
        }
    }

    async fn releases(&self) -> Vec<i64> {
        let releases: Value = self.call(Method::GET, &route::path(route::RELEASES, &APP)).await;
        releases.as_array().into_iter().flatten().filter_map(|release| release["id"].as_i64()).collect()
    }

    /// Deletes all releases. An unfinished upload is deleted with the whole server.
    pub(crate) async fn empty(&mut self) {
        for number in self.releases().await {
            let path = release_path(number);
            let headers = [(header::API_TOKEN, self.token.as_str())];
            send(&self.authority, Method::DELETE, &path, &headers, bytes::Bytes::new()).await;
        }
        if is_freed(&self.folder).await {
            return;
        }
        println!("  (Slipway's server is replaced: it keeps bytes of an unfinished upload)");
        drop(self.stack.take());
        // A process that ends late may still write to the folder.
        let _ = fs::remove_dir_all(&self.folder);
        *self = Slipway::start(&self.folder.with_extension("new")).await;
    }

    async fn call<T: DeserializeOwned>(&self, method: Method, path: &str) -> T {
        self.send(method, path, String::new()).await
    }

    async fn send<T: DeserializeOwned>(&self, method: Method, path: &str, body: String) -> T {
        let headers = [(header::API_TOKEN, self.token.as_str())];
        let response = send(&self.authority, method, path, &headers, body.into()).await;
        let text = String::from_utf8_lossy(response.body());
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {} {text}", response.status()))
    }
}

fn release_path(number: i64) -> String {
    route::path(route::RELEASE, &[APP[0], APP[1], &number.to_string()])
}

/// SHA-256 of a program's standard output, if it succeeds.
pub(super) fn sha256_of_output(command: &mut Command) -> Result<String, String> {
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| error.to_string())?;
    let digest = child.stdout.take().map(payload::sha256).transpose().map_err(|error| error.to_string())?;
    let status = child.wait().map_err(|error| error.to_string())?;
    if status.success() {
        Ok(digest.unwrap_or_default())
    } else {
        Err(format!("the download fails: {status}"))
    }
}

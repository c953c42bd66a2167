//! How fast the portal in Chromium uploads, compared with curl, on one stack in one run.
//!
//! Both send the same 200 MB package through edge and service to R2: the portal in chunks as users do, curl as
//! one streamed body. Their turns alternate, and the median of each counts.

#![expect(clippy::expect_used, reason = "a measurement that cannot go on says why and fails")]

use std::path::Path;
use std::process::Command;

use http::Method;
use protocol::{CreateUploadResponse, header, route};
use serde_json::{Value, json};
use testkit::package::{HELLO_WORLD, padded_apk};
use testkit::proxy::send;
use testkit::stack::Folder;
use testkit::{Browser, Stack};

/// Noted by the page itself: when each phase of the upload began, in milliseconds.
const NOTE_PHASES: &str = "
    window.phases = {};
    new MutationObserver(() => {
        const phase = document.querySelector('[data-test=\"progress\"]')?.dataset.phase;
        if (phase && !(phase in window.phases)) window.phases[phase] = performance.now();
    }).observe(document, {subtree: true, childList: true, attributes: true});";

const TURNS: usize = 3;

#[tokio::main]
async fn main() {
    let folder = Folder::new("bench");
    let package = padded_apk(HELLO_WORLD, 200_000_000);
    let n_bytes = package.len();
    let file = folder.file("200mb.apk", &package);
    drop(package);
    let stack = Stack::start(&folder.path().join("data"));
    let token = token(&folder.path().join("data"));
    let api = Api { authority: stack.authority().to_owned(), token };
    api.create_app().await;
    let browser = Browser::open().await;

    let (mut portal, mut curl) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        curl.push(rate(n_bytes, upload_by_curl(&api, &file, n_bytes).await));
        portal.push(rate(n_bytes, upload_by_portal(&browser, &stack.url, &file).await));
    }
    browser.close().await;
    let (portal, curl) = (median(portal), median(curl));
    println!("portal in Chromium, 200 MB      {portal:>7.1} MB/s, median of {TURNS}");
    println!("curl, one streamed body, 200 MB {curl:>7.1} MB/s, median of {TURNS}");
    println!("portal / curl                   {:>7.2}", portal / curl);
}

/// Seconds from the first chunk to the last one stored, as the page sees it.
async fn upload_by_portal(browser: &Browser, url: &str, file: &Path) -> f64 {
    browser.go(url).await;
    browser.run(NOTE_PHASES, Value::Null).await;
    browser.choose(file).await;
    browser.until_phase("ready").await;
    let phases = browser.run("return window.phases", Value::Null).await;
    let at = |phase: &str| phases[phase].as_f64();
    let begun = at("preparing").or(at("uploading")).expect("the upload was seen to begin");
    let stored = at("finishing").or(at("processing")).expect("the upload was seen to end");
    browser.click("discard").await;
    browser.click("confirm").await;
    (stored - begun) / 1000.0
}

/// Seconds that curl takes for the one chunk.
async fn upload_by_curl(api: &Api, file: &Path, n_bytes: usize) -> f64 {
    let upload: CreateUploadResponse =
        api.call(Method::POST, &route::path(route::UPLOADS, &["developer", "bench"])).await;
    let asset = &upload.package_asset_id;
    let query = format!("token={}", upload.url_encoded_token);
    let metadata = route::path(route::SET_METADATA, &[asset]);
    let asked = format!("{metadata}?file_name=a.apk&file_size={n_bytes}&chunk_size={n_bytes}&{query}");
    let plan: Value = api.call(Method::POST, &asked).await;
    assert_eq!(plan["chunk_list"], json!([1]), "one streamed body: {plan}");
    let chunk = route::path(route::UPLOAD_CHUNK, &[asset]);
    let output = Command::new("curl")
        .args([
            "--silent",
            "--fail",
            "--output",
            "/dev/null",
            "--write-out",
            "%{time_total}",
            "--request",
            "POST",
        ])
        .args(["--header", "content-type: application/octet-stream", "--upload-file"])
        .arg(file)
        .arg(format!("http://{}{chunk}?block_number=1&{query}", api.authority))
        .output()
        .expect("curl is installed");
    assert!(output.status.success(), "curl: {}", output.status);
    // Nothing is released of it: what was stored is freed before the next turn.
    let cancelled: Value =
        api.call(Method::POST, &format!("{}?{query}", route::path(route::CANCEL, &[asset]))).await;
    assert_eq!(cancelled["error"], false);
    String::from_utf8_lossy(&output.stdout).trim().parse().expect("curl prints seconds")
}

struct Api {
    authority: String,
    token: String,
}

impl Api {
    async fn create_app(&self) {
        let app = json!({
            "display_name": "bench", "os": "Android", "platform": "Java", "bundle_identifier": "com.example.helloworld"
        });
        let _: Value = self.send(Method::POST, route::APPS, app.to_string()).await;
    }

    async fn call<T: serde::de::DeserializeOwned>(&self, method: Method, path: &str) -> T {
        self.send(method, path, String::new()).await
    }

    async fn send<T: serde::de::DeserializeOwned>(&self, method: Method, path: &str, body: String) -> T {
        let headers = [(header::API_TOKEN, self.token.as_str())];
        let answer = send(&self.authority, method, path, &headers, body.into()).await;
        let text = String::from_utf8_lossy(answer.body());
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {} {text}", answer.status()))
    }
}

fn token(data: &Path) -> String {
    let json = std::fs::read_to_string(data.join("dev.json")).expect("the stack's keys");
    let keys: Value = serde_json::from_str(&json).expect("JSON");
    keys["api_token"].as_str().expect("a token").to_owned()
}

#[expect(clippy::cast_precision_loss, reason = "a rate has three digits")]
fn rate(n_bytes: usize, seconds: f64) -> f64 {
    n_bytes as f64 / 1e6 / seconds
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

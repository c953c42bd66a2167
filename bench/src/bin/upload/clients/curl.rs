//! curl with the same bytes as one body: what a store and a line can do at best.

use std::process::{Output, Stdio};

use http::Method;
use testkit::clients::http::send;
use tokio::process::Command;
use tokio::time::timeout;

use super::Turn;
use crate::attempt::{Trouble, Uploaded};
use crate::stores::{Bucket, Endpoint, OBJECT_KEY, Tus};

/// Only the request with the bytes is timed, and only it goes by way of what stands before the store.
pub(super) async fn upload(endpoint: Endpoint, turn: &Turn<'_>) -> Result<Uploaded, Trouble> {
    match endpoint {
        Endpoint::Slipway => {
            let slipway = &turn.stores.slipway;
            let (upload, chunk) = slipway.plan_one_chunk(turn.payload.n_bytes).await;
            let headers = ["content-type: application/octet-stream"];
            let seconds =
                one_request(turn, "POST", &format!("http://{}{chunk}", turn.authority), &headers, &[])
                    .await?;
            if turn.is_checked {
                slipway.finish(&upload).await;
            } else {
                slipway.cancel(&upload).await;
            }
            Ok(Uploaded { seconds, stored: String::new() })
        }
        Endpoint::Bucket => {
            let url = format!("{}/{OBJECT_KEY}", Bucket::url(&turn.authority));
            let seconds = one_request(turn, "PUT", &url, &[], &Bucket::curl_args()).await?;
            Ok(Uploaded { seconds, stored: OBJECT_KEY.to_owned() })
        }
        Endpoint::Tus => {
            let id = new_tus_upload(turn).await;
            let headers =
                ["content-type: application/offset+octet-stream", "tus-resumable: 1.0.0", "upload-offset: 0"];
            let url = format!("{}/{id}", Tus::url(&turn.authority));
            let seconds = one_request(turn, "PATCH", &url, &headers, &[]).await?;
            Ok(Uploaded { seconds, stored: id })
        }
    }
}

/// Seconds that the request takes.
async fn one_request(
    turn: &Turn<'_>,
    method: &str,
    url: &str,
    headers: &[&str],
    args: &[String],
) -> Result<f64, Trouble> {
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--show-error", "--fail", "--output", "/dev/null"])
        .args(["--write-out", "%{time_total}", "--request", method, "--upload-file"])
        .arg(&turn.payload.path)
        // It would wait for leave to send.
        .args(["--header", "expect:"])
        .args(headers.iter().flat_map(|header| ["--header", header]))
        .args(args)
        .arg(url)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let Output { status, stdout, stderr } = match timeout(turn.limit, curl.output()).await {
        Ok(output) => output.expect("curl is installed"),
        Err(_) => return Err(Trouble::Hangs(turn.limit)),
    };
    if !status.success() {
        return Err(Trouble::Fails(String::from_utf8_lossy(&stderr).trim().to_owned()));
    }
    String::from_utf8_lossy(&stdout).trim().parse().map_err(|_| Trouble::Fails("no time".to_owned()))
}

async fn new_tus_upload(turn: &Turn<'_>) -> String {
    let authority = turn.stores.authority(Endpoint::Tus).expect("a tus server");
    let n_bytes = turn.payload.n_bytes.to_string();
    let headers = [("tus-resumable", "1.0.0"), ("upload-length", n_bytes.as_str())];
    let answer = send(authority, Method::POST, "/files", &headers, bytes::Bytes::new()).await;
    let location = answer.headers().get("location").and_then(|location| location.to_str().ok());
    let id = location.and_then(|location| location.rsplit('/').next());
    id.unwrap_or_else(|| panic!("a tus server says where an upload is: {answer:?}")).to_owned()
}

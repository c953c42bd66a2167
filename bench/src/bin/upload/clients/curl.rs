//! curl with the same bytes as one body: the best that a server and a network can do.

use std::process::{Output, Stdio};

use http::Method;
use testkit::clients::http::send;
use tokio::process::Command;
use tokio::time::timeout;

use super::UploadRun;
use crate::outcome::{UploadError, UploadResult};
use crate::servers::{Bucket, Endpoint, OBJECT_KEY, Tus};

/// Only the request with the bytes is timed and goes through the network; other requests go to the server directly.
pub(super) async fn upload(endpoint: Endpoint, run: &UploadRun<'_>) -> Result<UploadResult, UploadError> {
    match endpoint {
        Endpoint::Slipway => {
            let slipway = &run.servers.slipway;
            let (upload, chunk) = slipway.plan_one_chunk(run.payload.n_bytes).await;
            let headers = ["content-type: application/octet-stream"];
            let seconds =
                one_request(run, "POST", &format!("http://{}{chunk}", run.authority), &headers, &[]).await?;
            if run.is_checked {
                slipway.finish(&upload).await;
            } else {
                slipway.cancel(&upload).await;
            }
            Ok(UploadResult { seconds, stored: String::new() })
        }
        Endpoint::Bucket => {
            let url = format!("{}/{OBJECT_KEY}", Bucket::url(&run.authority));
            let seconds = one_request(run, "PUT", &url, &[], &Bucket::curl_args()).await?;
            Ok(UploadResult { seconds, stored: OBJECT_KEY.to_owned() })
        }
        Endpoint::Tus => {
            let id = new_tus_upload(run).await;
            let headers =
                ["content-type: application/offset+octet-stream", "tus-resumable: 1.0.0", "upload-offset: 0"];
            let url = format!("{}/{id}", Tus::url(&run.authority));
            let seconds = one_request(run, "PATCH", &url, &headers, &[]).await?;
            Ok(UploadResult { seconds, stored: id })
        }
    }
}

/// Seconds that the request takes.
async fn one_request(
    run: &UploadRun<'_>,
    method: &str,
    url: &str,
    headers: &[&str],
    args: &[String],
) -> Result<f64, UploadError> {
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--show-error", "--fail", "--output", "/dev/null"])
        .args(["--write-out", "%{time_total}", "--request", method, "--upload-file"])
        .arg(&run.payload.path)
        // It would wait for 100 Continue.
        .args(["--header", "expect:"])
        .args(headers.iter().flat_map(|header| ["--header", header]))
        .args(args)
        .arg(url)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let Output { status, stdout, stderr } = match timeout(run.limit, curl.output()).await {
        Ok(output) => output.expect("curl is installed"),
        Err(_) => return Err(UploadError::TimedOut(run.limit)),
    };
    if !status.success() {
        return Err(UploadError::Failed(String::from_utf8_lossy(&stderr).trim().to_owned()));
    }
    String::from_utf8_lossy(&stdout).trim().parse().map_err(|_| UploadError::Failed("no time".to_owned()))
}

async fn new_tus_upload(run: &UploadRun<'_>) -> String {
    let authority = run.servers.authority(Endpoint::Tus).expect("a tus server");
    let n_bytes = run.payload.n_bytes.to_string();
    let headers = [("tus-resumable", "1.0.0"), ("upload-length", n_bytes.as_str())];
    let response = send(authority, Method::POST, "/files", &headers, bytes::Bytes::new()).await;
    let location = response.headers().get("location").and_then(|location| location.to_str().ok());
    let id = location.and_then(|location| location.rsplit('/').next());
    id.unwrap_or_else(|| panic!("a tus server says where an upload is: {response:?}")).to_owned()
}

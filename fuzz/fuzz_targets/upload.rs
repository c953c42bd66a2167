//! Responses of any kind to the requests of an upload: it must not panic, and must end.
//!
//! Each line of the input is one response. Its first byte chooses the status, and whether the rest is the body or a
//! correct response is given instead, so that the later requests are reached too.

#![no_main]

use upload::{Action, Body, HostCapabilities, HostError, Md5, RawResponse, Request, Upload, UploadSpec};

/// The upload must end within as many requests.
const MAX_REQUESTS: u32 = 2_000;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let file_size = lines.next().unwrap_or_default().len().min(40) as u64 * 100 + 1;
    let (mut upload, mut now, mut n_requests) =
        (Upload::new(spec(file_size), HostCapabilities::default(), 1, 0), 0, 0);
    while let Some(action) = upload.poll(now) {
        match action {
            Action::ReadChunk { id, offset, .. } => {
                upload.on_chunk_read(id, Md5([offset as u8; 16]), now);
                upload.on_file_digest(Md5([1; 16]));
            }
            Action::Send { id, request } => {
                n_requests += 1;
                assert!(n_requests < MAX_REQUESTS, "{upload:?}");
                let (status, body) = answer(lines.next(), &request, file_size);
                let text = Some(body.as_str());
                match status {
                    0 => upload.on_failure(id, HostError::Network, now),
                    _ => upload.on_response(
                        id,
                        RawResponse { status, body: &body, retry_after: text, date: text },
                        now,
                    ),
                }
            }
            Action::WakeAt(at) => {
                now = now.max(at);
                upload.on_timer(now);
            }
            Action::RenewCredentials => upload.on_credentials(true, now),
            Action::Abort { .. } | Action::SaveCheckpoint(_) | Action::DeleteCheckpoint => {}
        }
        let _ = upload.progress(now);
    }
    assert!(upload.outcome().is_some(), "{upload:?}");
});

fn spec(file_size: u64) -> UploadSpec {
    UploadSpec {
        owner: "ann".into(),
        app: "notes".into(),
        file_name: "notes.apk".into(),
        file_size,
        content_type: None,
        build_version: None,
        build_number: None,
    }
}

fn answer(line: Option<&[u8]>, request: &Request, file_size: u64) -> (u16, String) {
    let Some((kind, body)) = line.and_then(|line| line.split_first()) else {
        return correct(request, file_size);
    };
    let status = match kind {
        b'h' => return correct(request, file_size),
        b'n' => 0,
        b'o' => 200,
        b'4' => 400,
        b'u' => 401,
        b'f' => 404,
        b'b' => 503,
        other => 100 + u16::from(*other) * 2,
    };
    (status, String::from_utf8_lossy(body).into_owned())
}

/// What a correct server says.
fn correct(request: &Request, file_size: u64) -> (u16, String) {
    let chunks: Vec<u64> = (1..=file_size.div_ceil(100)).collect();
    let body = match &request.body {
        Body::Chunk { number, .. } => {
            format!(r#"{{"error":false,"chunk_num":{number},"error_code":"None"}}"#)
        }
        Body::Json(_) if request.path.ends_with("/releases") => {
            r#"{"id":"u","package_asset_id":"a","upload_domain":"","token":"t","url_encoded_token":"t"}"#
                .into()
        }
        Body::Json(_) => r#"{"id":"u","upload_status":"uploadFinished"}"#.into(),
        Body::Empty if request.path.contains("set_metadata") => format!(
            r#"{{"error":false,"id":"a","chunk_size":100,"resume_restart":false,"chunk_list":{chunks:?},
               "blob_partitions":1,"status_code":"Success"}}"#
        ),
        Body::Empty if request.path.contains("finished") => {
            r#"{"error":false,"chunk_num":0,"error_code":"None","message":"","state":"Done","location":"",
               "raw_location":"","absolute_uri":""}"#
                .into()
        }
        Body::Empty => r#"{"id":"u","upload_status":"readyToBePublished","release_distinct_id":1}"#.into(),
    };
    (200, body)
}

//! Answers of any kind to the calls of an upload: it must not panic, and must end.
//!
//! Each line of the input answers one call. Its first byte chooses the status, and whether the rest is the body or an
//! honest answer is given instead, so that the later calls are reached too.

#![no_main]

use upload::{Action, Answer, Body, Call, Failure, Limits, Md5, Order, Upload};

/// As many calls are answered honestly after the input's end, or the upload is stuck.
const CALLS: u32 = 2_000;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let file_size = lines.next().unwrap_or_default().len().min(40) as u64 * 100 + 1;
    let (mut upload, mut now, mut n_calls) = (Upload::new(order(file_size), Limits::default(), 1, 0), 0, 0);
    while let Some(action) = upload.poll(now) {
        match action {
            Action::Read { id, offset, .. } => {
                upload.read(id, Md5([offset as u8; 16]), now);
                upload.digest(Md5([1; 16]));
            }
            Action::Send { id, call } => {
                n_calls += 1;
                assert!(n_calls < CALLS, "{upload:?}");
                let (status, body) = answer(lines.next(), &call, file_size);
                let text = Some(body.as_str());
                match status {
                    0 => upload.failed(id, Failure::Network, now),
                    _ => upload.answered(
                        id,
                        Answer { status, body: &body, retry_after: text, date: text },
                        now,
                    ),
                }
            }
            Action::WakeAt(at) => {
                now = now.max(at);
                upload.wake(now);
            }
            Action::Renew => upload.renewed(true, now),
            Action::Abort { .. } | Action::Save(_) | Action::Forget => {}
        }
        let _ = upload.progress(now);
    }
    assert!(upload.outcome().is_some(), "{upload:?}");
});

fn order(file_size: u64) -> Order {
    Order {
        owner: "ann".into(),
        app: "notes".into(),
        file_name: "notes.apk".into(),
        file_size,
        content_type: None,
        build_version: None,
        build_number: None,
    }
}

fn answer(line: Option<&[u8]>, call: &Call, file_size: u64) -> (u16, String) {
    let Some((kind, body)) = line.and_then(|line| line.split_first()) else { return honest(call, file_size) };
    let status = match kind {
        b'h' => return honest(call, file_size),
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

/// What a server says that means well.
fn honest(call: &Call, file_size: u64) -> (u16, String) {
    let chunks: Vec<u64> = (1..=file_size.div_ceil(100)).collect();
    let body = match &call.body {
        Body::Chunk { number, .. } => {
            format!(r#"{{"error":false,"chunk_num":{number},"error_code":"None"}}"#)
        }
        Body::Json(_) if call.path.ends_with("/releases") => {
            r#"{"id":"u","package_asset_id":"a","upload_domain":"","token":"t","url_encoded_token":"t"}"#
                .into()
        }
        Body::Json(_) => r#"{"id":"u","upload_status":"uploadFinished"}"#.into(),
        Body::Empty if call.path.contains("set_metadata") => format!(
            r#"{{"error":false,"id":"a","chunk_size":100,"resume_restart":false,"chunk_list":{chunks:?},
               "blob_partitions":1,"status_code":"Success"}}"#
        ),
        Body::Empty if call.path.contains("finished") => {
            r#"{"error":false,"chunk_num":0,"error_code":"None","message":"","state":"Done","location":"",
               "raw_location":"","absolute_uri":""}"#
                .into()
        }
        Body::Empty => r#"{"id":"u","upload_status":"readyToBePublished","release_distinct_id":1}"#.into(),
    };
    (200, body)
}

//! Lists of chunks as no server should send them, and responses with any content.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};
use upload::{
    Action, Body, HostCapabilities, HostError, Md5, Outcome, RawResponse, Request, Step, StepError, Upload,
    UploadSpec,
};

/// The most that any server may ask for.
const CHUNKS: u64 = protocol::limit::CHUNKS as u64;

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

/// A host that carries out each action at once, and a server whose responses `answer` makes.
struct Driver<F> {
    upload: Upload,
    now: u64,
    reads: Vec<(u64, u64)>,
    sends: Vec<(u32, u64, u64)>,
    n_requests: u32,
    answer: F,
}

impl<F: FnMut(&Request) -> (u16, String)> Driver<F> {
    fn new(file_size: u64, answer: F) -> Driver<F> {
        let upload = Upload::new(spec(file_size), HostCapabilities::default(), 1, 0);
        Driver { upload, now: 0, reads: Vec::new(), sends: Vec::new(), n_requests: 0, answer }
    }

    /// Until it ends, or has sent so many requests.
    fn run(&mut self, most: u32) -> Option<Outcome> {
        while self.n_requests < most {
            match self.upload.poll(self.now) {
                Some(action) => self.perform(action),
                None => return self.upload.outcome().cloned(),
            }
        }
        None
    }

    fn perform(&mut self, action: Action) {
        match action {
            Action::ReadChunk { id, offset, len } => {
                self.reads.push((offset, len));
                self.upload.on_chunk_read(id, Md5([offset as u8; 16]), self.now);
                self.upload.on_file_digest(Md5([7; 16]));
            }
            Action::Send { id, request } => {
                self.n_requests += 1;
                if let Body::Chunk { number, offset, len } = request.body {
                    self.sends.push((number, offset, len));
                    self.upload.on_bytes_sent(id, u64::MAX, self.now);
                }
                match (self.answer)(&request) {
                    (0, _) => self.upload.on_failure(id, HostError::Network, self.now),
                    (status, body) => {
                        let answer =
                            RawResponse { status, body: &body, retry_after: Some(&body), date: None };
                        self.upload.on_response(id, answer, self.now);
                    }
                }
            }
            Action::WakeAt(at) => {
                self.now = self.now.max(at);
                self.upload.on_timer(self.now);
            }
            Action::RenewCredentials => self.upload.on_credentials(true, self.now),
            Action::Abort { .. } | Action::SaveCheckpoint(_) | Action::DeleteCheckpoint => {}
        }
    }
}

fn created() -> (u16, String) {
    let answer = json!({
        "id": "u", "package_asset_id": "a", "upload_domain": "", "token": "t", "url_encoded_token": "t",
    });
    (201, answer.to_string())
}

/// A server that is right but for its list.
fn answer(request: &Request, list: &Value) -> (u16, String) {
    let answer = match &request.body {
        Body::Chunk { number, .. } => json!({"error": false, "chunk_num": number, "error_code": "None"}),
        Body::Json(_) if request.path.ends_with("/releases") => return created(),
        Body::Json(_) => json!({"id": "u", "upload_status": "uploadFinished"}),
        Body::Empty if request.path.contains("set_metadata") => list.clone(),
        Body::Empty if request.path.contains("finished") => json!({
            "error": false, "chunk_num": 0, "error_code": "None", "message": "", "state": "Done",
            "location": "", "raw_location": "", "absolute_uri": "",
        }),
        Body::Empty => json!({"id": "u", "upload_status": "readyToBePublished", "release_distinct_id": 1}),
    };
    (200, answer.to_string())
}

fn list(chunk_size: u64, chunk_list: &[u32]) -> Value {
    json!({
        "error": false, "id": "a", "chunk_size": chunk_size, "resume_restart": false,
        "chunk_list": chunk_list, "blob_partitions": 1, "status_code": "Success",
    })
}

fn refusal(file_size: u64, list: &Value) -> (Step, StepError, bool) {
    let mut driver = Driver::new(file_size, |request| answer(request, list));
    match driver.run(50) {
        Some(Outcome::Failed(error)) => (error.step, error.error.clone(), error.can_retry()),
        other => panic!("expected a failure, got {other:?}"),
    }
}

#[test]
fn a_list_that_does_not_fit_the_file_is_rejected() {
    let expected =
        (Step::SetMetadata, StepError::UnexpectedResponse { expected: "a list of this file's chunks" }, true);
    for (chunk_size, chunk_list) in [
        (0, vec![1]),
        (0, vec![]),
        (1, vec![1]),
        (9_999, vec![1, 10_001]),
        (1 << 40, vec![0]),
        (1 << 40, vec![2]),
        (u64::MAX, vec![u32::MAX]),
    ] {
        let list = list(chunk_size, &chunk_list);
        assert_eq!(refusal(100_000_000, &list), expected, "{list}");
    }
}

#[test]
fn more_chunks_than_any_upload_may_have_are_rejected() {
    assert!(matches!(
        refusal(CHUNKS + 1, &list(1, &[1])),
        (Step::SetMetadata, StepError::UnexpectedResponse { .. }, _)
    ));
    let list = list(1, &[1]);
    let mut driver = Driver::new(CHUNKS, |request| answer(request, &list));
    assert_eq!(driver.run(u32::MAX), Some(Outcome::Ready { release_id: 1 }));
    assert_eq!((driver.reads.len() as u64, driver.sends.len()), (CHUNKS, 1));
}

#[test]
fn a_response_that_is_no_list_is_rejected() {
    for body in ["", "null", "[]", "{}", "{\"error\":false}", "<html>", "{\"error\":false,\"chunk_size\":-1}"]
    {
        let mut driver = Driver::new(9, |request| {
            if request.path.contains("/upload/") { (200, body.to_owned()) } else { created() }
        });
        let Some(Outcome::Failed(error)) = driver.run(50) else { panic!("expected a failure") };
        assert!(matches!(error.error, StepError::UnexpectedResponse { .. }), "{body}: {error}");
        assert!(
            error.to_string().starts_with("could not describe the file to the server: expected"),
            "{error}"
        );
    }
}

#[test]
fn a_second_list_with_another_chunk_size_is_rejected() {
    let (first, second) = (list(10, &[1, 2, 3]), list(11, &[1, 2, 3]));
    let mut n_lists = 0;
    let mut driver = Driver::new(30, |request| {
        n_lists += u32::from(request.path.contains("set_metadata"));
        let is_lost = request.path.contains("block_number=2") && n_lists == 1;
        if is_lost {
            (500, String::new())
        } else {
            answer(request, if n_lists < 2 { &first } else { &second })
        }
    });
    assert!(matches!(driver.run(100), Some(Outcome::Failed(_))));
    driver.upload.retry(driver.now);
    let Some(Outcome::Failed(error)) = driver.run(200) else { panic!("expected a failure") };
    assert_eq!(error.step, Step::SetMetadata, "{error}");
}

#[test]
fn missing_chunks_that_the_file_does_not_have_are_rejected() {
    let list = list(10, &[1, 2, 3]);
    for missing in [0, 4, u32::MAX] {
        let missing = json!({
            "error": true, "chunk_num": 0, "error_code": "MissingChunks", "message": "", "state": "Pending",
            "missing_chunks": [missing], "location": "", "raw_location": "", "absolute_uri": "",
        });
        let mut driver = Driver::new(30, |request| {
            let is_finish = request.path.contains("finished");
            if is_finish { (200, missing.to_string()) } else { answer(request, &list) }
        });
        let Some(Outcome::Failed(error)) = driver.run(100) else { panic!("expected a failure") };
        assert_eq!(error.step, Step::Finish, "{error}");
        assert_eq!(driver.sends.len(), 3);
    }
}

/// Sizes around everything where arithmetic may overflow.
fn size() -> impl Strategy<Value = u64> {
    prop_oneof![
        4 => 1..5_000_u64,
        2 => 1..=protocol::limit::PACKAGE_BYTES,
        1 => any::<u64>().prop_map(|size| size.max(1)),
        1 => (0..64_u32, -2..3_i64).prop_map(|(bit, by)| (1_u64 << bit).saturating_add_signed(by).max(1)),
    ]
}

/// Of a file: its length, that of its chunks, and which of them are listed.
fn plan() -> impl Strategy<Value = (u64, u64, Vec<u32>)> {
    let chunk_size = |size: u64| {
        prop_oneof![
            6 => (1..40_u64).prop_map(move |n| size.div_ceil(n)),
            1 => Just(0),
            1 => any::<u64>(),
            1 => (-2..3_i64).prop_map(move |by| size.saturating_add_signed(by)),
        ]
    };
    let number = prop_oneof![20 => 1..40_u32, 1 => any::<u32>(), 1 => Just(0)];
    size().prop_flat_map(move |size| {
        (Just(size), chunk_size(size), prop::collection::vec(number.clone(), 0..12))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Every byte is read once, in order; exactly the chunks that are listed are sent, once each, and as long as they
    /// must be; or the list is refused.
    #[test]
    fn a_list_is_followed_exactly_or_rejected((size, chunk_size, listed) in plan()) {
        let n_chunks = size.checked_div(chunk_size).map_or(0, |_| size.div_ceil(chunk_size));
        let fits = |number: &u32| (1..=n_chunks).contains(&u64::from(*number));
        let is_right = (1..=CHUNKS).contains(&n_chunks) && listed.iter().all(fits);
        prop_assume!(n_chunks < 200 || !is_right);
        let list = list(chunk_size, &listed);
        let mut driver = Driver::new(size, |request| answer(request, &list));
        match driver.run(1_000) {
            Some(Outcome::Ready { .. }) => {
                prop_assert!(is_right, "{}", list);
                let mut end = 0;
                for (offset, len) in &driver.reads {
                    prop_assert_eq!((*offset, *len > 0), (end, true));
                    end += len;
                }
                prop_assert_eq!(end, size);
                let numbers: Vec<u32> = driver.sends.iter().map(|(number, ..)| *number).collect();
                let wanted: Vec<u32> = BTreeSet::from_iter(listed).into_iter().collect();
                prop_assert_eq!(numbers, wanted);
                for (number, offset, len) in &driver.sends {
                    prop_assert_eq!(*offset, u64::from(number - 1) * chunk_size);
                    prop_assert_eq!(*len, chunk_size.min(size - offset));
                }
            }
            Some(Outcome::Failed(error)) => {
                prop_assert!(!is_right, "{}: {}", list, error);
                prop_assert_eq!(error.step, Step::SetMetadata);
                prop_assert!(driver.sends.is_empty());
            }
            other => prop_assert!(false, "{:?}", other),
        }
    }

    /// Whatever a server says, the upload ends after a bounded number of requests, or goes on only because it makes
    /// progress.
    #[test]
    fn responses_of_any_kind_end_it_or_make_progress(
        size in 1..400_u64,
        answers in prop::collection::vec((any::<u16>(), "\\PC{0,40}|\\{\"error\":(true|false)[^}]*\\}"), 1..20),
        honest in prop::collection::vec(any::<bool>(), 1..20),
    ) {
        let list = list(100, &(1..=size.div_ceil(100) as u32).collect::<Vec<_>>());
        let mut n = 0;
        let mut driver = Driver::new(size, |request| {
            n += 1;
            if honest[n % honest.len()] { answer(request, &list) } else { answers[n % answers.len()].clone() }
        });
        prop_assert!(driver.run(3_000).is_some(), "{:?}", driver.upload);
    }
}

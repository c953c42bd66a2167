//! The platform fails, before or after it did what it was asked.

use serde_json::json;
use testkit::package::{HELLO_WORLD, corpus};
use testkit::{Api, Fault, Upload, When};

fn begun(api: &Api) -> (Upload, Vec<u8>) {
    api.create_app("one", None);
    let apk = corpus(HELLO_WORLD);
    let upload = api.create_upload("one");
    upload.set_metadata(api, "a.apk", apk.len() as u64);
    (upload, apk)
}

fn complete(api: &Api, upload: &Upload) -> serde_json::Value {
    assert_eq!(upload.finished(api).json()["state"], "Done");
    assert_eq!(upload.patch(api, &json!({"upload_status": "uploadFinished"})).status, 200);
    api.run_jobs();
    upload.status(api)
}

#[test]
fn a_chunk_whose_storing_fails_can_be_sent_again() {
    for operation in ["put_part", "record"] {
        for when in [When::Before, When::After] {
            let api = Api::new();
            let (upload, apk) = begun(&api);
            api.memory.fail(Fault { operation, when, times: 1 });
            let failed = upload.chunk(&api, 1, &apk);
            assert_eq!((failed.status.as_u16(), &failed.json()["error_code"]), (500, &"ServerError".into()));
            assert!(api.memory.logged().iter().any(|line| line.contains(operation)));
            assert!(!failed.text().contains("on command"), "what the platform says stays in the log");
            assert_eq!(upload.chunk(&api, 1, &apk).json()["error"], false);
            assert_eq!(complete(&api, &upload)["release_distinct_id"], 1, "{operation} {when:?}");
        }
    }
}

#[test]
fn a_finish_that_fails_is_answered_200_and_can_be_called_again() {
    for when in [When::Before, When::After] {
        let api = Api::new();
        let (upload, apk) = begun(&api);
        upload.chunk(&api, 1, &apk);
        api.memory.fail(Fault { operation: "finish", when, times: 1 });
        let failed = upload.finished(&api);
        assert_eq!((failed.status.as_u16(), &failed.json()["error"]), (200, &true.into()));
        assert_eq!(complete(&api, &upload)["release_distinct_id"], 1);
    }
}

#[test]
fn a_job_that_fails_halfway_makes_one_release_when_it_is_tried_again() {
    for operation in ["complete", "digest", "read", "batch", "size"] {
        for when in [When::Before, When::After] {
            let api = Api::new();
            let (upload, apk) = begun(&api);
            upload.chunk(&api, 1, &apk);
            upload.finished(&api);
            upload.patch(&api, &json!({"upload_status": "uploadFinished"}));
            api.memory.fail(Fault { operation, when, times: 2 });
            api.run_jobs();
            let status = upload.status(&api);
            assert_eq!(status["release_distinct_id"], 1, "{operation} {when:?}: {status}");
            assert_eq!(api.get("/v0.1/apps/ann/one/releases").json().as_array().unwrap().len(), 1);
        }
    }
}

#[test]
fn a_job_that_never_succeeds_tells_its_uploader() {
    let api = Api::new();
    let (upload, apk) = begun(&api);
    upload.chunk(&api, 1, &apk);
    upload.finished(&api);
    upload.patch(&api, &json!({"upload_status": "uploadFinished"}));
    api.memory.fail(Fault { operation: "digest", when: When::Before, times: 100 });
    api.run_jobs();
    let status = upload.status(&api);
    assert_eq!(status["upload_status"], "error");
    assert!(status["error_details"].as_str().unwrap().contains("on our side"));
}

#[test]
fn a_job_message_that_could_not_be_sent_is_sent_by_the_next_call() {
    let api = Api::new();
    let (upload, apk) = begun(&api);
    upload.chunk(&api, 1, &apk);
    upload.finished(&api);
    api.memory.fail(Fault { operation: "send", when: When::Before, times: 1 });
    assert_eq!(upload.patch(&api, &json!({"upload_status": "uploadFinished"})).status, 500);
    assert_eq!(api.memory.n_jobs(), 0);
    assert_eq!(complete(&api, &upload)["release_distinct_id"], 1);
}

#[test]
fn a_database_that_fails_is_a_500_that_says_nothing_of_it() {
    let api = Api::new();
    api.memory.fail(Fault { operation: "batch", when: When::Before, times: 1 });
    let answer = api.get("/v0.1/apps");
    assert_eq!(answer.status, 500);
    assert!(!answer.text().contains("batch"));
    assert_eq!(api.memory.logged(), ["GET /v0.1/apps: database: batch fails on command"]);
}

#[test]
fn an_upload_that_nobody_finishes_is_freed() {
    let api = Api::new();
    let (upload, apk) = begun(&api);
    upload.chunk(&api, 1, &apk);
    let asset = upload.created.package_asset_id.clone();
    let abandoned = service::abandon_upload(&api.memory, &asset, "multipart-1");
    futures::executor::block_on(abandoned).unwrap();
    assert_eq!(api.memory.stored().n_multiparts(), 0);
    assert_eq!(upload.status(&api)["upload_status"], "uploadCanceled");
}

#[test]
fn an_upload_that_was_finished_is_not_freed() {
    let api = Api::new();
    let (upload, apk) = begun(&api);
    upload.chunk(&api, 1, &apk);
    upload.finished(&api);
    upload.patch(&api, &json!({"upload_status": "uploadFinished"}));
    let asset = upload.created.package_asset_id.clone();
    futures::executor::block_on(service::abandon_upload(&api.memory, &asset, "multipart-1")).unwrap();
    api.run_jobs();
    assert_eq!(upload.status(&api)["release_distinct_id"], 1);
}

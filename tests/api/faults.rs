//! Operations of the platform fail, before or after they persist.

use serde_json::json;
use testkit::package::{HELLO_WORLD, corpus, md5};
use testkit::{Api, Fault, Upload, When};

fn upload_with_metadata(api: &Api) -> (Upload, Vec<u8>) {
    api.create_app("one", None);
    let apk = corpus(HELLO_WORLD);
    let upload = api.create_upload("one");
    upload.set_metadata(api, "a.apk", apk.len() as u64);
    (upload, apk)
}

fn uncommitted_upload(api: &Api) -> Upload {
    api.create_app("one", None);
    api.upload_uncommitted("one", "a.apk", &corpus(HELLO_WORLD))
}

fn complete(api: &Api, upload: &Upload) -> serde_json::Value {
    assert_eq!(upload.finish(api).json()["state"], "Done");
    assert_eq!(upload.patch(api, &json!({"upload_status": "uploadFinished"})).status, 200);
    api.run_jobs();
    upload.status(api)
}

#[test]
fn a_chunk_whose_storing_fails_can_be_sent_again() {
    for operation in ["put_part", "record"] {
        for when in [When::Before, When::After] {
            let api = Api::new();
            let (upload, apk) = upload_with_metadata(&api);
            api.platform.fail(Fault { operation, when, times: 1 });
            let failed = upload.chunk(&api, 1, &apk);
            assert_eq!((failed.status.as_u16(), &failed.json()["error_code"]), (500, &"ServerError".into()));
            assert!(api.platform.log_lines().iter().any(|line| line.contains(operation)));
            assert!(!failed.text().contains("on command"), "messages of the platform stay in the log");
            assert_eq!(upload.chunk(&api, 1, &apk).json()["error"], false);
            assert_eq!(complete(&api, &upload)["release_distinct_id"], 1, "{operation} {when:?}");
        }
    }
}

#[test]
fn a_finish_that_fails_responds_200_and_can_be_repeated() {
    for when in [When::Before, When::After] {
        let api = Api::new();
        let (upload, apk) = upload_with_metadata(&api);
        upload.chunk(&api, 1, &apk);
        api.platform.fail(Fault { operation: "finish", when, times: 1 });
        let failed = upload.finish(&api);
        assert_eq!((failed.status.as_u16(), &failed.json()["error"]), (200, &true.into()));
        assert_eq!(complete(&api, &upload)["release_distinct_id"], 1);
    }
}

#[test]
fn a_job_that_fails_halfway_makes_one_release_when_it_is_retried() {
    for operation in ["complete", "digest", "read", "batch", "size"] {
        for when in [When::Before, When::After] {
            let api = Api::new();
            let upload = uncommitted_upload(&api);
            upload.patch(&api, &json!({"upload_status": "uploadFinished"}));
            api.platform.fail(Fault { operation, when, times: 2 });
            api.run_jobs();
            let status = upload.status(&api);
            assert_eq!(status["release_distinct_id"], 1, "{operation} {when:?}: {status}");
            assert_eq!(api.get("/v0.1/apps/ann/one/releases").json().as_array().unwrap().len(), 1);
        }
    }
}

#[test]
fn a_job_that_never_succeeds_ends_the_upload_with_an_error() {
    let api = Api::new();
    let upload = uncommitted_upload(&api);
    upload.patch(&api, &json!({"upload_status": "uploadFinished"}));
    api.platform.fail(Fault { operation: "digest", when: When::Before, times: 100 });
    api.run_jobs();
    let status = upload.status(&api);
    assert_eq!(status["upload_status"], "error");
    assert!(status["error_details"].as_str().unwrap().contains("server error"));
}

#[test]
fn a_job_that_cannot_be_queued_runs_while_the_client_waits() {
    let api = Api::new();
    let upload = uncommitted_upload(&api);
    api.platform.fail(Fault { operation: "send", when: When::Before, times: 1 });
    assert_eq!(upload.patch(&api, &json!({"upload_status": "uploadFinished"})).status, 200);
    assert_eq!(api.platform.n_jobs(), 0);
    assert_eq!(upload.status(&api)["release_distinct_id"], 1);
}

#[test]
fn a_lost_job_is_queued_again_when_the_client_polls() {
    const MINUTE: i64 = 60 * 1000;
    let api = Api::new();
    let upload = uncommitted_upload(&api);
    upload.patch(&api, &json!({"upload_status": "uploadFinished"}));
    api.platform.lose_jobs();
    api.platform.advance(9 * MINUTE);
    assert_eq!(upload.status(&api)["upload_status"], "uploadFinished");
    assert_eq!(api.platform.n_jobs(), 0, "the queue may have it still");
    api.platform.advance(2 * MINUTE);
    upload.status(&api);
    upload.status(&api);
    assert_eq!(api.platform.n_jobs(), 1, "once");
    api.run_jobs();
    assert_eq!(upload.status(&api)["release_distinct_id"], 1);
}

#[test]
fn an_upload_whose_job_was_lost_expires() {
    let api = Api::new();
    let upload = uncommitted_upload(&api);
    upload.patch(&api, &json!({"upload_status": "uploadFinished"}));
    api.platform.lose_jobs();
    api.platform.advance(24 * 60 * 60 * 1000);
    assert!(expire(&api, &upload), "its ledger may go");
    api.run_jobs();
    assert_eq!(upload.status(&api)["upload_status"], "error");
    assert_eq!(
        (api.platform.object_storage().paths().len(), api.platform.object_storage().n_multiparts()),
        (0, 0)
    );
}

#[test]
fn a_last_attempt_that_crashed_is_not_repeated() {
    let api = Api::new();
    let upload = uncommitted_upload(&api);
    upload.patch(&api, &json!({"upload_status": "uploadFinished"}));
    api.platform.lose_jobs();
    // A Worker that ends on a package leaves this: the last attempt began and has no outcome.
    api.platform.sqlite().text("UPDATE uploads SET last_try_at = 1 RETURNING id");
    let again = service::Job::V1(service::JobV1::ProcessUpload { upload_id: upload.created.id.clone() });
    futures::executor::block_on(service::run(&api.platform, again, true)).unwrap();
    let status = upload.status(&api);
    assert_eq!(status["upload_status"], "error");
    assert!(status["error_details"].as_str().unwrap().contains("server error"));
}

#[test]
fn a_database_that_fails_is_a_500_that_says_nothing_of_it() {
    let api = Api::new();
    api.platform.fail(Fault { operation: "batch", when: When::Before, times: 1 });
    let response = api.get("/v0.1/apps");
    assert_eq!(response.status, 500);
    assert!(!response.text().contains("batch"));
    let logged = api.platform.log_lines();
    assert!(logged[0].ends_with(" GET /v0.1/apps: database: batch fails on command"), "{logged:?}");
}

#[test]
fn an_unfinished_upload_is_deleted_when_it_expires() {
    let api = Api::new();
    let (upload, apk) = upload_with_metadata(&api);
    upload.chunk(&api, 1, &apk);
    assert!(expire(&api, &upload), "its ledger may go");
    assert_eq!(api.platform.object_storage().n_multiparts(), 0);
    assert_eq!(upload.status(&api)["upload_status"], "uploadCanceled");
}

#[test]
fn an_upload_that_is_being_processed_does_not_expire() {
    let api = Api::new();
    let upload = uncommitted_upload(&api);
    upload.patch(&api, &json!({"upload_status": "uploadFinished"}));
    assert!(!expire(&api, &upload), "its ledger must stay");
    api.run_jobs();
    assert_eq!(upload.status(&api)["release_distinct_id"], 1);
    assert!(expire(&api, &upload));
    assert_eq!(api.platform.object_storage().packages().len(), 1);
}

/// Expires the upload as the ledger's alarm does; returns whether the ledger may be deleted.
fn expire(api: &Api, upload: &Upload) -> bool {
    let expired = service::expire_upload(&api.platform, &upload.created.package_asset_id, "multipart-1");
    futures::executor::block_on(expired).expect("the platform works")
}

#[test]
fn a_refused_package_is_deleted_even_if_deleting_fails_at_first() {
    let api = Api::new();
    api.create_app("one", None);
    let upload = api.upload_uncommitted("one", "notes.apk", b"not a package");
    upload.patch(&api, &json!({"upload_status": "uploadFinished"}));
    api.platform.fail(Fault { operation: "delete", when: When::Before, times: 1 });
    api.run_jobs();
    assert_eq!(upload.status(&api)["upload_status"], "error");
    assert!(api.platform.object_storage().paths().is_empty());
}

#[test]
fn a_job_that_fails_for_good_leaves_nothing_behind() {
    let api = Api::new();
    let upload = uncommitted_upload(&api);
    upload.patch(&api, &json!({"upload_status": "uploadFinished"}));
    api.platform.fail(Fault { operation: "complete", when: When::Before, times: 100 });
    api.run_jobs();
    assert_eq!(upload.status(&api)["upload_status"], "error");
    assert_eq!(
        (api.platform.object_storage().paths().len(), api.platform.object_storage().n_multiparts()),
        (0, 0)
    );
}

#[test]
fn a_second_finish_with_another_digest_does_not_undo_the_release() {
    let api = Api::new();
    let upload = uncommitted_upload(&api);
    upload.patch(&api, &json!({"upload_status": "uploadFinished", "md5": md5(&corpus(HELLO_WORLD))}));
    upload.patch(&api, &json!({"upload_status": "uploadFinished", "md5": "0".repeat(32)}));
    api.run_jobs();
    assert_eq!(upload.status(&api)["release_distinct_id"], 1);
    assert_eq!(api.platform.object_storage().packages().len(), 1);
}

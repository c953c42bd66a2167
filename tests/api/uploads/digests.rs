//! The service stores what the client sent: each chunk, and the whole file.

use protocol::limit::MIB;
use serde_json::{Value, json};
use testkit::package::{HELLO_WORLD, content_md5, corpus, md5, noise, padded_apk};
use testkit::{Api, Fault, Upload, When};

const CHUNK: usize = 8 * MIB as usize;

/// An upload of a package of three chunks, with its metadata set.
fn begun(api: &Api) -> (Upload, Vec<u8>) {
    api.create_app("one", None);
    let upload = api.create_upload("one");
    let file = padded_apk(HELLO_WORLD, 2 * CHUNK);
    plan(api, &upload, &file);
    (upload, file)
}

fn plan(api: &Api, upload: &Upload, file: &[u8]) -> Value {
    upload.set_metadata(api, "a.apk", file.len() as u64).json()
}

fn chunk(file: &[u8], number: usize) -> &[u8] {
    file.chunks(CHUNK).nth(number - 1).expect("the file has the chunk")
}

fn stored_chunks(file: &[u8], numbers: &[usize]) -> Value {
    numbers.iter().map(|&number| json!({"chunk_num": number, "md5": md5(chunk(file, number))})).collect()
}

#[test]
fn a_chunk_with_its_digest_is_stored_and_the_response_has_the_same() {
    let api = Api::new();
    let (upload, file) = begun(&api);
    let bytes = chunk(&file, 1);
    let response = upload.chunk_with_md5(&api, 1, bytes, &content_md5(bytes));
    let expected = json!({"error": false, "chunk_num": 1, "error_code": "None", "md5": md5(bytes)});
    assert_eq!((response.status.as_u16(), response.json()), (200, expected));
}

#[test]
fn a_chunk_with_another_digest_is_refused_and_still_missing() {
    let api = Api::new();
    let (upload, file) = begun(&api);
    let wrong = upload.chunk_with_md5(&api, 2, chunk(&file, 2), &content_md5(chunk(&file, 1)));
    assert_eq!(wrong.status, 200, "as the other refusals of this call");
    assert_eq!(
        (&wrong.json()["error"], &wrong.json()["error_code"]),
        (&json!(true), &json!("InvalidDigest"))
    );
    assert!(wrong.json()["message"].as_str().unwrap().contains(&md5(chunk(&file, 2))));
    assert_eq!(upload.finish(&api).json()["missing_chunks"], json!([1, 2, 3]));
    let right = upload.chunk_with_md5(&api, 2, chunk(&file, 2), &content_md5(chunk(&file, 2)));
    assert_eq!(right.json()["error"], false);
    assert_eq!(upload.finish(&api).json()["missing_chunks"], json!([1, 3]));
}

#[test]
fn a_chunk_that_was_stored_is_missing_again_when_other_bytes_replaced_it() {
    let api = Api::new();
    let (upload, file) = begun(&api);
    upload.chunk(&api, 1, chunk(&file, 1));
    upload.chunk_with_md5(&api, 1, &noise(CHUNK), &content_md5(chunk(&file, 1)));
    let plan = plan(&api, &upload, &file);
    assert_eq!((&plan["chunk_list"], &plan["stored"]), (&json!([1, 2, 3]), &Value::Null));
    for number in 1..=3 {
        upload.chunk(&api, number, chunk(&file, number as usize));
    }
    assert_eq!(upload.finish(&api).json()["state"], "Done");
    upload.patch(&api, &json!({"upload_status": "uploadFinished", "md5": md5(&file)}));
    api.run_jobs();
    assert_eq!(upload.status(&api)["upload_status"], "readyToBePublished");
}

#[test]
fn an_invalid_digest_is_refused_before_anything_is_stored() {
    let api = Api::new();
    let (upload, file) = begun(&api);
    upload.chunk(&api, 3, chunk(&file, 3));
    let hex = md5(chunk(&file, 3));
    let long = content_md5(b"") + "AAAA";
    for malformed in ["", "x", "====", hex.as_str(), long.as_str(), "1B2M2Y8AsgTpgAmY7PhCfg"] {
        let response = upload.chunk_with_md5(&api, 3, chunk(&file, 3), malformed);
        assert_eq!((response.status.as_u16(), &response.json()["error"]), (400, &json!(true)), "{malformed}");
        assert_eq!(response.json()["error_code"], "InvalidDigest", "{malformed}");
    }
    assert_eq!(plan(&api, &upload, &file)["chunk_list"], json!([1, 2]));
}

#[test]
fn repeated_set_metadata_lists_the_digests_of_the_stored_chunks() {
    let api = Api::new();
    let (upload, file) = begun(&api);
    upload.chunk(&api, 3, chunk(&file, 3));
    upload.chunk(&api, 1, chunk(&file, 1));
    let plan = plan(&api, &upload, &file);
    assert_eq!((&plan["chunk_list"], &plan["stored"]), (&json!([2]), &stored_chunks(&file, &[1, 3])));
}

#[test]
fn a_wrong_digest_that_cannot_be_recorded_is_a_server_error() {
    let api = Api::new();
    let (upload, file) = begun(&api);
    for when in [When::Before, When::After] {
        api.platform.fail(Fault { operation: "discard", when, times: 1 });
        let failed = upload.chunk_with_md5(&api, 1, chunk(&file, 1), &content_md5(b"else"));
        assert_eq!((failed.status.as_u16(), &failed.json()["error_code"]), (500, &json!("ServerError")));
        assert_eq!(plan(&api, &upload, &file)["chunk_list"], json!([1, 2, 3]), "{when:?}");
    }
}

#[test]
fn a_ready_upload_has_the_digest_of_the_stored_file_with_or_without_one_from_the_client() {
    for stated in [false, true] {
        let api = Api::new();
        api.create_app("one", None);
        let file = corpus(HELLO_WORLD);
        let upload = api.upload_uncommitted("one", "a.apk", &file);
        let mut finished = json!({"upload_status": "uploadFinished"});
        if stated {
            finished["md5"] = json!(md5(&file));
        }
        upload.patch(&api, &finished);
        assert_eq!(upload.status(&api)["md5"], Value::Null, "no digest of the stored file is known yet");
        api.run_jobs();
        assert_eq!(upload.status(&api)["md5"], md5(&file));
    }
}

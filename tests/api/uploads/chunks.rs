use bytes::Bytes;
use http::Method;
use protocol::{header, limit::MIB, route};
use serde_json::json;
use testkit::package::{md5, noise};
use testkit::{Api, Upload};

const CHUNK: usize = 8 * MIB as usize;

/// An upload of a file of two and a half chunks, with its metadata set.
fn upload_with_metadata(api: &Api) -> (Upload, Vec<u8>) {
    api.create_app("one", None);
    let upload = api.create_upload("one");
    let file = noise(CHUNK * 5 / 2);
    let plan = upload.set_metadata(api, "a.apk", file.len() as u64).json();
    assert_eq!(plan["chunk_list"], json!([1, 2, 3]));
    (upload, file)
}

fn chunk(file: &[u8], number: usize) -> &[u8] {
    file.chunks(CHUNK).nth(number - 1).expect("the file has the chunk")
}

#[test]
fn a_new_upload_has_everything_that_clients_require() {
    let api = Api::new();
    api.create_app("one", None);
    let created = api.create_upload("one").created;
    assert_eq!(created.upload_domain, "https://slipway.example");
    assert!(!created.token.is_empty() && created.id != created.package_asset_id);
}

#[test]
fn creating_an_upload_needs_no_body() {
    let api = Api::new();
    api.create_app("one", None);
    let path = route::path(route::UPLOADS, &["ann", "one"]);
    for body in ["", "POST", "{}"] {
        let headers = [(header::API_TOKEN, testkit::api::TOKEN), ("content-type", "application/json")];
        assert_eq!(api.send(Method::POST, &path, &headers, Bytes::from(body)).status, 201);
    }
}

#[test]
fn set_metadata_has_the_documented_response() {
    let api = Api::new();
    api.create_app("one", None);
    let upload = api.create_upload("one");
    let plan = upload.set_metadata(&api, "a.apk", 9_000_000).json();
    assert_eq!(
        plan,
        json!({
            "error": false, "id": upload.created.package_asset_id, "chunk_size": 8_388_608, "resume_restart": false,
            "chunk_list": [1, 2], "blob_partitions": 1, "status_code": "Success"
        })
    );
}

#[test]
fn chunks_may_come_in_any_order_and_twice() {
    let api = Api::new();
    let (upload, file) = upload_with_metadata(&api);
    for number in [3, 1, 2, 1] {
        let response = upload.chunk(&api, number, chunk(&file, number as usize));
        assert_eq!(response.status, 200);
        let md5 = md5(chunk(&file, number as usize));
        let expected = json!({"error": false, "chunk_num": number, "error_code": "None", "md5": md5});
        assert_eq!(response.json(), expected);
    }
    let finished = upload.finish(&api).json();
    assert_eq!((&finished["error"], &finished["state"]), (&json!(false), &json!("Done")));
    assert_eq!(finished["message"], "Upload Successful");
}

#[test]
fn a_chunk_of_the_wrong_length_gets_app_centers_own_message() {
    let api = Api::new();
    let (upload, file) = upload_with_metadata(&api);
    let response = upload.chunk(&api, 3, &chunk(&file, 3)[1..]).json();
    assert_eq!((&response["error"], &response["error_code"]), (&json!(true), &json!("InvalidLength")));
    let expected = "Invalid chunk length. ChunkNumber: 3 Expected: 4194304 Actual: 4194303";
    assert_eq!(response["message"], expected);
}

#[test]
fn a_chunk_that_the_file_does_not_have_is_refused() {
    let api = Api::new();
    let (upload, _) = upload_with_metadata(&api);
    for number in [0, 4, 70_000] {
        let response = upload.chunk(&api, number, b"x").json();
        assert_eq!(
            (&response["error"], &response["error_code"]),
            (&json!(true), &json!("InvalidChunkNumber"))
        );
    }
}

#[test]
fn finishing_early_responds_200_with_the_missing_chunks() {
    let api = Api::new();
    let (upload, file) = upload_with_metadata(&api);
    upload.chunk(&api, 2, chunk(&file, 2));
    let response = upload.finish(&api);
    assert_eq!(response.status, 200);
    assert_eq!(
        (&response.json()["error"], &response.json()["missing_chunks"]),
        (&json!(true), &json!([1, 3]))
    );
    let patched = upload.patch(&api, &json!({"upload_status": "uploadFinished"}));
    assert_eq!(patched.status, 400);
}

#[test]
fn finishing_responds_200_even_with_a_wrong_token_or_no_such_file() {
    let api = Api::new();
    for path in
        ["/upload/finished/none?token=x", "/upload/finished/none", "/upload/finished/none?token=a&token=b"]
    {
        let response = api.send(Method::POST, path, &[], Bytes::new());
        assert_eq!((response.status.as_u16(), &response.json()["error"]), (200, &json!(true)));
    }
}

#[test]
fn repeated_set_metadata_lists_only_the_missing_chunks() {
    let api = Api::new();
    let (upload, file) = upload_with_metadata(&api);
    upload.chunk(&api, 2, chunk(&file, 2));
    let plan = upload.set_metadata(&api, "a.apk", file.len() as u64).json();
    assert_eq!(plan["chunk_list"], json!([1, 3]));
}

#[test]
fn a_file_without_bytes_is_refused() {
    let api = Api::new();
    api.create_app("one", None);
    let response = api.create_upload("one").set_metadata(&api, "a.apk", 0);
    assert_eq!(response.status, 400);
    assert!(response.text().contains("1 byte"));
}

#[test]
fn the_token_may_come_in_a_header_and_a_wrong_one_is_refused() {
    let api = Api::new();
    api.create_app("one", None);
    let created = api.create_upload("one").created;
    let path =
        route::path(route::SET_METADATA, &[&created.package_asset_id]) + "?file_name=a.apk&file_size=9";
    let call = |token: &str| api.send(Method::POST, &path, &[(header::UPLOAD_TOKEN, token)], Bytes::new());
    assert_eq!(call("wrong").status, 401);
    assert_eq!(call("").status, 401);
    assert_eq!(call(&created.token).status, 200);
}

#[test]
fn a_cancelled_upload_frees_its_chunks_and_accepts_no_more() {
    let api = Api::new();
    let (upload, file) = upload_with_metadata(&api);
    upload.chunk(&api, 1, chunk(&file, 1));
    assert_eq!(upload.cancel(&api).json()["error"], false);
    assert_eq!(api.platform.object_storage().n_multiparts(), 0);
    assert_eq!(upload.chunk(&api, 2, chunk(&file, 2)).json()["error_code"], "InvalidState");
    assert_eq!(upload.status(&api)["upload_status"], "uploadCanceled");
    assert_eq!(upload.patch(&api, &json!({"upload_status": "uploadFinished"})).status, 400);
}

#[test]
fn a_client_may_send_the_whole_file_as_one_chunk() {
    let api = Api::new();
    api.create_app("one", None);
    let upload = api.create_upload("one");
    let size = 20 * MIB;
    let plan = upload.set_metadata(&api, &format!("a.apk&chunk_size={size}"), size).json();
    assert_eq!((&plan["chunk_size"], &plan["chunk_list"]), (&json!(size), &json!([1])));
}

#[test]
fn invalid_parameters_are_refused_in_the_format_that_clients_read() {
    let api = Api::new();
    let (upload, _) = upload_with_metadata(&api);
    let asset = &upload.created.package_asset_id;
    let token = &upload.created.url_encoded_token;
    for call in ["set_metadata", "upload_chunk"] {
        for query in ["", "file_name=a&file_size=x&", "block_number=-1&"] {
            let path = format!("/upload/{call}/{asset}?{query}token={token}");
            let response = api.send(Method::POST, &path, &[], Bytes::from("x")).json();
            assert_eq!(response["error"], true, "{call} {query}: {response}");
            assert!(response["message"].is_string());
        }
    }
}

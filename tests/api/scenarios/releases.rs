//! Uploads, releases and their distribution.

use bytes::Bytes;
use protocol::route as r;
use serde_json::{Value, json};
use testkit::ApiResponse;
use testkit::package::{HELLO_WORLD, corpus};

use super::{Client, one, release_external};

/// The app is deleted while a job makes a release of its first package.
pub(super) fn app_deleted_under_way(client: &Client) {
    client.api.create_app("one", None);
    let upload = client.api.upload_uncommitted("one", "a.apk", &corpus(HELLO_WORLD));
    client.count_writes();
    client.app("PATCH", r::UPLOAD, &[&upload.created.id], json!({"upload_status": "uploadFinished"}));
    futures::executor::block_on(client.api.platform.run_next_job());
    client.app("DELETE", r::APP, &[], Value::Null);
}

/// A new upload with all its chunks: its id, its asset and its token.
fn sent(client: &Client, file: &[u8]) -> [String; 3] {
    let created = client.app("POST", r::UPLOADS, &[], json!({})).json();
    let [id, asset, token] =
        ["id", "package_asset_id", "url_encoded_token"].map(|key| created[key].as_str().unwrap().to_owned());
    let query = format!("file_name=a.apk&file_size={}&token={token}", file.len());
    to_asset(client, r::SET_METADATA, &asset, &query, Bytes::new());
    let chunk = Bytes::copy_from_slice(file);
    to_asset(client, r::UPLOAD_CHUNK, &asset, &format!("block_number=1&token={token}"), chunk);
    [id, asset, token]
}

fn to_asset(client: &Client, template: &'static str, asset: &str, query: &str, body: Bytes) -> ApiResponse {
    let path = format!("{}?{query}", r::path(template, &[asset]));
    client.send("POST", template, &path, &[], body)
}

pub(super) fn chunked(client: &Client) {
    client.api.create_app("one", None);
    client.count_writes();
    let [id, asset, token] = sent(client, &corpus(HELLO_WORLD));
    to_asset(client, r::FINISHED, &asset, &format!("token={token}"), Bytes::new());
    client.app("PATCH", r::UPLOAD, &[&id], json!({"upload_status": "uploadFinished"}));
}

/// The queue loses the job, and the client keeps polling.
pub(super) fn lost_job(client: &Client) {
    client.api.create_app("one", None);
    let upload = client.api.upload_uncommitted("one", "a.apk", &corpus(HELLO_WORLD));
    upload.patch(&client.api, &json!({"upload_status": "uploadFinished"}));
    client.api.platform.lose_jobs();
    client.api.platform.advance(60 * 60 * 1000);
    client.count_writes();
    client.app("GET", r::UPLOAD, &[&upload.created.id], Value::Null);
}

pub(super) fn bad_package(client: &Client) {
    client.api.create_app("one", None);
    client.count_writes();
    let [id, asset, token] = sent(client, b"no package");
    to_asset(client, r::FINISHED, &asset, &format!("token={token}"), Bytes::new());
    client.app("PATCH", r::UPLOAD, &[&id], json!({"upload_status": "uploadFinished"}));
}

pub(super) fn cancelled(client: &Client) {
    client.api.create_app("one", None);
    client.count_writes();
    let [_, asset, token] = sent(client, b"half");
    to_asset(client, r::CANCEL, &asset, &format!("token={token}"), Bytes::new());
    let [id, asset, token] = sent(client, b"all");
    to_asset(client, r::FINISHED, &asset, &format!("token={token}"), Bytes::new());
    client.app("PATCH", r::UPLOAD, &[&id], json!({"upload_status": "uploadCanceled"}));
}

pub(super) fn abandoned(client: &Client) {
    client.api.create_app("one", None);
    client.count_writes();
    sent(client, b"half");
}

/// An upload by the documented three calls, without the third; its id.
fn whole(client: &Client, stated: Value) -> String {
    let created = client.app("POST", r::RELEASE_UPLOADS, &[], stated).json();
    let url = created["upload_url"].as_str().unwrap();
    let head = b"--X\r\nContent-Disposition: form-data; name=\"build_version\"\r\n\r\n1\r\n\
                 --X\r\nContent-Disposition: form-data; name=\"ipa\"; filename=\"a.apk\"\r\n\r\n";
    let body = [head, corpus(HELLO_WORLD).as_slice(), b"\r\n--X--\r\n"].concat();
    let headers = [("content-type", "multipart/form-data; boundary=X")];
    let path = url.strip_prefix("https://slipway.example").unwrap();
    client.send("POST", r::WHOLE_FILE, path, &headers, body);
    created["upload_id"].as_str().unwrap().to_owned()
}

pub(super) fn three_calls(client: &Client) {
    client.api.create_app("one", None);
    client.count_writes();
    let id = whole(client, json!({}));
    client.app("PATCH", r::RELEASE_UPLOAD, &[&id], json!({"status": "committed"}));
}

pub(super) fn aborted(client: &Client) {
    client.api.create_app("one", None);
    client.count_writes();
    let id = whole(client, json!({}));
    client.app("PATCH", r::RELEASE_UPLOAD, &[&id], json!({"status": "aborted"}));
}

pub(super) fn replaced(client: &Client) {
    client.api.create_app("one", None);
    client.api.release("one");
    client.count_writes();
    let id = whole(client, json!({"release_id": 1}));
    client.app("PATCH", r::RELEASE_UPLOAD, &[&id], json!({"status": "committed"}));
}

pub(super) fn external(client: &Client) {
    client.api.create_app("one", None);
    client.count_writes();
    for version in ["1", "2"] {
        let release = json!({"external_download_url": "https://dl.mycorp.com/1", "build_version": version});
        client.app("POST", r::RELEASES, &[], release);
    }
}

pub(super) fn edited(client: &Client) {
    release_external(client);
    client.count_writes();
    client.app("PUT", r::RELEASE, &["1"], json!({"release_notes": "new", "enabled": false}));
}

pub(super) fn deleted_release(client: &Client) {
    release_external(client);
    client.api.release("one");
    client.api.post(&one(r::RELEASE_GROUPS, &["2"]), &json!({"id": client.group("QA")}));
    client.count_writes();
    client.app("DELETE", r::RELEASE, &["2"], Value::Null);
}

pub(super) fn to_groups(client: &Client) {
    release_external(client);
    client.api.post(&one(r::WEBHOOKS, &[]), &json!({"name": "chat", "url": "https://hooks.mycorp.com/1"}));
    let (qa, first) = (client.group("QA"), client.group("Collaborators"));
    // The site fails once and accepts the second delivery.
    client.api.platform.respond_to_webhooks(&[500]);
    client.count_writes();
    client.app("POST", r::RELEASE_GROUPS, &["1"], json!({"id": qa}));
    client.app("POST", r::RELEASE_GROUPS, &["1"], json!({"id": first, "notify_testers": false}));
    client.app("PUT", r::RELEASE_GROUP, &["1", &qa], json!({"mandatory_update": true}));
    client.app("DELETE", r::RELEASE_GROUP, &["1", &first], Value::Null);
    client.api.run_jobs();
    client.app("DELETE", r::GROUP_RELEASE, &["QA", "1"], Value::Null);
}

pub(super) fn to_testers(client: &Client) {
    release_external(client);
    client.count_writes();
    for email in ["tina@slipway.example", "tim@slipway.example", "ted@slipway.example"] {
        client.app("POST", r::RELEASE_TESTERS, &["1"], json!({"email": email}));
        client.api.run_jobs();
    }
    let id = |email| {
        let sql = format!("SELECT id FROM testers WHERE email = '{email}@slipway.example'");
        client.api.platform.sqlite().text(&sql).unwrap()
    };
    client.app("PUT", r::RELEASE_TESTER, &["1", &id("tina")], json!({"mandatory_update": true}));
    client.app("DELETE", r::RELEASE_TESTER, &["1", &id("tim")], Value::Null);
    client.app("DELETE", r::APP_TESTER, &[&id("ted")], Value::Null);
}

pub(super) fn to_stores(client: &Client) {
    release_external(client);
    client.api.release("one");
    for track in ["alpha", "beta", "production"] {
        client.api.post(&one(r::STORES, &[]), &json!({"type": "googleplay", "track": track}));
    }
    let id = |name: &str| client.id(&one(r::STORES, &[]), "name", name);
    client.count_writes();
    for name in ["Alpha", "Beta", "Production"] {
        client.app("POST", r::RELEASE_STORES, &["2"], json!({"id": id(name)}));
    }
    client.app("DELETE", r::RELEASE_STORE, &["2", &id("Alpha")], Value::Null);
    client.app("DELETE", r::STORE_RELEASE, &["Beta", "2"], Value::Null);
}

pub(super) fn to_several(client: &Client) {
    release_external(client);
    client.count_writes();
    let body = json!({"destinations": [{"name": "QA"}, {"name": "Collaborators"}], "release_notes": "new"});
    client.app("PATCH", r::RELEASE, &["1"], body);
}

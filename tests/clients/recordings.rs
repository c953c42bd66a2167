use http::Method;
use protocol::{NIL_GROUP_ID, route};
use serde_json::{Value, json};
use testkit::package::{HELLO_WORLD, corpus, padded_apk};

use crate::recorded_client::{RecordedClient, Uploader};

/// More than one chunk.
fn package() -> Vec<u8> {
    padded_apk(HELLO_WORLD, 9 << 20)
}

/// Creates the app of an organization as a client does that finds none.
async fn app(client: &RecordedClient) {
    client.api(Method::GET, &client.path(route::APP, &[]), &Value::Null).await.json(404);
    let app = json!({"display_name": "one", "name": "one", "os": "Android", "platform": "Java"});
    let created =
        client.api(Method::POST, &route::path(route::ORG_APPS, &[&client.owner]), &app).await.json(201);
    assert_eq!([&created["name"], &created["owner"]["name"]], ["one", client.owner.as_str()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn fastlane_makes_the_app_and_releases_to_its_default_group() {
    let client = RecordedClient::open().await;
    app(&client).await;
    let groups = client.api(Method::GET, &client.path(route::GROUPS, &[]), &Value::Null).await.json(200);
    assert_eq!(groups[0]["name"], "Collaborators");
    // It adds a group of the organization to the app; 409 counts as success.
    let shared = route::path(route::ORG_GROUPS, &[&client.owner]);
    client.api(Method::POST, &shared, &json!({"name": "Everyone"})).await.json(201);
    let apps = route::path(route::ORG_GROUP_APPS, &[&client.owner, "Everyone"]);
    for _ in 0..2 {
        let reply = client.api(Method::POST, &apps, &json!({"apps": [{"name": "one"}]})).await;
        assert!(matches!(reply.status, 204 | 409), "{}", reply.status);
    }

    let fastlane = Uploader {
        create: "{}",
        file_name: "büild(1)+[x].apk",
        is_signed: false,
        no_body: "",
        chunk_type: Some("application/vnd.android.package-archive"),
        is_token_first: true,
        is_backwards: false,
        repeats_id: true,
    };
    let id = fastlane.upload(&client, &package()).await.to_string();
    let path = client.path(route::RELEASE, &[&id]);
    client.api(Method::PUT, &path, &json!({"release_notes": "No changelog given"})).await.json(200);
    client.api(Method::GET, &path, &Value::Null).await.json(200);
    for name in ["Collaborators", "Everyone"] {
        let group =
            client.api(Method::GET, &client.path(route::GROUP, &[name]), &Value::Null).await.json(200);
        let distribution = json!({"id": group["id"], "mandatory_update": false, "notify_testers": false});
        client.api(Method::POST, &client.path(route::RELEASE_GROUPS, &[&id]), &distribution).await.json(201);
    }
    // It only prints that a group is missing.
    client.api(Method::GET, &client.path(route::GROUP, &["Unknown"]), &Value::Null).await.json(404);
    let release = client.api(Method::GET, &path, &Value::Null).await.json(200);
    assert_eq!([&release["release_notes"], &release["short_version"]], ["No changelog given", "1.0"]);
    let names: Vec<_> =
        release["destinations"].as_array().into_iter().flatten().map(|to| &to["name"]).collect();
    assert_eq!(names, ["Collaborators", "Everyone"]);
}

/// `AppCenterDistributeV3`.
#[tokio::test(flavor = "multi_thread")]
async fn the_azure_task_releases_by_group_id_with_the_builds_metadata() {
    let client = RecordedClient::open().await;
    app(&client).await;
    let azure = Uploader {
        create: "",
        file_name: "my%20app.apk",
        is_signed: false,
        no_body: "",
        chunk_type: None,
        is_token_first: false,
        is_backwards: true,
        repeats_id: false,
    };
    let id = azure.upload(&client, &package()).await.to_string();
    let build =
        json!({"id": "42", "branch": "refs/heads/main", "commit_hash": "c0ffee", "commit_message": "fix"});
    let update = json!({"release_notes": "notes", "build": build});
    client.api(Method::PUT, &client.path(route::RELEASE, &[&id]), &update).await.json(200);
    let distribution = json!({"id": NIL_GROUP_ID, "mandatory_update": false, "notify_testers": false});
    client.api(Method::POST, &client.path(route::RELEASE_GROUPS, &[&id]), &distribution).await.json(201);
    let release = client.api(Method::GET, &client.path(route::RELEASE, &[&id]), &Value::Null).await.json(200);
    assert_eq!(release["build"]["branch_name"], "refs/heads/main");
    assert_eq!(release["destinations"][0]["name"], "Collaborators");
}

#[tokio::test(flavor = "multi_thread")]
async fn jenkins_authenticates_every_call_and_distributes_a_release_to_all_groups_at_once() {
    let client = RecordedClient::open().await;
    app(&client).await;
    client.api(Method::POST, &client.path(route::GROUPS, &[]), &json!({"name": "QA"})).await.json(201);
    let jenkins = Uploader {
        create: "{}",
        file_name: "app-release(2).apk",
        is_signed: true,
        no_body: "",
        chunk_type: Some("application/octet-stream"),
        is_token_first: true,
        is_backwards: false,
        repeats_id: false,
    };
    let id = jenkins.upload(&client, &package()).await.to_string();
    let update = json!({
        "release_notes": "notes", "mandatory_update": false, "notify_testers": false,
        "destinations": [{"name": "Collaborators"}, {"name": "QA"}],
        "build": {"branch_name": "main", "commit_hash": "c0ffee"},
    });
    let path = client.path(route::RELEASE, &[&id]);
    let updated = client.api(Method::PATCH, &path, &update).await.json(200);
    assert_eq!(updated["release_notes"], "notes");
    let release = client.api(Method::GET, &path, &Value::Null).await.json(200);
    let names: Vec<_> =
        release["distribution_groups"].as_array().into_iter().flatten().map(|to| &to["name"]).collect();
    assert_eq!(names, ["Collaborators", "QA"]);
}

/// The chunked calls of the documentation for curl: the word POST is a body by mistake.
#[tokio::test(flavor = "multi_thread")]
async fn documented_scripts_send_a_word_for_a_body() {
    let client = RecordedClient::open().await;
    app(&client).await;
    let script = Uploader {
        create: "POST",
        file_name: "app.apk",
        is_signed: true,
        no_body: "POST",
        chunk_type: Some("application/octet-stream"),
        is_token_first: true,
        is_backwards: false,
        repeats_id: true,
    };
    let id = script.upload(&client, &package()).await.to_string();
    let to = json!({"destinations": [{"name": "collaborators"}], "notify_testers": false});
    client.api(Method::PATCH, &client.path(route::RELEASE, &[&id]), &to).await.json(200);
}

/// The form of an old client, with the fields in this order.
fn form(parts: &[(&str, Option<&str>, &[u8])]) -> bytes::Bytes {
    let mut body = Vec::new();
    for (name, file_name, content) in parts {
        let file = file_name
            .map(|file_name| format!("; filename=\"{file_name}\"\r\nContent-Type: application/octet-stream"));
        let file = file.unwrap_or_default();
        body.extend(format!("--X\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").bytes());
        body.extend_from_slice(content);
        body.extend(b"\r\n");
    }
    body.extend(b"--X--\r\n");
    body.into()
}

/// Creates an upload in one request; returns the upload's path and the path for its package.
async fn begin_whole(client: &RecordedClient) -> (String, String) {
    let created =
        client.api(Method::POST, &client.path(route::RELEASE_UPLOADS, &[]), &Value::Null).await.json(201);
    let url = created["upload_url"].as_str().expect("an address");
    let path = url.strip_prefix(&client.shared.stack.url).expect("an address of the service");
    let id = created["upload_id"].as_str().expect("an id");
    (client.path(route::RELEASE_UPLOAD, &[id]), path.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn appcenter_cli_2_5_3_takes_the_number_from_the_release_url() {
    let client = RecordedClient::open().await;
    app(&client).await;
    let (upload, address) = begin_whole(&client).await;
    let body = form(&[("ipa", Some("app.apk"), &corpus(HELLO_WORLD))]);
    let kind = [("content-type", "multipart/form-data; boundary=X")];
    let sent = client.send(Method::POST, &address, &kind, body).await;
    assert!(sent.status < 400, "{}", sent.json);
    let committed = client.api(Method::PATCH, &upload, &json!({"status": "committed"})).await.json(200);
    let id = committed["release_url"].as_str().and_then(|url| url.rsplit('/').next()).expect("an address");
    assert_eq!(committed["release_id"].to_string(), id);
    client
        .api(Method::PUT, &client.path(route::RELEASE, &[id]), &json!({"release_notes": "notes"}))
        .await
        .json(200);
    let group =
        client.api(Method::GET, &client.path(route::GROUP, &["Collaborators"]), &Value::Null).await.json(200);
    let distribution = json!({"id": group["id"], "mandatory_update": false, "notify_testers": true});
    client.api(Method::POST, &client.path(route::RELEASE_GROUPS, &[id]), &distribution).await.json(201);
}

/// Up to fastlane's plugin 1.8.
#[tokio::test(flavor = "multi_thread")]
async fn an_old_fastlane_sends_the_upload_id_and_aborts_failed_uploads() {
    let client = RecordedClient::open().await;
    app(&client).await;
    let kind = [("content-type", "multipart/form-data; boundary=X")];
    let (upload, address) = begin_whole(&client).await;
    let nothing = form(&[("upload_id", None, b"8")]);
    let refused = client.send(Method::POST, &address, &kind, nothing).await;
    assert_eq!(refused.status, 400, "{}", refused.json);
    let aborted = client.api(Method::PATCH, &upload, &json!({"status": "aborted"})).await.json(200);
    assert_eq!(aborted["release_url"], Value::Null);

    let (upload, address) = begin_whole(&client).await;
    let body = form(&[("upload_id", None, b"8"), ("ipa", Some("app.apk"), &corpus(HELLO_WORLD))]);
    let sent = client.send(Method::POST, &address, &kind, body).await;
    assert!((200..300).contains(&sent.status), "{}", sent.json);
    let committed = client.api(Method::PATCH, &upload, &json!({"status": "committed"})).await.json(200);
    assert_eq!(committed["release_id"], 1);
}

/// It runs appcenter-cli 2.10.10 and, for more groups, uses the highest number in the list.
#[tokio::test(flavor = "multi_thread")]
async fn the_github_action_distributes_the_newest_release_to_more_groups() {
    let client = RecordedClient::open().await;
    app(&client).await;
    for name in ["QA", "Beta testers"] {
        client.api(Method::POST, &client.path(route::GROUPS, &[]), &json!({"name": name})).await.json(201);
    }
    let cli = Uploader {
        create: "{}",
        file_name: "app.apk",
        is_signed: false,
        no_body: "",
        chunk_type: None,
        is_token_first: false,
        is_backwards: true,
        repeats_id: false,
    };
    for name in ["QA", "Beta testers"] {
        client.api(Method::GET, &client.path(route::MEMBERS, &[name]), &Value::Null).await.json(200);
        let id = cli.upload(&client, &corpus(HELLO_WORLD)).await.to_string();
        let group =
            client.api(Method::GET, &client.path(route::GROUP, &[name]), &Value::Null).await.json(200);
        let distribution = json!({"id": group["id"], "mandatory_update": false, "notify_testers": false});
        client.api(Method::POST, &client.path(route::RELEASE_GROUPS, &[&id]), &distribution).await.json(201);
    }
    let list = format!("{}?published_only=true", client.path(route::RELEASES, &[]));
    let releases = client.api(Method::GET, &list, &Value::Null).await.json(200);
    let newest = releases.as_array().into_iter().flatten().filter_map(|release| release["id"].as_i64()).max();
    assert_eq!(newest, Some(2));
    let group = client.api(Method::GET, &client.path(route::GROUP, &["QA"]), &Value::Null).await.json(200);
    let distribution = json!({"id": group["id"], "mandatory_update": false, "notify_testers": true});
    client.api(Method::POST, &client.path(route::RELEASE_GROUPS, &["2"]), &distribution).await.json(201);
}

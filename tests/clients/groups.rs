use serde_json::{Value, json};
use testkit::clients::appcenter_cli::AppCenterCliVersion;
use testkit::package::{HELLO_WORLD, corpus, corpus_path, sha256};

use crate::fixture::{Fixture, with_both_versions};

with_both_versions!(groups_are_made_changed_and_deleted, a_group_has_its_members_and_releases);

async fn groups_are_made_changed_and_deleted(version: AppCenterCliVersion) {
    let fixture = Fixture::signed_in(version).await;
    let app = fixture.app("one", "Android").await;
    let group = async |verb: &str, more: &[&str]| {
        fixture.cli.ok(&[&["distribute", "groups", verb, "-a", &app], more].concat()).await
    };
    let printed = group("create", &["-n", "My QA", "-t", "ann@slipway.example eve@slipway.example"]).await;
    assert_eq!(printed, "Successfully created the My QA distribution group with 2 testers\n");
    let again = ["distribute", "groups", "create", "-a", &app, "-n", "My QA"];
    assert!(fixture.cli.fails(3, &again).await.contains("failed to create distribution group"));
    assert_eq!(counts(&fixture, &app).await, json!([["Collaborators", "1"], ["My QA", "2"]]));

    let change = ["-g", "My QA", "-n", "Testers", "-t", "mia@slipway.example", "-d", "ann@slipway.example"];
    let printed = group("update", &[&change[..], &["--public"]].concat()).await;
    assert_eq!(printed, "Distribution group Testers was successfully updated\n");
    assert_eq!(
        stored_state(&fixture, "Testers").await,
        json!({"members": ["eve@slipway.example", "mia@slipway.example"], "is_public": true})
    );
    group("update", &["-g", "Testers", "--private"]).await;
    assert_eq!(stored_state(&fixture, "Testers").await["is_public"], false);

    let taken = ["distribute", "groups", "update", "-a", &app, "-g", "Testers", "-n", "collaborators"];
    let printed = fixture.cli.fails(4, &taken).await;
    assert!(printed.contains("distribution group collaborators already exists"), "{printed}");

    let printed = group("delete", &["-g", "Testers", "--quiet"]).await;
    assert_eq!(printed, "Distribution group Testers was deleted\n");
    assert_eq!(counts(&fixture, &app).await, json!([["Collaborators", "1"]]));
    let gone = ["distribute", "groups", "delete", "-a", &app, "-g", "Testers", "--quiet"];
    assert!(fixture.cli.fails(3, &gone).await.contains("failed to delete the distribution group"));
}

/// The output of `groups list` for every group: its name and the number of members.
async fn counts(fixture: &Fixture, app: &str) -> Value {
    fixture.cli.json(&["distribute", "groups", "list", "-a", app]).await
}

/// A group of the app `one` as the service returns it.
async fn stored_state(fixture: &Fixture, group: &str) -> Value {
    let path = |template| protocol::route::path(template, &[&fixture.owner, "one", group]);
    let shown = fixture.shared.call(http::Method::GET, &path(protocol::route::GROUP), &Value::Null).await;
    let members = fixture.shared.call(http::Method::GET, &path(protocol::route::MEMBERS), &Value::Null).await;
    let members: Vec<_> = members.as_array().into_iter().flatten().map(|member| &member["email"]).collect();
    json!({"members": members, "is_public": shown["is_public"]})
}

async fn a_group_has_its_members_and_releases(version: AppCenterCliVersion) {
    let fixture = Fixture::signed_in(version).await;
    let app = fixture.app("one", "Android").await;
    let file = corpus_path(HELLO_WORLD).display().to_string();
    let printed = fixture
        .cli
        .ok(&["distribute", "groups", "publish", "-a", &app, "-f", &file, "-g", "Collaborators"])
        .await;
    assert_eq!(printed, "Release 1.0 (1) was successfully released to 1 testers in Collaborators\n");
    let shown = fixture.cli.ok(&["distribute", "groups", "show", "-a", &app, "-g", "Collaborators"]).await;
    for part in [
        "Display Name: Local developer",
        "Email:        developer@localhost.localdomain",
        "Short Version: 1.0",
    ] {
        assert!(shown.contains(part), "expected `{part}` in:\n{shown}");
    }

    let folder = fixture.cli.home().path().join("downloads");
    let to = folder.display().to_string();
    let printed = fixture
        .cli
        .ok(&[
            "distribute",
            "groups",
            "download",
            "-a",
            &app,
            "-g",
            "Collaborators",
            "-d",
            &to,
            "-f",
            "a.apk",
        ])
        .await;
    assert_eq!(printed, format!("Release was saved to {to}/a.apk\n"));
    let bytes = std::fs::read(folder.join("a.apk")).expect("a downloaded package");
    assert_eq!(sha256(&bytes), sha256(&corpus(HELLO_WORLD)));
}

use http::Method;
use protocol::route;
use serde_json::{Value, json};
use testkit::clients::appcenter_cli::AppCenterCliVersion;
use testkit::package::{HELLO_WORLD, corpus_path};

use crate::fixture::{Fixture, with_both_versions};

with_both_versions!(
    releases_are_listed_changed_and_deleted,
    a_release_goes_to_more_groups_and_testers,
    a_package_goes_to_a_store,
);

/// An app with one release of the small apk, and the package's path.
async fn new_release(fixture: &Fixture) -> (String, String) {
    let app = fixture.app("one", "Android").await;
    let file = corpus_path(HELLO_WORLD).display().to_string();
    let release = ["distribute", "release", "-a", &app, "-f", &file, "-g", "Collaborators", "-r", "first"];
    let printed = fixture.cli.json(&release).await;
    assert_eq!([&printed["id"], &printed["releaseNotes"]], [&json!(1), &json!("first")]);
    (app, file)
}

async fn releases_are_listed_changed_and_deleted(version: AppCenterCliVersion) {
    let fixture = Fixture::signed_in(version).await;
    let (app, _) = new_release(&fixture).await;
    let release = |verb: &'static str, more: &'static [&str]| {
        [&["distribute", "releases", verb, "-a", app.as_str()], more].concat()
    };
    let listed = fixture.cli.json(&release("list", &[])).await;
    assert_eq!(
        [&listed[0]["id"], &listed[0]["shortVersion"], &listed[0]["version"]],
        [&json!(1), &json!("1.0"), &json!("1")]
    );
    assert_eq!(listed[0]["distributionGroups"][0]["name"], "Collaborators");
    let shown = fixture.cli.json(&release("show", &["-r", "1"])).await;
    let url = shown["downloadUrl"].as_str().expect("an address");
    let endpoint = fixture.proxy.as_ref().map_or(&fixture.shared.stack.url, |proxy| &proxy.url);
    assert!(url.starts_with(&format!("{endpoint}/download/")), "where the client found the service: {url}");
    let table = fixture.cli.ok(&release("show", &["-r", "1"])).await;
    for part in [
        "Bundle Identifier:    com.example.helloworld",
        "Android API Required: 15",
        "Release Notes:        first",
    ] {
        assert!(table.contains(part), "expected `{part}` in:\n{table}");
    }

    for state in ["disabled", "enabled"] {
        let printed = fixture.cli.ok(&[&release("edit", &["-r", "1"])[..], &[state]].concat()).await;
        assert_eq!(printed, format!("Release 1.0 (1) with id: 1 has been {state}\n"));
        assert_eq!(stored_state(&fixture).await["enabled"], state == "enabled");
    }
    let printed = fixture.cli.ok(&release("edit-notes", &["-r", "1", "-n", "second"])).await;
    assert_eq!(printed, "Release 1.0 (1) with id: 1 has been updated\n");
    assert_eq!(stored_state(&fixture).await["release_notes"], "second");

    let delete = release("delete", &["-r", "1", "--quiet"]);
    assert_eq!(fixture.cli.ok(&delete).await, "Release 1.0 (1) with id: 1 has been deleted\n");
    assert_eq!(fixture.cli.json(&release("list", &[])).await, json!([]));
    let words = fixture.either("release 1 doesn't exist", "failed to delete the release");
    assert!(fixture.cli.fails(fixture.either(4, 3), &delete).await.contains(words));
    for verb in ["show", "edit-notes"] {
        let more: &[&str] = if verb == "show" { &["-r", "1"] } else { &["-r", "1", "-n", "x"] };
        let printed = fixture.cli.fails(4, &release(verb, more)).await;
        assert!(printed.contains("release 1 doesn't exist"), "{printed}");
    }
}

async fn a_release_goes_to_more_groups_and_testers(version: AppCenterCliVersion) {
    let fixture = Fixture::signed_in(version).await;
    let (app, _) = new_release(&fixture).await;
    fixture.cli.ok(&["distribute", "groups", "create", "-a", &app, "-n", "QA"]).await;
    let add = async |id: &str, kind: &str, to: &str, more: &[&str]| {
        let command =
            ["distribute", "releases", "add-destination", "-a", &app, "-r", id, "-t", kind, "-d", to];
        fixture.cli.run(&[&command[..], more].concat()).await
    };
    let output = add("1", "group", "QA", &["-s"]).await;
    assert_eq!(
        output.stdout,
        "Distribution of release 1 to group 'QA' was successful without notification\n"
    );
    let output = add("1", "tester", "eve@slipway.example", &["-m"]).await;
    let sentence = "Distribution of mandatory release 1 to tester 'eve@slipway.example' was successful with notification\n";
    assert_eq!(output.stdout, sentence);
    let release = stored_state(&fixture).await;
    let names: Vec<_> =
        release["destinations"].as_array().into_iter().flatten().map(|to| &to["name"]).collect();
    assert_eq!(names, ["Collaborators", "QA", "eve@slipway.example"]);

    let missing_group = add("1", "group", "Unknown", &[]).await;
    assert_eq!(missing_group.code, 4, "{missing_group}");
    assert!(missing_group.stderr.contains("Could not find group Unknown"), "{missing_group}");
    let missing_release = add("99", "group", "QA", &[]).await;
    assert_eq!(missing_release.code, 4, "{missing_release}");
    assert!(missing_release.stderr.contains("Could not find release 99"), "{missing_release}");
}

async fn a_package_goes_to_a_store(version: AppCenterCliVersion) {
    let fixture = Fixture::signed_in(version).await;
    let (app, file) = new_release(&fixture).await;
    let store = json!({"type": "googleplay", "name": "Production", "track": "production"});
    fixture.shared.call(Method::POST, &route::path(route::STORES, &[&fixture.owner, "one"]), &store).await;
    let stores = fixture.cli.json(&["distribute", "stores", "list", "-a", &app]).await;
    assert_eq!(stores, json!([["Production", "googleplay", "production"]]));
    let printed = fixture
        .cli
        .ok(&["distribute", "stores", "publish", "-a", &app, "-f", &file, "-s", "Production"])
        .await;
    assert_eq!(printed, "Release 1.0 (1) was successfully released to store 'Production'\n");
    let add = [
        "distribute",
        "releases",
        "add-destination",
        "-a",
        &app,
        "-r",
        "1",
        "-t",
        "store",
        "-d",
        "Production",
    ];
    let printed = fixture.cli.ok(&add).await;
    assert_eq!(printed, "Distribution of release 1 to store 'Production' was successful with notification\n");
    assert_eq!(stored_state(&fixture).await["distribution_stores"][0]["name"], "Production");
}

/// Release 1 of the app `one` as the service returns it.
async fn stored_state(fixture: &Fixture) -> Value {
    fixture
        .shared
        .call(Method::GET, &route::path(route::RELEASE, &[&fixture.owner, "one", "1"]), &Value::Null)
        .await
}

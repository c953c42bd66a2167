use std::process::Command;

use http::Method;
use protocol::route;
use serde_json::{Value, json};
use testkit::package::{APP_INFO, HELLO_WORLD, corpus, corpus_path, plain_zip, sha256};

use crate::fixture::Fixture;

#[tokio::test(flavor = "multi_thread")]
async fn a_package_is_released_to_groups_and_testers() {
    let fixture = Fixture::new().await;
    fixture.new_group("My Testers").await;
    let (app, file) = (fixture.app(), corpus_path(HELLO_WORLD).display().to_string());
    let command = ["distribute", "release", "--app", &app, "--file", &file, "--release-notes", "new"];
    let to = ["-g", "collaborators,My Testers", "--tester", "eve@slipway.example", "--mandatory", "--silent"];
    let printed = fixture.cli.json(&[&command[..], &to].concat()).await;
    let bytes = corpus(HELLO_WORLD);
    assert_eq!(
        (&printed["id"], &printed["version"], &printed["build"]),
        (&json!(1), &json!("1.0"), &json!("1"))
    );
    assert_eq!(printed["size"], bytes.len());
    assert_eq!(printed["sha256"], sha256(&bytes));
    assert_eq!(printed["md5"], md5sum(&file));
    let names: Vec<_> = printed["destinations"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|to| (&to["type"], &to["name"]))
        .collect();
    let group = json!("group");
    assert_eq!(names[..2], [(&group, &json!("Collaborators")), (&group, &json!("My Testers"))]);
    assert_eq!(names[2], (&json!("tester"), &json!("eve@slipway.example")));
    let link = printed["install_link"].as_str().expect("a link");
    let page = testkit::clients::http::get(link).await;
    assert_eq!(page.status(), 200);

    let release = fixture.release(1).await;
    assert_eq!(release["release_notes"], "new");
    let group = route::path(route::GROUP_RELEASES, &[&fixture.owner, "one", "My Testers"]);
    let releases = fixture.shared.call(Method::GET, &group, &json!(null)).await;
    assert_eq!(releases[0]["mandatory_update"], true);
    assert_eq!(release["destinations"].as_array().map(Vec::len), Some(3));
    assert_eq!(fixture.download(1).await, sha256(&bytes));
    assert!(
        !fixture
            .cli
            .home()
            .path()
            .join(".local/state/slipway/uploads")
            .read_dir()
            .is_ok_and(|mut files| files.next().is_some())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_result_is_all_that_is_printed() {
    let fixture = Fixture::new().await;
    let notes = fixture.cli.home().file("notes.md", b"from a file\n").display().to_string();
    let (app, file) = (fixture.app(), corpus_path(HELLO_WORLD).display().to_string());
    let command = ["distribute", "release", "-a", &app, "-f", &file, "-g", "Collaborators", "-R", &notes];
    let output = fixture.cli.ok(&command).await;
    assert!(
        output
            .stdout
            .starts_with(&format!("release 1 of {app}: 1.0 (1)\ndistributed to group Collaborators\n")),
        "{output}"
    );
    assert!(output.stderr.contains("waiting for the server to make a release"), "{output}");
    assert!(!output.stderr.contains('\x1b'), "{output}");
    assert_eq!(fixture.release(1).await["release_notes"], "from a file\n");
    let output = fixture.cli.ok(&[&command[..], &["--quiet"]].concat()).await;
    assert_eq!(output.stderr, "");
    assert!(output.stdout.starts_with("release 2 of "), "{output}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_that_cannot_be_released_is_refused_before_a_byte_is_sent() {
    let fixture = Fixture::new().await;
    let home = fixture.cli.home();
    let text = home.file("renamed.apk", b"a list of things to buy\nmilk, bread\n").display().to_string();
    let zip = home.file("tools.zip", &plain_zip()).display().to_string();
    let [apk, ipa] =
        [HELLO_WORLD, "ipa/app-info__iphone.ipa"].map(|file| corpus_path(file).display().to_string());
    let (app, missing) = (fixture.app(), format!("{}/nothing", fixture.owner));
    let cases: [(&str, &str, &[&str], i32, &str); 9] = [
        (&app, &text, &["-g", "Collaborators"], 5, "expected a package, got a text file"),
        (&app, &ipa, &["-g", "Collaborators"], 5, "/one is for Android"),
        (&app, &apk, &["-g", "Unknown"], 4, "no group `Unknown`"),
        (&app, &apk, &["-g", "Collaborators,Unknown"], 4, "choose one of: Collaborators"),
        (&app, &apk, &["-s", "Production"], 4, "no store `Production`"),
        (&app, &zip, &["-g", "Collaborators"], 2, "--build-version"),
        (&app, &zip, &["-s", "Production", "-b", "1"], 2, "app stores take apk, aab and ipa"),
        (&app, "none.apk", &["-g", "Collaborators"], 4, "there is no file of that name"),
        (&missing, &apk, &["-g", "Collaborators"], 4, "there is no app"),
    ];
    for (app, file, more, code, expected) in cases {
        let command = ["distribute", "release", "-a", app, "-f", file];
        let printed = fixture.cli.fails(code, &[&command[..], more].concat()).await.stderr;
        assert!(printed.contains(expected), "expected `{expected}` in:\n{printed}");
    }
    let command = ["distribute", "release", "-a", &app, "-f", &apk, "-g", "Unknown", "--output", "json"];
    let printed = fixture.cli.fails(4, &command).await.stderr;
    let error: Value = serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{error}: {printed}"));
    assert_eq!(error["error"]["code"], "no-such-destination", "{error}");
    assert!(
        fixture.proxy.requests("uploads/releases").is_empty()
            && fixture.proxy.requests("/upload/").is_empty()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_of_another_app_is_refused_here() {
    let fixture = Fixture::new().await;
    let app = fixture.app();
    let [first, other] = [HELLO_WORLD, APP_INFO].map(|file| corpus_path(file).display().to_string());
    let release = |file: &str| {
        ["distribute", "release", "-a", &app, "-g", "Collaborators", "-f", file].map(str::to_owned)
    };
    let run = async |code, file: &str| {
        let args = release(file);
        fixture.cli.fails(code, &args.each_ref().map(String::as_str)).await
    };
    run(0, &first).await;
    let printed = run(5, &other).await.stderr;
    assert!(printed.contains("`com.icyleaf.appinfodemo`"), "{printed}");
    assert_eq!(fixture.proxy.requests("/upload/finished").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_is_released_to_the_app_under_the_version_that_is_stated() {
    let fixture = Fixture::new().await;
    fixture.shared.new_app(&fixture.owner, "tools", "Custom").await;
    let app = format!("{}/tools", fixture.owner);
    let zip = fixture.cli.home().file("tools.zip", &plain_zip()).display().to_string();
    let command =
        ["distribute", "release", "-a", &app, "-f", &zip, "-g", "Collaborators", "-b", "1.2", "-n", "12"];
    let printed = fixture.cli.json(&command).await;
    assert_eq!((&printed["version"], &printed["build"]), (&json!("1.2"), &json!("12")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_goes_to_a_store() {
    let fixture = Fixture::new().await;
    let store = json!({"type": "googleplay", "name": "Production", "track": "production"});
    fixture.shared.call(Method::POST, &route::path(route::STORES, &[&fixture.owner, "one"]), &store).await;
    let (app, file) = (fixture.app(), corpus_path(HELLO_WORLD).display().to_string());
    let printed =
        fixture.cli.json(&["distribute", "release", "-a", &app, "-f", &file, "-s", "production"]).await;
    assert_eq!(printed["destinations"][0]["type"], "store");
    assert_eq!(printed["install_link"], json!(null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_that_is_hosted_elsewhere_is_released_by_its_link() {
    let fixture = Fixture::new().await;
    let app = fixture.app();
    let link = ["distribute", "link", "-a", &app, "--url", "https://downloads.slipway.dev/42", "-r", "there"];
    let version = ["--build-version", "1.12", "--build-number", "87324"];
    let printed = fixture.cli.json(&[&link[..], &version, &["-g", "Collaborators"]].concat()).await;
    assert_eq!(
        (&printed["version"], &printed["build"], &printed["size"]),
        (&json!("1.12"), &json!("87324"), &json!(null))
    );
    let release = fixture.release(1).await;
    assert_eq!((&release["is_external_build"], &release["release_notes"]), (&json!(true), &json!("there")));
    let printed = fixture.cli.fails(4, &[&link[..], &version, &["-g", "Unknown"]].concat()).await.stderr;
    assert!(printed.contains("Unknown"), "{printed}");
    assert_eq!(fixture.n_releases().await, 1);
    let bad =
        ["distribute", "link", "-a", &app, "--url", "https://10.0.0.1/a", "-b", "1", "-g", "Collaborators"];
    fixture.cli.fails(2, &bad).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_equals_that_of_md5sum() {
    let fixture = Fixture::new().await;
    for file in [HELLO_WORLD, APP_INFO] {
        let file = corpus_path(file).display().to_string();
        let output = fixture.cli.ok(&["inspect", "--digest", "--json", &file]).await;
        let object: serde_json::Value = serde_json::from_str(&output.stdout).expect("JSON");
        assert_eq!(object["md5"], md5sum(&file));
    }
}

fn md5sum(file: &str) -> String {
    let output = Command::new("md5sum").arg(file).output().expect("md5sum runs");
    String::from_utf8_lossy(&output.stdout).split_whitespace().next().expect("a digest").to_owned()
}

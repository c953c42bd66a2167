use http::Method;
use protocol::{limit, route};
use serde_json::Value;
use testkit::clients::appcenter_cli::AppCenterCliVersion;
use testkit::package::{HELLO_WORLD, corpus_path};

use crate::fixture::{Fixture, with_both_versions};

with_both_versions!(
    a_package_that_cannot_be_released_is_refused_with_the_reason,
    notes_that_are_too_long_are_cut
);

async fn a_package_that_cannot_be_released_is_refused_with_the_reason(version: AppCenterCliVersion) {
    let fixture = Fixture::signed_in(version).await;
    let app = fixture.app("one", "Android").await;
    let home = fixture.cli.home();
    let text = home.file("renamed.apk", b"a list of things to buy\nmilk, bread\n").display().to_string();
    let [apk, ipa, zip] = [HELLO_WORLD, "ipa/app-info__iphone.ipa", "zip/zip2__files_and_dirs.zip"]
        .map(|file| corpus_path(file).display().to_string());
    let cases: [(&str, &[&str], i32, &str); 7] = [
        (
            &text,
            &["-g", "Collaborators"],
            3,
            "Loading release id failed: expected a package, got a text file; choose",
        ),
        (
            &ipa,
            &["-g", "Collaborators"],
            3,
            "Loading release id failed: expected a package for Android, got one for iOS",
        ),
        // It looks up the group after the upload.
        (&apk, &["-g", "Unknown"], 4, "Could not find group Unknown"),
        (&apk, &["-s", "Unknown"], 4, "store 'Unknown' was not found"),
        (
            &zip,
            &["-g", "Collaborators"],
            4,
            "--build-version parameter must be specified when uploading .zip files",
        ),
        (
            &apk,
            &["-g", "Collaborators", "--token", "0123456789", "--env", "local"],
            3,
            "Backend response: the API token is unknown or was revoked; create a new one",
        ),
        (
            &zip,
            &["-g", "Collaborators", "-b", "1"],
            3,
            "Loading release id failed: expected a package for Android, got",
        ),
    ];
    for (file, more, code, expected) in cases {
        let command = ["distribute", "release", "-a", &app, "-f", file];
        let printed = fixture.cli.fails(code, &[&command[..], more].concat()).await;
        assert!(printed.contains(expected), "expected `{expected}` in:\n{printed}");
    }
    let missing = format!("{}/nothing", fixture.owner);
    let printed = fixture
        .cli
        .fails(3, &["distribute", "release", "-a", &missing, "-f", &apk, "-g", "Collaborators"])
        .await;
    assert!(printed.contains(&format!("Backend response: there is no app `{missing}`")), "{printed}");
}

/// The user would not see a refusal: version 3 treats 400 as success.
async fn notes_that_are_too_long_are_cut(version: AppCenterCliVersion) {
    let fixture = Fixture::signed_in(version).await;
    let app = fixture.app("one", "Android").await;
    let file = corpus_path(HELLO_WORLD).display().to_string();
    let notes = "é".repeat(limit::RELEASE_NOTES_CHARS + 1);
    fixture
        .cli
        .ok(&["distribute", "release", "-a", &app, "-f", &file, "-g", "Collaborators", "-r", &notes])
        .await;
    let path = route::path(route::RELEASE, &[&fixture.owner, "one", "1"]);
    let release = fixture.shared.call(Method::GET, &path, &Value::Null).await;
    let kept = release["release_notes"].as_str().expect("notes");
    assert_eq!(kept.chars().count(), limit::RELEASE_NOTES_CHARS);
}

use http::Method;
use protocol::route;
use serde_json::Value;
use testkit::clients::appcenter_cli::AppCenterCliVersion;
use testkit::package::{corpus_path, padded_apk, sha256};
use testkit::proxy::RequestFault;

use crate::fixture::{Fixture, with_both_versions};

with_both_versions!(a_package_of_every_system_is_released);

/// The app's system, the package, the versions that must be stated, and the version that the command line prints.
const PACKAGES: [(&str, &str, &[&str], &str); 6] = [
    ("Android", "apk/androidbinary__helloworld.apk", &[], "1.0 (1)"),
    ("iOS", "ipa/app-info__iphone.ipa", &[], "1.2.3 (5)"),
    // Packages for Windows have one version and no build number.
    ("Windows", "msix/msix-packaging__Extra_file_in_blockmap.msix", &[], "1.0.0.0 ()"),
    // The command line requires both, and they are used: an installer's own version is seldom that of its app.
    ("macOS", "derived/pkg__distribution-two-components-xz.pkg", &["-b", "9.9", "-n", "99"], "9.9 (99)"),
    ("Custom", "zip/zip2__files_and_dirs.zip", &["-b", "2.5"], "2.5 ()"),
    ("Linux", "zip/zip2__files_and_dirs.zip", &["-b", "2.5", "-n", "17"], "2.5 (17)"),
];

async fn a_package_of_every_system_is_released(version: AppCenterCliVersion) {
    let fixture = Fixture::signed_in(version).await;
    for (os, file, stated, expected) in PACKAGES {
        let app = fixture.app(os, os).await;
        let path = corpus_path(file).display().to_string();
        let command = ["distribute", "release", "-a", &app, "-f", &path, "-g", "Collaborators", "-r", "New"];
        let printed = fixture.cli.ok(&[&command[..], stated].concat()).await;
        let sentence =
            format!("Release {expected} was successfully released to 1 testers in Collaborators\n");
        assert_eq!(printed, sentence, "{file}");
    }
}

/// The calls of a recorded run of 3.0.4, in order, with the statuses that it treats as success.
const RECORDED: &str = "\
GET distribution_groups/QA/members 200
POST uploads/releases 201
POST set_metadata 200
POST upload_chunk 200
POST finished 200
PATCH uploads/releases/ID 200
GET uploads/releases/ID 200
PUT releases/1 200
GET distribution_groups/QA 200
POST releases/1/groups 201
GET releases/1 200
";

#[tokio::test(flavor = "multi_thread")]
async fn a_release_makes_the_recorded_calls() {
    let fixture = Fixture::signed_in(AppCenterCliVersion::V3).await;
    let app = fixture.app("one", "Android").await;
    fixture.cli.ok(&["distribute", "groups", "create", "-a", &app, "-n", "QA"]).await;
    let proxy = fixture.proxy.as_ref().expect("version 3 speaks TLS");
    let n_before = proxy.requests("/").len();
    let path = corpus_path(PACKAGES[0].1).display().to_string();
    fixture.cli.ok(&["distribute", "release", "-a", &app, "-f", &path, "-g", "QA", "-r", "notes"]).await;
    let mut calls = String::new();
    for request in &proxy.requests("/")[n_before..] {
        let path = request.path.split('?').next().unwrap_or_default();
        let line = match path.strip_prefix("/upload/").and_then(|path| path.split('/').next()) {
            Some(call) => call.to_owned(),
            None => path.replace(&format!("/v0.1/apps/{app}/"), ""),
        };
        let line = match line.strip_prefix("uploads/releases/") {
            Some(_) => "uploads/releases/ID",
            None => &line,
        };
        let line = format!("{} {line} {}\n", request.method, request.status.unwrap_or(0));
        // How often it polls for the release depends on the machine's load.
        if !calls.ends_with(&line) {
            calls += &line;
        }
    }
    assert_eq!(calls, RECORDED);
}

/// It sends chunks in parallel, the last first, and repeats each that fails until it succeeds.
#[tokio::test(flavor = "multi_thread")]
async fn a_chunk_that_fails_is_sent_again() {
    let fixture = Fixture::signed_in(AppCenterCliVersion::V3).await;
    let app = fixture.app("one", "Android").await;
    let package = padded_apk(PACKAGES[0].1, 20 << 20);
    let path = fixture.cli.home().file("large.apk", &package).display().to_string();
    let proxy = fixture.proxy.as_ref().expect("version 3 speaks TLS");
    proxy.fail_next("block_number=2", RequestFault::Respond500, 2);
    fixture.cli.ok(&["distribute", "release", "-a", &app, "-f", &path, "-g", "Collaborators"]).await;
    let tries = [1, 2, 3].map(|number| proxy.requests(&format!("block_number={number}&")).len());
    assert_eq!(tries, [1, 3, 1]);
    let path = route::path(route::RELEASE, &[&fixture.owner, "one", "1"]);
    let release = fixture.shared.call(Method::GET, &path, &Value::Null).await;
    assert_eq!(release["sha256"], sha256(&package));
}

use protocol::{ReleaseDetails, route};
use serde_json::json;
use testkit::package::corpus;
use testkit::{Api, Fault, When};

/// The path of a URL of the service.
fn path(url: &str) -> &str {
    url.strip_prefix("https://slipway.example").expect("a URL of the service")
}

#[track_caller]
fn release_of(api: &Api, app: &str, file: &str) -> ReleaseDetails {
    let name = file.rsplit('/').next().unwrap_or(file);
    let status = api.upload(app, name, &corpus(file));
    assert_eq!(status["upload_status"], "readyToBePublished", "{file}: {status}");
    api.get(&route::path(route::RELEASE, &["ann", app, "latest"])).read()
}

#[test]
fn a_package_of_every_system_becomes_a_release_with_its_own_facts() {
    let cases = [
        ("Android", "aab/app-info__android.aab", "com.icyleaf.appinfodemo", "2.1.0"),
        ("iOS", "ipa/app-info__iphone.ipa", "com.icyleaf.AppInfoDemo", "1.2.3"),
        ("tvOS", "ipa/app-info__apple-tv.ipa", "com.etan.tv.BilibiliLive.tvOS", "1.0"),
        ("macOS", "app.zip/app-info__macos.zip", "com.icyleaf.macos.GUIApp", "1.0"),
        ("macOS", "derived/dmg__hfsplus-guiapp-udif-lzfse.dmg", "com.icyleaf.macos.GUIApp", "1.0"),
        ("macOS", "derived/pkg__distribution-two-components-xz.pkg", "com.icyleaf.macos.GUIApp", "1.0.7"),
        ("Windows", "msix/msix-packaging__Extra_file_in_blockmap.msix", "msix-packaging-demo", "1.0.0.0"),
        ("Windows", "derived/msi__wixl-x64.msi", "{11111111-2222-4333-8444-555555555555}", "2.5.1234"),
    ];
    for (os, file, identifier, version) in cases {
        let api = Api::new();
        api.create_app_for(os, "one", None);
        let details = release_of(&api, "one", file);
        assert_eq!(details.bundle_identifier.as_deref(), Some(identifier), "{file}");
        assert_eq!(details.release.short_version, version, "{file}");
        let facts = details.artifact.unwrap_or_default();
        assert_eq!((&facts["identifier"], &facts["os"]), (&json!(identifier), &json!(os)), "{file}");
    }
}

#[test]
fn a_package_for_another_system_is_refused_and_says_which() {
    let api = Api::new();
    api.create_app("one", None);
    let status = api.upload("one", "app.ipa", &corpus("ipa/app-info__iphone.ipa"));
    assert_eq!(status["error_details"], "expected a package for Android, got one for iOS");
    assert!(api.platform.object_storage().paths().is_empty(), "neither package nor icon is kept");
}

#[test]
fn an_icon_is_served_where_the_release_says_and_nowhere_else() {
    let api = Api::new();
    let app = api.create_app("one", None);
    assert_eq!(app.icon_url, None);
    let details = release_of(&api, "one", "apk/app-info__android.apk");
    let url = details.app_icon_url.expect("an icon");
    let icon = api.send(http::Method::GET, path(&url), &[], bytes::Bytes::new());
    assert_eq!(icon.status, 200);
    let facts = details.artifact.unwrap_or_default();
    assert_eq!(icon.headers["content-type"], facts["icon"]["media_type"].as_str().unwrap_or_default());
    assert!(icon.headers["cache-control"].to_str().unwrap_or_default().contains("immutable"));
    assert!(icon.body.len() > 100);
    let app: protocol::App = api.get("/v0.1/apps/ann/one").read();
    assert_eq!(app.icon_url.as_deref(), Some(url.as_str()));
    for wrong in
        [format!("{url}x"), url.replace("/icon/", "/icon/0"), url.replace(&url[url.len() - 8..], "AAAAAAAA")]
    {
        assert_eq!(
            api.send(http::Method::GET, path(&wrong), &[], bytes::Bytes::new()).status,
            404,
            "{wrong}"
        );
    }
}

#[test]
fn the_install_page_shows_the_packages_own_icon() {
    let api = Api::new();
    api.create_app("one", None);
    let details = release_of(&api, "one", "apk/app-info__android.apk");
    let links = route::path(route::INSTALL_LINKS, &["ann", "one", &details.release.id.to_string()]);
    let link = api.post(&links, &json!({})).json();
    let page =
        api.send(http::Method::GET, path(link["url"].as_str().unwrap_or_default()), &[], bytes::Bytes::new());
    assert!(page.text().contains(path(&details.app_icon_url.unwrap_or_default())), "{}", page.text());
}

#[test]
fn an_archive_needs_a_version_from_its_uploader() {
    let api = Api::new();
    api.create_app_for("Custom", "tools", None);
    let zip = testkit::package::plain_zip();
    let status = api.upload("tools", "tools.zip", &zip);
    assert_eq!(status["upload_status"], "error");
    assert!(status["error_details"].as_str().unwrap_or_default().contains("build_version"), "{status}");
    let status =
        api.upload_as("tools", &json!({"build_version": "3.1", "build_number": "7"}), "tools.zip", &zip);
    assert_eq!(status["upload_status"], "readyToBePublished", "{status}");
    let details: ReleaseDetails = api.get(&route::path(route::RELEASE, &["ann", "tools", "latest"])).read();
    assert_eq!((details.release.short_version.as_str(), details.release.version.as_str()), ("3.1", "7"));
    assert_eq!((details.bundle_identifier, details.app_icon_url), (None, None));
}

#[test]
fn every_version_of_an_installer_has_its_own_product_code_and_is_one_app() {
    let api = Api::new();
    api.create_app_for("Windows", "one", None);
    release_of(&api, "one", "derived/msi__wixl-x64.msi");
    let app: protocol::App = api.get("/v0.1/apps/ann/one").read();
    assert_eq!(app.bundle_identifier.as_deref(), Some("{AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE}"));
}

#[test]
fn a_failure_to_store_the_icon_loses_neither_icon_nor_release() {
    for when in [When::Before, When::After] {
        let api = Api::new();
        api.create_app("one", None);
        api.platform.fail(Fault { operation: "put", when, times: 1 });
        let status = api.upload("one", "app.apk", &corpus("apk/app-info__android.apk"));
        assert_eq!(status["release_distinct_id"], 1, "{when:?}: {status}");
        let mut paths = api.platform.object_storage().paths();
        paths.sort();
        assert!(paths.len() == 2 && paths[0].starts_with("icons/"), "{paths:?}");
    }
}

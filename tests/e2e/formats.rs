//! Packages other than Android's, from the drop to the release.

use relay::headers::IMAGE_SECURITY_POLICY;
use serde_json::Value;
use testkit::clients::http::get;
use testkit::package::{APP_INFO, HELLO_WORLD, corpus, corpus_path, plain_zip};

use crate::fixture::Fixture;

#[tokio::test(flavor = "multi_thread")]
async fn an_ipa_shows_its_icon_profile_and_findings_and_becomes_a_release() {
    let fixture = Fixture::open().await;
    let shown = fixture.release(&corpus_path("ipa/app-info__ipad.ipa"), "Bundle").await;
    assert_eq!(shown, "#1");
    let facts = fixture.browser.text("facts").await;
    assert!(facts.contains("com.icyleaf.bundle") && facts.contains("Bundle id"), "{facts}");
    let codes = finding_codes(&fixture).await;
    assert!(codes.contains("expired-profile") && codes.contains("store-profile"), "{codes}");
    let days = "return [...document.querySelectorAll('[data-test=finding] time')].map((time) =>
        [time.dateTime, time.innerText.includes(time.dateTime)])";
    let days = fixture.browser.run(days, Value::Null).await;
    let exact = serde_json::json!([["2017-04-12T09:37:18Z", false]]);
    assert_eq!(days, exact, "a day for people, and the exact time behind it");
    // The browser shows the icon, which it could not in the format that Apple's tools write.
    let size = "return document.querySelector('[data-test=facts] [data-test=app-icon]').naturalWidth";
    fixture.browser.wait_for("[data-test=facts] img[src^='/icon/']").await;
    let loaded = "const [_, done] = arguments;
        const img = document.querySelector('[data-test=facts] [data-test=app-icon]');
        img.decode().then(() => done(true), () => done(false));";
    assert_eq!(fixture.browser.run_async(loaded, Value::Null).await, true);
    assert!(fixture.browser.run(size, Value::Null).await.as_u64().unwrap_or(0) > 0);
    fixture.browser.screenshot("release-ipa").await;
    fixture.close().await;
}

/// The codes of the findings on the page, in their order.
async fn finding_codes(fixture: &Fixture) -> String {
    let codes =
        "return [...document.querySelectorAll('[data-test=finding]')].map((finding) => finding.dataset.code)";
    fixture.browser.run(codes, Value::Null).await.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_image_is_read_by_the_engine_that_is_loaded_for_it() {
    let fixture = Fixture::open().await;
    fixture.browser.choose(&corpus_path("derived/dmg__hfsplus-guiapp-udif-lzfse.dmg")).await;
    let facts = fixture.browser.text("facts").await;
    assert!(facts.contains("com.icyleaf.macos.GUIApp") && facts.contains("macOS 11.3"), "{facts}");
    fixture.browser.screenshot("facts-dmg").await;
    fixture.browser.click("create-app").await;
    fixture.browser.wait_for_phase("ready").await;
    // The same engine reads the next package.
    fixture.browser.go(&fixture.proxy.url).await;
    fixture.browser.choose(&corpus_path("derived/msi__wixl-x64.msi")).await;
    fixture.browser.find("more-facts").await;
    fixture.browser.run("document.querySelector('[data-test=more-facts]').open = true", Value::Null).await;
    let facts = fixture.browser.text("facts").await;
    for words in ["App id (upgrade code)", "Product code of this version", "English (United States)"] {
        assert!(facts.contains(words), "expected `{words}` among the facts: {facts}");
    }
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_asks_for_its_version_before_it_is_uploaded() {
    let fixture = Fixture::open().await;
    fixture.begin_release(&fixture.folder.file("tools.zip", &plain_zip()), "Tools").await;
    fixture.browser.find("ask-version").await;
    fixture.browser.screenshot("ask-version").await;
    assert!(fixture.proxy.requests("uploads/releases").is_empty());
    fixture.browser.click("use-version").await;
    assert!(fixture.browser.text("ask-version").await.contains("empty"));
    fixture.browser.type_into("version", "3.1").await;
    fixture.browser.click("use-version").await;
    fixture.browser.wait_for_phase("ready").await;
    let facts = fixture.browser.text("facts").await;
    assert!(facts.contains("3.1"), "{facts}");
    assert!(!finding_codes(&fixture).await.contains("missing-version"), "the note was answered");
    fixture.click_through().await;
    fixture.browser.find("release-number").await;
    assert!(fixture.browser.text("facts").await.contains("3.1"));
    assert!(!finding_codes(&fixture).await.contains("missing-version"));
    fixture.browser.screenshot("release-zip").await;
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_are_shown_the_worst_first() {
    let fixture = Fixture::open().await;
    fixture.browser.choose(&fixture.folder.file("hello.apk", &corpus(HELLO_WORLD))).await;
    fixture.browser.find("facts").await;
    let severities = "return [...document.querySelectorAll('[data-test=finding] strong')].map((title) => title.innerText.split(':')[0])";
    let severities = fixture.browser.run(severities, Value::Null).await;
    assert_eq!(severities, serde_json::json!(["Error", "Warning", "Note"]));
    fixture.close().await;
}

/// An SVG may contain a script: the page shows it as an image only, and as a document it has no rights.
#[tokio::test(flavor = "multi_thread")]
async fn a_vector_icon_is_shown_and_can_run_no_script() {
    let fixture = Fixture::open().await;
    let apk = corpus_path("apk/jadx__small.apk");
    fixture.browser.choose(&apk).await;
    fixture.browser.find("facts").await;
    let source = "return document.querySelector('[data-test=facts] [data-test=app-icon]').src";
    let shown = fixture.browser.run(source, Value::Null).await;
    let shown = shown.as_str().expect("the icon has an address");
    assert!(shown.starts_with("data:image/svg+xml;base64,"), "{shown}");
    let loaded = "const [_, done] = arguments;
        const img = document.querySelector('[data-test=facts] [data-test=app-icon]');
        img.decode().then(() => done(img.naturalWidth), (error) => done(String(error)));";
    let width = fixture.browser.run_async(loaded, Value::Null).await;
    assert!(width.as_u64().unwrap_or(0) > 0, "{width}");
    fixture.browser.screenshot("facts-apk-icon").await;

    fixture.browser.go(&fixture.proxy.url).await;
    assert_eq!(fixture.release(&apk, "Drawn").await, "#1");
    fixture.browser.wait_for("[data-test=facts] img[src^='/icon/']").await;
    let width = fixture.browser.run_async(loaded, Value::Null).await;
    assert!(width.as_u64().unwrap_or(0) > 0, "{width}");
    let address = fixture.browser.run(source, Value::Null).await;
    let served = get(address.as_str().expect("the icon has an address")).await;
    assert_eq!(served.status(), 200);
    assert_eq!(served.headers()["content-type"], "image/svg+xml");
    assert_eq!(served.headers()["content-security-policy"], IMAGE_SECURITY_POLICY);
    assert!(
        IMAGE_SECURITY_POLICY.contains("default-src 'none'") && IMAGE_SECURITY_POLICY.contains("sandbox")
    );
    let picture = String::from_utf8_lossy(served.body());
    assert!(picture.contains("<svg") && !picture.contains("<script"), "{picture}");
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_dropped_on_another_apps_page_lets_the_user_choose_the_app() {
    let fixture = Fixture::open().await;
    let (hello, info) = (
        fixture.folder.file("hello.apk", &corpus(HELLO_WORLD)),
        fixture.folder.file("info.apk", &corpus(APP_INFO)),
    );
    assert_eq!(fixture.release(&hello, "Hello").await, "#1");
    let n_calls = fixture.proxy.requests("uploads/releases").len();
    let page = format!("{}/apps/developer/Hello", fixture.proxy.url);
    fixture.browser.go(&page).await;
    fixture.browser.choose(&info).await;
    let shown = fixture.browser.text("wrong-app").await;
    for name in ["com.icyleaf.appinfodemo", "com.example.helloworld", "Hello"] {
        assert!(shown.contains(name), "{shown}");
    }
    assert!(!shown.contains('`'), "code is set apart, not quoted: {shown}");
    fixture.browser.screenshot("wrong-app").await;
    fixture.browser.click("back-to-app").await;
    fixture.browser.find("release-row").await;
    assert_eq!(fixture.proxy.requests("uploads/releases").len(), n_calls, "nothing was uploaded");

    fixture.begin_release(&info, "A name that is too long for one line of a phone").await;
    fixture.browser.wait_for_phase("ready").await;
    fixture.browser.go(&page).await;
    fixture.browser.choose(&info).await;
    fixture.browser.find("wrong-app").await;
    fixture.browser.screenshot("wrong-app-known").await;
    assert!(!fixture.browser.has("create-app").await, "there is such an app already");
    let excess = "document.body.style.width = '390px';
        const list = document.querySelector('.chips');
        return list.scrollWidth - list.clientWidth;";
    assert_eq!(fixture.browser.run(excess, Value::Null).await, 0, "the button stays inside");
    fixture.browser.click("choose-app").await;
    fixture.browser.wait_for_phase("ready").await;
    fixture.close().await;
}

//! Packages other than Android's, from the drop to the release.

use relay::headers::IMAGE_SECURITY_POLICY;
use serde_json::Value;
use testkit::clients::http::get;
use testkit::package::{APP_INFO, HELLO_WORLD, corpus, corpus_path, plain_zip};

use crate::scene::Scene;

#[tokio::test(flavor = "multi_thread")]
async fn an_ipa_shows_its_icon_profile_and_findings_and_becomes_a_release() {
    let scene = Scene::open().await;
    let shown = scene.release(&corpus_path("ipa/app-info__ipad.ipa"), "Bundle").await;
    assert_eq!(shown, "#1");
    let facts = scene.browser.text("facts").await;
    assert!(facts.contains("com.icyleaf.bundle") && facts.contains("Bundle id"), "{facts}");
    let codes = finding_codes(&scene).await;
    assert!(codes.contains("expired-profile") && codes.contains("store-profile"), "{codes}");
    let days = "return [...document.querySelectorAll('[data-test=finding] time')].map((time) =>
        [time.dateTime, time.innerText.includes(time.dateTime)])";
    let days = scene.browser.run(days, Value::Null).await;
    let exact = serde_json::json!([["2017-04-12T09:37:18Z", false]]);
    assert_eq!(days, exact, "a day for people, and the exact time behind it");
    // The browser could show the icon, which it cannot in the form that Apple's tools make of it.
    let size = "return document.querySelector('[data-test=facts] [data-test=app-icon]').naturalWidth";
    scene.browser.wait_for("[data-test=facts] img[src^='/icon/']").await;
    let loaded = "const [_, done] = arguments;
        const img = document.querySelector('[data-test=facts] [data-test=app-icon]');
        img.decode().then(() => done(true), () => done(false));";
    assert_eq!(scene.browser.run_async(loaded, Value::Null).await, true);
    assert!(scene.browser.run(size, Value::Null).await.as_u64().unwrap_or(0) > 0);
    scene.browser.screenshot("release-ipa").await;
    scene.close().await;
}

/// The codes of the findings on the page, in their order.
async fn finding_codes(scene: &Scene) -> String {
    let codes =
        "return [...document.querySelectorAll('[data-test=finding]')].map((finding) => finding.dataset.code)";
    scene.browser.run(codes, Value::Null).await.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_image_is_read_by_the_engine_that_is_loaded_for_it() {
    let scene = Scene::open().await;
    scene.browser.choose(&corpus_path("derived/dmg__hfsplus-guiapp-udif-lzfse.dmg")).await;
    let facts = scene.browser.text("facts").await;
    assert!(facts.contains("com.icyleaf.macos.GUIApp") && facts.contains("macOS 11.3"), "{facts}");
    scene.browser.screenshot("facts-dmg").await;
    scene.browser.click("create-app").await;
    scene.browser.wait_for_phase("ready").await;
    // The same engine takes what comes next.
    scene.browser.go(&scene.proxy.url).await;
    scene.browser.choose(&corpus_path("derived/msi__wixl-x64.msi")).await;
    scene.browser.find("more-facts").await;
    scene.browser.run("document.querySelector('[data-test=more-facts]').open = true", Value::Null).await;
    let facts = scene.browser.text("facts").await;
    for words in ["App id (upgrade code)", "Product code of this version", "English (United States)"] {
        assert!(facts.contains(words), "expected `{words}` among the facts: {facts}");
    }
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_asks_for_its_version_before_it_is_uploaded() {
    let scene = Scene::open().await;
    scene.begin_release(&scene.folder.file("tools.zip", &plain_zip()), "Tools").await;
    scene.browser.find("ask-version").await;
    scene.browser.screenshot("ask-version").await;
    assert!(scene.proxy.requests("uploads/releases").is_empty());
    scene.browser.click("use-version").await;
    assert!(scene.browser.text("ask-version").await.contains("empty"));
    scene.browser.type_into("version", "3.1").await;
    scene.browser.click("use-version").await;
    scene.browser.wait_for_phase("ready").await;
    let facts = scene.browser.text("facts").await;
    assert!(facts.contains("3.1"), "{facts}");
    assert!(!finding_codes(&scene).await.contains("missing-version"), "the note was answered");
    scene.click_through().await;
    scene.browser.find("release-number").await;
    assert!(scene.browser.text("facts").await.contains("3.1"));
    assert!(!finding_codes(&scene).await.contains("missing-version"));
    scene.browser.screenshot("release-zip").await;
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_are_shown_the_worst_first() {
    let scene = Scene::open().await;
    scene.browser.choose(&scene.folder.file("hello.apk", &corpus(HELLO_WORLD))).await;
    scene.browser.find("facts").await;
    let words =
        "return [...document.querySelectorAll('[data-test=finding] strong')].map((word) => word.innerText)";
    let words = scene.browser.run(words, Value::Null).await;
    assert_eq!(words, serde_json::json!(["Error: ", "Warning: ", "Note: "]));
    scene.close().await;
}

/// An SVG could carry a script: it is shown as a picture only, and is a document without rights by itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_vector_icon_is_shown_and_can_run_no_script() {
    let scene = Scene::open().await;
    let apk = corpus_path("apk/jadx__small.apk");
    scene.browser.choose(&apk).await;
    scene.browser.find("facts").await;
    let source = "return document.querySelector('[data-test=facts] [data-test=app-icon]').src";
    let shown = scene.browser.run(source, Value::Null).await;
    let shown = shown.as_str().expect("the icon has an address");
    assert!(shown.starts_with("data:image/svg+xml;base64,"), "{shown}");
    let loaded = "const [_, done] = arguments;
        const img = document.querySelector('[data-test=facts] [data-test=app-icon]');
        img.decode().then(() => done(img.naturalWidth), (error) => done(String(error)));";
    let width = scene.browser.run_async(loaded, Value::Null).await;
    assert!(width.as_u64().unwrap_or(0) > 0, "{width}");
    scene.browser.screenshot("facts-apk-icon").await;

    scene.browser.go(&scene.proxy.url).await;
    assert_eq!(scene.release(&apk, "Drawn").await, "#1");
    scene.browser.wait_for("[data-test=facts] img[src^='/icon/']").await;
    let width = scene.browser.run_async(loaded, Value::Null).await;
    assert!(width.as_u64().unwrap_or(0) > 0, "{width}");
    let address = scene.browser.run(source, Value::Null).await;
    let served = get(address.as_str().expect("the icon has an address")).await;
    assert_eq!(served.status(), 200);
    assert_eq!(served.headers()["content-type"], "image/svg+xml");
    assert_eq!(served.headers()["content-security-policy"], IMAGE_SECURITY_POLICY);
    assert!(
        IMAGE_SECURITY_POLICY.contains("default-src 'none'") && IMAGE_SECURITY_POLICY.contains("sandbox")
    );
    let picture = String::from_utf8_lossy(served.body());
    assert!(picture.contains("<svg") && !picture.contains("<script"), "{picture}");
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_dropped_on_another_apps_page_lets_the_user_choose_the_app() {
    let scene = Scene::open().await;
    let (hello, info) = (
        scene.folder.file("hello.apk", &corpus(HELLO_WORLD)),
        scene.folder.file("info.apk", &corpus(APP_INFO)),
    );
    assert_eq!(scene.release(&hello, "Hello").await, "#1");
    let n_calls = scene.proxy.requests("uploads/releases").len();
    let page = format!("{}/apps/developer/Hello", scene.proxy.url);
    scene.browser.go(&page).await;
    scene.browser.choose(&info).await;
    let said = scene.browser.text("wrong-app").await;
    for name in ["com.icyleaf.appinfodemo", "com.example.helloworld", "Hello"] {
        assert!(said.contains(name), "{said}");
    }
    assert!(!said.contains('`'), "code is set apart, not quoted: {said}");
    scene.browser.screenshot("wrong-app").await;
    scene.browser.click("back-to-app").await;
    scene.browser.find("release-row").await;
    assert_eq!(scene.proxy.requests("uploads/releases").len(), n_calls, "nothing was uploaded");

    scene.begin_release(&info, "A name that is too long for one line of a phone").await;
    scene.browser.wait_for_phase("ready").await;
    scene.browser.go(&page).await;
    scene.browser.choose(&info).await;
    scene.browser.find("wrong-app").await;
    scene.browser.screenshot("wrong-app-known").await;
    assert!(!scene.browser.has("create-app").await, "there is such an app already");
    let excess = "document.body.style.width = '390px';
        const list = document.querySelector('.chips');
        return list.scrollWidth - list.clientWidth;";
    assert_eq!(scene.browser.run(excess, Value::Null).await, 0, "the button stays inside");
    scene.browser.click("choose-app").await;
    scene.browser.wait_for_phase("ready").await;
    scene.close().await;
}

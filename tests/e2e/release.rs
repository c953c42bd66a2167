use relay::headers::CONTENT_SECURITY_POLICY;
use serde_json::{Value, json};
use testkit::TempFolder;
use testkit::clients::http::get;
use testkit::package::{APP_INFO, HELLO_WORLD, corpus, sha256};
use testkit::{Browser, FaultyProxy, Stack};

use crate::fixture::Fixture;

/// Drops a file onto the page, with the events of a mouse.
const DROP: &str = "
    const [name, base64] = arguments[0];
    const bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], name));
    for (const type of ['dragenter', 'dragover', 'drop'])
        document.body.dispatchEvent(new DragEvent(type, {dataTransfer: data, bubbles: true, cancelable: true}));";

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_build_reaches_a_tester_byte_for_byte() {
    let fixture = Fixture::open().await;
    let (browser, proxy) = (&fixture.browser, &fixture.proxy);
    let token = dev_token(&fixture);
    proxy.watch_for_secret(&token);

    browser.find("no-apps").await;
    browser.screenshot("1-empty").await;
    browser.run(DROP, json!(["helloworld.apk", base64(&corpus(HELLO_WORLD))])).await;
    let facts = browser.text("facts").await;
    for fact in ["HelloWorld", "com.example.helloworld", "1.0", "API 15", "185.2 kB"] {
        assert!(facts.contains(fact), "expected `{fact}` among the facts: {facts}");
    }
    browser.screenshot("2-facts").await;
    assert!(proxy.requests("/upload").is_empty(), "nothing is uploaded before the app is known");

    browser.click("create-app").await;
    browser.wait_for_phase("ready").await;
    browser.click("next").await;
    browser.type_into("notes", "## New\n- the first release").await;
    browser.screenshot("3-notes").await;
    browser.click("next").await;
    browser.type_into("new-group", "QA").await;
    browser.click("add-group").await;
    browser.find("group-QA").await;
    browser.screenshot("4-destinations").await;
    browser.click("next").await;
    browser.screenshot("5-review").await;
    browser.click("distribute").await;

    assert_eq!(browser.text("release-number").await, "#1");
    browser.wait_for("[data-test=\"destination\"] ~ [data-test=\"destination\"]").await;
    let link = fixture.install_link().await;
    browser.screenshot("6-release").await;

    let page = get(&link).await;
    assert_eq!(page.status(), 200);
    assert!(String::from_utf8_lossy(page.body()).contains("Version 1.0 (1)"));
    let download = get(&format!("{link}/download")).await;
    assert_eq!(sha256(download.body()), sha256(&corpus(HELLO_WORLD)));
    install_as_a_tester(&fixture, &link).await;

    browser.click("revoke").await;
    browser.click("confirm").await;
    browser.find("create-link").await;
    assert_eq!(get(&link).await.status(), 404);
    assert_eq!(get(&format!("{link}/download")).await.status(), 404);

    assert_eq!(proxy.leaks(), Vec::<String>::new(), "the API token stays behind the edge");
    let sent = proxy
        .requests("/")
        .into_iter()
        .flat_map(|request| request.headers)
        .any(|(_, value)| value.contains(&token));
    assert!(!sent, "the browser never has the API token");
    fixture.close().await;
}

/// Opens the link in a browser without a session, and fetches the URL of its button.
async fn install_as_a_tester(fixture: &Fixture, link: &str) {
    let tester = Browser::open().await;
    tester.go(link).await;
    assert!(tester.page_text().await.contains("HelloWorld"));
    tester.screenshot("9-install").await;
    let digest = tester.run_async(FETCH_BUTTON, Value::Null).await;
    assert_eq!(digest, sha256(&corpus(HELLO_WORLD)));
    let background = "return getComputedStyle(document.querySelector('.button')).backgroundColor";
    assert_ne!(tester.run(background, Value::Null).await, "rgba(0, 0, 0, 0)", "the page has its styles");
    tester.close().await;
    for path in ["/", "/install/", "/session"] {
        let requests = fixture.proxy.requests(path);
        assert!(
            // Images have a stricter one of their own.
            requests
                .iter()
                .filter(|request| !request.path.starts_with("/icon/"))
                .all(|request| request.policy.as_deref() == Some(CONTENT_SECURITY_POLICY)),
            "{path}: {requests:?}"
        );
    }
}

/// SHA-256 of the file that the page's button downloads.
const FETCH_BUTTON: &str = "
    const [, done] = arguments;
    const href = document.querySelector('[data-test=\"download\"]').href;
    fetch(href).then(response => response.arrayBuffer())
        .then(bytes => crypto.subtle.digest('SHA-256', bytes))
        .then(digest => done([...new Uint8Array(digest)].map(byte => byte.toString(16).padStart(2, '0')).join('')))
        .catch(error => done(String(error)));";

#[tokio::test(flavor = "multi_thread")]
async fn apps_and_releases_are_still_there_after_a_restart() {
    let fixture = Fixture::open().await;
    let first = fixture.folder.file("first.apk", &corpus(HELLO_WORLD));
    let other = fixture.folder.file("other.apk", &corpus(APP_INFO));
    assert_eq!(fixture.release(&first, "Hello").await, "#1");
    fixture.browser.go(&fixture.proxy.url).await;
    assert_eq!(fixture.release(&other, "Info").await, "#1");

    // The same package again finds its app.
    fixture.browser.go(&fixture.proxy.url).await;
    fixture.browser.choose(&first).await;
    fixture.browser.wait_for_phase("ready").await;
    assert!(fixture.browser.text("same-version").await.contains("release #1"), "a note, and no refusal");
    fixture.click_through().await;
    assert_eq!(fixture.browser.text("release-number").await, "#2");
    let link = fixture.install_link().await;

    let Fixture { browser, stack, folder, .. } = fixture;
    drop(stack);
    let stack = Stack::start(&folder.path().join("data"));
    let proxy = FaultyProxy::start(stack.authority()).await;
    browser.go(&format!("{}/apps/developer/Hello", proxy.url)).await;
    browser.find("release-row").await;
    let rows = browser.run(ROWS, Value::Null).await;
    assert_eq!(rows, json!(["#2", "#1"]), "newest first");
    browser.screenshot("7-app").await;
    let path = link.split_once("/install/").expect("an install link").1.to_owned();
    let download = get(&format!("{}/install/{path}/download", proxy.url)).await;
    assert_eq!(sha256(download.body()), sha256(&corpus(HELLO_WORLD)));
    browser.go(&proxy.url).await;
    browser.wait_for("[data-test=\"app-row\"] ~ [data-test=\"app-row\"]").await;
    browser.screenshot("8-home").await;
    browser.close().await;
}

/// The releases' numbers, from the top.
const ROWS: &str = "return [...document.querySelectorAll('[data-test=\"release-row\"]')]
    .map(row => row.innerText.match(/#\\d+/)[0]);";

fn dev_token(fixture: &Fixture) -> String {
    let json =
        std::fs::read_to_string(fixture.folder.path().join("data/dev.json")).expect("the stack's keys");
    let keys: Value = serde_json::from_str(&json).expect("JSON");
    keys["api_token"].as_str().expect("a token").to_owned()
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |group: u32, shift: u32| char::from(DIGITS[((group >> shift) & 63) as usize]);
    bytes.chunks(3).fold(String::new(), |mut text, chunk| {
        let group = (0..3).fold(0, |group, i| (group << 8) | u32::from(chunk.get(i).copied().unwrap_or(0)));
        for i in 0..4 {
            text.push(if i <= chunk.len() {
                digit(group, 18 - 6 * u32::try_from(i).unwrap_or(0))
            } else {
                '='
            });
        }
        text
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_path_serves_the_page_and_a_missing_file_does_not() {
    let folder = TempFolder::new("e2e");
    let stack = Stack::start(&folder.path().join("data"));
    let page = get(&format!("{}/apps/developer/any", stack.url)).await;
    assert_eq!(page.status(), 200);
    assert_eq!(page.headers()["content-security-policy"], CONTENT_SECURITY_POLICY);
    assert!(String::from_utf8_lossy(page.body()).contains("engine-worker"));
    let missing = get(&format!("{}/assets/portal-0123456789.wasm", stack.url)).await;
    assert_eq!(
        (missing.status().as_u16(), &missing.headers()["cache-control"]),
        (404, &http::HeaderValue::from_static("no-store"))
    );
}

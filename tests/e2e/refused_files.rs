use testkit::package::{HELLO_WORLD, corpus};

use crate::fixture::Fixture;

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_package_is_refused_with_the_reason_and_nothing_is_uploaded() {
    let fixture = Fixture::open().await;
    let apk = corpus(HELLO_WORLD);
    let cases = [
        ("notes.apk", b"These are notes, not a package.".to_vec(), "a text file"),
        ("empty.apk", Vec::new(), "empty"),
        ("truncated.apk", apk[..apk.len() / 2].to_vec(), "stops after"),
    ];
    let mut messages = Vec::new();
    for (name, bytes, word) in cases {
        fixture.browser.go(&fixture.proxy.url).await;
        fixture.browser.choose(&fixture.folder.file(name, &bytes)).await;
        let message = fixture.browser.text("refusal").await;
        fixture.browser.screenshot(&format!("refused-{name}")).await;
        assert!(message.to_lowercase().contains(word), "{name}: {message}");
        assert!(!fixture.browser.has("create-app").await);
        messages.push(message);
    }
    messages.dedup();
    assert_eq!(messages.len(), 3, "each says something else: {messages:?}");
    assert!(fixture.proxy.requests("upload").is_empty());

    // The page accepts a good package next.
    fixture.browser.choose(&fixture.folder.file("good.apk", &apk)).await;
    fixture.browser.find("facts").await;
    fixture.close().await;
}

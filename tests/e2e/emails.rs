//! E-mails as the local stack writes them to files, and the pages that their links open.

use bytes::Bytes;
use http::{Method, StatusCode};
use protocol::route;
use serde_json::{Value, json};
use testkit::Stack;
use testkit::clients::http::{get, send};
use testkit::{TempFolder, stack::SentEmail};

use crate::api_client::{ApiClient, json_of};

/// A path of the developer's app.
fn app(template: &str, segments: &[&str]) -> String {
    route::path(template, &[&["developer", "Rocket"], segments].concat())
}

/// A stack with the app `Rocket` and its group `QA`.
struct Fixture {
    developer: ApiClient,
    stack: Stack,
    _folder: TempFolder,
}

impl Fixture {
    async fn open() -> Fixture {
        let folder = TempFolder::new("mail");
        let stack = Stack::start(&folder.path().join("data"));
        let developer = ApiClient::developer(&stack);
        developer.create_app("Rocket").await;
        developer.call(Method::POST, &app(route::GROUPS, &[]), &json!({"name": "QA"})).await;
        Fixture { developer, stack, _folder: folder }
    }

    /// Adds an address to the group, and returns the e-mail to it.
    async fn add_member(&self, email: &str) -> SentEmail {
        let emails = json!({"user_emails": [email]});
        self.developer.call(Method::POST, &app(route::MEMBERS, &["QA"]), &emails).await;
        self.stack.next_email()
    }

    /// Distributes a build that is hosted elsewhere to the group, with notifications.
    async fn release(&self, version: &str, notes: &str) {
        let url = format!("https://downloads.slipway-builds.com/{version}.apk");
        let new = json!({"build_version": version, "build_number": "7", "external_download_url": url});
        let release = self.developer.call(Method::POST, &app(route::RELEASES, &[]), &new).await;
        let number = release["id"].to_string();
        let notes = json!({"release_notes": notes});
        self.developer.call(Method::PUT, &app(route::RELEASE, &[&number]), &notes).await;
        let group = self.developer.get(&app(route::GROUP, &["QA"])).await;
        let to = json!({"id": group["id"], "notify_testers": true});
        self.developer.call(Method::POST, &app(route::RELEASE_GROUPS, &[&number]), &to).await;
    }

    /// The first URL in a text that begins with that path of the stack.
    fn link(&self, text: &str, path: &str) -> String {
        let start = text.find(&format!("{}{path}", self.stack.url));
        let link = start.and_then(|start| text[start..].split_whitespace().next());
        link.unwrap_or_else(|| panic!("no link to {path} in: {text}")).to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn testers_get_an_email_about_a_release_until_they_unsubscribe() {
    let fixture = Fixture::open().await;
    let welcome = fixture.add_member("tess@slipway.example").await;
    assert!(welcome.text.contains("\nSubject: You are a tester of Rocket\n"), "{welcome:?}");

    fixture.release("1.5", "Now <b>faster</b> & calmer").await;
    let email = fixture.stack.next_email();
    assert_eq!(email.to, "tess@slipway.example");
    assert!(email.text.starts_with("From: slipway@slipway.example\nTo: tess@slipway.example\n"), "{email:?}");
    let install = fixture.link(&email.text, "/install/");
    let stop = fixture.link(&email.text, "/unsubscribe/");
    for part in ["\nSubject: Rocket Version 1.5 (7)\n", "Version 1.5 (7)", "Now <b>faster</b> & calmer"] {
        assert!(email.text.contains(part), "expected `{part}` in: {}", email.text);
    }
    for part in ["Rocket", "Version 1.5 (7)", "Now &lt;b&gt;faster&lt;/b&gt; &amp; calmer", &install, &stop] {
        assert!(email.html.contains(part), "expected `{part}` in: {}", email.html);
    }
    assert_eq!(get(&install).await.status(), StatusCode::OK);
    let headers = headers_of_the_newest(&fixture).await;
    assert_eq!(headers["List-Unsubscribe"], format!("<{stop}>"));
    assert_eq!(headers["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click");

    unsubscribe(&fixture, &stop).await;
    fixture.add_member("uma@slipway.example").await;
    fixture.release("1.6", "Even calmer").await;
    // E-mails are sent in the order of their addresses: one to tess would be first.
    let email = fixture.stack.next_email();
    assert_eq!(email.to, "uma@slipway.example");
    assert!(email.text.contains("Rocket Version 1.6 (7)"), "{email:?}");
}

/// The headers, which the files do not have, from miniflare's own list of e-mails.
async fn headers_of_the_newest(fixture: &Fixture) -> Value {
    let list = format!("{}/cdn-cgi/explorer/api/local/email/sending", fixture.stack.url);
    json_of(&get(&list).await)["result"][0]["headers"].clone()
}

/// The page has a form, and one POST without anything else unsubscribes, as e-mail programs send it (RFC 8058).
async fn unsubscribe(fixture: &Fixture, link: &str) {
    let page = get(link).await;
    let html = String::from_utf8_lossy(page.body()).into_owned();
    assert!(page.status() == 200 && html.contains("<form method=\"post\">"), "{html}");
    let path = link.strip_prefix(&fixture.stack.url).expect("a link of the stack");
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("content-length", "26")];
    let body = Bytes::from_static(b"List-Unsubscribe=One-Click");
    let response = send(fixture.stack.authority(), Method::POST, path, &headers, body).await;
    assert!(response.status().is_success(), "{response:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_email_has_a_link_that_opens_its_page() {
    let fixture = Fixture::open().await;
    let invitation = json!({"user_email": "tess@slipway.example", "role": "developer"});
    let response = fixture.developer.call(Method::POST, &app(route::APP_INVITATIONS, &[]), &invitation).await;
    assert_eq!(response, Value::Null);
    let email = fixture.stack.next_email();
    assert_eq!(email.to, "tess@slipway.example");
    assert!(email.text.contains("\nSubject: Local developer invites you to developer/Rocket\n"), "{email:?}");
    assert!(email.text.contains("as developer."), "{email:?}");
    let link = fixture.link(&email.text, "/invitations/");
    assert!(email.html.contains(&link), "{email:?}");
    assert_eq!(get(&link).await.status(), StatusCode::OK);
}

//! The page that an invitation's link opens.

use fantoccini::key::Key;
use http::{Method, StatusCode};
use protocol::route;
use serde_json::{Value, json};
use testkit::TempFolder;
use testkit::clients::http::get;
use testkit::{Browser, Stack};

use crate::api_client::ApiClient;

/// A stack, a browser, and `ann`, who has the app `Rocket`.
struct Fixture {
    ann: ApiClient,
    browser: Browser,
    stack: Stack,
    _folder: TempFolder,
}

impl Fixture {
    async fn open() -> Fixture {
        let folder = TempFolder::new("invitations");
        let stack = Stack::start(&folder.path().join("data"));
        let developer = ApiClient::developer(&stack);
        developer.call(Method::POST, route::ORGS, &json!({"name": "acme", "display_name": "Acme"})).await;
        let invitations = route::path(route::ORG_INVITATIONS, &["acme"]);
        let link = invite(&stack, &developer, &invitations, "ann@slipway.example").await;
        let token = link.rsplit('/').next().expect("a token");
        let join = route::path(route::SIGN_UP, &[token]);
        let joined =
            developer.call(Method::POST, &join, &json!({"name": "ann", "display_name": "Ann"})).await;
        let ann = ApiClient::new(&stack, joined["api_token"].as_str().expect("a token"));
        ann.create_app("Rocket").await;
        Fixture { ann, browser: Browser::open().await, stack, _folder: folder }
    }

    /// Ann invites an address to her app; returns the link in the e-mail.
    async fn invite(&self, email: &str) -> String {
        invite(&self.stack, &self.ann, &route::path(route::APP_INVITATIONS, &["ann", "Rocket"]), email).await
    }

    /// The permissions of ann's app, by name.
    async fn people(&self) -> Value {
        let people = self.ann.get(&route::path(route::APP_USERS, &["ann", "Rocket"])).await;
        let people = people.as_array().expect("a list").iter();
        people.map(|person| json!([person["name"], person["permissions"]])).collect()
    }
}

async fn invite(stack: &Stack, sender: &ApiClient, path: &str, email: &str) -> String {
    sender.call(Method::POST, path, &json!({"user_email": email})).await;
    let sent = stack.next_email();
    assert_eq!(sent.to, email);
    let link = sent.text.split_whitespace().find(|word| word.contains("/invitations/"));
    link.unwrap_or_else(|| panic!("no link: {sent:?}")).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_in_user_accepts_or_declines_an_invitation_with_one_click() {
    let fixture = Fixture::open().await;
    let browser = &fixture.browser;
    let link = fixture.invite("dev@slipway.example").await;
    browser.go(&link).await;
    let shown = browser.text("invitation").await;
    for part in ["ann/Rocket", "viewer", "dev@slipway.example"] {
        assert!(shown.contains(part), "expected `{part}` in: {shown}");
    }
    browser.click("decline").await;
    assert!(browser.text("outcome").await.starts_with("You declined the invitation"));
    assert_eq!(fixture.people().await, json!([["ann", ["manager"]]]));
    browser.go(&link).await;
    browser.find("over").await;

    let link = fixture.invite("dev@slipway.example").await;
    browser.go(&link).await;
    browser.click("accept").await;
    assert!(browser.text("outcome").await.starts_with("You are in ann/Rocket"));
    assert_eq!(fixture.people().await, json!([["ann", ["manager"]], ["developer", ["viewer"]]]));
    browser.go(&format!("{}/apps/ann/Rocket", fixture.stack.url)).await;
    browser.find("no-releases").await;
    browser.go(&format!("{}/invitations/unknown", fixture.stack.url)).await;
    browser.find("over").await;
    fixture.browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invited_person_signs_up_by_keyboard_and_sees_the_token_once() {
    let fixture = Fixture::open().await;
    let browser = &fixture.browser;
    let link = fixture.invite("tess@slipway.example").await;
    // Only the machine's own host names are signed in, and this one is not.
    let link = link.replace("127.0.0.1", "portal.localhost");
    browser.go(&link).await;
    browser.find("invitation").await;
    assert!(!browser.has("accept").await, "the browser is not signed in");
    // A name that is taken.
    browser.tab_to("name").await;
    browser.type_into("name", "ann").await;
    browser.press(Key::Enter).await;
    let problem = browser.text("problem").await;
    assert!(problem.contains("named ann"), "{problem}");
    browser.find("name").await.clear().await.expect("the name can be changed");
    browser.type_into("name", "tess").await;
    browser.tab_to("display-name").await;
    browser.type_into("display-name", "Tess").await;
    browser.tab_to("join").await;
    browser.press(Key::Enter).await;
    assert!(browser.text("outcome").await.starts_with("You are in ann/Rocket"));
    let token = browser.text("token").await;
    let tess = ApiClient::new(&fixture.stack, &token).get(route::USER).await;
    assert_eq!((&tess["name"], &tess["display_name"]), (&json!("tess"), &json!("Tess")));
    assert_eq!(tess["email"], "tess@slipway.example");
    browser.go(&link).await;
    browser.find("over").await;
    assert!(!browser.page_text().await.contains(&token), "it is shown once");
    // A person with an account is told how to accept without signing in.
    let again = fixture.invite("tess@slipway.example").await.replace("127.0.0.1", "portal.localhost");
    browser.go(&again).await;
    assert!(browser.text("known").await.contains("/accept"));
    assert!(!browser.has("newcomer").await);
    fixture.browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_can_be_read_without_signing_in_and_only_by_its_link() {
    let fixture = Fixture::open().await;
    let link = fixture.invite("tess@slipway.example").await;
    let token = link.rsplit('/').next().expect("a token");
    let path = |token: &str| format!("{}{}", fixture.stack.url, route::path(route::INVITATION, &[token]));
    let response = get(&path(token)).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(crate::api_client::json_of(&response)["invited_by"], "Ann");
    assert_eq!(get(&path("unknown")).await.status(), StatusCode::NOT_FOUND);
    fixture.browser.close().await;
}

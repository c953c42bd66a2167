//! Webhooks about releases.

use hmac::{Hmac, KeyInit, Mac};
use http::Method;
use protocol::{WebhookPayload, header, route};
use serde_json::{Value, json};
use sha2::Sha256;
use testkit::TempFolder;
use testkit::package::{HELLO_WORLD, corpus};
use testkit::servers::ReceivedRequest;
use testkit::{Stack, WebhookReceiver};

use crate::api_client::ApiClient;

/// A path of the developer's app.
fn app(template: &str, segments: &[&str]) -> String {
    route::path(template, &[&["developer", "Rocket"], segments].concat())
}

/// Whether the request is signed with the secret, in the way of `protocol::header::SIGNATURE`.
fn is_signed(got: &ReceivedRequest, secret: &str) -> bool {
    let signature = got.header(header::SIGNATURE);
    let parts = signature.strip_prefix("t=").and_then(|rest| rest.split_once(",v1="));
    let (seconds, hex) = parts.unwrap_or_else(|| panic!("no signature: {signature}"));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key of any length");
    mac.update(seconds.as_bytes());
    mac.update(b".");
    mac.update(&got.body);
    let expected: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    hex == expected
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_signed_and_delivered_again_after_a_500() {
    let mut site = WebhookReceiver::start(&[500, 204]).await;
    let folder = TempFolder::new("hooks");
    let stack = Stack::start_with(&folder.path().join("data"), &["--hooks-to", &site.url]);
    let developer = ApiClient::developer(&stack);
    developer.create_app("Rocket").await;
    let number = developer.release("Rocket", "hello.apk", &corpus(HELLO_WORLD)).await;
    developer.call(Method::POST, &app(route::GROUPS, &[]), &json!({"name": "QA"})).await;
    let here = json!({"name": "chat", "url": site.url});
    let refused = developer.send(Method::POST, &app(route::WEBHOOKS, &[]), here.to_string().into()).await;
    assert_eq!(refused.status(), 400, "the rule for addresses is the same on every machine");
    let hook = json!({"name": "chat", "url": "https://hooks.mycorp.com/T1"});
    let hook = developer.call(Method::POST, &app(route::WEBHOOKS, &[]), &hook).await;
    let (id, secret) = (hook["id"].as_str().expect("an id"), hook["secret"].as_str().expect("a secret"));
    let group = developer.get(&app(route::GROUP, &["QA"])).await;
    let to = json!({"id": group["id"], "notify_testers": true});
    developer.call(Method::POST, &app(route::RELEASE_GROUPS, &[&number.to_string()]), &to).await;

    let first = site.next().await;
    assert_eq!((first.method.as_str(), first.header("content-type")), ("POST", "application/json"));
    assert!(is_signed(&first, secret), "{first:?}");
    assert!(!is_signed(&first, "another secret"));
    check_payload(&first, &stack, &group["id"]);

    let second = site.next().await;
    assert!(is_signed(&second, secret), "{second:?}");
    assert_eq!(second.body, first.body);
    assert_eq!(second.header(header::DELIVERY), first.header(header::DELIVERY), "it is the same delivery");
    let log = app(route::WEBHOOK_DELIVERIES, &[id]);
    let log = developer.until(&log, |log| log[0]["delivered_at"].is_string()).await;
    assert_eq!(log.as_array().map(Vec::len), Some(1));
    assert_eq!(log[0]["id"], first.header(header::DELIVERY));
    assert_eq!((&log[0]["attempts"], &log[0]["status"]), (&json!(2), &json!(204)));
}

/// The payload has all properties of App Center's.
fn check_payload(got: &ReceivedRequest, stack: &Stack, group: &Value) {
    let payload: WebhookPayload = serde_json::from_slice(&got.body).expect("the payload");
    assert_eq!((payload.app_name.as_str(), payload.platform.as_str()), ("Rocket", "Android"));
    assert_eq!((payload.release_id.as_str(), payload.short_version.as_str()), ("1", "1.0"));
    assert_eq!(payload.version, "1");
    assert_eq!(payload.bundle_identifier.as_deref(), Some("com.example.helloworld"));
    assert_eq!(payload.size, Some(corpus(HELLO_WORLD).len() as u64));
    assert!(payload.fingerprint.is_some() && payload.min_os.is_some() && payload.installable, "{payload:?}");
    assert!(payload.install_link.starts_with(&format!("{}/install/", stack.url)), "{payload:?}");
    assert_eq!(*group, payload.distribution_group_id);
}

//! The first account and the first token of an installation.

use std::ffi::OsStr;
use std::path::Path;

use protocol::route;
use serde_json::json;
use testkit::Stack;
use testkit::package::sha256;
use testkit::{TempFolder, stack::run_task};

use crate::api_client::ApiClient;

/// Whether any file of a folder contains the text.
fn is_stored(folder: &Path, text: &str) -> bool {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.into_iter().any(|path| {
        if path.is_dir() {
            return is_stored(&path, text);
        }
        // The stack that has just ended may remove a file meanwhile.
        let bytes = std::fs::read(&path).unwrap_or_default();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

/// The token that a task shows: a line of 40 hexadecimal digits.
fn shown_token(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    let is_token = |line: &&str| line.len() == 40 && line.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.lines().map(str::trim).find(is_token).unwrap_or_else(|| panic!("no token: {text}")).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_start_prints_a_token_once_and_stores_only_its_hash() {
    let folder = TempFolder::new("first-start");
    let data = folder.path().join("data");
    let stack = Stack::start(&data);
    let token = stack.token.clone().expect("the first start says it");
    let user = ApiClient::new(&stack, &token).get(route::USER).await;
    assert_eq!(user["name"], "developer");
    drop(stack);
    assert!(!is_stored(&data, &token), "the token itself is not stored");
    assert!(is_stored(&data, &sha256(token.as_bytes())), "its hash is");

    let stack = Stack::start(&data);
    assert_eq!(stack.token, None, "it is shown once");
    assert_eq!(ApiClient::new(&stack, &token).get(route::USER).await["name"], "developer");
    // A user who lost the token makes another, while the stack runs.
    let output = run_task(&[OsStr::new("token"), OsStr::new("--data"), data.as_os_str()]);
    let other = shown_token(&output.stdout);
    assert_ne!(other, token);
    assert_eq!(ApiClient::new(&stack, &other).get(route::USER).await["name"], "developer");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_installation_gets_one_owner_and_shows_the_token_once() {
    let folder = TempFolder::new("bootstrap");
    let data = folder.path().join("data");
    let bootstrap = |name: &str| {
        let email = format!("{name}@slipway.example");
        let args = ["bootstrap", "--name", name, "--email", &email, "--data"].map(OsStr::new);
        run_task(&[&args[..], &[data.as_os_str()]].concat())
    };
    let first = bootstrap("ann");
    assert!(first.status.success(), "{first:?}");
    let token = shown_token(&first.stdout);
    assert!(!is_stored(&data, &token), "the token itself is not stored");
    assert!(is_stored(&data, &sha256(token.as_bytes())), "its hash is");

    let second = bootstrap("bob");
    assert!(!second.status.success(), "{second:?}");
    let refusal = String::from_utf8_lossy(&second.stderr);
    assert!(refusal.contains("has an owner already, `ann`"), "{refusal}");
    assert!(refusal.contains("cargo xtask token --name ann"), "{refusal}");

    let stack = Stack::start(&data);
    let ann = ApiClient::new(&stack, &token);
    let user = ann.get(route::USER).await;
    assert_eq!((&user["name"], &user["email"]), (&json!("ann"), &json!("ann@slipway.example")));
    assert_eq!(ann.get(route::API_TOKENS).await.as_array().map(Vec::len), Some(1));
}

use std::collections::BTreeSet;

use protocol::{Answer, CALLS};
use serde_json::Value;

/// The file that the edge serves at `/openapi.json`.
const SERVED: &str = include_str!("../../www/openapi.json");

#[test]
fn the_document_is_that_of_the_code() {
    let served: Value = serde_json::from_str(SERVED).expect("the document is JSON");
    assert!(
        served == protocol::openapi::document(),
        "www/openapi.json is old: `cargo run -p protocol --features openapi --example openapi > www/openapi.json`"
    );
}

#[test]
fn every_reference_of_the_document_resolves() {
    let document = protocol::openapi::document();
    let mut waiting = vec![&document];
    let mut n_references = 0;
    while let Some(value) = waiting.pop() {
        match value {
            Value::Object(object) => {
                if let Some(Value::String(reference)) = object.get("$ref") {
                    let path = reference.strip_prefix('#').expect("a reference into the document");
                    assert!(document.pointer(path).is_some(), "{reference}");
                    n_references += 1;
                }
                waiting.extend(object.values());
            }
            Value::Array(items) => waiting.extend(items),
            _ => {}
        }
    }
    assert!(n_references > 200, "{n_references}");
}

/// Properties whose names sound like a secret but are none, and why.
const HARMLESS: [(&str, &str, &str); 4] = [
    ("App", "app_secret", "names the app to App Center's SDKs, which have it in every installed package"),
    ("CreateUploadResponse", "token", "opens one upload, which the page itself sends"),
    ("CreateUploadResponse", "url_encoded_token", "the same"),
    ("Webhook", "secret", "signs deliveries; the user copies it from the page to the receiver, once"),
];

fn is_called_like_a_secret(property: &str) -> bool {
    let words = ["token", "secret", "password", "passphrase", "credential", "private", "key"];
    property.split('_').any(|word| words.contains(&word.trim_end_matches('s')))
}

/// The properties of a schema, and of those it refers to, each with the schema that has it.
fn properties<'a>(
    document: &'a Value,
    schema: &'a Value,
    owner: &'a str,
    found: &mut BTreeSet<(&'a str, &'a str)>,
) {
    if let Some(reference) = schema["$ref"].as_str() {
        let (_, name) = reference.rsplit_once('/').expect("a reference to a schema");
        let target = document.pointer(&reference[1..]).expect("a schema");
        // A schema may have itself inside.
        if found.insert((name, "")) {
            properties(document, target, name, found);
        }
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        found.insert((owner, name));
        properties(document, property, owner, found);
    }
    let lists = ["allOf", "oneOf", "anyOf"].into_iter().filter_map(|key| schema[key].as_array()).flatten();
    let parts = ["items", "additionalProperties"].into_iter().filter_map(|key| schema.get(key));
    for inner in lists.chain(parts) {
        properties(document, inner, owner, found);
    }
}

#[test]
fn every_answer_with_a_secret_is_marked_in_the_table_of_calls() {
    let document = protocol::openapi::document();
    let mut n_secrets = 0;
    for call in CALLS {
        let method = call.method.as_str().to_lowercase();
        let responses = document["paths"][call.path][&method]["responses"].as_object().expect("responses");
        for response in responses.values() {
            let mut found = BTreeSet::new();
            for content in response["content"].as_object().into_iter().flat_map(|content| content.values()) {
                properties(&document, &content["schema"], "", &mut found);
            }
            let is_harmless =
                |found: &&(&str, &str)| HARMLESS.iter().any(|(schema, name, _)| (*schema, *name) == **found);
            let secrets = found.iter().filter(|(_, name)| is_called_like_a_secret(name));
            for (schema, name) in secrets.filter(|found| !is_harmless(found)) {
                assert!(call.answer != Answer::Public, "{call:?} answers with {schema}.{name}");
                n_secrets += 1;
            }
        }
    }
    // Of an account, of an app, and of a sign-up.
    assert_eq!(n_secrets, 3, "the schemas are read");
}

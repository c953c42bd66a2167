use bytes::Bytes;
use http::Method;
use protocol::route;
use serde_json::Value;
use testkit::Api;

#[test]
fn the_document_is_that_of_the_code() {
    let served = Api::new().send(Method::GET, route::OPENAPI, &[], Bytes::new());
    assert_eq!(served.status, 200);
    assert!(
        served.json() == protocol::openapi::document(),
        "docs/openapi.json is old: `cargo run -p slipway-tests --bin openapi > docs/openapi.json`"
    );
}

#[test]
fn every_reference_of_the_document_leads_somewhere() {
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

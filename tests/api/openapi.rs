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

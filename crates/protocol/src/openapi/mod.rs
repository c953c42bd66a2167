//! The `OpenAPI` document: the table of calls with what each takes and gives, made of the types of the wire.
//!
//! `www/openapi.json` is its snapshot, which the edge serves as a file; a test compares them.
//!
//! A document that is written by hand is right on the day of its writing. This one cannot list a call that the edge
//! refuses, or omit one that the service has: its calls are [`CALLS`], from which the edge's allow list and the tests
//! of rights are made as well, and its bodies are the types that the service parses. What it says of a call is in
//! `operations`; a call without a line there stops the build of the document.

mod operations;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::{Access, CALLS, Call, ErrorBody, Verb};
use operations::{OPERATIONS, QUERIES};

/// A content type with its schema; schemas that it refers to are added to the list.
type Content = fn(&mut Schemas) -> (&'static str, Value);

type Schemas = Vec<(String, RefOr<Schema>)>;

fn one<T: ToSchema + PartialSchema>(schemas: &mut Schemas) -> (&'static str, Value) {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
    ("application/json", json!({ "$ref": format!("#/components/schemas/{}", T::name()) }))
}

fn list<T: ToSchema + PartialSchema>(schemas: &mut Schemas) -> (&'static str, Value) {
    let (kind, item) = one::<T>(schemas);
    (kind, json!({ "type": "array", "items": item }))
}

fn picture_form(_: &mut Schemas) -> (&'static str, Value) {
    form(&json!({ "avatar": { "type": "string", "format": "binary" } }), "avatar")
}

fn package_form(_: &mut Schemas) -> (&'static str, Value) {
    let text = || json!({ "type": "string" });
    let file = json!({ "type": "string", "format": "binary" });
    let parts = json!({ "ipa": file, "release_id": text(), "build_version": text(), "build_number": text() });
    form(&parts, "ipa")
}

fn form(parts: &Value, required: &str) -> (&'static str, Value) {
    ("multipart/form-data", json!({ "type": "object", "properties": parts, "required": [required] }))
}

fn bytes(_: &mut Schemas) -> (&'static str, Value) {
    ("application/octet-stream", json!({ "type": "string", "format": "binary" }))
}

fn html(_: &mut Schemas) -> (&'static str, Value) {
    ("text/html", json!({ "type": "string" }))
}

/// Method, path, what it takes, the status of success, what it gives, and what it is for.
type Operation = (Verb, &'static str, Option<Content>, u16, Option<Content>, &'static str);

/// The document.
///
/// # Panics
/// If a call of the table has no operation here.
pub fn document() -> Value {
    let mut schemas = Schemas::new();
    let (_, error) = one::<ErrorBody>(&mut schemas);
    let mut paths: BTreeMap<&str, serde_json::Map<String, Value>> = BTreeMap::new();
    for call in CALLS {
        let operation =
            OPERATIONS.iter().find(|operation| (operation.0, operation.1) == (call.method, call.path));
        let operation = operation.unwrap_or_else(|| panic!("no operation for {call:?}"));
        let method = call.method.as_str().to_lowercase();
        paths
            .entry(call.path)
            .or_default()
            .insert(method, operation_object(call, operation, &error, &mut schemas));
    }
    let schemas: BTreeMap<String, RefOr<Schema>> = schemas.into_iter().collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Slipway",
            "version": "v0.1",
            "description": "App Center's Distribute API, and what Slipway adds to it.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "ApiToken": { "type": "apiKey", "in": "header", "name": "X-API-Token" },
                "UploadToken": { "type": "apiKey", "in": "query", "name": "token" },
            },
        },
    })
}

fn operation_object(call: &Call, operation: &Operation, error: &Value, schemas: &mut Schemas) -> Value {
    let (_, path, request, status, response, summary) = operation;
    let content = |content: &Option<Content>, schemas: &mut Schemas| {
        content.map(|content| {
            let (kind, schema) = content(schemas);
            json!({ kind: { "schema": schema } })
        })
    };
    let mut described = json!({
        "summary": summary,
        "operationId": operation_id(call),
        "parameters": parameters(call.method, path),
        "security": security(call.access),
        "responses": {
            status.to_string(): { "description": "done" },
            "default": { "description": "refused", "content": { "application/json": { "schema": error } } },
        },
    });
    if let Some(content) = content(response, schemas) {
        described["responses"][status.to_string()]["content"] = content;
    }
    if let Some(content) = content(request, schemas) {
        described["requestBody"] = json!({ "content": content });
    }
    described
}

/// As `get_apps_owner_app`.
fn operation_id(call: &Call) -> String {
    let words = call.path.trim_start_matches("/v0.1").replace(['{', '}'], "").replace(['/', '.'], "_");
    format!("{}{words}", call.method.as_str().to_lowercase())
}

fn parameters(method: Verb, path: &str) -> Vec<Value> {
    let in_path = path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(
        |(name, _)| json!({ "in": "path", "name": name, "required": true, "schema": { "type": "string" } }),
    );
    // A path that reads and changes has its query for reading.
    let is_asked = method == Verb::Get || path.starts_with("/upload/");
    let in_query =
        QUERIES.iter().filter(|query| is_asked && query.0 == path).map(|(_, name, kind, required, what)| {
            json!({ "in": "query", "name": name, "required": required, "description": what,
                "schema": { "type": kind } })
        });
    in_path.chain(in_query).collect()
}

fn security(access: Access) -> Value {
    match access {
        Access::Anyone => json!([]),
        Access::Upload => json!([{ "UploadToken": [] }]),
        Access::Person | Access::App(_) | Access::AppPerson(_) | Access::Org(_) => {
            json!([{ "ApiToken": [] }])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_a_call() {
        for operation in OPERATIONS {
            let is_call = CALLS.iter().any(|call| (call.method, call.path) == (operation.0, operation.1));
            assert!(is_call, "{} {}", operation.0.as_str(), operation.1);
        }
        assert_eq!(OPERATIONS.len(), CALLS.len());
    }

    #[test]
    fn every_query_is_of_a_call() {
        assert!(QUERIES.iter().all(|query| CALLS.iter().any(|call| call.path == query.0)));
    }
}

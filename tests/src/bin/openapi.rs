//! Prints the OpenAPI document: `cargo run -p slipway-tests --bin openapi > docs/openapi.json`.

fn main() {
    println!("{:#}", protocol::openapi::document());
}

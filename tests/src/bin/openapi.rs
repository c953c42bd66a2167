//! Prints the `OpenAPI` document: `cargo run -p slipway-tests --bin openapi > www/openapi.json`.

fn main() {
    println!("{:#}", protocol::openapi::document());
}

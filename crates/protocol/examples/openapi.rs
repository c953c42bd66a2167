//! Prints the `OpenAPI` document: `cargo run -p protocol --features openapi --example openapi > www/openapi.json`.

fn main() {
    println!("{:#}", protocol::openapi::document());
}

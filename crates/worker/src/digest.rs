use worker::js_sys::{ArrayBuffer, Uint8Array};
use worker::wasm_bindgen::JsCast;
use worker::wasm_bindgen_futures::JsFuture;
use worker::{Result, web_sys, worker_sys};

/// Digests a stream with workerd's own `DigestStream`, so that no byte enters Wasm memory. `algorithm` is one of
/// Web Crypto's names or `MD5`, which workerd knows besides.
pub(crate) async fn digest(algorithm: &str, stream: web_sys::ReadableStream) -> Result<String> {
    let sink = worker_sys::DigestStream::new(algorithm);
    JsFuture::from(stream.pipe_to(sink.unchecked_ref())).await?;
    let buffer: ArrayBuffer = JsFuture::from(sink.digest()).await?.unchecked_into();
    let bytes = Uint8Array::new(&buffer).to_vec();
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

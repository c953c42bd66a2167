use js_sys::{ArrayBuffer, Uint8Array};
use upload::{Hasher, Identity, sample_ranges};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File};

/// What tells this file from others.
pub(super) async fn identity(file: &File) -> Result<Identity, JsValue> {
    let size = file.size() as u64;
    let mut sample = Hasher::default();
    for (offset, len) in sample_ranges(size) {
        let bytes = read(file, offset, len).await?;
        sample.update(&Uint8Array::new(&bytes).to_vec());
    }
    let modified_ms = file.last_modified() as i64;
    Ok(Identity { name: file.name(), size, modified_ms, sample: sample.finish() })
}

/// A handle to a part of the file; reads nothing.
pub(super) fn slice(file: &File, offset: u64, len: u64) -> Result<Blob, JsValue> {
    file.slice_with_f64_and_f64(offset as f64, (offset + len) as f64)
}

/// A range of the file, in memory.
pub(super) async fn read(file: &File, offset: u64, len: u64) -> Result<ArrayBuffer, JsValue> {
    let bytes = JsFuture::from(slice(file, offset, len)?.array_buffer()).await?;
    let bytes: ArrayBuffer = bytes.dyn_into()?;
    // What was cut off behind our back is another file.
    if u64::from(bytes.byte_length()) == len { Ok(bytes) } else { Err(JsValue::NULL) }
}

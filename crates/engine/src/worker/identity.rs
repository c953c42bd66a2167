use js_sys::{ArrayBuffer, Uint8Array};
use upload::{Hasher, Identity, sample_ranges};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

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

/// A range of the file, in memory: a slice of it that is sent may never get there in Safari.
pub(super) async fn read(file: &File, offset: u64, len: u64) -> Result<ArrayBuffer, JsValue> {
    let slice = file.slice_with_f64_and_f64(offset as f64, (offset + len) as f64)?;
    let bytes: ArrayBuffer = JsFuture::from(slice.array_buffer()).await?.dyn_into()?;
    // What was cut off behind our back is another file.
    if u64::from(bytes.byte_length()) == len { Ok(bytes) } else { Err(JsValue::NULL) }
}

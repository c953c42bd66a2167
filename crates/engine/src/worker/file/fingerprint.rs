use js_sys::Uint8Array;
use upload::{Fingerprint, Hasher, sample_ranges};
use wasm_bindgen::JsValue;
use web_sys::File;

use super::range;

/// Identifies a file by reading a few ranges of it.
pub(in crate::worker) async fn fingerprint(file: &File) -> Result<Fingerprint, JsValue> {
    let size = file.size() as u64;
    let mut sample = Hasher::default();
    for (offset, len) in sample_ranges(size) {
        let bytes = range::read(file, offset, len).await?;
        sample.update(&Uint8Array::new(&bytes).to_vec());
    }
    let modified_ms = file.last_modified() as i64;
    Ok(Fingerprint { name: file.name(), size, modified_ms, sample: sample.finish() })
}

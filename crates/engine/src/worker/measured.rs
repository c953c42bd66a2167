use js_sys::Uint8Array;
use wasm_bindgen::prelude::wasm_bindgen;

use super::file::hashing::JsFileHasher;

/// The engine's hasher, for a page that measures it.
#[wasm_bindgen]
pub struct MeasuredMd5(JsFileHasher);

#[wasm_bindgen]
impl MeasuredMd5 {
    /// For a file of that many bytes.
    #[wasm_bindgen(constructor)]
    pub fn new(file_size: f64) -> MeasuredMd5 {
        MeasuredMd5(JsFileHasher::new(file_size as u64))
    }

    /// Hashes a part of the file; gives the MD5 of the whole file with the last part, before it that of the part.
    pub fn take(&mut self, offset: f64, bytes: &Uint8Array) -> String {
        let mut part = self.0.begin(offset as u64);
        self.0.take(&mut part, bytes);
        let hashed = self.0.end(part);
        hashed.whole_file.unwrap_or(hashed.chunk).to_string()
    }
}

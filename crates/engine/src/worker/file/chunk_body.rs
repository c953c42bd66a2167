use js_sys::{ArrayBuffer, JsString, Reflect};
use web_sys::Blob;

use crate::worker::scope::scope;

/// A chunk that was read and hashed, until it is sent.
pub(in crate::worker) enum ChunkBody {
    /// Its bytes.
    Bytes(ArrayBuffer),
    /// Where they are in the file.
    Slice(Blob),
}

/// Whether this browser sends slices of the file. Only Chromium does.
///
/// Chromium sends a slice without a copy in this process, which takes less memory and time. Should the file have changed
/// since it was hashed, Chromium refuses to send the slice; and if it did send it, the bytes would not have the MD5 in
/// their header. Safari may wait for ever for a slice, and Firefox sends whatever is in the file by then, so these two get
/// the bytes that were hashed.
///
/// Client hints tell them apart: only Chromium has them, and only in secure contexts. Elsewhere it is treated like the
/// others.
pub(in crate::worker) fn sends_slices() -> bool {
    Reflect::has(&scope().navigator(), &JsString::from("userAgentData")).unwrap_or(false)
}

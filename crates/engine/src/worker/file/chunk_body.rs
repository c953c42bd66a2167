use js_sys::{ArrayBuffer, JsString, Reflect};
use wasm_bindgen::JsValue;
use web_sys::Blob;

use crate::worker::driver::http_request::Request;
use crate::worker::page;

/// A part that was read and hashed, until it is sent.
pub(in crate::worker) enum ChunkBody {
    /// Its bytes.
    Bytes(ArrayBuffer),
    /// Where they are in the file.
    Slice(Blob),
}

impl ChunkBody {
    pub(in crate::worker) fn send(self, request: &mut Request) -> Result<(), JsValue> {
        match self {
            ChunkBody::Slice(slice) => request.send_slice(slice),
            ChunkBody::Bytes(bytes) => {
                request.send_bytes(&bytes)?;
                // The browser has a copy of its own. Gives memory back now, where it can do that, and not some time later.
                let _ = bytes.transfer_with_length(0);
                Ok(())
            }
        }
    }
}

/// Chromium sends a slice of the file without a copy in this process, which takes less memory and time. Should other
/// bytes be in the file by then, they do not have the MD5 that goes with them. Safari may wait for ever on a slice, so
/// all others send what was read.
///
/// Only Chromium has client hints, and only in secure contexts; elsewhere it is treated like the others.
pub(in crate::worker) fn sends_slices() -> bool {
    Reflect::has(&page::scope().navigator(), &JsString::from("userAgentData")).unwrap_or(false)
}

use js_sys::{ArrayBuffer, JsString, Reflect};
use wasm_bindgen::JsValue;
use web_sys::{Blob, File};

use super::identity::slice;
use super::page;
use super::reads::Read;
use super::request::Request;

/// A part that was read and hashed, until it is sent.
pub(super) enum Content {
    /// Its bytes.
    Bytes(ArrayBuffer),
    /// Where they are in the file.
    Slice(Blob),
}

impl Content {
    /// Chromium sends a slice of the file without a copy in this process, which takes less memory and time. Should other
    /// bytes be in the file by then, they do not have the MD5 that goes with them. Safari may wait for ever on a slice, so
    /// all others send what was read.
    pub(super) fn of(file: Option<&File>, read: Read, bytes: ArrayBuffer) -> Content {
        match file.filter(|_| is_chromium()).map(|file| slice(file, read.offset, read.len)) {
            Some(Ok(slice)) => {
                free(&bytes);
                Content::Slice(slice)
            }
            _ => Content::Bytes(bytes),
        }
    }

    pub(super) fn send(self, request: &Request) -> Result<(), JsValue> {
        match self {
            Content::Slice(slice) => request.send_slice(&slice),
            Content::Bytes(bytes) => {
                request.send_bytes(&bytes)?;
                // The browser has a copy of its own.
                free(&bytes);
                Ok(())
            }
        }
    }
}

/// Gives memory back now, where the browser can do that, and not some time later.
fn free(bytes: &ArrayBuffer) {
    let _ = bytes.transfer_with_length(0);
}

/// Only Chromium has client hints, and only in secure contexts; elsewhere it is treated like the others.
fn is_chromium() -> bool {
    Reflect::has(&page::scope().navigator(), &JsString::from("userAgentData")).unwrap_or(false)
}

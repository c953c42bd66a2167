//! Ranges of a file.

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, ReadableStreamByobReader};

use crate::worker::page;

/// How much is read at a time, in bytes. Chromium brings half of it.
const PIECE_BYTES: u32 = 1024 * 1024;

/// A handle to a range of the file; reads nothing.
pub(in crate::worker) fn slice(file: &File, offset: u64, len: u64) -> Result<Blob, JsValue> {
    file.slice_with_f64_and_f64(offset as f64, (offset + len) as f64)
}

/// A range of the file, in memory.
pub(in crate::worker) async fn read(file: &File, offset: u64, len: u64) -> Result<ArrayBuffer, JsValue> {
    let bytes = JsFuture::from(slice(file, offset, len)?.array_buffer()).await?;
    let bytes: ArrayBuffer = bytes.dyn_into()?;
    // What was cut off behind our back is another file.
    if u64::from(bytes.byte_length()) == len { Ok(bytes) } else { Err(JsValue::NULL) }
}

/// Whether a range can still be read, by its first byte.
pub(in crate::worker) async fn is_readable(range: &Blob) -> bool {
    match range.slice_with_f64_and_f64(0.0, 1.0) {
        Ok(byte) => JsFuture::from(byte.array_buffer()).await.is_ok(),
        Err(_) => false,
    }
}

/// Reader ranges in pieces, all into the same memory: nothing is left for the garbage collector.
#[derive(Default)]
pub(in crate::worker) struct Pieces {
    /// With the browser while it reads, and lost with what cannot be read.
    buffer: Option<ArrayBuffer>,
}

impl Pieces {
    /// Gives one piece after the other, up to the range's end.
    pub(in crate::worker) async fn each(
        &mut self,
        reader: &ReadableStreamByobReader,
        mut take: impl FnMut(&Uint8Array),
    ) -> Result<(), JsValue> {
        loop {
            let buffer = self.buffer.take().unwrap_or_else(|| ArrayBuffer::new(PIECE_BYTES));
            let read = reader.read_with_array_buffer_view(&Uint8Array::new(&buffer));
            let read = JsFuture::from(read).await?;
            let piece: Uint8Array = page::field(&read, "value").dyn_into()?;
            self.buffer = Some(piece.buffer());
            if page::field(&read, "done").is_truthy() {
                return Ok(());
            }
            take(&piece);
        }
    }
}

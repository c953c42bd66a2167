use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, ReadableStreamByobReader};

use crate::worker::js_object::property;

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
    // A file that was cut short meanwhile is another file.
    if u64::from(bytes.byte_length()) == len { Ok(bytes) } else { Err(JsValue::NULL) }
}

/// Whether a range can still be read, by its first byte.
pub(in crate::worker) async fn is_readable(range: &Blob) -> bool {
    match range.slice_with_f64_and_f64(0.0, 1.0) {
        Ok(byte) => JsFuture::from(byte.array_buffer()).await.is_ok(),
        Err(_) => false,
    }
}

/// Reads ranges in pieces, all into the same buffer.
///
/// `Blob.arrayBuffer` allocates a chunk's length for every chunk, and the browser frees it when its garbage collector next
/// runs, which may be many chunks later: an upload of 200 MB took 250 MB of memory. A BYOB reader fills the buffer that it
/// is given and hands it back, so a whole file is read with one buffer of a mebibyte, and the same upload takes 64 MB.
#[derive(Default)]
pub(in crate::worker) struct PieceReader {
    /// With the browser while it reads, and lost with what cannot be read.
    buffer: Option<ArrayBuffer>,
}

impl PieceReader {
    /// Hands over one piece after the other, up to the range's end.
    pub(in crate::worker) async fn each(
        &mut self,
        reader: &ReadableStreamByobReader,
        mut take: impl FnMut(&Uint8Array),
    ) -> Result<(), JsValue> {
        loop {
            let buffer = self.buffer.take().unwrap_or_else(|| ArrayBuffer::new(PIECE_BYTES));
            let read = reader.read_with_array_buffer_view(&Uint8Array::new(&buffer));
            let read = JsFuture::from(read).await?;
            let piece: Uint8Array = property(&read, "value").dyn_into()?;
            self.buffer = Some(piece.buffer());
            if property(&read, "done").is_truthy() {
                return Ok(());
            }
            take(&piece);
        }
    }
}

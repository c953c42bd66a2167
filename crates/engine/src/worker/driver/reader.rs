use std::collections::VecDeque;

use js_sys::Uint8Array;
use upload::{ChunkHasher, RequestId};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::{File, ReadableStreamByobReader};

use crate::worker::driver::DriverHandle;
use crate::worker::file::chunk_body::{ChunkBody, sends_slices};
use crate::worker::file::range::{self, Pieces};

/// A part to be read.
#[derive(Clone, Copy)]
pub(in crate::worker) struct Read {
    pub(in crate::worker) id: RequestId,
    pub(in crate::worker) offset: u64,
    pub(in crate::worker) len: u64,
}

/// The parts that are to be read. One after the other, so that the digest gets them in order and memory holds no more of
/// them than were asked for.
pub(in crate::worker) struct Reader {
    file: Option<File>,
    queue: VecDeque<Read>,
    /// The one that is being read, unless it is not wanted any more.
    current: Option<RequestId>,
    is_reading: bool,
}

impl Reader {
    pub(in crate::worker) fn of(file: Option<File>) -> Reader {
        Reader { file, queue: VecDeque::new(), current: None, is_reading: false }
    }

    pub(in crate::worker) fn add(&mut self, read: Read, handle: &DriverHandle) {
        self.queue.push_back(read);
        if !std::mem::replace(&mut self.is_reading, true) {
            spawn_local(read_parts(handle.clone()));
        }
    }

    pub(in crate::worker) fn remove(&mut self, id: RequestId) {
        self.queue.retain(|read| read.id != id);
        self.current = self.current.filter(|current| *current != id);
    }

    /// Whether somebody still waits for what is being read.
    pub(in crate::worker) fn is_wanted(&self, id: RequestId) -> bool {
        self.current == Some(id)
    }

    pub(in crate::worker) fn next(&mut self) -> Option<(Read, File)> {
        let next = self.queue.pop_front().zip(self.file.clone());
        self.is_reading = next.is_some();
        self.current = next.as_ref().map(|(read, _)| read.id);
        next
    }
}

async fn read_parts(handle: DriverHandle) {
    let mut pieces = Pieces::default();
    while let Some((part, file)) = handle.next_read() {
        let Some(mut hashing) = handle.begin(part) else { return };
        let content = read_part(&handle, &file, part, &mut hashing, &mut pieces).await;
        handle.was_read(part, hashing, content);
    }
}

/// Reader a part and hashes it.
async fn read_part(
    handle: &DriverHandle,
    file: &File,
    part: Read,
    hashing: &mut ChunkHasher,
    pieces: &mut Pieces,
) -> Result<ChunkBody, JsValue> {
    if sends_slices() {
        let slice = range::slice(file, part.offset, part.len)?;
        // Older ones only read streams into memory of their own.
        if let Ok(reader) = ReadableStreamByobReader::new(&slice.stream()) {
            pieces.each(&reader, |piece| handle.hash(hashing, piece)).await?;
            // What was cut off behind our back is another file.
            let is_whole = hashing.position() == part.offset + part.len;
            return if is_whole { Ok(ChunkBody::Slice(slice)) } else { Err(JsValue::NULL) };
        }
    }
    let bytes = range::read(file, part.offset, part.len).await?;
    handle.hash(hashing, &Uint8Array::new(&bytes));
    Ok(ChunkBody::Bytes(bytes))
}

use std::collections::VecDeque;

use js_sys::Uint8Array;
use upload::{ChunkHasher, RequestId};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::{File, ReadableStreamByobReader};

use super::content::{Content, sends_slices};
use super::driver::Line;
use super::range::{self, Pieces};

/// A part to be read.
#[derive(Clone, Copy)]
pub(super) struct Read {
    pub(super) id: RequestId,
    pub(super) offset: u64,
    pub(super) len: u64,
}

/// The parts that are to be read. One after the other, so that the digest gets them in order and memory holds no more of
/// them than were asked for.
pub(super) struct Reads {
    file: Option<File>,
    queue: VecDeque<Read>,
    /// The one that is being read, unless it is not wanted any more.
    current: Option<RequestId>,
    is_reading: bool,
}

impl Reads {
    pub(super) fn of(file: Option<File>) -> Reads {
        Reads { file, queue: VecDeque::new(), current: None, is_reading: false }
    }

    pub(super) fn add(&mut self, read: Read, line: &Line) {
        self.queue.push_back(read);
        if !std::mem::replace(&mut self.is_reading, true) {
            spawn_local(read_parts(line.clone()));
        }
    }

    pub(super) fn remove(&mut self, id: RequestId) {
        self.queue.retain(|read| read.id != id);
        self.current = self.current.filter(|current| *current != id);
    }

    /// Whether somebody still waits for what is being read.
    pub(super) fn is_wanted(&self, id: RequestId) -> bool {
        self.current == Some(id)
    }

    pub(super) fn next(&mut self) -> Option<(Read, File)> {
        let next = self.queue.pop_front().zip(self.file.clone());
        self.is_reading = next.is_some();
        self.current = next.as_ref().map(|(read, _)| read.id);
        next
    }
}

async fn read_parts(line: Line) {
    let mut pieces = Pieces::default();
    while let Some((part, file)) = line.next_read() {
        let Some(mut hashing) = line.begin(part) else { return };
        let content = read_part(&line, &file, part, &mut hashing, &mut pieces).await;
        line.was_read(part, hashing, content);
    }
}

/// Reads a part and hashes it.
async fn read_part(
    line: &Line,
    file: &File,
    part: Read,
    hashing: &mut ChunkHasher,
    pieces: &mut Pieces,
) -> Result<Content, JsValue> {
    if sends_slices() {
        let slice = range::slice(file, part.offset, part.len)?;
        // Older ones only read streams into memory of their own.
        if let Ok(reader) = ReadableStreamByobReader::new(&slice.stream()) {
            pieces.each(&reader, |piece| line.hash(hashing, piece)).await?;
            // What was cut off behind our back is another file.
            let is_whole = hashing.position() == part.offset + part.len;
            return if is_whole { Ok(Content::Slice(slice)) } else { Err(JsValue::NULL) };
        }
    }
    let bytes = range::read(file, part.offset, part.len).await?;
    line.hash(hashing, &Uint8Array::new(&bytes));
    Ok(Content::Bytes(bytes))
}

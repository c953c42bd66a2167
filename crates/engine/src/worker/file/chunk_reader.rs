use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::Uint8Array;
use upload::{ChunkDigests, ChunkHasher, RequestId};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::{File, ReadableStreamByobReader};

use super::chunk_body::{ChunkBody, sends_slices};
use super::hashing::JsFileHasher;
use super::range::{self, PieceReader};

/// A chunk to be read.
#[derive(Clone, Copy)]
pub(in crate::worker) struct ChunkRange {
    pub(in crate::worker) id: RequestId,
    pub(in crate::worker) offset: u64,
    pub(in crate::worker) len: u64,
}

/// A chunk that was read and hashed, or could not be read.
pub(in crate::worker) struct ChunkRead {
    pub(in crate::worker) id: RequestId,
    pub(in crate::worker) result: Result<(ChunkBody, ChunkDigests), JsValue>,
}

/// Reads chunks one after the other, so that the file's digest gets them in order, and memory holds no more of them than
/// were asked for.
///
/// A chunk that was cancelled while it is being read is hashed all the same: the digest of the whole file must not miss
/// it.
pub(in crate::worker) struct ChunkReader(Rc<ReaderState>);

struct ReaderState {
    /// None if there is nothing to be read, as for an upload that is only to be cancelled.
    file: Option<File>,
    on_read: Box<dyn Fn(ChunkRead)>,
    hasher: RefCell<JsFileHasher>,
    queue: RefCell<VecDeque<ChunkRange>>,
    is_reading: Cell<bool>,
}

impl ChunkReader {
    /// A reader of a file of `file_size` bytes, which hands over each chunk by `on_read`.
    pub(in crate::worker) fn new(
        file: Option<File>,
        file_size: u64,
        on_read: impl Fn(ChunkRead) + 'static,
    ) -> ChunkReader {
        ChunkReader(Rc::new(ReaderState {
            file,
            on_read: Box::new(on_read),
            hasher: RefCell::new(JsFileHasher::new(file_size)),
            queue: RefCell::default(),
            is_reading: Cell::default(),
        }))
    }

    /// Reads that chunk after those before it.
    pub(in crate::worker) fn read(&self, chunk: ChunkRange) {
        self.0.queue.borrow_mut().push_back(chunk);
        if !self.0.is_reading.replace(true) {
            spawn_local(read_chunks(Rc::clone(&self.0)));
        }
    }

    /// Does not begin to read that chunk.
    pub(in crate::worker) fn cancel(&self, id: RequestId) {
        self.0.queue.borrow_mut().retain(|chunk| chunk.id != id);
    }
}

impl Drop for ChunkReader {
    fn drop(&mut self) {
        self.0.queue.borrow_mut().clear();
    }
}

impl ReaderState {
    fn next(&self) -> Option<(ChunkRange, &File)> {
        let next = self.queue.borrow_mut().pop_front().zip(self.file.as_ref());
        self.is_reading.set(next.is_some());
        next
    }

    /// Reads a chunk into `hasher`.
    async fn read(
        &self,
        chunk: ChunkRange,
        file: &File,
        hasher: &mut ChunkHasher,
        pieces: &mut PieceReader,
    ) -> Result<ChunkBody, JsValue> {
        if sends_slices() {
            let slice = range::slice(file, chunk.offset, chunk.len)?;
            // Older ones only read streams into memory of their own.
            if let Ok(reader) = ReadableStreamByobReader::new(&slice.stream()) {
                pieces.each(&reader, |piece| self.hasher.borrow_mut().update(hasher, piece)).await?;
                // A file that was cut short meanwhile is another file.
                let is_whole = hasher.position() == chunk.offset + chunk.len;
                return if is_whole { Ok(ChunkBody::Slice(slice)) } else { Err(JsValue::NULL) };
            }
        }
        let bytes = range::read(file, chunk.offset, chunk.len).await?;
        self.hasher.borrow_mut().update(hasher, &Uint8Array::new(&bytes));
        Ok(ChunkBody::Bytes(bytes))
    }
}

async fn read_chunks(shared: Rc<ReaderState>) {
    let mut pieces = PieceReader::default();
    while let Some((chunk, file)) = shared.next() {
        let mut hasher = shared.hasher.borrow().begin_chunk(chunk.offset);
        let body = shared.read(chunk, file, &mut hasher, &mut pieces).await;
        let result = body.map(|body| (body, shared.hasher.borrow_mut().finish_chunk(hasher)));
        (shared.on_read)(ChunkRead { id: chunk.id, result });
    }
}

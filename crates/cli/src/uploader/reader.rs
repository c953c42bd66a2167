//! Reads and hashes chunks, in a thread of its own.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use bytes::Bytes;
use tokio::sync::mpsc::UnboundedSender;
use upload::{ChunkDigests, FileHasher, RequestId};

use super::event::DriverEvent;
use super::source::SourceFile;

/// A thread that reads chunks one after the other, and computes the MD5 of each and of the whole file.
///
/// It ends when this is dropped, after the chunk that it reads just then.
#[derive(Debug)]
pub(super) struct ChunkReader {
    requests: Sender<ReadRequest>,
}

/// A chunk to read.
#[derive(Debug)]
struct ReadRequest {
    id: RequestId,
    offset: u64,
    len: u64,
}

impl ChunkReader {
    pub(super) fn start(source: SourceFile, events: UnboundedSender<DriverEvent>) -> Self {
        let (requests, queue) = channel();
        thread::spawn(move || read_chunks(&source, &queue, &events));
        Self { requests }
    }

    /// Reads a chunk and reports it as an event. A chunk whose request was aborted meanwhile is read all the same: the
    /// digest of the whole file needs its bytes.
    pub(super) fn read(&self, id: RequestId, offset: u64, len: u64) {
        // The thread ends only when this sender is dropped.
        let _ = self.requests.send(ReadRequest { id, offset, len });
    }
}

fn read_chunks(source: &SourceFile, queue: &Receiver<ReadRequest>, events: &UnboundedSender<DriverEvent>) {
    let mut hasher = FileHasher::new(source.fingerprint().size);
    while let Ok(ReadRequest { id, offset, len }) = queue.recv() {
        let event = match source.read(offset, len) {
            Ok(bytes) => {
                let mut chunk_hasher = hasher.begin_chunk(offset);
                chunk_hasher.update(&bytes);
                let ChunkDigests { chunk, whole_file } = hasher.finish_chunk(chunk_hasher);
                DriverEvent::ChunkRead { id, bytes: Bytes::from(bytes), md5: chunk, file_digest: whole_file }
            }
            Err(change) => DriverEvent::ReadFailed { id, change },
        };
        if events.send(event).is_err() {
            return;
        }
    }
}

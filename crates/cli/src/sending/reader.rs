use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use bytes::Bytes;
use tokio::sync::mpsc::UnboundedSender;
use upload::{ChunkDigests, FileHasher, RequestId};

use super::driver::Event;
use super::source::Source;

/// A thread that reads parts one after the other, and computes the MD5 of each and of the whole file.
///
/// It ends when this is dropped, after the part that it is at.
#[derive(Debug)]
pub(super) struct Reader {
    jobs: Sender<Job>,
}

/// A part to be read.
#[derive(Debug)]
struct Job {
    id: RequestId,
    offset: u64,
    len: u64,
}

impl Reader {
    pub(super) fn start(source: Source, tell: UnboundedSender<Event>) -> Self {
        let (jobs, queue) = channel();
        thread::spawn(move || work(&source, &queue, &tell));
        Self { jobs }
    }

    /// Reads that part; what comes of it is told. Also a part that nobody wants any more is read, for the digest of the
    /// whole.
    pub(super) fn read(&self, id: RequestId, offset: u64, len: u64) {
        // The thread ends after us.
        let _ = self.jobs.send(Job { id, offset, len });
    }
}

fn work(source: &Source, queue: &Receiver<Job>, tell: &UnboundedSender<Event>) {
    let mut hasher = FileHasher::new(source.identity().size);
    while let Ok(Job { id, offset, len }) = queue.recv() {
        let event = match source.read(offset, len) {
            Ok(bytes) => {
                let mut part = hasher.begin_chunk(offset);
                part.update(&bytes);
                let ChunkDigests { chunk, whole_file } = hasher.finish_chunk(part);
                Event::Read { id, bytes: Bytes::from(bytes), md5: chunk, digest: whole_file }
            }
            Err(change) => Event::Unreadable { id, change },
        };
        if tell.send(event).is_err() {
            return;
        }
    }
}

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use bytes::Bytes;
use md5::Digest;
use tokio::sync::mpsc::UnboundedSender;
use upload::{CallId, Md5};

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
    id: CallId,
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
    pub(super) fn read(&self, id: CallId, offset: u64, len: u64) {
        // The thread ends after us.
        let _ = self.jobs.send(Job { id, offset, len });
    }
}

fn work(source: &Source, queue: &Receiver<Job>, tell: &UnboundedSender<Event>) {
    let mut whole = Whole { hasher: md5::Md5::new(), at: 0, size: source.identity().size };
    while let Ok(Job { id, offset, len }) = queue.recv() {
        let event = match source.read(offset, len) {
            Ok(bytes) => {
                let md5 = Md5(md5::Md5::digest(&bytes).into());
                let digest = whole.take(offset, &bytes);
                Event::Read { id, bytes: Bytes::from(bytes), md5, digest }
            }
            Err(change) => Event::Unreadable { id, change },
        };
        if tell.send(event).is_err() {
            return;
        }
    }
}

/// The running MD5 of the file.
struct Whole {
    hasher: md5::Md5,
    at: u64,
    size: u64,
}

impl Whole {
    /// Takes those of the bytes that come next, if any do; tells the MD5 with the last of them.
    fn take(&mut self, offset: u64, bytes: &[u8]) -> Option<Md5> {
        let known = usize::try_from(self.at.checked_sub(offset)?).ok()?;
        let news = bytes.get(known..).filter(|news| !news.is_empty())?;
        self.hasher.update(news);
        self.at += news.len() as u64;
        (self.at == self.size).then(|| Md5(std::mem::take(&mut self.hasher).finalize().into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_is_what_comes_in_order_whatever_comes_again() {
        let mut whole = Whole { hasher: md5::Md5::new(), at: 0, size: 6 };
        assert_eq!(whole.take(0, b"ab"), None);
        assert_eq!(whole.take(0, b"ab"), None);
        assert_eq!(whole.take(4, b"ef"), None);
        assert_eq!(whole.take(1, b"bcd"), None);
        let digest = whole.take(4, b"ef").unwrap();
        assert_eq!(digest, Md5(md5::Md5::digest(b"abcdef").into()));
        assert_eq!(whole.take(4, b"ef"), None);
    }
}

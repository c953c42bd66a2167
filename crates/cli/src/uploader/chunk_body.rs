use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// Bytes handed to the connection at a time, 128 KiB: few enough for progress on a slow network, enough for a fast one.
const FRAME_BYTES: usize = 128 << 10;

/// A chunk in memory as a request's body, which counts the bytes that were sent. It copies nothing.
pub(super) struct ChunkBody {
    rest: Bytes,
    /// Bytes of the last frame. The connection took them when it asks for the next one; then they count.
    last_frame: u64,
    sent_bytes: Arc<AtomicU64>,
}

impl ChunkBody {
    pub(super) fn new(bytes: Bytes, sent_bytes: Arc<AtomicU64>) -> Self {
        Self { rest: bytes, last_frame: 0, sent_bytes }
    }
}

impl Body for ChunkBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let taken = std::mem::take(&mut self.last_frame);
        self.sent_bytes.fetch_add(taken, Ordering::Relaxed);
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let len = self.rest.len().min(FRAME_BYTES);
        let frame = self.rest.split_to(len);
        self.last_frame = len as u64;
        Poll::Ready(Some(Ok(Frame::data(frame))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    /// Exact, because the server wants a Content-Length.
    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sent_bytes_are_counted_when_more_are_asked_for() {
        let (bytes, sent) = (Bytes::from(vec![7; FRAME_BYTES * 2 + 1]), Arc::new(AtomicU64::new(0)));
        let mut body = ChunkBody::new(bytes, sent.clone());
        let mut context = Context::from_waker(std::task::Waker::noop());
        let mut counts = Vec::new();
        while let Poll::Ready(Some(Ok(frame))) = Pin::new(&mut body).poll_frame(&mut context) {
            assert!(frame.is_data());
            counts.push(sent.load(Ordering::Relaxed));
        }
        let frame = FRAME_BYTES as u64;
        assert_eq!(counts, [0, frame, frame * 2]);
        assert_eq!(sent.load(Ordering::Relaxed), frame * 2 + 1);
    }

    #[test]
    fn the_length_is_known_before_it_is_sent() {
        let body = ChunkBody::new(Bytes::from_static(b"abc"), Arc::default());
        assert_eq!(body.size_hint().exact(), Some(3));
    }
}

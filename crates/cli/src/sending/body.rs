use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// Bytes given out at a time, 128 KiB: few enough for a slow line to show that it moves, and enough for a fast one.
const FRAME: usize = 128 << 10;

/// A part of the file in memory, which counts what left. Nothing of it is copied.
pub(super) struct Part {
    rest: Bytes,
    /// Given out with the last frame: it counts once the next one is asked for.
    on_the_way: u64,
    sent: Arc<AtomicU64>,
}

impl Part {
    pub(super) fn new(bytes: Bytes, sent: Arc<AtomicU64>) -> Self {
        Self { rest: bytes, on_the_way: 0, sent }
    }
}

impl Body for Part {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let gone = std::mem::take(&mut self.on_the_way);
        self.sent.fetch_add(gone, Ordering::Relaxed);
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let len = self.rest.len().min(FRAME);
        let frame = self.rest.split_to(len);
        self.on_the_way = len as u64;
        Poll::Ready(Some(Ok(Frame::data(frame))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    /// Exact: servers want a Content-Length.
    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_left_is_counted_when_more_is_asked_for() {
        let (bytes, sent) = (Bytes::from(vec![7; FRAME * 2 + 1]), Arc::new(AtomicU64::new(0)));
        let mut part = Part::new(bytes, sent.clone());
        let mut context = Context::from_waker(std::task::Waker::noop());
        let mut counts = Vec::new();
        while let Poll::Ready(Some(Ok(frame))) = Pin::new(&mut part).poll_frame(&mut context) {
            assert!(frame.is_data());
            counts.push(sent.load(Ordering::Relaxed));
        }
        let frame = FRAME as u64;
        assert_eq!(counts, [0, frame, frame * 2]);
        assert_eq!(sent.load(Ordering::Relaxed), frame * 2 + 1);
    }

    #[test]
    fn the_length_is_known_before() {
        let part = Part::new(Bytes::from_static(b"abc"), Arc::default());
        assert_eq!(part.size_hint().exact(), Some(3));
    }
}

//! A body that is counted and hashed while it is forwarded.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use md5::{Digest, Md5};

use super::StreamingProxyState;

/// The body of the `nth` request.
pub(super) struct CountedBody {
    body: Incoming,
    shared: Arc<StreamingProxyState>,
    nth: usize,
    md5: Option<Md5>,
}

impl CountedBody {
    pub(super) fn new(
        body: Incoming,
        shared: Arc<StreamingProxyState>,
        nth: usize,
        is_hashed: bool,
    ) -> CountedBody {
        let mut counted = CountedBody { body, shared, nth, md5: is_hashed.then(Md5::new) };
        if counted.body.is_end_stream() {
            counted.end();
        }
        counted
    }

    fn count(&mut self, bytes: &Bytes) {
        if let Some(md5) = &mut self.md5 {
            md5.update(bytes);
        }
        self.shared.update(self.nth, |request| request.n_bytes += bytes.len() as u64);
        // A reader that knows the length does not poll again after the last byte.
        if self.body.is_end_stream() {
            self.end();
        }
    }

    fn end(&mut self) {
        if let Some(md5) = self.md5.take() {
            self.shared.update(self.nth, |request| request.md5 = Some(md5.finalize().into()));
        }
    }
}

impl Body for CountedBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        match &frame {
            Some(Ok(frame)) => {
                if let Some(bytes) = frame.data_ref() {
                    self.count(bytes);
                }
            }
            Some(Err(_)) => {}
            None => self.end(),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

//! A body that is noted as it passes.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use md5::{Digest, Md5};

use super::Desk;

/// The body of the `nth` request.
pub(super) struct Noted {
    body: Incoming,
    desk: Arc<Desk>,
    nth: usize,
    md5: Option<Md5>,
}

impl Noted {
    pub(super) fn new(body: Incoming, desk: Arc<Desk>, nth: usize, is_hashed: bool) -> Noted {
        let mut noted = Noted { body, desk, nth, md5: is_hashed.then(Md5::new) };
        if noted.body.is_end_stream() {
            noted.end();
        }
        noted
    }

    fn take(&mut self, bytes: &Bytes) {
        if let Some(md5) = &mut self.md5 {
            md5.update(bytes);
        }
        self.desk.note(self.nth, |passed| passed.n_bytes += bytes.len() as u64);
        // Who knows the length asks no more after the last byte.
        if self.body.is_end_stream() {
            self.end();
        }
    }

    fn end(&mut self) {
        if let Some(md5) = self.md5.take() {
            self.desk.note(self.nth, |passed| passed.md5 = Some(md5.finalize().into()));
        }
    }
}

impl Body for Noted {
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
                    self.take(bytes);
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

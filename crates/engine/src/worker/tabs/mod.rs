//! The other tabs: what they tell each other, and which of them drives an upload.

mod channel;
pub(in crate::worker) mod lock;

pub(in crate::worker) use channel::{TabChannel, TabMessage, TabUploadState, UploadUpdate};

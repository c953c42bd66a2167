//! Other tabs of the portal.
//!
//! `channel`: what the engines of all tabs tell each other. `lock`: the Web Locks by which one tab drives each upload.

mod channel;
pub(in crate::worker) mod lock;

pub(in crate::worker) use channel::{TabChannel, TabMessage, TabUploadState, UploadUpdate};

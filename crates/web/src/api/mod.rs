//! The API as the portal calls it: same origin, with the session's cookie.
//!
//! - `calls`: each call, by name.
//! - `types`: what the portal reads of the answers, and the names in paths.
//! - `error`: why a call has no result.
//! - `http`: how a call is made.

pub(crate) mod calls;
mod error;
mod http;
pub(crate) mod types;

pub(crate) use error::ApiError;
pub(crate) use http::{Answer, Call, read};

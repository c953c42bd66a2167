//! The API as the portal calls it: same origin, with the session's cookie.
//!
//! - `calls`: a function for each call.
//! - `types`: what the portal reads of the responses, and [`AppKey`](types::AppKey), which paths are made of.
//! - `error`: why a call has no result.
//! - `http`: how a call is sent.

pub(crate) mod calls;
mod error;
mod http;
pub(crate) mod types;

pub(crate) use error::ApiError;
pub(crate) use http::{ApiCall, ResponseText, parse};

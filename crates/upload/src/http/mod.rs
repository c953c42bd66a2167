//! The requests of an upload, and what their responses say.
//!
//! - `request`: one HTTP request as the host has to send it.
//! - `builder`: the request of each step.
//! - `response`: what came back, and what it says about that step.

mod builder;
mod request;
mod response;

pub(crate) use builder::{RequestBuilder, ServerIds};
pub use request::{Body, Method, Request, RequestId, Token};
pub use response::RawResponse;
pub(crate) use response::{ChunkList, Response, decode};

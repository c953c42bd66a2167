//! The edge's policy: which call may pass, what is checked, how it is rewritten, and where the token goes.
//!
//! In scope: deciding. [`decide`] looks at one request's head and says whether the portal's page answers it, the
//! edge itself, or is forwarded to the release service, and with which headers. [`headers`] says what every response
//! carries.
//!
//! Out of scope: sending anything. The `edge` crate does what [`decide`] says. Bodies are never looked at.

mod allow_list;
mod csrf;
mod decide;
pub mod headers;
mod session;

pub use protocol::header::CORRELATION_ID;

pub use decide::{Decision, EdgeResponse, Policy, RequestHead, decide, unreachable};

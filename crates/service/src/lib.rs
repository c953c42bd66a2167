//! The release service: App Center's Distribute API, without a platform.
//!
//! In scope: what each call means, who may make it, what is stored, and what the background job does with a
//! finished upload. [`router()`] is one axum router for every platform; [`run`] runs one job.
//!
//! Out of scope: clocks, randomness, databases, object stores and queues. They come in through [`Platform`], whose
//! small ports are the only way out of this crate. Wire types are in `protocol`, package parsing in `artifact`.

mod access;
mod error;
mod extract;
mod file_name;
mod job;
mod jobs;
pub mod ledger;
mod letters;
mod multipart;
pub mod platform;
mod router;
mod routes;
mod secret;
mod store;
mod time;
mod views;

pub use job::{Job, JobError, JobV1};
pub use jobs::run;
pub use platform::Platform;
pub use router::{Incoming, Outgoing, router};
pub use routes::expire_upload;
pub use secret::hash as token_hash;

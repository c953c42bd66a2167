//! The release service: App Center's Distribute API, without a platform.
//!
//! In scope: what each call means, who may make it, what is stored, and what the background jobs do. [`router()`] is one axum router for every platform; [`run`] runs one job.
//!
//! Out of scope: clocks, randomness, databases, object storage and queues. They come in through [`Platform`], whose
//! small ports are the only way out of this crate. Wire types are in `protocol`, package parsing in `artifact`.

mod db;
mod email;
mod error;
mod garbage;
mod http;
mod jobs;
mod pages;
pub mod platform;
mod releases;
mod router;
mod routes;
mod secret;
mod time;
mod uploads;
mod validation;

pub use http::body::{RequestStream, ResponseStream};
pub use jobs::run;
pub use platform::{Job, JobError, JobV1, Platform};
pub use router::router;
pub use secret::hash as token_hash;
pub use uploads::{expire_upload, ledger};

//! Uploads, from the first call to the release. Calls, jobs and the alarm of an upload's ledger all come down here:
//!
//! - `create`: a new upload with its ledger and token;
//! - `chunk`, `whole_file`, `package_form`: the bytes arrive, in chunks or in one form;
//! - `ledger`: the state machine that knows which chunks are stored;
//! - `commit`: every byte is there, and the job is queued;
//! - `process`: the stored package is read and becomes a release;
//! - `cancel`: an upload ends without a release, because a client cancels it or its time is over.

mod cancel;
mod chunk;
mod commit;
mod create;
mod file_name;
pub mod ledger;
mod package_form;
pub(crate) mod process;
mod whole_file;

pub use cancel::expire_upload;
pub(crate) use cancel::{abandon_upload, cancel_upload};
pub(crate) use chunk::{ChunkError, IncomingChunk, store_chunk};
pub(crate) use commit::{commit_and_wait, commit_upload, find_upload, requeue_lost_job};
pub(crate) use create::{UploadShape, create_upload};
pub(crate) use file_name::clean_file_name;
pub(crate) use package_form::bad_form;
pub(crate) use whole_file::{receive_package, replaceable_release};

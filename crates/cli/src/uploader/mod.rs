//! One upload, from looking for an interrupted one to the release.
//!
//! `run` decides whether an upload begins or continues. `driver` is the loop that carries out the actions of
//! [`upload::Upload`] and reports to it what happens: `reader` is a thread that reads and hashes chunks of the `source`
//! file, `in_flight` a request that was sent, with its `chunk_body`; both report by `event`. `deadlines` ends what takes
//! too long, `end` says how the upload ended. `record` is what survives a crash, and `lock` allows one process at a time.
//! `display` shows progress: as a bar, or in logs by `progress_log`. `task` is what to upload and where to.

mod chunk_body;
mod deadlines;
mod display;
mod driver;
mod end;
mod event;
mod in_flight;
mod lock;
mod progress_log;
mod reader;
mod record;
mod run;
mod source;
mod task;

pub(crate) use run::upload_package;
pub(crate) use task::UploadTask;

//! Uploads. With an API token: in chunks (`app_uploads`) and in three calls (`release_uploads`). With the upload's own
//! token: the file's metadata and end (`file`) and its bytes (`chunk`), refused as `refusal` says.

pub(crate) mod app_uploads;
pub(crate) mod chunk;
pub(crate) mod file;
mod refusal;
pub(crate) mod release_uploads;

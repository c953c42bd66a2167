//! What to upload, and where to.

use std::path::Path;
use std::time::Duration;

use crate::args::{AppSlug, StatedVersion};

/// What to upload, where to, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UploadTask<'a> {
    /// The server's address.
    pub(crate) server: &'a str,
    pub(crate) app: &'a AppSlug,
    pub(crate) file: &'a Path,
    pub(crate) stated: StatedVersion<'a>,
    /// How many chunks may be in flight at once.
    pub(crate) max_parallel: u32,
    /// How long the server may take to make a release of the file.
    pub(crate) timeout: Option<Duration>,
}

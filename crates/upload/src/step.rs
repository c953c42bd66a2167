use std::fmt;

/// One kind of request in an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// `POST …/uploads/releases`.
    Create,
    /// `POST /upload/set_metadata`.
    SetMetadata,
    /// `POST /upload/upload_chunk` of this chunk.
    UploadChunk(u32),
    /// `POST /upload/finished`.
    Finish,
    /// `PATCH …/uploads/releases/{id}`.
    Commit,
    /// `GET …/uploads/releases/{id}`, for whether there is a release.
    Poll,
    /// The same, for whether the server still has an upload that is resumed.
    FetchStatus,
    /// The same, for whether the server can be reached.
    Probe,
    /// `POST /upload/cancel`.
    Cancel,
    /// `PATCH …/uploads/releases/{id}`, after [`Step::Cancel`] came too late for a file that is complete: it can be
    /// cancelled as long as no release is made of it.
    CancelCommitted,
}

impl Step {
    /// Whether it ends the upload without a release.
    pub(crate) fn is_cancel(self) -> bool {
        matches!(self, Step::Cancel | Step::CancelCommitted)
    }

    /// Whether the file is complete on the server, which makes a release of it.
    pub(crate) fn is_after_finish(self) -> bool {
        matches!(self, Step::Commit | Step::Poll)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Create => f.write_str("start the upload"),
            Step::SetMetadata => f.write_str("describe the file to the server"),
            Step::UploadChunk(number) => write!(f, "upload chunk {number}"),
            Step::Finish => f.write_str("finish the upload"),
            Step::Commit => f.write_str("commit the upload"),
            Step::Poll => f.write_str("make a release of the file"),
            Step::FetchStatus => f.write_str("resume the upload"),
            Step::Probe => f.write_str("reach the server"),
            Step::Cancel | Step::CancelCommitted => f.write_str("cancel the upload"),
        }
    }
}

use std::fmt;

use protocol::{CreateUploadRequest, UploadStatus, UploadStatusRequest, route};

use crate::md5::Md5;
use crate::request::{Body, Method, Request, Token};
use crate::spec::UploadSpec;

/// One call of the upload, as a step on the way.
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
    /// The same, for whether the server still has an upload that is to go on.
    FetchStatus,
    /// The same, for whether the server can be reached.
    Probe,
    /// `POST /upload/cancel`.
    Cancel,
    /// `PATCH …/uploads/releases/{id}`, after [`Step::Cancel`] came too late for a file that is complete: it can be taken
    /// back as long as no release is made of it.
    CancelCommitted,
}

impl Step {
    /// Whether it ends the upload without a release.
    pub(crate) fn is_cancel(self) -> bool {
        matches!(self, Step::Cancel | Step::CancelCommitted)
    }

    /// Whether everything was sent, and what comes of it is the server's business.
    pub(crate) fn is_too_late(self) -> bool {
        matches!(self, Step::Commit | Step::Poll)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Create => f.write_str("start the upload"),
            Step::SetMetadata => f.write_str("announce the file"),
            Step::UploadChunk(number) => write!(f, "store chunk {number} of the file"),
            Step::Finish => f.write_str("finish the file"),
            Step::Commit => f.write_str("close the upload"),
            Step::Poll => f.write_str("make a release of the file"),
            Step::FetchStatus => f.write_str("go on with the upload"),
            Step::Probe => f.write_str("reach the server"),
            Step::Cancel | Step::CancelCommitted => f.write_str("cancel the upload"),
        }
    }
}

/// What the server calls this upload.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    pub(crate) upload: String,
    pub(crate) asset: String,
    pub(crate) token: Option<Token>,
}

/// What a call is made of.
pub(crate) struct RequestBuilder<'a> {
    pub(crate) spec: &'a UploadSpec,
    pub(crate) names: &'a Names,
    pub(crate) digest: Option<Md5>,
}

impl RequestBuilder<'_> {
    /// The call of any step but [`Step::UploadChunk`].
    pub(crate) fn control(&self, step: Step) -> Request {
        match step {
            Step::Create => self.api(Method::Post, route::UPLOADS, json(&self.creation())),
            Step::SetMetadata => self.file(route::SET_METADATA, &self.metadata(), Body::Empty),
            Step::Commit => self.patch(UploadStatus::UploadFinished, self.digest),
            Step::CancelCommitted => self.patch(UploadStatus::UploadCanceled, None),
            Step::Poll | Step::FetchStatus | Step::Probe => self.api(Method::Get, route::UPLOAD, Body::Empty),
            Step::Cancel => self.file(route::CANCEL, "", Body::Empty),
            Step::Finish | Step::UploadChunk(_) => self.file(route::FINISHED, "", Body::Empty),
        }
    }

    fn creation(&self) -> CreateUploadRequest {
        CreateUploadRequest {
            build_version: self.spec.build_version.clone(),
            build_number: self.spec.build_number.clone(),
        }
    }

    /// The call of [`Step::UploadChunk`].
    pub(crate) fn store(&self, number: u32, body: Body, md5: Option<Md5>) -> Request {
        let request = self.file(route::UPLOAD_CHUNK, &format!("?block_number={number}"), body);
        Request { content_md5: md5.map(|md5| md5.base64()), ..request }
    }

    fn api(&self, method: Method, template: &str, body: Body) -> Request {
        let path = route::path(template, &[&self.spec.owner, &self.spec.app, &self.names.upload]);
        Request { method, path, token: None, content_md5: None, body }
    }

    fn file(&self, template: &str, query: &str, body: Body) -> Request {
        let path = route::path(template, &[&self.names.asset]) + query;
        let token = self.names.token.clone();
        Request { method: Method::Post, path, token, content_md5: None, body }
    }

    fn metadata(&self) -> String {
        let name = route::encoded(&self.spec.file_name);
        let mut query = format!("?file_name={name}&file_size={}", self.spec.file_size);
        if let Some(content_type) = &self.spec.content_type {
            query += "&content_type=";
            query += &route::encoded(content_type);
        }
        query
    }

    fn patch(&self, upload_status: UploadStatus, digest: Option<Md5>) -> Request {
        let request = UploadStatusRequest { upload_status, md5: digest.map(String::from), sha256: None };
        self.api(Method::Patch, route::UPLOAD, json(&request))
    }
}

/// The types written here hold only strings and enums, so writing them cannot fail.
fn json(value: &impl serde::Serialize) -> Body {
    Body::Json(serde_json::to_string(value).unwrap_or_default())
}

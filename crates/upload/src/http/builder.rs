use protocol::{CreateUploadRequest, UploadStatus, UploadStatusRequest, route};

use super::request::{Body, Method, Request, Token};
use crate::digest::Md5;
use crate::spec::UploadSpec;
use crate::step::Step;

/// The server's ids of this upload.
#[derive(Clone, Debug, Default)]
pub(crate) struct ServerIds {
    pub(crate) upload: String,
    pub(crate) asset: String,
    pub(crate) token: Option<Token>,
}

/// Makes the request of each step.
pub(crate) struct RequestBuilder<'a> {
    pub(crate) spec: &'a UploadSpec,
    pub(crate) ids: &'a ServerIds,
    pub(crate) digest: Option<Md5>,
}

impl RequestBuilder<'_> {
    /// The request of any step but [`Step::UploadChunk`].
    pub(crate) fn request(&self, step: Step) -> Request {
        match step {
            Step::Create => self.api_request(Method::Post, route::UPLOADS, json(&self.creation())),
            Step::SetMetadata => self.upload_request(route::SET_METADATA, &self.metadata(), Body::Empty),
            Step::Commit => self.patch(UploadStatus::UploadFinished, self.digest),
            Step::CancelCommitted => self.patch(UploadStatus::UploadCanceled, None),
            Step::Poll | Step::FetchStatus | Step::Probe => {
                self.api_request(Method::Get, route::UPLOAD, Body::Empty)
            }
            Step::Cancel => self.upload_request(route::CANCEL, "", Body::Empty),
            Step::Finish | Step::UploadChunk(_) => self.upload_request(route::FINISHED, "", Body::Empty),
        }
    }

    fn creation(&self) -> CreateUploadRequest {
        CreateUploadRequest {
            build_version: self.spec.build_version.clone(),
            build_number: self.spec.build_number.clone(),
        }
    }

    /// The request of [`Step::UploadChunk`].
    pub(crate) fn upload_chunk(&self, number: u32, body: Body, md5: Option<Md5>) -> Request {
        let request = self.upload_request(route::UPLOAD_CHUNK, &format!("?block_number={number}"), body);
        Request { content_md5: md5.map(|md5| md5.base64()), ..request }
    }

    fn api_request(&self, method: Method, template: &str, body: Body) -> Request {
        let path = route::path(template, &[&self.spec.owner, &self.spec.app, &self.ids.upload]);
        Request { method, path, token: None, content_md5: None, body }
    }

    fn upload_request(&self, template: &str, query: &str, body: Body) -> Request {
        let path = route::path(template, &[&self.ids.asset]) + query;
        let token = self.ids.token.clone();
        Request { method: Method::Post, path, token, content_md5: None, body }
    }

    fn metadata(&self) -> String {
        let name = route::percent_encode(&self.spec.file_name);
        let mut query = format!("?file_name={name}&file_size={}", self.spec.file_size);
        if let Some(content_type) = &self.spec.content_type {
            query += "&content_type=";
            query += &route::percent_encode(content_type);
        }
        query
    }

    fn patch(&self, upload_status: UploadStatus, digest: Option<Md5>) -> Request {
        let request = UploadStatusRequest { upload_status, md5: digest.map(String::from), sha256: None };
        self.api_request(Method::Patch, route::UPLOAD, json(&request))
    }
}

/// The types written here hold only strings and enums, so writing them cannot fail.
fn json(value: &impl serde::Serialize) -> Body {
    Body::Json(serde_json::to_string(value).unwrap_or_default())
}

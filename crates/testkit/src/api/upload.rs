//! The calls of one upload.

use bytes::Bytes;
use http::Method;
use protocol::{CreateUploadResponse, header, route};
use serde_json::Value;

use super::{Api, ApiResponse};

/// An upload that was created.
pub struct Upload {
    /// The response to the call that created it.
    pub created: CreateUploadResponse,
    /// The app's owner and name.
    pub app: (String, String),
}

impl Upload {
    /// `set_metadata`.
    pub fn set_metadata(&self, api: &Api, name: &str, size: u64) -> ApiResponse {
        self.file_call(api, route::SET_METADATA, &format!("file_name={name}&file_size={size}&"), Bytes::new())
    }

    /// `upload_chunk`.
    pub fn chunk(&self, api: &Api, number: u32, bytes: &[u8]) -> ApiResponse {
        let query = format!("block_number={number}&");
        self.file_call(api, route::UPLOAD_CHUNK, &query, Bytes::copy_from_slice(bytes))
    }

    /// `upload_chunk` with that `Content-MD5`.
    pub fn chunk_with_md5(&self, api: &Api, number: u32, bytes: &[u8], md5: &str) -> ApiResponse {
        let path = route::path(route::UPLOAD_CHUNK, &[&self.created.package_asset_id]);
        let query = format!("block_number={number}&token={}", self.created.url_encoded_token);
        let headers = [(header::CONTENT_MD5, md5)];
        api.send(Method::POST, &format!("{path}?{query}"), &headers, Bytes::copy_from_slice(bytes))
    }

    /// `finished`.
    pub fn finish(&self, api: &Api) -> ApiResponse {
        self.file_call(api, route::FINISHED, "callback=&", Bytes::new())
    }

    /// `cancel`.
    pub fn cancel(&self, api: &Api) -> ApiResponse {
        self.file_call(api, route::CANCEL, "", Bytes::new())
    }

    /// `PATCH uploads/releases/{id}`.
    pub fn patch(&self, api: &Api, body: &Value) -> ApiResponse {
        api.call(Method::PATCH, &self.path(), body)
    }

    /// `GET uploads/releases/{id}`.
    pub fn status(&self, api: &Api) -> Value {
        api.get(&self.path()).json()
    }

    fn path(&self) -> String {
        route::path(route::UPLOAD, &[&self.app.0, &self.app.1, &self.created.id])
    }

    /// As appcenter-cli calls it: with the token in the query, and without an API token.
    fn file_call(&self, api: &Api, template: &str, query: &str, body: Bytes) -> ApiResponse {
        let path = route::path(template, &[&self.created.package_asset_id]);
        let token = &self.created.url_encoded_token;
        api.send(Method::POST, &format!("{path}?{query}token={token}"), &[], body)
    }
}

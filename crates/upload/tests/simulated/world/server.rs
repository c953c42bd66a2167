//! A server that answers as the protocol document says, in memory.

use std::collections::BTreeSet;

use protocol::{
    CancelUploadResponse, ChunkErrorCode, CreateUploadResponse, ErrorBody, ErrorCode, FinishUploadResponse,
    SetMetadataResponse, UploadChunkResponse, UploadState, UploadStatus, UploadStatusRequest,
    UploadStatusResponse,
};
use serde::Serialize;
use upload::{Body, Call};

pub(crate) const RELEASE_ID: i64 = 42;

#[derive(Debug, Default)]
pub(crate) struct Server {
    pub(crate) file_size: u64,
    pub(crate) chunk_size: u64,
    pub(crate) stored: BTreeSet<u32>,
    /// Whether every chunk is asked for, stored or not, as servers do that cannot go on with an upload.
    pub(crate) lists_all: bool,
    /// How many questions are answered with "still at work".
    pub(crate) busy_polls: u32,
    /// The chunks that the next finish says it has lost.
    pub(crate) forget: Vec<u32>,
    /// What processing says instead of a release.
    pub(crate) verdict: Option<&'static str>,
    pub(crate) md5: Option<String>,
    /// How often it was closed.
    pub(crate) closes: u32,
    /// Every chunk was there when the client said so; too late to cancel.
    pub(crate) is_sealed: bool,
    pub(crate) is_cancelled: bool,
}

impl Server {
    pub(crate) fn new(file_size: u64, chunk_size: u64) -> Server {
        Server { file_size, chunk_size, ..Server::default() }
    }

    pub(crate) fn n_chunks(&self) -> u32 {
        self.file_size.div_ceil(self.chunk_size) as u32
    }

    pub(crate) fn serve(&mut self, call: &Call) -> (u16, String) {
        let place = call.path.split(['?']).next().unwrap_or_default();
        let needs_token = place.starts_with("/upload/");
        assert_eq!(needs_token, call.headers().any(|header| header == ("x-upload-token", "to+ken")));
        let (method, body) = (call.method.as_str(), &call.body);
        match (method, place, body) {
            ("POST", "/v0.1/apps/ann/notes/uploads/releases", Body::Json(_)) => self.create(),
            ("POST", "/upload/set_metadata/asset-1", _) => self.describe(),
            ("POST", "/upload/upload_chunk/asset-1", Body::Chunk { number, offset, len }) => {
                self.store(*number, *offset, *len)
            }
            ("POST", "/upload/finished/asset-1", _) => self.finish(),
            ("POST", "/upload/cancel/asset-1", _) => self.cancel(),
            ("PATCH", "/v0.1/apps/ann/notes/uploads/releases/upload-1", Body::Json(text)) => self.close(text),
            ("GET", "/v0.1/apps/ann/notes/uploads/releases/upload-1", Body::Empty) => self.ask(),
            _ => json(404, &ErrorBody::new(ErrorCode::NotFound, "no such path")),
        }
    }

    fn create(&self) -> (u16, String) {
        let response = CreateUploadResponse {
            id: "upload-1".into(),
            package_asset_id: "asset-1".into(),
            upload_domain: "https://elsewhere.example".into(),
            token: "to+ken".into(),
            url_encoded_token: "to%2Bken".into(),
        };
        json(201, &response)
    }

    fn describe(&self) -> (u16, String) {
        let response = SetMetadataResponse {
            error: false,
            id: "asset-1".into(),
            chunk_size: self.chunk_size,
            resume_restart: false,
            chunk_list: if self.lists_all { (1..=self.n_chunks()).collect() } else { self.missing() },
            blob_partitions: 1,
            status_code: "Success".into(),
            stored: Vec::new(),
        };
        json(200, &response)
    }

    fn missing(&self) -> Vec<u32> {
        (1..=self.n_chunks()).filter(|number| !self.stored.contains(number)).collect()
    }

    fn store(&mut self, number: u32, offset: u64, len: u64) -> (u16, String) {
        assert_eq!(offset, u64::from(number - 1) * self.chunk_size);
        assert_eq!(len, self.chunk_size.min(self.file_size - offset));
        self.stored.insert(number);
        json(200, &receipt(number, ChunkErrorCode::None))
    }

    fn finish(&mut self) -> (u16, String) {
        for number in std::mem::take(&mut self.forget) {
            self.stored.remove(&number);
        }
        let missing = self.missing();
        let is_done = missing.is_empty();
        self.is_sealed |= is_done;
        let response = FinishUploadResponse {
            error: !is_done,
            chunk_num: 0,
            error_code: if is_done { ChunkErrorCode::None } else { ChunkErrorCode::MissingChunks },
            message: "as you see".into(),
            state: if is_done { UploadState::Done } else { UploadState::Pending },
            missing_chunks: (!is_done).then_some(missing),
            location: String::new(),
            raw_location: String::new(),
            absolute_uri: String::new(),
        };
        json(200, &response)
    }

    fn close(&mut self, text: &str) -> (u16, String) {
        let Ok(request) = serde_json::from_str::<UploadStatusRequest>(text) else {
            return json(400, &ErrorBody::new(ErrorCode::BadRequest, "expected a status"));
        };
        if !self.is_sealed {
            return json(400, &ErrorBody::new(ErrorCode::BadRequest, "chunks are missing"));
        }
        self.md5 = request.md5;
        self.closes += 1;
        json(200, &status(UploadStatus::UploadFinished, None, None))
    }

    fn ask(&mut self) -> (u16, String) {
        if self.busy_polls > 0 {
            self.busy_polls -= 1;
            return json(200, &status(UploadStatus::UploadFinished, None, None));
        }
        match self.verdict {
            Some(details) => json(200, &status(UploadStatus::Error, Some(details), None)),
            None => json(200, &status(UploadStatus::ReadyToBePublished, None, Some(RELEASE_ID))),
        }
    }

    fn cancel(&mut self) -> (u16, String) {
        self.is_cancelled = !self.is_sealed;
        let message = if self.is_sealed { "the upload is finished" } else { "gone" };
        json(200, &CancelUploadResponse { error: self.is_sealed, message: message.into() })
    }
}

pub(crate) fn receipt(number: u32, error_code: ChunkErrorCode) -> UploadChunkResponse {
    let error = error_code != ChunkErrorCode::None;
    UploadChunkResponse {
        error,
        chunk_num: number,
        error_code,
        message: error.then(|| "not stored".into()),
        md5: None,
    }
}

fn status(upload_status: UploadStatus, details: Option<&str>, release: Option<i64>) -> UploadStatusResponse {
    UploadStatusResponse {
        id: "upload-1".into(),
        upload_status,
        error_details: details.map(str::to_owned),
        release_distinct_id: release,
        release_url: None,
        md5: None,
    }
}

pub(crate) fn json(status: u16, value: &impl Serialize) -> (u16, String) {
    match serde_json::to_string(value) {
        Ok(text) => (status, text),
        Err(error) => panic!("{error}"),
    }
}

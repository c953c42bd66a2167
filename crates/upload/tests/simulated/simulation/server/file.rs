//! The requests under `/upload` but that of a chunk.

use serde_json::{Value, json};
use service::ledger::{FileMetadata, Ledger, LedgerHeader, LedgerRefusal, LedgerReply, LedgerRequest};
use upload::Request;

use super::{HostedState, HostedUpload, Response, Server};

impl Server {
    pub(super) fn upload_request(&mut self, place: &str, query: &str, request: &Request) -> Response {
        let (verb, asset) = place.split_once('/').unwrap_or((place, ""));
        let token = request.token.as_ref().map_or("", |token| token.as_str()).to_owned();
        let (chunk_size, lists_all_chunks) = (self.behavior.chunk_size, self.behavior.lists_all_chunks);
        let Some(hosted) = self.by_asset(asset) else { return refused(0, LedgerRefusal::Unknown) };
        match verb {
            "set_metadata" => hosted.describe(&Description { chunk_size, lists_all_chunks, query }, token),
            "finished" => hosted.finish(token),
            "cancel" => hosted.cancel(token),
            _ => super::not_found(),
        }
    }

    pub(super) fn by_asset(&mut self, asset: &str) -> Option<&mut HostedUpload> {
        self.uploads.iter_mut().find(|hosted| hosted.asset == asset)
    }
}

/// What the plan of a file depends on.
struct Description<'a> {
    chunk_size: u64,
    lists_all_chunks: bool,
    query: &'a str,
}

impl HostedUpload {
    pub(super) fn ask_ledger(&mut self, request: LedgerRequest) -> LedgerReply {
        Ledger::handle(&mut self.ledger, request).0
    }

    fn describe(&mut self, description: &Description<'_>, token: String) -> Response {
        let size = description.query.split('&').find_map(|pair| pair.strip_prefix("file_size="));
        let request = LedgerRequest::SetMetadata {
            token_hash: token,
            name: "notes.apk".into(),
            size: size.and_then(|size| size.parse().ok()).unwrap_or_default(),
            requested_chunk_size: None,
        };
        if let reply @ LedgerReply::Refused(_) = self.ask_ledger(request.clone()) {
            return never_ok(refusal(0, &reply));
        }
        self.shrink_chunks(description.chunk_size);
        let LedgerReply::ChunkPlan { missing, chunk_size, stored } = self.ask_ledger(request) else {
            panic!("the ledger has a plan and does not tell it");
        };
        let n_chunks = u32::try_from(self.file_size().div_ceil(chunk_size)).unwrap_or(u32::MAX);
        let listed = if description.lists_all_chunks { (1..=n_chunks).collect() } else { missing };
        let mut answer = json!({
            "error": false, "id": self.asset, "chunk_size": chunk_size, "resume_restart": false,
            "chunk_list": listed, "blob_partitions": 1, "status_code": "Success",
        });
        if !stored.is_empty() {
            let stored = stored.iter().map(|chunk| json!({"chunk_num": chunk.chunk_num, "md5": chunk.md5}));
            answer["stored"] = Value::Array(stored.collect());
        }
        Response::new(200, &answer)
    }

    /// The ledger's chunks are of megabytes; thousands of uploads need smaller ones.
    fn shrink_chunks(&mut self, chunk_size: u64) {
        let Some(ledger) = &self.ledger else { return };
        let shrink = |file: FileMetadata| FileMetadata { chunk_size, ..file };
        let header =
            LedgerHeader { file: ledger.header().file.clone().map(shrink), ..ledger.header().clone() };
        self.ledger = Some(Ledger::load(header, ledger.chunks().clone()));
    }

    fn file_size(&self) -> u64 {
        let file = self.ledger.as_ref().and_then(|ledger| ledger.header().file.as_ref());
        file.map_or(0, |file| file.size)
    }

    fn finish(&mut self, token: String) -> Response {
        let done = |error: bool, code: &str, message: &str| {
            let state = if error { "Pending" } else { "Done" };
            json!({
                "error": error, "chunk_num": 0, "error_code": code, "message": message, "state": state,
                "location": "l", "raw_location": "l", "absolute_uri": "l",
            })
        };
        match self.ask_ledger(LedgerRequest::Finish { token_hash: token }) {
            LedgerReply::Finished => Response::new(200, &done(false, "None", "Upload Successful")),
            LedgerReply::Missing(missing) => {
                let mut answer = done(true, "MissingChunks", "chunks are missing");
                answer["missing_chunks"] = json!(missing);
                Response::new(200, &answer)
            }
            reply => {
                let (_, code, message) = request_lines(&reply);
                Response::new(200, &done(true, code, message))
            }
        }
    }

    fn cancel(&mut self, token: String) -> Response {
        match self.ask_ledger(LedgerRequest::Cancel { token_hash: Some(token) }) {
            LedgerReply::Cancelled { .. } => {
                if self.state == HostedState::Started {
                    self.state = HostedState::Cancelled;
                }
                self.parts.clear();
                Response::new(200, &json!({"error": false, "message": "Upload cancelled"}))
            }
            reply => refusal(0, &reply),
        }
    }
}

pub(super) fn refused(number: u32, why: LedgerRefusal) -> Response {
    refusal(number, &LedgerReply::Refused(why))
}

/// A refusal of the requests under `/upload`.
pub(super) fn refusal(number: u32, reply: &LedgerReply) -> Response {
    let (status, code, message) = request_lines(reply);
    let answer = json!({"error": true, "chunk_num": number, "error_code": code, "message": message});
    Response::new(status, &answer)
}

fn never_ok(response: Response) -> Response {
    let status = if response.status == 200 { 400 } else { response.status };
    Response { status, ..response }
}

fn request_lines(reply: &LedgerReply) -> (u16, &'static str, &'static str) {
    let LedgerReply::Refused(refusal) = reply else {
        return (200, "ServerError", "the chunk came twice at the same time; send it again");
    };
    match refusal {
        LedgerRefusal::Unknown => (404, "InvalidState", "there is no such upload; it may have expired"),
        LedgerRefusal::Unauthorized => (401, "Unauthorized", "the token does not open this upload"),
        LedgerRefusal::NoMetadata => (200, "InvalidState", "call set_metadata before sending chunks"),
        LedgerRefusal::Closed => (200, "InvalidState", "the upload is finished or cancelled"),
        LedgerRefusal::OtherFile => {
            (200, "InvalidState", "the upload began with a file of another size; start a new one")
        }
        LedgerRefusal::BadSize => (200, "InvalidLength", "expected a file of 1 byte to 625 GiB"),
        LedgerRefusal::NoSuchChunk => (200, "InvalidChunkNumber", "the file has no chunk of that number"),
        LedgerRefusal::WrongLength { .. } => (200, "InvalidLength", "invalid chunk length"),
    }
}

//! A server that responds as the protocol's documentation says: the real ledger, and object storage in memory.
//!
//! Its responses are spelled out, so that a name that changes in `protocol` is noticed.

mod chunk;
mod file;
mod release;

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Value, json};
use service::ledger::{Ledger, LedgerReply, LedgerRequest, LedgerState};
use upload::{Body, Request};

pub(crate) use self::chunk::Admission;
use super::disk::md5;

/// The number of the first release.
pub(crate) const RELEASE_ID: i64 = 42;

/// How long an upload lives that is not finished, in milliseconds.
const LIFETIME_MS: u64 = protocol::limit::UPLOAD_LIFETIME_MS as u64;

/// How the server behaves.
#[derive(Clone, Debug)]
pub(crate) struct ServerBehavior {
    /// Of every chunk but the last, in bytes.
    pub(crate) chunk_size: u64,
    /// Whether it checks and returns digests, which App Center did not.
    pub(crate) has_digests: bool,
    /// Whether every chunk is listed, stored or not, as servers do that cannot resume an upload.
    pub(crate) lists_all_chunks: bool,
    /// How many polls get the response that it is still processing.
    pub(crate) n_busy_polls: u32,
    /// The error of processing, in place of a release.
    pub(crate) processing_error: Option<&'static str>,
}

impl ServerBehavior {
    pub(crate) fn new(chunk_size: u64) -> ServerBehavior {
        ServerBehavior {
            chunk_size,
            has_digests: true,
            lists_all_chunks: false,
            n_busy_polls: 0,
            processing_error: None,
        }
    }
}

/// The response to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Response {
    pub(crate) fn new(status: u16, body: &Value) -> Response {
        Response { status, body: body.to_string() }
    }
}

#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) behavior: ServerBehavior,
    pub(crate) uploads: Vec<HostedUpload>,
    /// Whether the requests that need a session are refused until there is a new one.
    pub(crate) is_session_over: bool,
}

/// How far an upload is, apart from its chunks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum HostedState {
    Started,
    Finished,
    Cancelled,
    Ready(i64),
    Error(String),
}

/// One upload as the server has it.
#[derive(Debug)]
pub(crate) struct HostedUpload {
    pub(crate) id: String,
    pub(crate) asset: String,
    pub(crate) state: HostedState,
    /// The stored chunks.
    pub(crate) parts: BTreeMap<u32, Stored>,
    /// How often it was committed.
    pub(crate) closes: u32,
    /// MD5 of the file as the client stated it.
    pub(crate) stated: Option<String>,
    /// The file, once it is one.
    pub(crate) object: Option<Vec<u8>>,
    ledger: Option<Ledger>,
    created_at: u64,
    n_polls: u32,
}

/// A chunk in object storage.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) etag: String,
    pub(crate) bytes: Rc<[u8]>,
}

impl HostedUpload {
    /// The chunks that count, with their MD5.
    pub(crate) fn stored(&self) -> BTreeMap<u32, String> {
        let Some(LedgerReply::Contents { parts, .. }) = self.contents() else { return BTreeMap::new() };
        let digest = |number: &u32| self.parts.get(number).map(|part| md5(&part.bytes).to_string());
        parts.iter().map(|part| (part.number, digest(&part.number).unwrap_or_default())).collect()
    }

    pub(crate) fn is_sealed(&self) -> bool {
        self.ledger.as_ref().is_some_and(|ledger| ledger.header().state == LedgerState::Sealed)
    }

    fn contents(&self) -> Option<LedgerReply> {
        let mut slot = self.ledger.clone();
        slot.is_some().then(|| Ledger::handle(&mut slot, LedgerRequest::Contents).0)
    }

    /// Loses these chunks, receipts and all. Too late once the file is sealed.
    pub(crate) fn forget(&mut self, numbers: &[u32]) {
        let Some(ledger) = self.ledger.as_ref().filter(|_| !self.is_sealed()) else { return };
        let kept = ledger.chunks().clone().into_iter().filter(|(number, _)| !numbers.contains(number));
        self.ledger = Some(Ledger::load(ledger.header().clone(), kept));
    }
}

impl Server {
    pub(crate) fn new(behavior: ServerBehavior) -> Server {
        Server { behavior, uploads: Vec::new(), is_session_over: false }
    }

    /// The upload of that id, or of the newest.
    pub(crate) fn newest(&mut self) -> Option<&mut HostedUpload> {
        self.uploads.last_mut()
    }

    /// How many files are complete and known to be so.
    pub(crate) fn n_sealed(&self) -> usize {
        self.uploads.iter().filter(|hosted| hosted.is_sealed()).count()
    }

    /// How many files are or may become a release.
    pub(crate) fn n_finished(&self) -> usize {
        let is_good = |hosted: &&HostedUpload| {
            hosted.is_sealed() && !matches!(hosted.state, HostedState::Error(_) | HostedState::Cancelled)
        };
        self.uploads.iter().filter(is_good).count()
    }

    /// Whether it has cancelled or lost the upload that is under way.
    pub(crate) fn newest_is_gone(&self) -> bool {
        self.uploads
            .last()
            .is_some_and(|hosted| hosted.ledger.is_none() || hosted.state == HostedState::Cancelled)
    }

    /// Responds to any request but that of a chunk.
    pub(crate) fn respond(&mut self, request: &Request, now: u64) -> Response {
        self.expire(now);
        let (place, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        if let Some(place) = place.strip_prefix("/upload/") {
            return self.upload_request(place, query, request);
        }
        let Some(place) = place.strip_prefix("/v0.1/apps/ann/notes/uploads/releases") else {
            return not_found();
        };
        if self.is_session_over {
            return Response::new(401, &json!({"code": "unauthorized", "message": "the session is over"}));
        }
        match (request.method.as_str(), place, &request.body) {
            ("POST", "", Body::Json(_)) => self.create(now),
            ("PATCH", id, Body::Json(text)) => self.close(id.trim_start_matches('/'), text),
            ("GET", id, Body::Empty) => self.ask(id.trim_start_matches('/')),
            _ => not_found(),
        }
    }

    fn create(&mut self, now: u64) -> Response {
        let n = self.uploads.len() + 1;
        let (id, asset, token) = (format!("upload-{n}"), format!("asset-{n}"), format!("to+ken-{n}"));
        let mut ledger = None;
        let open = LedgerRequest::Open { token_hash: token.clone(), multipart: "multipart".into() };
        Ledger::handle(&mut ledger, open);
        let answer = json!({
            "id": id, "package_asset_id": asset, "upload_domain": "https://elsewhere.example",
            "token": token, "url_encoded_token": token.replace('+', "%2B"),
        });
        self.uploads.push(HostedUpload {
            id,
            asset,
            ledger,
            state: HostedState::Started,
            parts: BTreeMap::new(),
            closes: 0,
            stated: None,
            object: None,
            created_at: now,
            n_polls: 0,
        });
        Response::new(201, &answer)
    }

    /// Uploads that are not finished within a day expire.
    fn expire(&mut self, now: u64) {
        for hosted in &mut self.uploads {
            if hosted.state == HostedState::Started && now >= hosted.created_at + LIFETIME_MS {
                hosted.state = HostedState::Cancelled;
                hosted.ledger = None;
                hosted.parts.clear();
            }
        }
    }

    /// Loses an upload altogether. Too late once the file is sealed.
    pub(crate) fn lose(&mut self) {
        if self.newest().is_some_and(|hosted| !hosted.is_sealed())
            && let Some(hosted) = self.newest()
        {
            hosted.id = "lost".into();
            hosted.ledger = None;
            hosted.parts.clear();
        }
    }

    fn hosted(&mut self, id: &str) -> Option<&mut HostedUpload> {
        self.uploads.iter_mut().find(|hosted| hosted.id == id && id != "lost")
    }
}

pub(crate) fn not_found() -> Response {
    Response::new(404, &json!({"code": "not_found", "message": "there is nothing of that name"}))
}

fn bad_request(message: &str) -> Response {
    Response::new(400, &json!({"code": "bad_request", "message": message}))
}

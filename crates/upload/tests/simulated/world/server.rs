//! A server that answers as the protocol document says: the real ledger, and an object store in memory.
//!
//! Its answers are spelled out, so that a word that changes in `protocol` is noticed.

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

/// What kind of server it is.
#[derive(Clone, Debug)]
pub(crate) struct Habits {
    /// Of every chunk but the last, in bytes.
    pub(crate) chunk_size: u64,
    /// Whether it checks and answers digests, which App Center did not.
    pub(crate) has_digests: bool,
    /// Whether every chunk is asked for, stored or not, as servers do that cannot go on with an upload.
    pub(crate) lists_all: bool,
    /// How many questions are answered with "still at work".
    pub(crate) busy_polls: u32,
    /// What processing says instead of a release.
    pub(crate) verdict: Option<&'static str>,
}

impl Habits {
    pub(crate) fn new(chunk_size: u64) -> Habits {
        Habits { chunk_size, has_digests: true, lists_all: false, busy_polls: 0, verdict: None }
    }
}

/// What goes over the wire in answer to a call.
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
    pub(crate) habits: Habits,
    pub(crate) uploads: Vec<Hosted>,
    /// Whether the calls that need a session are refused until there is a fresh one.
    pub(crate) is_session_over: bool,
}

/// How far an upload is, apart from its chunks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Started,
    Finished,
    Cancelled,
    Ready(i64),
    Error(String),
}

/// One upload as the server has it.
#[derive(Debug)]
pub(crate) struct Hosted {
    pub(crate) id: String,
    pub(crate) asset: String,
    pub(crate) fate: Fate,
    /// The object store's parts.
    pub(crate) parts: BTreeMap<u32, Stored>,
    /// How often it was closed.
    pub(crate) closes: u32,
    /// MD5 of the file as the client stated it.
    pub(crate) stated: Option<String>,
    /// The file, once it is one.
    pub(crate) object: Option<Vec<u8>>,
    ledger: Option<Ledger>,
    created_at: u64,
    n_polls: u32,
}

/// A part in the object store.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) etag: String,
    pub(crate) bytes: Rc<[u8]>,
}

impl Hosted {
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
    pub(crate) fn new(habits: Habits) -> Server {
        Server { habits, uploads: Vec::new(), is_session_over: false }
    }

    /// The upload of that id, or of the newest.
    pub(crate) fn newest(&mut self) -> Option<&mut Hosted> {
        self.uploads.last_mut()
    }

    /// How many files are complete and known to be so.
    pub(crate) fn n_sealed(&self) -> usize {
        self.uploads.iter().filter(|hosted| hosted.is_sealed()).count()
    }

    /// How many files are or may become a release.
    pub(crate) fn n_finished(&self) -> usize {
        let is_good =
            |hosted: &&Hosted| hosted.is_sealed() && !matches!(hosted.fate, Fate::Error(_) | Fate::Cancelled);
        self.uploads.iter().filter(is_good).count()
    }

    /// Whether it has given up or forgotten the upload that is under way.
    pub(crate) fn newest_is_gone(&self) -> bool {
        self.uploads.last().is_some_and(|hosted| hosted.ledger.is_none() || hosted.fate == Fate::Cancelled)
    }

    /// Answers any call but that of a chunk.
    pub(crate) fn respond(&mut self, request: &Request, now: u64) -> Response {
        self.expire(now);
        let (place, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        if let Some(place) = place.strip_prefix("/upload/") {
            return self.file_call(place, query, request);
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
        self.uploads.push(Hosted {
            id,
            asset,
            ledger,
            fate: Fate::Started,
            parts: BTreeMap::new(),
            closes: 0,
            stated: None,
            object: None,
            created_at: now,
            n_polls: 0,
        });
        Response::new(201, &answer)
    }

    /// What nobody finished within a day is given up.
    fn expire(&mut self, now: u64) {
        for hosted in &mut self.uploads {
            if hosted.fate == Fate::Started && now >= hosted.created_at + LIFETIME_MS {
                hosted.fate = Fate::Cancelled;
                hosted.ledger = None;
                hosted.parts.clear();
            }
        }
    }

    /// Forgets an upload altogether, as if it had never been. Too late once the file is sealed.
    pub(crate) fn lose(&mut self) {
        if self.newest().is_some_and(|hosted| !hosted.is_sealed())
            && let Some(hosted) = self.newest()
        {
            hosted.id = "lost".into();
            hosted.ledger = None;
            hosted.parts.clear();
        }
    }

    fn hosted(&mut self, id: &str) -> Option<&mut Hosted> {
        self.uploads.iter_mut().find(|hosted| hosted.id == id && id != "lost")
    }
}

pub(crate) fn not_found() -> Response {
    Response::new(404, &json!({"code": "not_found", "message": "there is nothing of that name"}))
}

fn bad_request(message: &str) -> Response {
    Response::new(400, &json!({"code": "bad_request", "message": message}))
}

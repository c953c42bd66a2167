//! A chunk on its way into object storage, in the steps between which faults can happen.

use std::rc::Rc;

use serde_json::json;
use service::ledger::{LedgerReply, LedgerRequest};
use service::platform::Part;
use upload::{Body, Request};

use super::super::disk::md5;
use super::{Response, Server, Stored, file};

/// A chunk that may be stored.
#[derive(Clone, Debug)]
pub(crate) struct Admission {
    asset: String,
    number: u32,
    attempt: u32,
}

impl Server {
    /// The head of a request with a chunk has come.
    pub(crate) fn admit(&mut self, request: &Request, now: u64) -> Result<Admission, Response> {
        self.expire(now);
        let (Body::Chunk { len, .. }, Some((place, query))) = (&request.body, request.path.split_once('?'))
        else {
            return Err(super::not_found());
        };
        let asset = place.trim_start_matches("/upload/upload_chunk/").to_owned();
        let number = query.strip_prefix("block_number=").and_then(|number| number.parse().ok()).unwrap_or(0);
        let token_hash = request.token.as_ref().map_or("", |token| token.as_str()).to_owned();
        let Some(hosted) = self.by_asset(&asset) else { return Err(super::not_found()) };
        match hosted.ask_ledger(LedgerRequest::Admit { token_hash, number, length: *len }) {
            LedgerReply::Admitted { attempt, .. } => Ok(Admission { asset, number, attempt }),
            reply => Err(file::refusal(number, &reply)),
        }
    }

    /// The bytes have come: object storage keeps them in place of those before. If they are not what was sent, the
    /// ledger discards them.
    pub(crate) fn put(
        &mut self,
        admission: &Admission,
        bytes: &Rc<[u8]>,
        stated: Option<&str>,
    ) -> Result<Stored, Response> {
        let Admission { number, attempt, .. } = *admission;
        let has_digests = self.behavior.has_digests;
        let Some(hosted) = self.by_asset(&admission.asset) else { return Err(super::not_found()) };
        // As R2 and S3 have it: the same bytes have the same receipt.
        let stored = Stored { etag: md5(bytes).to_string(), bytes: Rc::clone(bytes) };
        hosted.parts.insert(number, stored.clone());
        if has_digests && stated.is_some_and(|stated| stated != md5(bytes).base64()) {
            let reply = hosted.ask_ledger(LedgerRequest::Discard { number, attempt });
            return Err(if reply == LedgerReply::Noted {
                damaged(number)
            } else {
                file::refusal(number, &reply)
            });
        }
        Ok(stored)
    }

    /// The ledger records it.
    pub(crate) fn record(&mut self, admission: &Admission, stored: &Stored) -> Response {
        let number = admission.number;
        let has_digests = self.behavior.has_digests;
        let Some(hosted) = self.by_asset(&admission.asset) else { return super::not_found() };
        let part = Part { number, etag: stored.etag.clone() };
        let digest = has_digests.then(|| md5(&stored.bytes).to_string());
        let attempt = admission.attempt;
        match hosted.ask_ledger(LedgerRequest::Record { part, md5: digest, attempt }) {
            LedgerReply::Noted => {
                let mut answer = json!({"error": false, "chunk_num": number, "error_code": "None"});
                if has_digests {
                    answer["md5"] = json!(md5(&stored.bytes).to_string());
                }
                Response::new(200, &answer)
            }
            reply => file::refusal(number, &reply),
        }
    }
}

fn damaged(number: u32) -> Response {
    let answer = json!({
        "error": true, "chunk_num": number, "error_code": "InvalidDigest",
        "message": "the bytes that arrived have another MD5 than Content-MD5 says",
    });
    Response::new(200, &answer)
}

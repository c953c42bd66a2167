//! What becomes of a file that is complete.

use serde_json::{Value, json};
use service::ledger::LedgerReply;

use super::super::disk::md5;
use super::{
    HostedState, HostedUpload, RELEASE_ID, Response, Server, ServerBehavior, bad_request, not_found,
};

impl Server {
    pub(super) fn close(&mut self, id: &str, text: &str) -> Response {
        let Some(hosted) = self.hosted(id) else { return not_found() };
        let request: Value = serde_json::from_str(text).unwrap_or_default();
        let finished = json!({"id": id, "upload_status": "uploadFinished"});
        match (&hosted.state, request["upload_status"].as_str()) {
            (state, Some("uploadCanceled")) => match state {
                HostedState::Started | HostedState::Cancelled => {
                    hosted.state = HostedState::Cancelled;
                    hosted.parts.clear();
                    Response::new(200, &json!({"id": id, "upload_status": "uploadCanceled"}))
                }
                _ => bad_request("the upload is finished and cannot be cancelled any more"),
            },
            (_, wish) if wish != Some("uploadFinished") => bad_request("expected a status"),
            (HostedState::Cancelled, _) => bad_request("the upload was cancelled; start a new one"),
            (HostedState::Ready(_) | HostedState::Error(_), _) => Response::new(200, &finished),
            (HostedState::Started | HostedState::Finished, _) if !hosted.is_sealed() => {
                bad_request("chunks are missing")
            }
            (HostedState::Started | HostedState::Finished, _) => {
                hosted.state = HostedState::Finished;
                hosted.closes += 1;
                let md5 = request["md5"].as_str().map(str::to_owned);
                hosted.stated = hosted.stated.take().or(md5);
                Response::new(200, &finished)
            }
        }
    }

    pub(super) fn ask(&mut self, id: &str) -> Response {
        let n_releases =
            self.uploads.iter().filter(|it| matches!(it.state, HostedState::Ready(_))).count() as i64;
        let (behavior, release_id) = (self.behavior.clone(), RELEASE_ID + n_releases);
        let Some(hosted) = self.hosted(id) else { return not_found() };
        if hosted.state == HostedState::Finished && hosted.n_polls < behavior.n_busy_polls {
            hosted.n_polls += 1;
        } else if hosted.state == HostedState::Finished {
            hosted.process(&behavior, release_id);
        }
        let digest = hosted.object.as_ref().map(|object| md5(object).to_string());
        Response::new(200, &hosted.shown(digest.as_deref().filter(|_| behavior.has_digests)))
    }
}

impl HostedUpload {
    /// Makes a release of what is stored, as the job does: what the client stated must agree.
    fn process(&mut self, behavior: &ServerBehavior, release_id: i64) {
        let Some(LedgerReply::Contents { parts, .. }) = self.contents() else { return };
        let object: Vec<u8> = parts.iter().flat_map(|part| self.parts[&part.number].bytes.to_vec()).collect();
        let are_current = parts.iter().all(|part| self.parts[&part.number].etag == part.etag);
        let is_as_stated = self.stated.as_ref().is_none_or(|stated| *stated == md5(&object).to_string());
        self.state = match behavior.processing_error {
            // Object storage refuses receipts that are not its newest.
            _ if !are_current => HostedState::Error("the parts could not be put together".into()),
            _ if !is_as_stated => HostedState::Error("the stored bytes are not those that were sent".into()),
            Some(processing_error) => HostedState::Error(processing_error.into()),
            None => HostedState::Ready(release_id),
        };
        self.object = Some(object);
    }

    fn shown(&self, digest: Option<&str>) -> Value {
        let (id, state) = (&self.id, &self.state);
        match state {
            HostedState::Started => json!({"id": id, "upload_status": "uploadStarted"}),
            HostedState::Finished => json!({"id": id, "upload_status": "uploadFinished"}),
            HostedState::Cancelled => json!({"id": id, "upload_status": "uploadCanceled"}),
            HostedState::Error(details) => {
                json!({"id": id, "upload_status": "error", "error_details": details})
            }
            HostedState::Ready(number) => json!({
                "id": id, "upload_status": "readyToBePublished", "release_distinct_id": number,
                "release_url": format!("v0.1/apps/ann/notes/releases/{number}"), "md5": digest,
            }),
        }
    }
}

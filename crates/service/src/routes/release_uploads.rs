//! The documented three calls: ask for an address, send the whole package there as a form, commit.

use axum::Json;
use axum::body::{Body as HttpBody, Bytes};
use axum::extract::{Path, State};
use futures_util::StreamExt;
use http::{HeaderMap, StatusCode};
use protocol::{
    CreateReleaseUploadRequest, CreateReleaseUploadResponse, ErrorCode, ReleaseUploadRequest,
    ReleaseUploadResponse, ReleaseUploadStatus, UploadStatus, limit, route,
};

use super::releases::release_of;
use super::uploads::{Shape, Stated, cancel, open, upload_of};
use crate::access::{AppFor, Develop};
use crate::error::ApiError;
use crate::extract::{Body, Origin, UploadTokenHash, text};
use crate::file_name;
use crate::jobs::process_upload;
use crate::ledger::{File, LedgerRefusal, LedgerReply, LedgerRequest, State as LedgerState};
use crate::multipart::{Form, FormError, Piece};
use crate::platform::{Ledgers, ObjectKey, Objects, Part, Platform};
use crate::store::{self, UploadRow};

/// The file's field, whatever the file is: App Center began with iOS.
const FILE_FIELD: &str = "ipa";

/// Bytes of one part in the store, and so of what is held in memory: all but the last must be equally long.
const PART_BYTES: usize = limit::MIN_CHUNK_BYTES as usize;

/// `POST …/release_uploads`: 201 with an address that takes the package for 24 hours. The body may be missing or no JSON.
pub(crate) async fn create<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { app, .. }: AppFor<Develop>,
    body: Bytes,
) -> Result<(StatusCode, Json<CreateReleaseUploadResponse>), ApiError> {
    let request: CreateReleaseUploadRequest = serde_json::from_slice(&body).unwrap_or_default();
    if let Some(id) = request.release_id {
        let release = release_of(&platform, &app, &id.to_string()).await?;
        if release.external_url.is_some() {
            return Err(ApiError::bad_request(format!(
                "release {id} is hosted elsewhere and has no package to replace; make a new release"
            )));
        }
    }
    let CreateReleaseUploadRequest { release_id: replaces, build_version, build_number } = request;
    let stated = Stated { build_version, build_number, replaces };
    let (upload, token) = open(&platform, app.id, stated, Shape::Whole).await?;
    let path = route::path(route::WHOLE_FILE, &[&upload.asset_id]);
    let upload_url = format!("{origin}{path}?token={}", route::encoded(&token));
    Ok((StatusCode::CREATED, Json(CreateReleaseUploadResponse { upload_id: upload.id, upload_url })))
}

/// `POST /upload/release/{asset}?token=…`: the package, as the part `ipa` of a form; 204. Other parts are passed over.
///
/// No more of the package than [`PART_BYTES`] is in memory at once. A request that breaks off leaves nothing behind.
pub(crate) async fn receive<P: Platform>(
    State(platform): State<P>,
    Path(asset_id): Path<String>,
    UploadTokenHash(token_hash): UploadTokenHash,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<StatusCode, ApiError> {
    let form = Form::new(text(&headers, "content-type").unwrap_or_default()).map_err(bad_form)?;
    let admit = LedgerRequest::AdmitWhole { token_hash: token_hash.clone() };
    noted(&platform.ledgers().ask(&asset_id, admit).await?)?;
    let key = ObjectKey::Package(asset_id.clone());
    let multipart = platform.objects().begin(&key).await?;
    let mut storing = Storing::new(&platform, key.clone(), multipart.clone());
    let outcome = match store_form(form, body, &mut storing).await {
        Ok((file, parts)) => record(&platform, &asset_id, token_hash, &multipart, file, parts).await,
        Err(error) => Err(error),
    };
    if outcome.is_err() && !is_recorded(&platform, &asset_id, &multipart).await {
        // Nobody will complete it.
        let _ = platform.objects().abort(&key, &multipart).await;
    }
    outcome.map(|()| StatusCode::NO_CONTENT)
}

async fn record<P: Platform>(
    platform: &P,
    asset_id: &str,
    token_hash: String,
    multipart: &str,
    file: File,
    parts: Vec<Part>,
) -> Result<(), ApiError> {
    let multipart = multipart.to_owned();
    let record = LedgerRequest::RecordWhole { token_hash, multipart, file, parts };
    noted(&platform.ledgers().ask(asset_id, record).await?)
}

/// Whether the ledger counts on this multipart upload, or may do so: a lost answer says nothing.
async fn is_recorded<P: Platform>(platform: &P, asset_id: &str, multipart: &str) -> bool {
    match platform.ledgers().ask(asset_id, LedgerRequest::Contents).await {
        Ok(LedgerReply::Contents { multipart: recorded, .. }) => recorded == multipart,
        // What is left behind if it does not, the store forgets after a week.
        _ => true,
    }
}

fn noted(reply: &LedgerReply) -> Result<(), ApiError> {
    match reply {
        LedgerReply::Noted => Ok(()),
        LedgerReply::Refused(LedgerRefusal::Closed) => Err(ApiError::conflict(
            "the upload has its package already, or was given up; ask for a new upload_url",
        )),
        _ => Err(ApiError::not_found("the upload_url is wrong or has expired; ask for a new one")),
    }
}

fn bad_form(error: FormError) -> ApiError {
    ApiError::bad_request(format!(
        "{error}; send the package as the part `{FILE_FIELD}` of multipart/form-data"
    ))
}

/// Reads the form to its end, and stores the file in it.
async fn store_form<P: Platform>(
    mut form: Form,
    body: HttpBody,
    storing: &mut Storing<'_, P>,
) -> Result<(File, Vec<Part>), ApiError> {
    let mut stream = body.into_data_stream();
    while let Some(bytes) = stream.next().await {
        let bytes = bytes.map_err(|_| bad_form(FormError::CutOff))?;
        for piece in form.push(&bytes).map_err(bad_form)? {
            storing.take(piece).await?;
        }
    }
    form.finish().map_err(bad_form)?;
    storing.finish().await
}

/// A file on its way into the store.
struct Storing<'a, P> {
    platform: &'a P,
    key: ObjectKey,
    multipart: String,
    /// The file's name, once its part has begun.
    name: Option<String>,
    is_in_file: bool,
    held: Vec<u8>,
    parts: Vec<Part>,
    size: u64,
}

impl<'a, P: Platform> Storing<'a, P> {
    fn new(platform: &'a P, key: ObjectKey, multipart: String) -> Storing<'a, P> {
        let (name, held, parts) = (None, Vec::new(), Vec::new());
        Storing { platform, key, multipart, name, is_in_file: false, held, parts, size: 0 }
    }

    async fn take(&mut self, piece: Piece) -> Result<(), ApiError> {
        match piece {
            Piece::Begin { name, file_name } if name == FILE_FIELD && self.name.is_none() => {
                self.name = Some(file_name::clean(&file_name.unwrap_or_default()));
                self.is_in_file = true;
            }
            Piece::Begin { .. } | Piece::End => self.is_in_file = false,
            Piece::Bytes(bytes) if self.is_in_file => {
                self.size += bytes.len() as u64;
                let mut rest = bytes.as_slice();
                while !rest.is_empty() {
                    let (now, later) = rest.split_at(rest.len().min(PART_BYTES - self.held.len()));
                    self.held.extend_from_slice(now);
                    rest = later;
                    if self.held.len() == PART_BYTES {
                        self.store_part().await?;
                    }
                }
            }
            Piece::Bytes(_) => {}
        }
        Ok(())
    }

    async fn store_part(&mut self) -> Result<(), ApiError> {
        let number = u32::try_from(self.parts.len() + 1).unwrap_or(u32::MAX);
        if number > limit::CHUNKS {
            let message =
                "the package is too large for one request; upload it in chunks, by uploads/releases";
            return Err(ApiError::Refused(ErrorCode::TooLarge, message.to_owned()));
        }
        let bytes = std::mem::take(&mut self.held);
        let objects = self.platform.objects();
        let etag = objects.put_part_bytes(&self.key, &self.multipart, number, bytes).await?;
        self.parts.push(Part { number, etag });
        Ok(())
    }

    async fn finish(&mut self) -> Result<(File, Vec<Part>), ApiError> {
        let name = self.name.take().ok_or_else(|| {
            ApiError::bad_request(format!(
                "expected the package as the part `{FILE_FIELD}` of the form, got no such part"
            ))
        })?;
        if self.size == 0 {
            return Err(ApiError::bad_request(
                "expected a package, got an empty file; check the path you upload",
            ));
        }
        if !self.held.is_empty() {
            self.store_part().await?;
        }
        let file = File { name, size: self.size, chunk_size: PART_BYTES as u64 };
        Ok((file, std::mem::take(&mut self.parts)))
    }
}

/// `PATCH …/release_uploads/{id}`: `committed` makes the release while the client waits, for it asks only once;
/// `aborted` frees what was stored.
pub(crate) async fn update<P: Platform>(
    State(platform): State<P>,
    AppFor { app, owner, .. }: AppFor<Develop>,
    Path((_, _, id)): Path<(String, String, String)>,
    Body(request): Body<ReleaseUploadRequest>,
) -> Result<Json<ReleaseUploadResponse>, ApiError> {
    let upload = upload_of(&platform, &app.id, &id).await?;
    if request.status == ReleaseUploadStatus::Aborted {
        cancel(&platform, &upload).await?;
        return Ok(Json(ReleaseUploadResponse { release_id: None, release_url: None }));
    }
    let upload = commit(&platform, upload).await?;
    match (upload.status, upload.release_id) {
        (UploadStatus::ReadyToBePublished, Some(number)) => Ok(Json(ReleaseUploadResponse {
            release_id: Some(number),
            release_url: Some(format!("v0.1/apps/{}/{}/releases/{number}", owner.name, app.name)),
        })),
        (UploadStatus::UploadCanceled, _) => {
            Err(ApiError::bad_request("the upload was given up; ask for a new upload_url"))
        }
        _ => Err(ApiError::bad_request(
            upload
                .error_details
                .unwrap_or_else(|| "the package could not be processed; upload it again".to_owned()),
        )),
    }
}

/// Makes a release of an upload that has its package; once, however often it is asked.
async fn commit<P: Platform>(platform: &P, upload: UploadRow) -> Result<UploadRow, ApiError> {
    use UploadStatus::{UploadFinished, UploadStarted};
    if matches!(upload.status, UploadStarted | UploadFinished) {
        let contents = platform.ledgers().ask(&upload.asset_id, LedgerRequest::Contents).await?;
        if !matches!(contents, LedgerReply::Contents { state: LedgerState::Sealed, .. }) {
            return Err(ApiError::bad_request(
                "the package is not here yet: send it to the upload_url first",
            ));
        }
        let finished = UploadRow { status: UploadFinished, ..upload.clone() };
        store::set_upload_status(platform.database(), &finished, [UploadStarted, UploadFinished]).await?;
        process_upload::run(platform, &upload.id, false).await?;
    }
    upload_of(platform, &upload.app_id, &upload.id).await
}

//! Creating an upload.

use protocol::UploadStatus;

use crate::db::{self, StatedMetadata, UploadRow};
use crate::error::ApiError;
use crate::platform::{LedgerRequest, Ledgers, ObjectKey, ObjectStorage, Platform};
use crate::secret;
use crate::validation::checked_version;

/// How the package will arrive.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum UploadShape {
    /// Chunk by chunk, in any order, into one multipart upload.
    Chunks,
    /// In one request, which begins a multipart upload of its own.
    WholeFile,
}

/// Creates an upload and its token.
///
/// Why in this order: the ledger comes before the row in the database. If the service dies in between, the ledger's alarm
/// finds no row and frees the multipart upload. With the row first, a service that dies in between would leave a row and a
/// multipart upload that no alarm ever ends. A multipart upload that no ledger knows either, because the service died right
/// after it began, is aborted by R2 after a week.
pub(crate) async fn create_upload<P: Platform>(
    platform: &P,
    app_id: String,
    stated: StatedMetadata,
    shape: UploadShape,
) -> Result<(UploadRow, String), ApiError> {
    let stated = checked_metadata(stated)?;
    let upload = UploadRow {
        id: secret::uuid(platform),
        asset_id: secret::uuid(platform),
        app_id,
        status: UploadStatus::UploadStarted,
        build_version: stated.build_version,
        build_number: stated.build_number,
        md5: None,
        sha256: None,
        error_details: None,
        release_id: None,
        created_at: platform.now(),
        queued_at: None,
        replaces: stated.replaces,
    };
    let token = secret::token(platform);
    let key = ObjectKey::Package(upload.asset_id.clone());
    let multipart = match shape {
        UploadShape::Chunks => platform.object_storage().begin(&key).await?,
        UploadShape::WholeFile => String::new(),
    };
    let open = LedgerRequest::Open { token_hash: secret::hash(&token), multipart: multipart.clone() };
    if let Err(error) = platform.ledgers().ask(&upload.asset_id, open).await {
        // The client never learns the token and creates another upload.
        if shape == UploadShape::Chunks {
            let _ = platform.object_storage().abort(&key, &multipart).await;
        }
        return Err(error.into());
    }
    db::insert_upload(platform.database(), &upload).await?;
    Ok((upload, token))
}

/// Checks the versions that a client stated; an empty one is none.
pub(crate) fn checked_metadata(stated: StatedMetadata) -> Result<StatedMetadata, ApiError> {
    Ok(StatedMetadata {
        build_version: stated_version("build_version", stated.build_version)?,
        build_number: stated_version("build_number", stated.build_number)?,
        replaces: stated.replaces,
    })
}

fn stated_version(what: &str, version: Option<String>) -> Result<Option<String>, ApiError> {
    let version = version.map(|version| checked_version(what, &version).map(str::to_owned)).transpose()?;
    Ok(version.filter(|version| !version.is_empty()))
}

//! A package that arrives whole, in one form: the second of the documented three calls.

use axum::body::Body;

use super::create::checked_metadata;
use super::package_form::{FormFields, ReceivedPackage, store_package};
use crate::db::{self, StatedMetadata};
use crate::error::ApiError;
use crate::http::form::FormParser;
use crate::platform::{
    LedgerRefusal, LedgerReply, LedgerRequest, Ledgers, ObjectKey, ObjectStorage, Platform,
};

/// Stores the package of an upload. A request that breaks off leaves nothing behind.
pub(crate) async fn receive_package<P: Platform>(
    platform: &P,
    asset_id: &str,
    token_hash: String,
    form: FormParser,
    body: Body,
) -> Result<(), ApiError> {
    let admit = LedgerRequest::AdmitWhole { token_hash: token_hash.clone() };
    expect_noted(&platform.ledgers().ask(asset_id, admit).await?)?;
    let key = ObjectKey::Package(asset_id.to_owned());
    let multipart = platform.object_storage().begin(&key).await?;
    let outcome = match store_package(platform, key.clone(), multipart.clone(), form, body).await {
        Ok(received) => record(platform, asset_id, token_hash, &multipart, received).await,
        Err(error) => Err(error),
    };
    if outcome.is_err() && !is_recorded(platform, asset_id, &multipart).await {
        // No later request can complete it.
        let _ = platform.object_storage().abort(&key, &multipart).await;
    }
    outcome
}

async fn record<P: Platform>(
    platform: &P,
    asset_id: &str,
    token_hash: String,
    multipart: &str,
    ReceivedPackage { file, parts, fields }: ReceivedPackage,
) -> Result<(), ApiError> {
    if !fields.is_empty() {
        note_fields(platform, asset_id, fields).await?;
    }
    let multipart = multipart.to_owned();
    let record = LedgerRequest::RecordWhole { token_hash, multipart, file, parts };
    expect_noted(&platform.ledgers().ask(asset_id, record).await?)
}

/// Notes what a form states about its package.
async fn note_fields<P: Platform>(platform: &P, asset_id: &str, fields: FormFields) -> Result<(), ApiError> {
    let missing =
        || ApiError::not_found("the upload no longer exists, perhaps with its app; ask for a new upload_url");
    let upload = db::upload_by_asset(platform.database(), asset_id).await?.ok_or_else(missing)?;
    let FormFields { release_id, build_version, build_number } = fields;
    let replaces = match release_id {
        Some(id) => Some(replaceable_release(platform, &upload.app_id, &id).await?),
        None => None,
    };
    let stated = checked_metadata(StatedMetadata { build_version, build_number, replaces })?;
    db::note_stated_metadata(platform.database(), asset_id, &stated).await?.then_some(()).ok_or_else(missing)
}

/// The number of a release that has a package here, which a new one can replace.
pub(crate) async fn replaceable_release<P: Platform>(
    platform: &P,
    app_id: &str,
    id: &str,
) -> Result<i64, ApiError> {
    let number = id.parse().map_err(|_| {
        ApiError::bad_request(format!("expected a release's number as release_id, got `{id}`"))
    })?;
    let release = db::release_by_id(platform.database(), app_id, number)
        .await?
        .ok_or_else(|| ApiError::not_found(format!("the app has no release {number}")))?;
    if release.external_url.is_some() {
        return Err(ApiError::bad_request(format!(
            "release {number} is hosted elsewhere and has no package to replace; make a new release"
        )));
    }
    Ok(number)
}

/// Whether the ledger has recorded this multipart upload, or may have: a lost reply says neither.
async fn is_recorded<P: Platform>(platform: &P, asset_id: &str, multipart: &str) -> bool {
    match platform.ledgers().ask(asset_id, LedgerRequest::Contents).await {
        Ok(LedgerReply::Contents { multipart: recorded, .. }) => recorded == multipart,
        // If it has not, R2 aborts the multipart upload after a week.
        _ => true,
    }
}

fn expect_noted(reply: &LedgerReply) -> Result<(), ApiError> {
    match reply {
        LedgerReply::Noted => Ok(()),
        LedgerReply::Refused(LedgerRefusal::Closed) => Err(ApiError::conflict(
            "the upload has its package already, or was cancelled; ask for a new upload_url",
        )),
        _ => Err(ApiError::not_found("the upload_url is wrong or has expired; ask for a new one")),
    }
}

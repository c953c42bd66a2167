use protocol::UploadStatus;
use serde::Deserialize;

use super::query_first;
use crate::platform::{Database, PortError, Statement, Value};

/// One upload, apart from its chunks.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct UploadRow {
    pub(crate) id: String,
    pub(crate) asset_id: String,
    pub(crate) app_id: String,
    pub(crate) status: UploadStatus,
    pub(crate) build_version: Option<String>,
    pub(crate) build_number: Option<String>,
    /// What the client stated, if it did; that of the stored package once there is a release.
    pub(crate) md5: Option<String>,
    pub(crate) sha256: Option<String>,
    pub(crate) error_details: Option<String>,
    pub(crate) release_id: Option<i64>,
    pub(crate) created_at: i64,
    /// When its job was queued last.
    pub(crate) queued_at: Option<i64>,
    /// The release whose package this becomes, if it makes no new one.
    pub(crate) replaces: Option<i64>,
}

/// What a client states about a package that may not say it itself.
pub(crate) struct StatedMetadata {
    pub(crate) build_version: Option<String>,
    pub(crate) build_number: Option<String>,
    /// The release whose package it becomes.
    pub(crate) replaces: Option<i64>,
}

/// The upload of that id.
pub(crate) async fn upload_by_id(database: &impl Database, id: &str) -> Result<Option<UploadRow>, PortError> {
    query_first(database, Statement::new("SELECT * FROM uploads WHERE id = ?", [id.into()])).await
}

/// The upload of that file.
pub(crate) async fn upload_by_asset(
    database: &impl Database,
    asset_id: &str,
) -> Result<Option<UploadRow>, PortError> {
    query_first(database, Statement::new("SELECT * FROM uploads WHERE asset_id = ?", [asset_id.into()])).await
}

/// Inserts an upload.
pub(crate) async fn insert_upload(database: &impl Database, upload: &UploadRow) -> Result<(), PortError> {
    let sql = "INSERT INTO uploads (id, asset_id, app_id, status, build_version, build_number, created_at, replaces) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    let values = [
        (&upload.id).into(),
        (&upload.asset_id).into(),
        (&upload.app_id).into(),
        status_value(upload.status),
        upload.build_version.as_ref().into(),
        upload.build_number.as_ref().into(),
        upload.created_at.into(),
        upload.replaces.into(),
    ];
    database.batch(vec![Statement::new(sql, values)]).await?;
    Ok(())
}

/// Notes what is stated about a package that has just arrived; what is `None` stays. Says whether its upload is still open.
pub(crate) async fn note_stated_metadata(
    database: &impl Database,
    asset_id: &str,
    stated: &StatedMetadata,
) -> Result<bool, PortError> {
    let sql = "UPDATE uploads SET build_version = COALESCE(?, build_version), \
               build_number = COALESCE(?, build_number), replaces = COALESCE(?, replaces) \
               WHERE asset_id = ? AND status = 'uploadStarted' RETURNING id";
    let values = [
        stated.build_version.as_ref().into(),
        stated.build_number.as_ref().into(),
        stated.replaces.into(),
        asset_id.into(),
    ];
    let changed: Option<serde_json::Value> = query_first(database, Statement::new(sql, values)).await?;
    Ok(changed.is_some())
}

/// Changes an upload's status from one of two to another, with the columns that belong to it, and says whether it had one
/// of the two.
pub(crate) async fn set_upload_status(
    database: &impl Database,
    upload: &UploadRow,
    from: [UploadStatus; 2],
) -> Result<bool, PortError> {
    let sql = "UPDATE uploads SET status = ?, md5 = ?, sha256 = ?, error_details = ?, release_id = ?, queued_at = ? \
               WHERE id = ? AND status IN (?, ?) RETURNING id";
    let values = [
        status_value(upload.status),
        upload.md5.as_ref().into(),
        upload.sha256.as_ref().into(),
        upload.error_details.as_ref().into(),
        upload.release_id.into(),
        upload.queued_at.into(),
        (&upload.id).into(),
        status_value(from[0]),
        status_value(from[1]),
    ];
    let changed: Option<serde_json::Value> = query_first(database, Statement::new(sql, values)).await?;
    Ok(changed.is_some())
}

/// Notes that the job of an upload was queued again.
pub(crate) async fn note_queued(
    database: &impl Database,
    upload_id: &str,
    now: i64,
) -> Result<(), PortError> {
    let sql = "UPDATE uploads SET queued_at = ? WHERE id = ? AND status = 'uploadFinished'";
    database.batch(vec![Statement::new(sql, [now.into(), upload_id.into()])]).await?;
    Ok(())
}

/// Notes that the last try of an upload's job begins, and says whether it is the first of them.
pub(crate) async fn begin_last_try(
    database: &impl Database,
    upload_id: &str,
    now: i64,
) -> Result<bool, PortError> {
    let sql = "UPDATE uploads SET last_try_at = ? WHERE id = ? AND last_try_at IS NULL RETURNING id";
    let changed: Option<serde_json::Value> =
        query_first(database, Statement::new(sql, [now.into(), upload_id.into()])).await?;
    Ok(changed.is_some())
}

/// Ends an upload that is being processed with an error, and notes its bytes as garbage, in one transaction. Says whether
/// there is anything to free: not if a release was made of it.
pub(crate) async fn fail_upload(
    database: &impl Database,
    upload: &UploadRow,
    details: &str,
    now: i64,
) -> Result<bool, PortError> {
    let failed =
        "UPDATE uploads SET status = 'error', error_details = ? WHERE id = ? AND status = 'uploadFinished'";
    // Also if the upload was deleted with its app: what a job had stored of it would stay for ever.
    let garbage = "INSERT INTO garbage (asset_id, due_at) SELECT ?1, ?2 \
                   WHERE NOT EXISTS (SELECT 1 FROM releases WHERE asset_id = ?1) \
                   ON CONFLICT (asset_id) DO UPDATE SET due_at = excluded.due_at RETURNING asset_id";
    let batch = vec![
        Statement::new(failed, [details.into(), (&upload.id).into()]),
        Statement::new(garbage, [(&upload.asset_id).into(), now.into()]),
    ];
    Ok(database.batch(batch).await?.pop().is_some_and(|rows| !rows.is_empty()))
}

fn status_value(status: UploadStatus) -> Value {
    match serde_json::to_value(status) {
        Ok(serde_json::Value::String(word)) => Value::Text(word),
        _ => Value::Null,
    }
}

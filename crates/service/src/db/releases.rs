use protocol::limit;
use serde::Deserialize;

use super::{parse_rows, query, query_first};
use crate::platform::{Database, PortError, Statement, Value};

/// One release.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ReleaseRow {
    pub(crate) app_id: String,
    pub(crate) id: i64,
    /// `None` if the package is hosted elsewhere.
    #[serde(flatten)]
    pub(crate) package: Option<PackageRow>,
    /// Where the package is, if it is hosted elsewhere.
    pub(crate) external_url: Option<String>,
    pub(crate) file_extension: Option<String>,
    pub(crate) version: String,
    pub(crate) short_version: String,
    pub(crate) min_os: Option<String>,
    pub(crate) bundle_identifier: Option<String>,
    /// A JSON array.
    pub(crate) package_hashes: String,
    pub(crate) release_notes: Option<String>,
    pub(crate) build: Option<String>,
    pub(crate) mandatory_update: i64,
    pub(crate) enabled: i64,
    pub(crate) uploaded_at: i64,
    /// The icon's media type, if there is an icon.
    pub(crate) icon_type: Option<String>,
}

/// What lists show of a release.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ReleaseSummaryRow {
    pub(crate) id: i64,
    pub(crate) external_url: Option<String>,
    pub(crate) file_extension: Option<String>,
    pub(crate) version: String,
    pub(crate) short_version: String,
    pub(crate) build: Option<String>,
    pub(crate) enabled: i64,
    pub(crate) uploaded_at: i64,
}

impl From<&ReleaseRow> for ReleaseSummaryRow {
    fn from(release: &ReleaseRow) -> ReleaseSummaryRow {
        ReleaseSummaryRow {
            id: release.id,
            external_url: release.external_url.clone(),
            file_extension: release.file_extension.clone(),
            version: release.version.clone(),
            short_version: release.short_version.clone(),
            build: release.build.clone(),
            enabled: release.enabled,
            uploaded_at: release.uploaded_at,
        }
    }
}

/// The stored package of a release.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct PackageRow {
    pub(crate) asset_id: String,
    pub(crate) file_name: String,
    pub(crate) size: u64,
    pub(crate) md5: String,
    pub(crate) sha256: String,
}

/// A release that has no number yet.
pub(crate) struct NewRelease<'a> {
    pub(crate) app_id: &'a str,
    pub(crate) upload_id: &'a str,
    pub(crate) asset_id: &'a str,
    pub(crate) file_name: &'a str,
    pub(crate) file_extension: &'a str,
    pub(crate) size: u64,
    pub(crate) md5: &'a str,
    pub(crate) sha256: &'a str,
    pub(crate) version: &'a str,
    pub(crate) short_version: &'a str,
    pub(crate) min_os: Option<&'a str>,
    pub(crate) bundle_identifier: Option<&'a str>,
    /// A JSON array.
    pub(crate) package_hashes: &'a str,
    pub(crate) artifact: &'a str,
    pub(crate) icon_type: Option<&'a str>,
    pub(crate) uploaded_at: i64,
}

/// What an update changes of a release.
pub(crate) struct ReleaseChange {
    pub(crate) release_notes: Option<String>,
    /// As JSON.
    pub(crate) build: Option<String>,
    pub(crate) enabled: Option<bool>,
    pub(crate) mandatory_update: Option<bool>,
    /// As JSON.
    pub(crate) metadata: Option<String>,
}

macro_rules! select_releases {
    ($condition:literal) => {
        concat!("SELECT ", release_columns!(), " FROM releases WHERE ", $condition)
    };
}

/// The newest of an app's releases, newest first: of that number, or all; only those that were distributed, or all. A
/// negative `at_most` is all.
pub(crate) async fn releases_of(
    database: &impl Database,
    app_id: &str,
    number: Option<i64>,
    published_only: bool,
    at_most: i64,
) -> Result<Vec<ReleaseSummaryRow>, PortError> {
    let sql = concat!(
        "SELECT ",
        listed_columns!(),
        " FROM releases WHERE app_id = ?1 AND (?2 IS NULL OR id = ?2) \
         AND (NOT ?3 OR EXISTS (SELECT 1 FROM release_destinations AS distributed \
         WHERE distributed.app_id = ?1 AND distributed.release_id = releases.id)) ORDER BY id DESC LIMIT ?4"
    );
    let values = [app_id.into(), number.into(), published_only.into(), at_most.into()];
    query(database, Statement::new(sql, values)).await
}

/// An app's release of that number.
pub(crate) async fn release_by_id(
    database: &impl Database,
    app_id: &str,
    id: i64,
) -> Result<Option<ReleaseRow>, PortError> {
    let sql = select_releases!("app_id = ? AND id = ?");
    query_first(database, Statement::new(sql, [app_id.into(), id.into()])).await
}

/// An app's newest release.
pub(crate) async fn latest_release(
    database: &impl Database,
    app_id: &str,
) -> Result<Option<ReleaseRow>, PortError> {
    let sql = select_releases!("app_id = ? ORDER BY id DESC LIMIT 1");
    query_first(database, Statement::new(sql, [app_id.into()])).await
}

/// Everything that was read from a release's package, as JSON.
pub(crate) async fn artifact_json(
    database: &impl Database,
    release: &ReleaseRow,
) -> Result<Option<String>, PortError> {
    #[derive(Deserialize)]
    struct Row {
        artifact: Option<String>,
    }
    let sql = "SELECT artifact FROM releases WHERE app_id = ? AND id = ?";
    let statement = Statement::new(sql, [(&release.app_id).into(), release.id.into()]);
    Ok(query_first::<Row>(database, statement).await?.and_then(|row| row.artifact))
}

/// The media type of a picture: the icon of a package, or the picture that a manager uploaded for an app.
pub(crate) async fn icon_type(database: &impl Database, asset_id: &str) -> Result<Option<String>, PortError> {
    #[derive(Deserialize)]
    struct Row {
        icon_type: Option<String>,
    }
    let sql = "SELECT icon_type FROM releases WHERE asset_id = ?1 \
               UNION ALL SELECT avatar_type FROM apps WHERE avatar_asset_id = ?1";
    let row = query_first::<Row>(database, Statement::new(sql, [asset_id.into()])).await?;
    Ok(row.and_then(|row| row.icon_type))
}

/// Makes a release of a processed upload, in one transaction: the next number, the release, and the upload's new
/// state. Does it once however often it is called, and returns the number; none if the upload failed or is gone with its
/// app.
pub(crate) async fn insert_release(
    database: &impl Database,
    new: &NewRelease<'_>,
) -> Result<Option<i64>, PortError> {
    let number = "UPDATE apps SET last_release_id = last_release_id + 1, updated_at = ?1, \
                  icon_asset_id = COALESCE(?2, icon_asset_id) WHERE id = ?3 \
                  AND NOT EXISTS (SELECT 1 FROM releases WHERE asset_id = ?4) \
                  AND EXISTS (SELECT 1 FROM uploads WHERE id = ?5 AND status <> 'error')";
    let insert = "INSERT INTO releases (app_id, id, asset_id, file_name, file_extension, size, md5, sha256, version, \
                  short_version, min_os, bundle_identifier, package_hashes, artifact, icon_type, uploaded_at) \
                  SELECT apps.id, last_release_id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM apps WHERE apps.id = ? \
                  AND EXISTS (SELECT 1 FROM uploads WHERE id = ? AND status <> 'error') \
                  ON CONFLICT (asset_id) DO NOTHING";
    let upload = "UPDATE uploads SET status = 'readyToBePublished', error_details = NULL, md5 = ?3, \
                  release_id = (SELECT id FROM releases WHERE asset_id = ?1) \
                  WHERE id = ?2 AND EXISTS (SELECT 1 FROM releases WHERE asset_id = ?1) RETURNING release_id";
    let mut values = package_values(new).to_vec();
    values.extend([new.app_id.into(), new.upload_id.into()]);
    let batch = vec![
        Statement::new(
            number,
            [
                new.uploaded_at.into(),
                new.icon_type.map(|_| new.asset_id).into(),
                new.app_id.into(),
                new.asset_id.into(),
                new.upload_id.into(),
            ],
        ),
        Statement::new(insert, values),
        Statement::new(upload, [new.asset_id.into(), new.upload_id.into(), new.md5.into()]),
    ];
    let rows = database.batch(batch).await?.pop().unwrap_or_default();
    Ok(rows.first().and_then(|row| row.get("release_id")).and_then(serde_json::Value::as_i64))
}

/// Changes what is `Some` and leaves the rest, so that two updates at once cannot undo each other. As part of a larger
/// transaction.
pub(crate) fn update_release(release: &ReleaseRow, change: &ReleaseChange) -> Statement {
    let sql = "UPDATE releases SET release_notes = COALESCE(?, release_notes), build = COALESCE(?, build), \
               enabled = COALESCE(?, enabled), mandatory_update = COALESCE(?, mandatory_update), \
               metadata = COALESCE(?, metadata) WHERE app_id = ? AND id = ?";
    let values = [
        change.release_notes.as_ref().into(),
        change.build.as_ref().into(),
        change.enabled.into(),
        change.mandatory_update.into(),
        change.metadata.as_ref().into(),
        (&release.app_id).into(),
        release.id.into(),
    ];
    Statement::new(sql, values)
}

/// Makes a processed upload the package of a release that there is, in one transaction; the package that it had becomes
/// garbage. Does it once however often it is called, and says whether there is such a release.
pub(crate) async fn replace_package(
    database: &impl Database,
    new: &NewRelease<'_>,
    release_id: i64,
) -> Result<bool, PortError> {
    let garbage = "INSERT OR IGNORE INTO garbage (asset_id, due_at) \
                   SELECT asset_id, ?4 FROM releases WHERE app_id = ?1 AND id = ?2 AND asset_id <> ?3 \
                   AND EXISTS (SELECT 1 FROM uploads WHERE id = ?5 AND status <> 'error')";
    let update = "UPDATE releases SET asset_id = ?, file_name = ?, file_extension = ?, size = ?, md5 = ?, sha256 = ?, \
                  version = ?, short_version = ?, min_os = ?, bundle_identifier = ?, package_hashes = ?, artifact = ?, \
                  icon_type = ?, uploaded_at = ? WHERE app_id = ? AND id = ? AND asset_id IS NOT NULL \
                  AND EXISTS (SELECT 1 FROM uploads WHERE id = ? AND status <> 'error')";
    let icon = "UPDATE apps SET icon_asset_id = (SELECT asset_id FROM releases WHERE app_id = ?1 AND icon_type IS NOT NULL \
                ORDER BY id DESC LIMIT 1), updated_at = ?2 WHERE id = ?1";
    let upload = "UPDATE uploads SET status = 'readyToBePublished', error_details = NULL, md5 = ?3, release_id = \
                  (SELECT id FROM releases WHERE asset_id = ?1) \
                  WHERE id = ?2 AND EXISTS (SELECT 1 FROM releases WHERE asset_id = ?1) RETURNING release_id";
    let mut values = package_values(new).to_vec();
    values.extend([new.app_id.into(), release_id.into(), new.upload_id.into()]);
    let old = [
        new.app_id.into(),
        release_id.into(),
        new.asset_id.into(),
        new.uploaded_at.into(),
        new.upload_id.into(),
    ];
    let batch = vec![
        Statement::new(garbage, old),
        Statement::new(update, values),
        Statement::new(icon, [new.app_id.into(), new.uploaded_at.into()]),
        Statement::new(upload, [new.asset_id.into(), new.upload_id.into(), new.md5.into()]),
    ];
    Ok(database.batch(batch).await?.pop().is_some_and(|rows| !rows.is_empty()))
}

/// What a package says of its release, in the order of the columns.
fn package_values(new: &NewRelease<'_>) -> [Value; 14] {
    [
        new.asset_id.into(),
        new.file_name.into(),
        new.file_extension.into(),
        i64::try_from(new.size).unwrap_or(i64::MAX).into(),
        new.md5.into(),
        new.sha256.into(),
        new.version.into(),
        new.short_version.into(),
        new.min_os.into(),
        new.bundle_identifier.into(),
        new.package_hashes.into(),
        new.artifact.into(),
        new.icon_type.into(),
        new.uploaded_at.into(),
    ]
}

/// A release of a package that is hosted elsewhere.
pub(crate) struct ExternalRelease<'a> {
    pub(crate) app_id: &'a str,
    pub(crate) url: &'a str,
    pub(crate) short_version: &'a str,
    pub(crate) version: &'a str,
    pub(crate) release_notes: Option<&'a str>,
    pub(crate) now: i64,
}

/// Makes a release of a package that is hosted elsewhere, and returns its number. The newest release again, within
/// [`limit::SAME_CALL_MS`], is the same release.
pub(crate) async fn insert_external(
    database: &impl Database,
    new: &ExternalRelease<'_>,
) -> Result<i64, PortError> {
    #[derive(Deserialize)]
    struct Row {
        id: i64,
    }
    let number = "UPDATE apps SET last_release_id = last_release_id + 1, updated_at = ?5 WHERE id = ?6 \
                  AND NOT EXISTS (SELECT 1 FROM releases WHERE app_id = ?6 AND releases.id = last_release_id \
                  AND external_url = ?1 AND version = ?2 AND short_version = ?3 AND release_notes IS ?4 \
                  AND uploaded_at > ?7)";
    let insert = "INSERT INTO releases (app_id, id, external_url, version, short_version, release_notes, uploaded_at) \
                  SELECT id, last_release_id, ?1, ?2, ?3, ?4, ?5 FROM apps WHERE id = ?6 \
                  ON CONFLICT (app_id, id) DO UPDATE SET external_url = excluded.external_url RETURNING id";
    let values = vec![
        new.url.into(),
        new.version.into(),
        new.short_version.into(),
        new.release_notes.into(),
        new.now.into(),
        new.app_id.into(),
    ];
    let mut same = values.clone();
    same.push((new.now - limit::SAME_CALL_MS).into());
    let batch = vec![Statement::new(number, same), Statement::new(insert, values)];
    let rows = parse_rows::<Row>(database.batch(batch).await?.pop().unwrap_or_default())?;
    let row =
        rows.first().ok_or_else(|| PortError::new("database", "a release was inserted and is not there"))?;
    Ok(row.id)
}

/// Deletes a release with all that belongs to it. Its package and icon become garbage, and the app's picture is the
/// newest icon that is left.
pub(crate) async fn delete_release(
    database: &impl Database,
    release: &ReleaseRow,
    now: i64,
) -> Result<(), PortError> {
    let key = || [(&release.app_id).into(), release.id.into()];
    let garbage = "INSERT OR IGNORE INTO garbage (asset_id, due_at) \
                   SELECT asset_id, ?3 FROM releases WHERE app_id = ?1 AND id = ?2 AND asset_id IS NOT NULL";
    let icon = "UPDATE apps SET icon_asset_id = (SELECT asset_id FROM releases WHERE app_id = ?1 AND icon_type IS NOT NULL \
                ORDER BY id DESC LIMIT 1) WHERE id = ?1";
    let mut batch = vec![Statement::new(garbage, [(&release.app_id).into(), release.id.into(), now.into()])];
    batch.extend(CHILDREN_OF_RELEASES.map(|sql| Statement::new(sql, key())));
    batch.push(Statement::new(icon, [(&release.app_id).into()]));
    database.batch(batch).await?;
    Ok(())
}

const CHILDREN_OF_RELEASES: [&str; 4] = [
    "DELETE FROM install_links WHERE app_id = ? AND release_id = ?",
    "DELETE FROM release_destinations WHERE app_id = ? AND release_id = ?",
    "UPDATE uploads SET release_id = NULL WHERE app_id = ? AND release_id = ?",
    "DELETE FROM releases WHERE app_id = ? AND id = ?",
];

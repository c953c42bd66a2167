use std::collections::HashSet;
use std::ops::RangeInclusive;

use protocol::{DestinationKind, PublishingStatus};
use serde::Deserialize;

use super::{ReleaseRow, ReleaseSummaryRow, query, query_first};
use crate::platform::{Database, PortError, PublishOutcome, Statement, Value};

/// A destination of a release, with what lists show of it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct DestinationRow {
    pub(crate) release_id: i64,
    pub(crate) kind: DestinationKind,
    pub(crate) destination_id: String,
    /// A group's or store's name, or a tester's address.
    pub(crate) name: String,
    pub(crate) display_name: Option<String>,
    /// Of a store.
    pub(crate) store_type: Option<String>,
    /// Of a store.
    pub(crate) publishing_status: Option<PublishingStatus>,
    /// Whether the destination has no newer release of the app.
    pub(crate) is_latest: i64,
}

/// A destination that a release is about to get.
pub(crate) struct NewDestination<'a> {
    pub(crate) kind: DestinationKind,
    /// A group's or store's id, a tester's address: a new tester has no id before the same transaction.
    pub(crate) key: &'a str,
    pub(crate) mandatory_update: bool,
    pub(crate) notify_testers: bool,
    /// Of a store.
    pub(crate) publishing_status: Option<PublishingStatus>,
}

macro_rules! select_destinations {
    ($condition:literal) => {
        concat!(
            "SELECT distributed.release_id, distributed.kind, distributed.destination_id, ",
            "distributed.publishing_status, stores.type AS store_type, ",
            "COALESCE(distribution_groups.name, testers.email, stores.name) AS name, ",
            "COALESCE(distribution_groups.display_name, testers.email) AS display_name, ",
            "distributed.release_id = (SELECT MAX(newest.release_id) FROM release_destinations AS newest ",
            "WHERE newest.destination_id = distributed.destination_id AND newest.app_id = distributed.app_id) AS is_latest ",
            "FROM release_destinations AS distributed ",
            "LEFT JOIN distribution_groups ON distributed.kind = 'group' AND distribution_groups.id = destination_id ",
            "LEFT JOIN testers ON distributed.kind = 'tester' AND testers.id = destination_id ",
            "LEFT JOIN stores ON distributed.kind = 'store' AND stores.id = destination_id ",
            "WHERE ",
            $condition,
            // A destination that was deleted has no name.
            " AND COALESCE(distribution_groups.name, testers.email, stores.name) IS NOT NULL",
            " ORDER BY distributed.release_id DESC, distributed.distributed_at, name"
        )
    };
}

/// Everything that the releases of these numbers went to, newest release first.
pub(crate) async fn destinations_among(
    database: &impl Database,
    app_id: &str,
    numbers: RangeInclusive<i64>,
) -> Result<Vec<DestinationRow>, PortError> {
    let sql = select_destinations!("distributed.app_id = ? AND distributed.release_id BETWEEN ? AND ?");
    let values = [app_id.into(), (*numbers.start()).into(), (*numbers.end()).into()];
    query(database, Statement::new(sql, values)).await
}

/// Everything that one release went to.
pub(crate) async fn destinations_of(
    database: &impl Database,
    release: &ReleaseRow,
) -> Result<Vec<DestinationRow>, PortError> {
    let sql = select_destinations!("distributed.app_id = ? AND distributed.release_id = ?");
    query(database, Statement::new(sql, [(&release.app_id).into(), release.id.into()])).await
}

/// Inserts a destination of a release if it exists, and returns its id; if the release has it already, changes its
/// settings.
macro_rules! insert_destination {
    ($destinations:literal) => {
        concat!(
            "INSERT INTO release_destinations (app_id, release_id, kind, destination_id, mandatory_update, ",
            "notify_testers, publishing_status, publishing_error, distributed_at) ",
            "SELECT releases.app_id, releases.id, ?3, targets.id, ?5, ?6, ?7, ?8, ?9 FROM releases JOIN (",
            $destinations,
            ") AS targets WHERE releases.app_id = ?1 AND releases.id = ?2 ",
            "ON CONFLICT (app_id, release_id, kind, destination_id) DO UPDATE SET ",
            "mandatory_update = excluded.mandatory_update, notify_testers = excluded.notify_testers, ",
            "publishing_status = excluded.publishing_status, publishing_error = excluded.publishing_error ",
            "RETURNING destination_id"
        )
    };
}

/// Distributes a release to a destination, or changes the settings of one that it has. As part of a larger transaction; the row
/// that it returns has the `destination_id`. There is no row if the destination or the release was deleted.
pub(crate) fn add_destination(release: &ReleaseRow, new: &NewDestination<'_>, now: i64) -> Statement {
    let sql = match new.kind {
        DestinationKind::Group => insert_destination!(
            "SELECT id FROM distribution_groups WHERE id = ?4 AND (app_id = ?1 \
             OR EXISTS (SELECT 1 FROM shared_group_apps WHERE group_id = ?4 AND shared_group_apps.app_id = ?1))"
        ),
        DestinationKind::Tester => {
            insert_destination!("SELECT id FROM testers WHERE app_id = ?1 AND email = ?4")
        }
        DestinationKind::Store => insert_destination!("SELECT id FROM stores WHERE app_id = ?1 AND id = ?4"),
    };
    Statement::new(
        sql,
        [
            (&release.app_id).into(),
            release.id.into(),
            kind_value(new.kind),
            new.key.into(),
            new.mandatory_update.into(),
            new.notify_testers.into(),
            new.publishing_status.map(PublishingStatus::as_str).into(),
            Value::Null,
            now.into(),
        ],
    )
}

/// A destination's part in the distribution of a release, if it has the release.
pub(crate) async fn distribution(
    database: &impl Database,
    release: &ReleaseRow,
    kind: DestinationKind,
    id: &str,
) -> Result<Option<DistributionRow>, PortError> {
    let sql = "SELECT publishing_status, publishing_error, mandatory_update, distributed_at, told_upto, notified_at \
               FROM release_destinations \
               WHERE app_id = ? AND release_id = ? AND kind = ? AND destination_id = ?";
    query_first(database, Statement::new(sql, key(release, kind, id))).await
}

/// How far the distribution of a release to one destination is.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct DistributionRow {
    pub(crate) publishing_status: Option<PublishingStatus>,
    pub(crate) publishing_error: Option<String>,
    pub(crate) mandatory_update: i64,
    pub(crate) distributed_at: i64,
    /// The last address of the pages that were notified; none before the first page.
    #[serde(rename = "told_upto")]
    pub(crate) notified_up_to: Option<String>,
    /// When all addresses there had been notified.
    pub(crate) notified_at: Option<i64>,
}

/// Changes whether a release is mandatory at a destination, and says whether it is there.
pub(crate) async fn update_destination(
    database: &impl Database,
    release: &ReleaseRow,
    kind: DestinationKind,
    id: &str,
    mandatory_update: bool,
) -> Result<bool, PortError> {
    let sql = "UPDATE release_destinations SET mandatory_update = ?5 \
               WHERE app_id = ?1 AND release_id = ?2 AND kind = ?3 AND destination_id = ?4 RETURNING kind";
    let mut values = key(release, kind, id).to_vec();
    values.push(mandatory_update.into());
    let changed: Option<serde_json::Value> = query_first(database, Statement::new(sql, values)).await?;
    Ok(changed.is_some())
}

/// Removes a release from a destination, and says whether it was there.
pub(crate) async fn remove_destination(
    database: &impl Database,
    release: &ReleaseRow,
    kind: DestinationKind,
    id: &str,
) -> Result<bool, PortError> {
    let sql = "DELETE FROM release_destinations \
               WHERE app_id = ? AND release_id = ? AND kind = ? AND destination_id = ? RETURNING kind";
    let gone: Option<serde_json::Value> =
        query_first(database, Statement::new(sql, key(release, kind, id))).await?;
    Ok(gone.is_some())
}

/// Notes that all addresses at a destination were notified of a release, as part of a larger transaction.
pub(crate) fn note_all_notified(
    release: &ReleaseRow,
    kind: DestinationKind,
    id: &str,
    now: i64,
) -> Statement {
    let sql = "UPDATE release_destinations SET notified_at = ?5 \
               WHERE app_id = ?1 AND release_id = ?2 AND kind = ?3 AND destination_id = ?4";
    let mut values = key(release, kind, id).to_vec();
    values.push(now.into());
    Statement::new(sql, values)
}

/// Notes up to which address a destination was notified of a release. Progress that is further already stays.
pub(crate) async fn note_page_notified(
    database: &impl Database,
    release: &ReleaseRow,
    kind: DestinationKind,
    id: &str,
    last: &str,
) -> Result<(), PortError> {
    let sql = "UPDATE release_destinations SET told_upto = ?5 \
               WHERE app_id = ?1 AND release_id = ?2 AND kind = ?3 AND destination_id = ?4 \
               AND COALESCE(told_upto, '') < ?5 COLLATE NOCASE";
    let mut values = key(release, kind, id).to_vec();
    values.push(last.into());
    database.batch(vec![Statement::new(sql, values)]).await?;
    Ok(())
}

/// Notes what became of publishing a release to a store.
pub(crate) async fn note_publishing(
    database: &impl Database,
    release: &ReleaseRow,
    store_id: &str,
    outcome: &PublishOutcome,
) -> Result<(), PortError> {
    let sql = "UPDATE release_destinations SET publishing_status = ?5, publishing_error = ?6 \
               WHERE app_id = ?1 AND release_id = ?2 AND kind = ?3 AND destination_id = ?4";
    let mut values = key(release, DestinationKind::Store, store_id).to_vec();
    values.extend([outcome.status.as_str().into(), outcome.error.as_ref().into()]);
    database.batch(vec![Statement::new(sql, values)]).await?;
    Ok(())
}

/// The newest releases that a destination has of an app, newest first, with whether each is mandatory there. A negative
/// number is all.
pub(crate) async fn releases_at(
    database: &impl Database,
    app_id: &str,
    destination_id: &str,
    at_most: i64,
) -> Result<Vec<(ReleaseSummaryRow, bool)>, PortError> {
    #[derive(Deserialize)]
    struct Row {
        #[serde(flatten)]
        release: ReleaseSummaryRow,
        is_mandatory: i64,
    }
    let sql = concat!(
        "SELECT ",
        listed_columns!(),
        ", distributed.mandatory_update AS is_mandatory FROM release_destinations AS distributed JOIN releases \
         ON releases.app_id = distributed.app_id AND releases.id = distributed.release_id \
         WHERE distributed.destination_id = ? AND distributed.app_id = ? ORDER BY distributed.release_id DESC LIMIT ?"
    );
    let values = [destination_id.into(), app_id.into(), at_most.into()];
    let rows: Vec<Row> = query(database, Statement::new(sql, values)).await?;
    Ok(rows.into_iter().map(|row| (row.release, row.is_mandatory != 0)).collect())
}

/// A release that a destination has of an app, by number, or the newest that is switched on; with whether it is mandatory
/// there.
pub(crate) async fn release_at(
    database: &impl Database,
    app_id: &str,
    destination_id: &str,
    number: Option<i64>,
) -> Result<Option<(ReleaseRow, bool)>, PortError> {
    #[derive(Deserialize)]
    struct Row {
        #[serde(flatten)]
        release: ReleaseRow,
        is_mandatory: i64,
    }
    let sql = concat!(
        "SELECT ",
        release_columns!(),
        ", distributed.mandatory_update AS is_mandatory FROM release_destinations AS distributed JOIN releases \
         ON releases.app_id = distributed.app_id AND releases.id = distributed.release_id \
         WHERE distributed.destination_id = ?1 AND distributed.app_id = ?2 \
         AND CASE WHEN ?3 IS NULL THEN releases.enabled ELSE distributed.release_id = ?3 END \
         ORDER BY distributed.release_id DESC LIMIT 1"
    );
    let values = [destination_id.into(), app_id.into(), number.into()];
    let row: Option<Row> = query_first(database, Statement::new(sql, values)).await?;
    Ok(row.map(|row| (row.release, row.is_mandatory != 0)))
}

/// The ids of the destinations by which a person gets releases of an app: groups, and the person as a tester.
pub(crate) async fn destinations_of_person(
    database: &impl Database,
    app_id: &str,
    email: &str,
) -> Result<HashSet<String>, PortError> {
    #[derive(Deserialize)]
    struct Row {
        id: String,
    }
    let sql = concat!(
        "SELECT group_id AS id FROM ",
        people_in_groups!(
            "SELECT id FROM distribution_groups WHERE app_id = ?1 \
             UNION SELECT group_id FROM shared_group_apps WHERE app_id = ?1"
        ),
        " WHERE email COLLATE NOCASE = ?2 UNION SELECT id FROM testers WHERE app_id = ?1 AND email = ?2"
    );
    let rows: Vec<Row> = query(database, Statement::new(sql, [app_id.into(), email.into()])).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

fn key(release: &ReleaseRow, kind: DestinationKind, id: &str) -> [Value; 4] {
    [(&release.app_id).into(), release.id.into(), kind_value(kind), id.into()]
}

fn kind_value(kind: DestinationKind) -> Value {
    Value::from(match kind {
        DestinationKind::Group => "group",
        DestinationKind::Tester => "tester",
        DestinationKind::Store => "store",
    })
}

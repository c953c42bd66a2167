use protocol::DestinationKind;
use serde::Deserialize;

use super::{ReleaseRow, query};
use crate::platform::{Database, PortError, Statement, Value};

/// What a release was given to, with what lists show of it.
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
    pub(crate) publishing_status: Option<String>,
    pub(crate) mandatory_update: i64,
    /// Whether the destination has no newer release of the app.
    pub(crate) is_latest: i64,
}

/// A release on its way to a destination.
pub(crate) struct NewDestination<'a> {
    pub(crate) kind: DestinationKind,
    pub(crate) id: &'a str,
    pub(crate) mandatory_update: bool,
    pub(crate) notify_testers: bool,
    /// Of a store.
    pub(crate) publishing_status: Option<&'a str>,
    /// Of a store.
    pub(crate) publishing_error: Option<&'a str>,
}

macro_rules! select_destinations {
    ($condition:literal) => {
        concat!(
            "SELECT given.release_id, given.kind, given.destination_id, given.mandatory_update, ",
            "given.publishing_status, stores.type AS store_type, ",
            "COALESCE(distribution_groups.name, testers.email, stores.name) AS name, ",
            "COALESCE(distribution_groups.display_name, testers.email) AS display_name, ",
            "given.release_id = (SELECT MAX(newest.release_id) FROM release_destinations AS newest ",
            "WHERE newest.destination_id = given.destination_id AND newest.app_id = given.app_id) AS is_latest ",
            "FROM release_destinations AS given ",
            "LEFT JOIN distribution_groups ON given.kind = 'group' AND distribution_groups.id = destination_id ",
            "LEFT JOIN testers ON given.kind = 'tester' AND testers.id = destination_id ",
            "LEFT JOIN stores ON given.kind = 'store' AND stores.id = destination_id ",
            "WHERE ",
            $condition,
            " ORDER BY given.release_id DESC, given.distributed_at, name"
        )
    };
}

/// Everything that an app's releases went to, newest release first.
pub(crate) async fn destinations_of_app(
    database: &impl Database,
    app_id: &str,
) -> Result<Vec<DestinationRow>, PortError> {
    query(database, Statement::new(select_destinations!("given.app_id = ?"), [app_id.into()])).await
}

/// Everything that one release went to.
pub(crate) async fn destinations_of(
    database: &impl Database,
    release: &ReleaseRow,
) -> Result<Vec<DestinationRow>, PortError> {
    let sql = select_destinations!("given.app_id = ? AND given.release_id = ?");
    query(database, Statement::new(sql, [(&release.app_id).into(), release.id.into()])).await
}

/// Gives a release to a destination; again changes what is said of it there. As part of a larger change.
pub(crate) fn add_destination(release: &ReleaseRow, new: &NewDestination<'_>, now: i64) -> Statement {
    let sql = "INSERT INTO release_destinations (app_id, release_id, kind, destination_id, mandatory_update, \
               notify_testers, publishing_status, publishing_error, distributed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) \
               ON CONFLICT (app_id, release_id, kind, destination_id) DO UPDATE SET \
               mandatory_update = excluded.mandatory_update, notify_testers = excluded.notify_testers, \
               publishing_status = excluded.publishing_status, publishing_error = excluded.publishing_error";
    Statement::new(
        sql,
        [
            (&release.app_id).into(),
            release.id.into(),
            word(new.kind),
            new.id.into(),
            new.mandatory_update.into(),
            new.notify_testers.into(),
            new.publishing_status.into(),
            new.publishing_error.into(),
            now.into(),
        ],
    )
}

fn word(kind: DestinationKind) -> Value {
    Value::from(match kind {
        DestinationKind::Group => "group",
        DestinationKind::Tester => "tester",
        DestinationKind::Store => "store",
    })
}

use serde::Deserialize;

use super::{InsertError, first, query};
use crate::platform::{Database, PortError, Statement};

/// One distribution group.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct GroupRow {
    pub(crate) id: String,
    /// Of an app, or
    pub(crate) app_id: Option<String>,
    /// shared by an organization among its apps.
    pub(crate) org_id: Option<String>,
    pub(crate) name: String,
    pub(crate) display_name: Option<String>,
    pub(crate) is_public: i64,
    pub(crate) created_at: i64,
}

/// An app's groups, in the order of their making.
pub(crate) async fn groups_of(database: &impl Database, app_id: &str) -> Result<Vec<GroupRow>, PortError> {
    let sql = "SELECT * FROM distribution_groups WHERE app_id = ? ORDER BY created_at, name";
    query(database, Statement::new(sql, [app_id.into()])).await
}

/// An app's group of that name, whatever the case.
pub(crate) async fn group_by_name(
    database: &impl Database,
    app_id: &str,
    name: &str,
) -> Result<Option<GroupRow>, PortError> {
    let sql = "SELECT * FROM distribution_groups WHERE app_id = ? AND name = ?";
    first(database, Statement::new(sql, [app_id.into(), name.into()])).await
}

/// An app's group of that id.
pub(crate) async fn group_by_id(
    database: &impl Database,
    app_id: &str,
    id: &str,
) -> Result<Option<GroupRow>, PortError> {
    let sql = "SELECT * FROM distribution_groups WHERE app_id = ? AND id = ?";
    first(database, Statement::new(sql, [app_id.into(), id.into()])).await
}

/// Makes a group.
pub(crate) async fn insert_group(database: &impl Database, group: &GroupRow) -> Result<(), InsertError> {
    database.batch(vec![insert_group_statement(group)]).await?;
    Ok(())
}

/// Makes a group, as part of a larger change.
pub(crate) fn insert_group_statement(group: &GroupRow) -> Statement {
    let sql = "INSERT INTO distribution_groups (id, app_id, org_id, name, display_name, is_public, created_at) \
               VALUES (?, ?, ?, ?, ?, ?, ?)";
    Statement::new(
        sql,
        [
            (&group.id).into(),
            group.app_id.as_ref().into(),
            group.org_id.as_ref().into(),
            (&group.name).into(),
            group.display_name.as_ref().into(),
            group.is_public.into(),
            group.created_at.into(),
        ],
    )
}

use std::collections::HashMap;

use protocol::limit;
use serde::Deserialize;

use super::{InsertError, has_room, query, query_first};
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

/// Reads the groups that an app has, its own and those that are shared with it.
macro_rules! select_groups {
    ($condition:literal) => {
        concat!(
            "SELECT * FROM distribution_groups WHERE (app_id = ?1 OR id IN ",
            "(SELECT group_id FROM shared_group_apps WHERE shared_group_apps.app_id = ?1)) ",
            $condition
        )
    };
}

/// An app's groups, in the order of their creation, shared ones last.
pub(crate) async fn groups_of(database: &impl Database, app_id: &str) -> Result<Vec<GroupRow>, PortError> {
    let sql = select_groups!("ORDER BY app_id IS NULL, created_at, name");
    query(database, Statement::new(sql, [app_id.into()])).await
}

/// An app's group of that name, whatever the case; its own before a shared one.
pub(crate) async fn group_by_name(
    database: &impl Database,
    app_id: &str,
    name: &str,
) -> Result<Option<GroupRow>, PortError> {
    let sql = select_groups!("AND name = ?2 ORDER BY app_id IS NULL LIMIT 1");
    query_first(database, Statement::new(sql, [app_id.into(), name.into()])).await
}

/// An app's group of that id.
pub(crate) async fn group_by_id(
    database: &impl Database,
    app_id: &str,
    id: &str,
) -> Result<Option<GroupRow>, PortError> {
    query_first(database, Statement::new(select_groups!("AND id = ?2"), [app_id.into(), id.into()])).await
}

/// An organization's shared groups, in the order of their creation.
pub(crate) async fn groups_of_org(
    database: &impl Database,
    org_id: &str,
) -> Result<Vec<GroupRow>, PortError> {
    let sql = "SELECT * FROM distribution_groups WHERE org_id = ? ORDER BY created_at, name";
    query(database, Statement::new(sql, [org_id.into()])).await
}

/// An organization's shared group of that name, whatever the case.
pub(crate) async fn org_group_by_name(
    database: &impl Database,
    org_id: &str,
    name: &str,
) -> Result<Option<GroupRow>, PortError> {
    let sql = "SELECT * FROM distribution_groups WHERE org_id = ? AND name = ?";
    query_first(database, Statement::new(sql, [org_id.into(), name.into()])).await
}

/// How many members each shared group of an organization has, by the group's id; none has no entry.
pub(crate) async fn member_counts(
    database: &impl Database,
    org_id: &str,
) -> Result<HashMap<String, u64>, PortError> {
    #[derive(Deserialize)]
    struct Row {
        group_id: String,
        count: u64,
    }
    let sql = "SELECT group_id, COUNT(*) AS count FROM group_members \
               WHERE group_id IN (SELECT id FROM distribution_groups WHERE org_id = ?) GROUP BY group_id";
    let rows: Vec<Row> = query(database, Statement::new(sql, [org_id.into()])).await?;
    Ok(rows.into_iter().map(|row| (row.group_id, row.count)).collect())
}

/// Makes a group, and says whether there was room for it.
pub(crate) async fn insert_group(database: &impl Database, group: &GroupRow) -> Result<bool, InsertError> {
    Ok(has_room(database, vec![insert_group_statement(group)], 0).await?)
}

/// Makes a group if its app or organization is there and has room for it. As part of a larger transaction.
pub(crate) fn insert_group_statement(group: &GroupRow) -> Statement {
    let sql = "INSERT INTO distribution_groups (id, app_id, org_id, name, display_name, is_public, created_at) \
               SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE (SELECT COUNT(*) FROM distribution_groups \
               WHERE app_id = ?2) + (SELECT COUNT(*) FROM distribution_groups WHERE org_id = ?3) < ?8 \
               AND (EXISTS (SELECT 1 FROM apps WHERE id = ?2) OR EXISTS (SELECT 1 FROM accounts WHERE id = ?3)) \
               RETURNING id";
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
            limit::GROUPS.into(),
        ],
    )
}

/// Changes a group's name and whether it is public.
pub(crate) async fn update_group(database: &impl Database, group: &GroupRow) -> Result<(), InsertError> {
    let sql = "UPDATE distribution_groups SET name = ?, is_public = ? WHERE id = ?";
    let values = [(&group.name).into(), group.is_public.into(), (&group.id).into()];
    database.batch(vec![Statement::new(sql, values)]).await?;
    Ok(())
}

/// Deletes a group. Its releases stay in the app.
pub(crate) async fn delete_group(database: &impl Database, group_id: &str) -> Result<(), PortError> {
    let statements = [
        "DELETE FROM group_members WHERE group_id = ?",
        "DELETE FROM shared_group_apps WHERE group_id = ?",
        "DELETE FROM release_destinations WHERE destination_id = ? AND kind = 'group'",
        "DELETE FROM distribution_groups WHERE id = ?",
    ];
    database.batch(statements.map(|sql| Statement::new(sql, [group_id.into()])).to_vec()).await?;
    Ok(())
}

/// Shares a group with the apps of those names, and returns the ids of those that there are.
pub(crate) async fn share_group(
    database: &impl Database,
    group: &GroupRow,
    names: &[String],
) -> Result<usize, PortError> {
    let sql = "INSERT INTO shared_group_apps (group_id, app_id) SELECT ?1, id FROM apps WHERE owner_id = ?2 \
               AND name IN (SELECT value FROM json_each(?3)) ON CONFLICT DO UPDATE SET app_id = app_id RETURNING app_id";
    let rows: Vec<serde_json::Value> = query(database, Statement::new(sql, names_of(group, names))).await?;
    Ok(rows.len())
}

/// Stops sharing a group with the apps of those names.
pub(crate) async fn unshare_group(
    database: &impl Database,
    group: &GroupRow,
    names: &[String],
) -> Result<(), PortError> {
    let statements = [
        "DELETE FROM shared_group_apps WHERE group_id = ?1 AND app_id IN \
         (SELECT id FROM apps WHERE owner_id = ?2 AND name IN (SELECT value FROM json_each(?3)))",
        "DELETE FROM release_destinations WHERE destination_id = ?1 AND kind = 'group' AND app_id IN \
         (SELECT id FROM apps WHERE owner_id = ?2 AND name IN (SELECT value FROM json_each(?3)))",
    ];
    database.batch(statements.map(|sql| Statement::new(sql, names_of(group, names))).to_vec()).await?;
    Ok(())
}

fn names_of(group: &GroupRow, names: &[String]) -> [crate::platform::Value; 3] {
    let names = serde_json::to_string(names).unwrap_or_default();
    [(&group.id).into(), group.org_id.as_ref().into(), (&names).into()]
}

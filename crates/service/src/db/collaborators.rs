use protocol::Right;
use serde::Deserialize;

use super::{AccountRow, query, query_first};
use crate::platform::{Database, PortError, Statement};

/// A person with a right to an app of another owner.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct CollaboratorRow {
    #[serde(flatten)]
    pub(crate) user: AccountRow,
    pub(crate) permission: Right,
}

/// Grants a person a right to an app, if the app exists, or changes the right. As part of a larger transaction.
pub(crate) fn add_collaborator(app_id: &str, user_id: &str, right: Right, now: i64) -> Statement {
    let sql = "INSERT INTO app_collaborators (app_id, user_id, permission, joined_at) \
               SELECT id, ?2, ?3, ?4 FROM apps WHERE id = ?1 \
               ON CONFLICT (app_id, user_id) DO UPDATE SET permission = excluded.permission";
    Statement::new(sql, [app_id.into(), user_id.into(), right.as_str().into(), now.into()])
}

/// All people who may work on an app: its owner, the admins of its organization, and its collaborators, by name.
pub(crate) async fn people_of_app(
    database: &impl Database,
    app_id: &str,
) -> Result<Vec<CollaboratorRow>, PortError> {
    let sql = "SELECT accounts.*, 'manager' AS permission FROM apps JOIN accounts ON accounts.id = apps.owner_id \
               WHERE apps.id = ?1 AND accounts.kind = 'user' \
               UNION ALL SELECT accounts.*, 'manager' FROM apps JOIN org_members ON org_id = apps.owner_id \
               JOIN accounts ON accounts.id = user_id WHERE apps.id = ?1 AND role = 'admin' \
               UNION ALL SELECT accounts.*, permission FROM app_collaborators \
               JOIN accounts ON accounts.id = user_id WHERE app_id = ?1 AND NOT EXISTS (SELECT 1 FROM apps \
               JOIN org_members ON org_id = apps.owner_id WHERE apps.id = ?1 AND role = 'admin' \
               AND org_members.user_id = app_collaborators.user_id) AND NOT EXISTS (SELECT 1 FROM apps \
               WHERE apps.id = ?1 AND owner_id = app_collaborators.user_id) ORDER BY 2";
    query(database, Statement::new(sql, [app_id.into()])).await
}

/// Changes the right of a collaborator, and says whether there is one with that address.
pub(crate) async fn set_permission(
    database: &impl Database,
    app_id: &str,
    email: &str,
    right: Right,
) -> Result<bool, PortError> {
    let sql = "UPDATE app_collaborators SET permission = ?3 WHERE app_id = ?1 AND user_id = \
               (SELECT id FROM accounts WHERE email = ?2 COLLATE NOCASE AND kind = 'user') RETURNING app_id";
    let values = [app_id.into(), email.into(), right.as_str().into()];
    let changed: Option<serde_json::Value> = query_first(database, Statement::new(sql, values)).await?;
    Ok(changed.is_some())
}

/// Removes a collaborator's right, and says whether there was one with that address.
pub(crate) async fn remove_collaborator(
    database: &impl Database,
    app_id: &str,
    email: &str,
) -> Result<bool, PortError> {
    let sql = "DELETE FROM app_collaborators WHERE app_id = ?1 AND user_id = \
               (SELECT id FROM accounts WHERE email = ?2 COLLATE NOCASE AND kind = 'user') RETURNING app_id";
    let gone: Option<serde_json::Value> =
        query_first(database, Statement::new(sql, [app_id.into(), email.into()])).await?;
    Ok(gone.is_some())
}

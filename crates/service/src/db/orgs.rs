use protocol::Role;
use serde::Deserialize;

use super::{AccountRow, InsertError, query, query_first};
use crate::platform::{Database, PortError, Statement};

/// A person in an organization.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct MemberRow {
    #[serde(flatten)]
    pub(crate) user: AccountRow,
    pub(crate) role: Role,
    pub(crate) joined_at: i64,
}

/// The organizations of a person, with their role in each, by name.
pub(crate) async fn orgs_of(
    database: &impl Database,
    user_id: &str,
) -> Result<Vec<(AccountRow, Role)>, PortError> {
    #[derive(Deserialize)]
    struct Row {
        #[serde(flatten)]
        org: AccountRow,
        role: Role,
    }
    let sql = "SELECT accounts.*, role FROM org_members JOIN accounts ON accounts.id = org_id \
               WHERE user_id = ? ORDER BY accounts.name";
    let rows: Vec<Row> = query(database, Statement::new(sql, [user_id.into()])).await?;
    Ok(rows.into_iter().map(|row| (row.org, row.role)).collect())
}

/// The organization of that name, whatever the case, and the person's role in it.
pub(crate) async fn membership(
    database: &impl Database,
    org: &str,
    user_id: &str,
) -> Result<Option<(AccountRow, Role)>, PortError> {
    #[derive(Deserialize)]
    struct Row {
        #[serde(flatten)]
        org: AccountRow,
        role: Role,
    }
    let sql = "SELECT accounts.*, role FROM accounts JOIN org_members ON org_id = accounts.id \
               WHERE accounts.name = ? AND kind = 'org' AND user_id = ?";
    let row: Option<Row> = query_first(database, Statement::new(sql, [org.into(), user_id.into()])).await?;
    Ok(row.map(|row| (row.org, row.role)))
}

/// Makes an organization with its first admin, and other changes in the same transaction.
pub(crate) async fn insert_org(
    database: &impl Database,
    org: &AccountRow,
    admin_id: &str,
    and: Vec<Statement>,
) -> Result<(), InsertError> {
    let sql = "INSERT INTO accounts (id, kind, name, display_name, email, created_at, updated_at) \
               VALUES (?, 'org', ?, ?, '', ?, ?)";
    let values = [
        (&org.id).into(),
        (&org.name).into(),
        (&org.display_name).into(),
        org.created_at.into(),
        org.updated_at.into(),
    ];
    let admin = add_member(&org.id, admin_id, Role::Admin, org.created_at);
    database.batch([vec![Statement::new(sql, values), admin], and].concat()).await?;
    Ok(())
}

/// Makes a person a member of an organization; a member keeps their role. As part of a larger transaction.
pub(crate) fn add_member(org_id: &str, user_id: &str, role: Role, now: i64) -> Statement {
    let sql = "INSERT INTO org_members (org_id, user_id, role, joined_at) VALUES (?, ?, ?, ?) \
               ON CONFLICT (org_id, user_id) DO NOTHING";
    Statement::new(sql, [org_id.into(), user_id.into(), role.as_str().into(), now.into()])
}

/// The members of an organization, by name.
pub(crate) async fn members_of_org(
    database: &impl Database,
    org_id: &str,
) -> Result<Vec<MemberRow>, PortError> {
    let sql = "SELECT accounts.*, role, joined_at FROM org_members JOIN accounts ON accounts.id = user_id \
               WHERE org_id = ? ORDER BY accounts.name";
    query(database, Statement::new(sql, [org_id.into()])).await
}

/// Changes the role of a member, and says whether that was possible: an organization keeps an admin.
pub(crate) async fn set_role(
    database: &impl Database,
    org_id: &str,
    user_id: &str,
    role: Role,
) -> Result<bool, PortError> {
    let sql = "UPDATE org_members SET role = ?3 WHERE org_id = ?1 AND user_id = ?2 AND (?3 = 'admin' OR EXISTS \
               (SELECT 1 FROM org_members WHERE org_id = ?1 AND user_id <> ?2 AND role = 'admin')) RETURNING role";
    let values = [org_id.into(), user_id.into(), role.as_str().into()];
    let changed: Option<serde_json::Value> = query_first(database, Statement::new(sql, values)).await?;
    Ok(changed.is_some())
}

/// Removes a member from an organization and its apps, and says whether that was possible: an organization keeps an
/// admin.
pub(crate) async fn remove_member(
    database: &impl Database,
    org_id: &str,
    user_id: &str,
) -> Result<bool, PortError> {
    let member = "DELETE FROM org_members WHERE org_id = ?1 AND user_id = ?2 AND EXISTS \
                  (SELECT 1 FROM org_members WHERE org_id = ?1 AND user_id <> ?2 AND role = 'admin') RETURNING role";
    let apps = "DELETE FROM app_collaborators WHERE user_id = ?2 \
                AND app_id IN (SELECT id FROM apps WHERE owner_id = ?1) \
                AND NOT EXISTS (SELECT 1 FROM org_members WHERE org_id = ?1 AND user_id = ?2)";
    let values = || [org_id.into(), user_id.into()];
    let rows = database.batch(vec![Statement::new(member, values()), Statement::new(apps, values())]).await?;
    Ok(rows.first().is_some_and(|rows| !rows.is_empty()))
}

/// Removes an organization that owns no apps, and says whether it did.
pub(crate) async fn delete_org(database: &impl Database, org_id: &str) -> Result<bool, PortError> {
    let statements = [
        "DELETE FROM group_members WHERE group_id IN (SELECT id FROM distribution_groups WHERE org_id = ?1) \
         AND NOT EXISTS (SELECT 1 FROM apps WHERE owner_id = ?1)",
        "DELETE FROM distribution_groups WHERE org_id = ?1 \
         AND NOT EXISTS (SELECT 1 FROM apps WHERE owner_id = ?1)",
        "DELETE FROM invitations WHERE org_id = ?1 AND NOT EXISTS (SELECT 1 FROM apps WHERE owner_id = ?1)",
        "DELETE FROM org_members WHERE org_id = ?1 AND NOT EXISTS (SELECT 1 FROM apps WHERE owner_id = ?1)",
        "DELETE FROM accounts WHERE id = ?1 AND kind = 'org' \
         AND NOT EXISTS (SELECT 1 FROM apps WHERE owner_id = ?1) RETURNING id",
    ];
    let batch = statements.map(|sql| Statement::new(sql, [org_id.into()])).to_vec();
    Ok(database.batch(batch).await?.pop().is_some_and(|rows| !rows.is_empty()))
}

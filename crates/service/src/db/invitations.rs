use serde::Deserialize;

use super::{InsertError, query, query_first};
use crate::platform::{Database, PortError, Statement, Value};

/// An invitation that is not answered yet.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct InvitationRow {
    pub(crate) id: String,
    /// To an app, or
    pub(crate) app_id: Option<String>,
    /// to an organization.
    pub(crate) org_id: Option<String>,
    pub(crate) email: String,
    /// A word of [`Right`] or of [`Role`].
    pub(crate) role: String,
    pub(crate) invited_by: String,
    pub(crate) created_at: i64,
    pub(crate) expires_at: i64,
}

/// What a person is invited to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum InvitationScope<'a> {
    /// An app, by its id.
    App(&'a str),
    /// An organization, by its id.
    Org(&'a str),
}

impl InvitationScope<'_> {
    /// The app's id and the organization's, one of them null.
    fn values(self) -> [Value; 2] {
        match self {
            InvitationScope::App(id) => [id.into(), Value::Null],
            InvitationScope::Org(id) => [Value::Null, id.into()],
        }
    }
}

/// Makes an invitation; one to the same address is replaced, so that only the newest link works.
pub(crate) async fn insert_invitation(
    database: &impl Database,
    invitation: &InvitationRow,
    token_hash: &str,
) -> Result<(), PortError> {
    let old = "DELETE FROM invitations WHERE email = ?1 AND (app_id = ?2 OR org_id = ?3)";
    let new = "INSERT INTO invitations (id, app_id, org_id, email, role, token_hash, invited_by, created_at, \
               expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let (app_id, org_id) = (invitation.app_id.as_ref(), invitation.org_id.as_ref());
    let values = [
        (&invitation.id).into(),
        app_id.into(),
        org_id.into(),
        (&invitation.email).into(),
        (&invitation.role).into(),
        token_hash.into(),
        (&invitation.invited_by).into(),
        invitation.created_at.into(),
        invitation.expires_at.into(),
    ];
    let old = Statement::new(old, [(&invitation.email).into(), app_id.into(), org_id.into()]);
    database.batch(vec![old, Statement::new(new, values)]).await?;
    Ok(())
}

/// The open invitations to an app or an organization, by address.
pub(crate) async fn invitations_to(
    database: &impl Database,
    invited: InvitationScope<'_>,
    now: i64,
) -> Result<Vec<InvitationRow>, PortError> {
    let sql =
        "SELECT * FROM invitations WHERE (app_id = ?1 OR org_id = ?2) AND expires_at > ?3 ORDER BY email";
    let [app_id, org_id] = invited.values();
    query(database, Statement::new(sql, [app_id, org_id, now.into()])).await
}

/// The open invitation of that address.
pub(crate) async fn invitation_of(
    database: &impl Database,
    invited: InvitationScope<'_>,
    email: &str,
    now: i64,
) -> Result<Option<InvitationRow>, PortError> {
    let sql =
        "SELECT * FROM invitations WHERE (app_id = ?1 OR org_id = ?2) AND email = ?3 AND expires_at > ?4";
    let [app_id, org_id] = invited.values();
    query_first(database, Statement::new(sql, [app_id, org_id, email.into(), now.into()])).await
}

/// The open invitations that a person sent, with the names of what they are to, newest first.
pub(crate) async fn invitations_by(
    database: &impl Database,
    user_id: &str,
    now: i64,
) -> Result<Vec<(InvitationRow, String)>, PortError> {
    #[derive(Deserialize)]
    struct Row {
        #[serde(flatten)]
        invitation: InvitationRow,
        target: String,
    }
    let sql = "SELECT invitations.*, COALESCE(orgs.name, owners.name || '/' || apps.name) AS target \
               FROM invitations LEFT JOIN accounts AS orgs ON orgs.id = org_id LEFT JOIN apps ON apps.id = app_id \
               LEFT JOIN accounts AS owners ON owners.id = apps.owner_id \
               WHERE invited_by = ? AND expires_at > ? ORDER BY invitations.created_at DESC, email";
    let rows: Vec<Row> = query(database, Statement::new(sql, [user_id.into(), now.into()])).await?;
    Ok(rows.into_iter().map(|row| (row.invitation, row.target)).collect())
}

/// The open invitation that a link's token is for.
pub(crate) async fn invitation_by_token(
    database: &impl Database,
    token_hash: &str,
    now: i64,
) -> Result<Option<InvitationRow>, PortError> {
    let sql = "SELECT * FROM invitations WHERE token_hash = ? AND expires_at > ?";
    query_first(database, Statement::new(sql, [token_hash.into(), now.into()])).await
}

/// An invitation with the names that its page shows.
#[derive(Debug, Deserialize)]
pub(crate) struct InvitationDetailsRow {
    #[serde(flatten)]
    pub(crate) invitation: InvitationRow,
    /// The organization's name, or `owner/app`.
    pub(crate) target: String,
    pub(crate) sender: String,
    pub(crate) has_account: i64,
}

/// The open invitation that a link's token is for, with its names.
pub(crate) async fn invitation_details_by_token(
    database: &impl Database,
    token_hash: &str,
    now: i64,
) -> Result<Option<InvitationDetailsRow>, PortError> {
    let sql = "SELECT invitations.*, COALESCE(orgs.name, owners.name || '/' || apps.name) AS target, \
               senders.display_name AS sender, EXISTS (SELECT 1 FROM accounts \
               WHERE kind = 'user' AND accounts.email = invitations.email COLLATE NOCASE) AS has_account \
               FROM invitations JOIN accounts AS senders ON senders.id = invited_by \
               LEFT JOIN accounts AS orgs ON orgs.id = org_id LEFT JOIN apps ON apps.id = app_id \
               LEFT JOIN accounts AS owners ON owners.id = apps.owner_id WHERE token_hash = ? AND expires_at > ?";
    query_first(database, Statement::new(sql, [token_hash.into(), now.into()])).await
}

/// Changes the role that an invited person will get.
pub(crate) async fn set_invited_role(
    database: &impl Database,
    id: &str,
    role: &str,
) -> Result<(), PortError> {
    let sql = "UPDATE invitations SET role = ? WHERE id = ?";
    database.batch(vec![Statement::new(sql, [role.into(), id.into()])]).await?;
    Ok(())
}

/// Deletes an invitation.
pub(crate) async fn delete_invitation(database: &impl Database, id: &str) -> Result<(), PortError> {
    database.batch(vec![delete(id)]).await?;
    Ok(())
}

/// Gives a person the role of the invitation, unless they have a higher one. `new_account` creates their account in the same
/// transaction. Says whether the invitation was still open; if not, nothing changes.
pub(crate) async fn accept_invitation(
    database: &impl Database,
    invitation: &InvitationRow,
    user_id: &str,
    new_account: Vec<Statement>,
    now: i64,
) -> Result<bool, InsertError> {
    // The role is read in the transaction. An invitation that is no longer open has none, and NOT NULL ends the transaction.
    let app = "INSERT INTO app_collaborators (app_id, user_id, permission, joined_at) \
               VALUES (?1, ?2, (SELECT role FROM invitations WHERE id = ?3 AND expires_at > ?4), ?4) \
               ON CONFLICT (app_id, user_id) DO UPDATE SET permission = excluded.permission \
               WHERE instr('viewer developer manager', excluded.permission) > \
               instr('viewer developer manager', permission)";
    let org = "INSERT INTO org_members (org_id, user_id, role, joined_at) \
               VALUES (?1, ?2, (SELECT role FROM invitations WHERE id = ?3 AND expires_at > ?4), ?4) \
               ON CONFLICT (org_id, user_id) DO UPDATE SET role = excluded.role \
               WHERE instr('member collaborator admin', excluded.role) > instr('member collaborator admin', role)";
    let (sql, target) = match (&invitation.app_id, &invitation.org_id) {
        (Some(app_id), _) => (app, app_id),
        (_, Some(org_id)) => (org, org_id),
        (None, None) => return Ok(false),
    };
    let mut batch = new_account;
    batch.push(Statement::new(sql, [target.into(), user_id.into(), (&invitation.id).into(), now.into()]));
    batch.push(delete(&invitation.id));
    match database.batch(batch).await {
        Ok(_) => Ok(true),
        Err(error) if error.message.contains("NOT NULL constraint failed") => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn delete(id: &str) -> Statement {
    Statement::new("DELETE FROM invitations WHERE id = ?", [id.into()])
}

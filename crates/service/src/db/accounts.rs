use serde::Deserialize;

use super::{InsertError, query_first};
use crate::platform::{Database, PortError, Statement};

/// A person or an organization.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct AccountRow {
    pub(crate) id: String,
    pub(crate) kind: AccountKind,
    pub(crate) name: String,
    pub(crate) display_name: String,
    /// Empty for organizations.
    pub(crate) email: String,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
}

/// What an account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AccountKind {
    User,
    Org,
}

/// The person with that address.
pub(crate) async fn user_by_email(
    database: &impl Database,
    email: &str,
) -> Result<Option<AccountRow>, PortError> {
    let sql = "SELECT * FROM accounts WHERE email = ? COLLATE NOCASE AND kind = 'user'";
    query_first(database, Statement::new(sql, [email.into()])).await
}

/// Changes the names of an account: those that are `Some`.
pub(crate) async fn rename_account(
    database: &impl Database,
    id: &str,
    name: Option<&str>,
    display_name: Option<&str>,
    now: i64,
) -> Result<(), InsertError> {
    let sql = "UPDATE accounts SET name = COALESCE(?, name), display_name = COALESCE(?, display_name), \
               updated_at = ? WHERE id = ?";
    let values = [name.into(), display_name.into(), now.into(), id.into()];
    database.batch(vec![Statement::new(sql, values)]).await?;
    Ok(())
}

/// Creates a person's account, as part of a larger transaction.
pub(crate) fn insert_user(user: &AccountRow) -> Statement {
    let sql = "INSERT INTO accounts (id, kind, name, display_name, email, created_at, updated_at) \
               VALUES (?, 'user', ?, ?, ?, ?, ?)";
    let values = [
        (&user.id).into(),
        (&user.name).into(),
        (&user.display_name).into(),
        (&user.email).into(),
        user.created_at.into(),
        user.updated_at.into(),
    ];
    Statement::new(sql, values)
}

use serde::Deserialize;

use super::{InsertError, first};
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

/// The account of that id.
pub(crate) async fn account_by_id(
    database: &impl Database,
    id: &str,
) -> Result<Option<AccountRow>, PortError> {
    first(database, Statement::new("SELECT * FROM accounts WHERE id = ?", [id.into()])).await
}

/// The account of that name, whatever the case.
pub(crate) async fn account_by_name(
    database: &impl Database,
    name: &str,
) -> Result<Option<AccountRow>, PortError> {
    first(database, Statement::new("SELECT * FROM accounts WHERE name = ?", [name.into()])).await
}

/// The person with that address.
pub(crate) async fn user_by_email(
    database: &impl Database,
    email: &str,
) -> Result<Option<AccountRow>, PortError> {
    let sql = "SELECT * FROM accounts WHERE email = ? COLLATE NOCASE AND kind = 'user'";
    first(database, Statement::new(sql, [email.into()])).await
}

/// Changes the names of an account: what is given.
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

use protocol::Role;
use serde::Deserialize;

use super::first;
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
    let row: Option<Row> = first(database, Statement::new(sql, [org.into(), user_id.into()])).await?;
    Ok(row.map(|row| (row.org, row.role)))
}

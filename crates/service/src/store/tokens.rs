use serde::Deserialize;

use super::{AccountRow, first};
use crate::platform::{Database, PortError, Statement};

/// What an API token says of its bearer.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Bearer {
    /// Who made the token.
    #[serde(flatten)]
    pub(crate) user: AccountRow,
    pub(crate) token_id: String,
    pub(crate) scope: Scope,
    /// The only app that the token is good for, if it is an app's.
    pub(crate) app_id: Option<String>,
}

/// What a token may do at the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Scope {
    /// Whatever its owner may.
    All,
    /// Read.
    Viewer,
}

/// Who the token of that hash stands for.
///
/// The lookup is by the SHA-256 of a token with 160 or more random bits: what an index's timing tells of a hash says
/// nothing about the token.
pub(crate) async fn bearer_by_token(
    database: &impl Database,
    token_hash: &str,
) -> Result<Option<Bearer>, PortError> {
    let sql = "SELECT accounts.*, api_tokens.id AS token_id, api_tokens.scope, api_tokens.app_id \
               FROM api_tokens JOIN accounts ON accounts.id = api_tokens.user_id WHERE token_hash = ?";
    first(database, Statement::new(sql, [token_hash.into()])).await
}

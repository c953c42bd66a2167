use serde::Deserialize;

use super::first;
use crate::platform::{Database, PortError, Statement};

/// One account.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct UserRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) display_name: String,
    pub(crate) email: String,
}

#[derive(Deserialize)]
struct Token {
    #[serde(flatten)]
    user: UserRow,
    scope: String,
}

/// The account that a token belongs to, and the token's scope.
pub(crate) async fn user_by_token(
    database: &impl Database,
    token_hash: &str,
) -> Result<Option<(UserRow, String)>, PortError> {
    let sql = "SELECT users.id, users.name, users.display_name, users.email, api_tokens.scope \
               FROM api_tokens JOIN users ON users.id = api_tokens.user_id WHERE token_hash = ?";
    let token: Option<Token> = first(database, Statement::new(sql, [token_hash.into()])).await?;
    Ok(token.map(|token| (token.user, token.scope)))
}

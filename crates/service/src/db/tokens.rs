use protocol::{TokenScope, limit};
use serde::Deserialize;

use super::{AccountRow, has_room, query, query_first};
use crate::platform::{Database, PortError, Statement};

/// The person or app to which an API token belongs.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Bearer {
    /// The person who created the token.
    #[serde(flatten)]
    pub(crate) user: AccountRow,
    pub(crate) token_id: String,
    pub(crate) scope: TokenScope,
    /// The only app for which the token is valid, if it is an app's.
    pub(crate) app_id: Option<String>,
}

/// An API token. The token itself is not stored.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct TokenRow {
    pub(crate) id: String,
    pub(crate) user_id: String,
    pub(crate) app_id: Option<String>,
    pub(crate) scope: TokenScope,
    pub(crate) description: Option<String>,
    pub(crate) created_at: i64,
}

/// To whom the token of that hash belongs.
///
/// The lookup is by the SHA-256 of a token with 160 or more random bits: what the timing of an index reveals about a
/// hash reveals nothing about the token.
pub(crate) async fn bearer_by_token(
    database: &impl Database,
    token_hash: &str,
) -> Result<Option<Bearer>, PortError> {
    let sql = "SELECT accounts.*, api_tokens.id AS token_id, api_tokens.scope, api_tokens.app_id \
               FROM api_tokens JOIN accounts ON accounts.id = api_tokens.user_id WHERE token_hash = ?";
    query_first(database, Statement::new(sql, [token_hash.into()])).await
}

/// A person's own tokens, oldest first; those of apps are listed with the app.
pub(crate) async fn tokens_of(database: &impl Database, user_id: &str) -> Result<Vec<TokenRow>, PortError> {
    let sql = "SELECT * FROM api_tokens WHERE user_id = ? AND app_id IS NULL ORDER BY created_at, id";
    query(database, Statement::new(sql, [user_id.into()])).await
}

/// An app's tokens, oldest first.
pub(crate) async fn tokens_of_app(
    database: &impl Database,
    app_id: &str,
) -> Result<Vec<TokenRow>, PortError> {
    let sql = "SELECT * FROM api_tokens WHERE app_id = ? ORDER BY created_at, id";
    query(database, Statement::new(sql, [app_id.into()])).await
}

/// Makes a token, and says whether the person had room for it.
pub(crate) async fn add_token(
    database: &impl Database,
    token: &TokenRow,
    token_hash: &str,
) -> Result<bool, PortError> {
    has_room(database, vec![insert_token(token, token_hash)], 0).await
}

/// Makes a token if the person has room for it, as part of a larger transaction.
pub(crate) fn insert_token(token: &TokenRow, token_hash: &str) -> Statement {
    let sql = "INSERT INTO api_tokens (id, user_id, app_id, token_hash, scope, description, created_at) \
               SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 \
               WHERE (SELECT COUNT(*) FROM api_tokens WHERE user_id = ?2) < ?8 RETURNING id";
    let values = [
        (&token.id).into(),
        (&token.user_id).into(),
        token.app_id.as_ref().into(),
        token_hash.into(),
        token.scope.as_str().into(),
        token.description.as_ref().into(),
        token.created_at.into(),
        limit::TOKENS_PER_ACCOUNT.into(),
    ];
    Statement::new(sql, values)
}

/// Revokes a person's own token, and says whether there was one.
pub(crate) async fn delete_token(
    database: &impl Database,
    user_id: &str,
    id: &str,
) -> Result<bool, PortError> {
    let sql = "DELETE FROM api_tokens WHERE id = ? AND user_id = ? AND app_id IS NULL RETURNING id";
    let gone: Option<serde_json::Value> =
        query_first(database, Statement::new(sql, [id.into(), user_id.into()])).await?;
    Ok(gone.is_some())
}

/// Revokes an app's token, and says whether there was one.
pub(crate) async fn delete_token_of_app(
    database: &impl Database,
    app_id: &str,
    id: &str,
) -> Result<bool, PortError> {
    let sql = "DELETE FROM api_tokens WHERE id = ? AND app_id = ? RETURNING id";
    let gone: Option<serde_json::Value> =
        query_first(database, Statement::new(sql, [id.into(), app_id.into()])).await?;
    Ok(gone.is_some())
}

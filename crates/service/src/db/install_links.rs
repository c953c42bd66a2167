use protocol::limit;
use serde::Deserialize;

use super::{has_room, query, query_first};
use crate::platform::{Database, PortError, Statement};

/// One install link.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct InstallLinkRow {
    pub(crate) id: String,
    pub(crate) token: String,
    pub(crate) app_id: String,
    pub(crate) release_id: i64,
    pub(crate) created_at: i64,
}

/// A release's links that work, oldest first.
pub(crate) async fn install_links_of(
    database: &impl Database,
    app_id: &str,
    release_id: i64,
) -> Result<Vec<InstallLinkRow>, PortError> {
    let sql = "SELECT * FROM install_links WHERE app_id = ? AND release_id = ? AND revoked_at IS NULL \
               ORDER BY created_at, id";
    query(database, Statement::new(sql, [app_id.into(), release_id.into()])).await
}

/// The link of that token, if it works.
pub(crate) async fn install_link_by_token(
    database: &impl Database,
    token: &str,
) -> Result<Option<InstallLinkRow>, PortError> {
    let sql = "SELECT * FROM install_links WHERE token = ? AND revoked_at IS NULL";
    query_first(database, Statement::new(sql, [token.into()])).await
}

/// Makes a link, and says whether the release had room for it.
pub(crate) async fn insert_install_link(
    database: &impl Database,
    link: &InstallLinkRow,
) -> Result<bool, PortError> {
    let sql = "INSERT INTO install_links (id, token, app_id, release_id, created_at) SELECT ?1, ?2, ?3, ?4, ?5 \
               WHERE (SELECT COUNT(*) FROM install_links WHERE app_id = ?3 AND release_id = ?4 \
               AND revoked_at IS NULL) < ?6 RETURNING id";
    let values = [
        (&link.id).into(),
        (&link.token).into(),
        (&link.app_id).into(),
        link.release_id.into(),
        link.created_at.into(),
        limit::INSTALL_LINKS_PER_RELEASE.into(),
    ];
    has_room(database, vec![Statement::new(sql, values)], 0).await
}

/// Ends a link for ever, and says whether there was one that worked.
pub(crate) async fn revoke_install_link(
    database: &impl Database,
    app_id: &str,
    release_id: i64,
    id: &str,
    now: i64,
) -> Result<bool, PortError> {
    let sql = "UPDATE install_links SET revoked_at = ? \
               WHERE app_id = ? AND release_id = ? AND id = ? AND revoked_at IS NULL RETURNING id";
    let values = [now.into(), app_id.into(), release_id.into(), id.into()];
    let revoked: Option<serde_json::Value> = query_first(database, Statement::new(sql, values)).await?;
    Ok(revoked.is_some())
}

use serde::Deserialize;

use super::query;
use crate::platform::{Database, PortError, Statement};

/// ObjectStorage in the store that nothing refers to any more: the oldest of them, as ids of assets.
pub(crate) async fn garbage(
    database: &impl Database,
    now: i64,
    at_most: i64,
) -> Result<Vec<String>, PortError> {
    #[derive(Deserialize)]
    struct Row {
        asset_id: String,
    }
    let sql = "SELECT asset_id FROM garbage WHERE due_at <= ? ORDER BY due_at LIMIT ?";
    let rows: Vec<Row> = query(database, Statement::new(sql, [now.into(), at_most.into()])).await?;
    Ok(rows.into_iter().map(|row| row.asset_id).collect())
}

/// Notes an object that is about to be stored: from `due_at` on it is garbage, unless what refers to it by then took the
/// note away.
pub(crate) async fn note_garbage(
    database: &impl Database,
    asset_id: &str,
    due_at: i64,
) -> Result<(), PortError> {
    let sql = "INSERT INTO garbage (asset_id, due_at) VALUES (?, ?)";
    database.batch(vec![Statement::new(sql, [asset_id.into(), due_at.into()])]).await?;
    Ok(())
}

/// Forgets an object that was deleted.
pub(crate) async fn forget_garbage(database: &impl Database, asset_id: &str) -> Result<(), PortError> {
    let sql = "DELETE FROM garbage WHERE asset_id = ?";
    database.batch(vec![Statement::new(sql, [asset_id.into()])]).await?;
    Ok(())
}

use serde::Deserialize;

use super::query;
use crate::platform::{Database, PortError, Statement};

/// The asset ids of objects that nothing refers to any more, the oldest first.
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

/// Notes an object that is about to be stored: from `due_at` on it is garbage, unless a transaction that refers to it has
/// removed the note by then.
pub(crate) async fn note_garbage(
    database: &impl Database,
    asset_id: &str,
    due_at: i64,
) -> Result<(), PortError> {
    let sql = "INSERT INTO garbage (asset_id, due_at) VALUES (?, ?)";
    database.batch(vec![Statement::new(sql, [asset_id.into(), due_at.into()])]).await?;
    Ok(())
}

/// Removes the note of an object that was deleted.
pub(crate) async fn forget_garbage(database: &impl Database, asset_id: &str) -> Result<(), PortError> {
    let sql = "DELETE FROM garbage WHERE asset_id = ?";
    database.batch(vec![Statement::new(sql, [asset_id.into()])]).await?;
    Ok(())
}

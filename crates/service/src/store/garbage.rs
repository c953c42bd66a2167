use serde::Deserialize;

use super::query;
use crate::platform::{Database, PortError, Statement};

/// Objects in the store that nothing refers to any more: the first of them, as ids of assets.
pub(crate) async fn garbage(database: &impl Database, at_most: i64) -> Result<Vec<String>, PortError> {
    #[derive(Deserialize)]
    struct Row {
        asset_id: String,
    }
    let sql = "SELECT asset_id FROM garbage ORDER BY asset_id LIMIT ?";
    let rows: Vec<Row> = query(database, Statement::new(sql, [at_most.into()])).await?;
    Ok(rows.into_iter().map(|row| row.asset_id).collect())
}

/// Forgets an object that was deleted.
pub(crate) async fn forget_garbage(database: &impl Database, asset_id: &str) -> Result<(), PortError> {
    let sql = "DELETE FROM garbage WHERE asset_id = ?";
    database.batch(vec![Statement::new(sql, [asset_id.into()])]).await?;
    Ok(())
}

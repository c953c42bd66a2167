use serde::Deserialize;

use super::first;
use crate::platform::{Database, PortError, Statement};

/// The id of the app's tester of that address, who is made with `id` if there was none.
pub(crate) async fn tester(
    database: &impl Database,
    app_id: &str,
    email: &str,
    id: &str,
    now: i64,
) -> Result<Option<String>, PortError> {
    #[derive(Deserialize)]
    struct Row {
        id: String,
    }
    let sql = "INSERT INTO testers (id, app_id, email, created_at) VALUES (?, ?, ?, ?) \
               ON CONFLICT (app_id, email) DO UPDATE SET email = testers.email RETURNING id";
    let values = [id.into(), app_id.into(), email.into(), now.into()];
    Ok(first::<Row>(database, Statement::new(sql, values)).await?.map(|row| row.id))
}

/// Removes a tester from an app and all its releases, and says whether there was one of that id.
pub(crate) async fn delete_tester(
    database: &impl Database,
    app_id: &str,
    id: &str,
) -> Result<bool, PortError> {
    let given =
        "DELETE FROM release_destinations WHERE app_id = ? AND kind = 'tester' AND destination_id = ?";
    let tester = "DELETE FROM testers WHERE app_id = ? AND id = ? RETURNING id";
    let batch = [given, tester].map(|sql| Statement::new(sql, [app_id.into(), id.into()])).to_vec();
    Ok(database.batch(batch).await?.pop().is_some_and(|rows| !rows.is_empty()))
}

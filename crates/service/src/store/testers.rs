use serde::Deserialize;

use super::first;
use crate::platform::{Database, PortError, Statement};

/// Somebody who gets releases of an app by themselves.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct TesterRow {
    pub(crate) id: String,
    pub(crate) email: String,
}

/// The app's tester of that address, made with `id` if there was none.
pub(crate) async fn tester(
    database: &impl Database,
    app_id: &str,
    email: &str,
    id: &str,
    now: i64,
) -> Result<Option<TesterRow>, PortError> {
    let sql = "INSERT INTO testers (id, app_id, email, created_at) VALUES (?, ?, ?, ?) \
               ON CONFLICT (app_id, email) DO UPDATE SET email = testers.email RETURNING id, email";
    first(database, Statement::new(sql, [id.into(), app_id.into(), email.into(), now.into()])).await
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

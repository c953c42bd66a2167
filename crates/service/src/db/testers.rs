use crate::platform::{Database, PortError, Statement};

/// Makes a tester of that address, if the app has none. As part of a larger transaction.
pub(crate) fn insert_tester(app_id: &str, email: &str, id: &str, now: i64) -> Statement {
    let sql = "INSERT INTO testers (id, app_id, email, created_at) VALUES (?, ?, ?, ?) \
               ON CONFLICT (app_id, email) DO NOTHING";
    Statement::new(sql, [id.into(), app_id.into(), email.into(), now.into()])
}

/// Selects the testers of an app that an id names: their own id, their account's, or their address.
macro_rules! matching_testers {
    () => {
        "(SELECT id FROM testers WHERE app_id = ?1 AND id = ?2 \
         UNION SELECT id FROM testers WHERE app_id = ?1 AND email = ?2 \
         UNION SELECT testers.id FROM accounts JOIN testers ON testers.email = accounts.email \
         WHERE accounts.id = ?2 AND testers.app_id = ?1)"
    };
}

/// Removes a tester from an app and all its releases, and says whether there was one of that id: the tester's, the
/// account's, or the address.
pub(crate) async fn delete_tester(
    database: &impl Database,
    app_id: &str,
    id: &str,
) -> Result<bool, PortError> {
    let distributed = concat!(
        "DELETE FROM release_destinations WHERE app_id = ?1 AND kind = 'tester' AND destination_id IN ",
        matching_testers!()
    );
    let tester = concat!("DELETE FROM testers WHERE id IN ", matching_testers!(), " RETURNING id");
    let batch = [distributed, tester].map(|sql| Statement::new(sql, [app_id.into(), id.into()])).to_vec();
    Ok(database.batch(batch).await?.pop().is_some_and(|rows| !rows.is_empty()))
}

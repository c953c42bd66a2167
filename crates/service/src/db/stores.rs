use protocol::{StoreKind, limit};
use serde::Deserialize;

use super::{InsertError, has_room, query, query_first};
use crate::platform::{Database, PortError, Statement};

/// A store that an app's releases can be published to.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct StoreRow {
    pub(crate) id: String,
    pub(crate) app_id: String,
    #[serde(rename = "type")]
    pub(crate) kind: StoreKind,
    pub(crate) name: String,
    pub(crate) track: Option<String>,
    /// As JSON.
    pub(crate) intune_details: Option<String>,
    pub(crate) service_connection_id: Option<String>,
    pub(crate) created_by: String,
    pub(crate) created_at: i64,
}

/// An app's stores, in the order of their creation.
pub(crate) async fn stores_of(database: &impl Database, app_id: &str) -> Result<Vec<StoreRow>, PortError> {
    let sql = "SELECT * FROM stores WHERE app_id = ? ORDER BY created_at, name";
    query(database, Statement::new(sql, [app_id.into()])).await
}

/// An app's store of that name, whatever the case.
pub(crate) async fn store_by_name(
    database: &impl Database,
    app_id: &str,
    name: &str,
) -> Result<Option<StoreRow>, PortError> {
    let sql = "SELECT * FROM stores WHERE app_id = ? AND name = ?";
    query_first(database, Statement::new(sql, [app_id.into(), name.into()])).await
}

/// An app's store of that id.
pub(crate) async fn store_by_id(
    database: &impl Database,
    app_id: &str,
    id: &str,
) -> Result<Option<StoreRow>, PortError> {
    let sql = "SELECT * FROM stores WHERE app_id = ? AND id = ?";
    query_first(database, Statement::new(sql, [app_id.into(), id.into()])).await
}

/// Makes a store, and says whether the app had room for it.
pub(crate) async fn insert_store(database: &impl Database, store: &StoreRow) -> Result<bool, InsertError> {
    let sql = "INSERT INTO stores (id, app_id, type, name, track, intune_details, service_connection_id, created_by, \
               created_at) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 \
               WHERE (SELECT COUNT(*) FROM stores WHERE app_id = ?2) < ?10 RETURNING id";
    let values = [
        (&store.id).into(),
        (&store.app_id).into(),
        store.kind.as_str().into(),
        (&store.name).into(),
        store.track.as_ref().into(),
        store.intune_details.as_ref().into(),
        store.service_connection_id.as_ref().into(),
        (&store.created_by).into(),
        store.created_at.into(),
        limit::STORES_PER_APP.into(),
    ];
    Ok(has_room(database, vec![Statement::new(sql, values)], 0).await?)
}

/// Changes a store's connection.
pub(crate) async fn update_store(
    database: &impl Database,
    id: &str,
    service_connection_id: &str,
) -> Result<(), PortError> {
    let sql = "UPDATE stores SET service_connection_id = ? WHERE id = ?";
    database.batch(vec![Statement::new(sql, [service_connection_id.into(), id.into()])]).await?;
    Ok(())
}

/// Removes a store's record; what the store has stays there.
pub(crate) async fn delete_store(database: &impl Database, id: &str) -> Result<(), PortError> {
    let statements = [
        "DELETE FROM release_destinations WHERE destination_id = ? AND kind = 'store'",
        "DELETE FROM stores WHERE id = ?",
    ];
    database.batch(statements.map(|sql| Statement::new(sql, [id.into()])).to_vec()).await?;
    Ok(())
}

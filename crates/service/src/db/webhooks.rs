use protocol::limit;
use serde::Deserialize;

use super::{ReleaseRow, has_room, query, query_first};
use crate::platform::{Database, PortError, Statement};

/// Deliveries in the log of one webhook.
const DELIVERIES_KEPT: i64 = 100;

/// An address that gets a POST for each new release.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct WebhookRow {
    pub(crate) id: String,
    pub(crate) app_id: String,
    pub(crate) name: String,
    pub(crate) url: String,
    /// Signs each delivery.
    pub(crate) secret: String,
    pub(crate) enabled: i64,
    pub(crate) created_at: i64,
}

/// One POST for one release to one webhook.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct DeliveryRow {
    pub(crate) id: String,
    pub(crate) webhook_id: String,
    pub(crate) release_id: i64,
    /// The body that is sent, the same in every attempt.
    pub(crate) payload: String,
    pub(crate) attempts: u32,
    /// The HTTP status of the response to the newest attempt.
    pub(crate) status: Option<u16>,
    /// Why there is no response.
    pub(crate) error: Option<String>,
    pub(crate) delivered_at: Option<i64>,
    pub(crate) created_at: i64,
}

/// An app's webhooks, in the order of their creation.
pub(crate) async fn webhooks_of(
    database: &impl Database,
    app_id: &str,
) -> Result<Vec<WebhookRow>, PortError> {
    let sql = "SELECT * FROM webhooks WHERE app_id = ? ORDER BY created_at, id";
    query(database, Statement::new(sql, [app_id.into()])).await
}

/// An app's webhook of that id.
pub(crate) async fn webhook(
    database: &impl Database,
    app_id: &str,
    id: &str,
) -> Result<Option<WebhookRow>, PortError> {
    let sql = "SELECT * FROM webhooks WHERE app_id = ? AND id = ?";
    query_first(database, Statement::new(sql, [app_id.into(), id.into()])).await
}

/// Makes a webhook, and says whether the app had room for it.
pub(crate) async fn insert_webhook(
    database: &impl Database,
    webhook: &WebhookRow,
) -> Result<bool, PortError> {
    let sql = "INSERT INTO webhooks (id, app_id, name, url, secret, enabled, created_at) \
               SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 \
               WHERE (SELECT COUNT(*) FROM webhooks WHERE app_id = ?2) < ?8 RETURNING id";
    let values = [
        (&webhook.id).into(),
        (&webhook.app_id).into(),
        (&webhook.name).into(),
        (&webhook.url).into(),
        (&webhook.secret).into(),
        webhook.enabled.into(),
        webhook.created_at.into(),
        limit::WEBHOOKS_PER_APP.into(),
    ];
    has_room(database, vec![Statement::new(sql, values)], 0).await
}

/// Changes a webhook's name, address and whether it is on.
pub(crate) async fn update_webhook(database: &impl Database, webhook: &WebhookRow) -> Result<(), PortError> {
    let sql = "UPDATE webhooks SET name = ?, url = ?, enabled = ? WHERE id = ?";
    let values =
        [(&webhook.name).into(), (&webhook.url).into(), webhook.enabled.into(), (&webhook.id).into()];
    database.batch(vec![Statement::new(sql, values)]).await?;
    Ok(())
}

/// Removes a webhook with the log of its deliveries.
pub(crate) async fn delete_webhook(database: &impl Database, id: &str) -> Result<(), PortError> {
    let statements =
        ["DELETE FROM webhook_deliveries WHERE webhook_id = ?", "DELETE FROM webhooks WHERE id = ?"];
    database.batch(statements.map(|sql| Statement::new(sql, [id.into()])).to_vec()).await?;
    Ok(())
}

/// The newest deliveries of a webhook, newest first.
pub(crate) async fn deliveries_of(
    database: &impl Database,
    webhook_id: &str,
) -> Result<Vec<DeliveryRow>, PortError> {
    let sql = "SELECT * FROM webhook_deliveries WHERE webhook_id = ? ORDER BY created_at DESC, id LIMIT ?";
    query(database, Statement::new(sql, [webhook_id.into(), DELIVERIES_KEPT.into()])).await
}

/// A delivery with its webhook, if that is still there.
pub(crate) async fn delivery(
    database: &impl Database,
    id: &str,
) -> Result<Option<(DeliveryRow, WebhookRow)>, PortError> {
    let delivery: Option<DeliveryRow> =
        query_first(database, Statement::new("SELECT * FROM webhook_deliveries WHERE id = ?", [id.into()]))
            .await?;
    let Some(delivery) = delivery else { return Ok(None) };
    let sql = "SELECT * FROM webhooks WHERE id = ?";
    let webhook = query_first(database, Statement::new(sql, [(&delivery.webhook_id).into()])).await?;
    Ok(webhook.map(|webhook| (delivery, webhook)))
}

/// The deliveries of a release that were never tried.
pub(crate) async fn untried_deliveries(
    database: &impl Database,
    release: &ReleaseRow,
) -> Result<Vec<DeliveryRow>, PortError> {
    let sql = "SELECT webhook_deliveries.* FROM webhook_deliveries JOIN webhooks ON webhooks.id = webhook_id \
               WHERE app_id = ? AND release_id = ? AND attempts = 0";
    query(database, Statement::new(sql, [(&release.app_id).into(), release.id.into()])).await
}

/// Makes a delivery unless there is one of that id, as part of a larger transaction.
pub(crate) fn insert_delivery(delivery: &DeliveryRow) -> Statement {
    let sql = "INSERT INTO webhook_deliveries (id, webhook_id, release_id, payload, created_at) VALUES (?, ?, ?, ?, ?) \
               ON CONFLICT (id) DO NOTHING";
    let values = [
        (&delivery.id).into(),
        (&delivery.webhook_id).into(),
        delivery.release_id.into(),
        (&delivery.payload).into(),
        delivery.created_at.into(),
    ];
    Statement::new(sql, values)
}

/// Deletes all deliveries of a webhook but the newest, as part of a larger transaction.
pub(crate) fn prune_deliveries(webhook_id: &str) -> Statement {
    let sql = "DELETE FROM webhook_deliveries WHERE webhook_id = ?1 AND id NOT IN \
               (SELECT id FROM webhook_deliveries WHERE webhook_id = ?1 ORDER BY created_at DESC, id LIMIT ?2)";
    Statement::new(sql, [webhook_id.into(), DELIVERIES_KEPT.into()])
}

/// Notes the outcome of the newest attempt.
pub(crate) async fn note_attempt(database: &impl Database, delivery: &DeliveryRow) -> Result<(), PortError> {
    let sql =
        "UPDATE webhook_deliveries SET attempts = ?, status = ?, error = ?, delivered_at = ? WHERE id = ?";
    let values = [
        i64::from(delivery.attempts).into(),
        delivery.status.map(i64::from).into(),
        delivery.error.as_ref().into(),
        delivery.delivered_at.into(),
        (&delivery.id).into(),
    ];
    database.batch(vec![Statement::new(sql, values)]).await?;
    Ok(())
}

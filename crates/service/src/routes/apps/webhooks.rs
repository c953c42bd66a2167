//! Webhooks: addresses that get a POST for each new release.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use protocol::{CreateWebhookRequest, ExternalUrl, UpdateWebhookRequest, Webhook, WebhookDelivery, limit};

use crate::db::{self, AppRow, DeliveryRow, WebhookRow};
use crate::error::ApiError;
use crate::http::access::{AppFor, ManageAsPerson};
use crate::http::extract::Body;
use crate::platform::Platform;
use crate::secret;
use crate::time::iso;
use crate::validation::checked_name;

/// `GET …/webhooks`.
pub(crate) async fn list<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<ManageAsPerson>,
) -> Result<Json<Vec<Webhook>>, ApiError> {
    let webhooks = db::webhooks_of(platform.database(), &app.id).await?;
    Ok(Json(webhooks.into_iter().map(webhook_view).collect()))
}

/// `POST …/webhooks`: 201 with the secret that signs its deliveries, which is not shown again.
pub(crate) async fn create<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<ManageAsPerson>,
    Body(request): Body<CreateWebhookRequest>,
) -> Result<(StatusCode, Json<Webhook>), ApiError> {
    let webhook = WebhookRow {
        id: secret::uuid(&platform),
        app_id: app.id,
        name: checked_name("webhook name", &request.name)?.to_owned(),
        url: checked_url(&request.url)?,
        secret: secret::token(&platform),
        enabled: 1,
        created_at: platform.now(),
    };
    if !db::insert_webhook(platform.database(), &webhook).await? {
        return Err(ApiError::limit_reached(limit::WEBHOOKS_PER_APP, "webhooks"));
    }
    let secret = Some(webhook.secret.clone());
    Ok((StatusCode::CREATED, Json(Webhook { secret, ..webhook_view(webhook) })))
}

/// `GET …/webhooks/{id}`.
pub(crate) async fn show<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<ManageAsPerson>,
    Path((_, _, id)): Path<(String, String, String)>,
) -> Result<Json<Webhook>, ApiError> {
    Ok(Json(webhook_view(find_webhook(&platform, &app, &id).await?)))
}

/// `PATCH …/webhooks/{id}`.
pub(crate) async fn update<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<ManageAsPerson>,
    Path((_, _, id)): Path<(String, String, String)>,
    Body(request): Body<UpdateWebhookRequest>,
) -> Result<Json<Webhook>, ApiError> {
    let mut webhook = find_webhook(&platform, &app, &id).await?;
    if let Some(name) = &request.name {
        checked_name("webhook name", name)?.clone_into(&mut webhook.name);
    }
    if let Some(url) = &request.url {
        webhook.url = checked_url(url)?;
    }
    if let Some(enabled) = request.enabled {
        webhook.enabled = i64::from(enabled);
    }
    db::update_webhook(platform.database(), &webhook).await?;
    Ok(Json(webhook_view(webhook)))
}

/// `DELETE …/webhooks/{id}`: 204. Deliveries that wait are dropped.
pub(crate) async fn delete<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<ManageAsPerson>,
    Path((_, _, id)): Path<(String, String, String)>,
) -> Result<StatusCode, ApiError> {
    let webhook = find_webhook(&platform, &app, &id).await?;
    db::delete_webhook(platform.database(), &webhook.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET …/webhooks/{id}/deliveries`: the newest first.
pub(crate) async fn deliveries<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<ManageAsPerson>,
    Path((_, _, id)): Path<(String, String, String)>,
) -> Result<Json<Vec<WebhookDelivery>>, ApiError> {
    let webhook = find_webhook(&platform, &app, &id).await?;
    let rows = db::deliveries_of(platform.database(), &webhook.id).await?;
    Ok(Json(rows.into_iter().map(delivery_view).collect()))
}

async fn find_webhook<P: Platform>(platform: &P, app: &AppRow, id: &str) -> Result<WebhookRow, ApiError> {
    db::webhook(platform.database(), &app.id, id)
        .await?
        .ok_or_else(|| ApiError::not_found(format!("the app has no webhook of id `{id}`")))
}

fn checked_url(url: &str) -> Result<String, ApiError> {
    let url = ExternalUrl::parse(url).map_err(|error| ApiError::bad_request(format!("url: {error}")))?;
    Ok(url.as_str().to_owned())
}

fn webhook_view(webhook: WebhookRow) -> Webhook {
    Webhook {
        id: webhook.id,
        name: webhook.name,
        url: webhook.url,
        enabled: webhook.enabled != 0,
        created_at: iso(webhook.created_at),
        secret: None,
    }
}

fn delivery_view(delivery: DeliveryRow) -> WebhookDelivery {
    WebhookDelivery {
        id: delivery.id,
        release_id: delivery.release_id,
        attempts: delivery.attempts,
        status: delivery.status,
        error: delivery.error,
        delivered_at: delivery.delivered_at.map(iso),
        created_at: iso(delivery.created_at),
    }
}

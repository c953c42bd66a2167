//! Sends one delivery to its webhook: signed, and again after a pause if the response is not 2xx, seven times in all.
//!
//! A delivery may arrive twice, when the response to the first was lost. The receiver recognizes it by its id.

use protocol::header;

use crate::db::{self, DeliveryRow, WebhookRow};
use crate::platform::{Job, JobError, JobQueue, JobV1, Platform, WebhookRequest, WebhookSender};
use crate::secret;

/// Seconds between one attempt and the next: a receiver that restarts is back soon, one that was moved takes a working
/// day.
const PAUSES: [u32; 6] = [5, 60, 5 * 60, 30 * 60, 2 * 60 * 60, 6 * 60 * 60];

pub(super) async fn run<P: Platform>(platform: &P, delivery_id: &str) -> Result<(), JobError> {
    // It may have been deleted with its webhook.
    let found = db::delivery(platform.database(), delivery_id).await?;
    let Some((mut delivery, webhook)) = found else { return Ok(()) };
    if delivery.delivered_at.is_some() || webhook.enabled == 0 {
        return Ok(());
    }
    let response = platform.webhook_sender().post(&signed_request(platform, &delivery, &webhook)).await;
    delivery.attempts += 1;
    (delivery.status, delivery.error) = match response {
        Ok(status) => (Some(status), None),
        Err(error) => (None, Some(error.message)),
    };
    if delivery.status.is_some_and(|status| (200..300).contains(&status)) {
        delivery.delivered_at = Some(platform.now());
    }
    db::note_attempt(platform.database(), &delivery).await?;
    let pause = usize::try_from(delivery.attempts).ok().and_then(|attempts| PAUSES.get(attempts - 1));
    if let (None, Some(pause)) = (delivery.delivered_at, pause) {
        let again = JobV1::DeliverWebhook { delivery_id: delivery.id };
        platform.job_queue().send_later(Job::V1(again), *pause).await?;
    }
    Ok(())
}

fn signed_request<P: Platform>(platform: &P, delivery: &DeliveryRow, webhook: &WebhookRow) -> WebhookRequest {
    let seconds = platform.now().div_euclid(1000);
    let signature = secret::sign_webhook(&webhook.secret, seconds, &delivery.payload);
    WebhookRequest {
        url: webhook.url.clone(),
        headers: vec![
            (header::SIGNATURE, format!("t={seconds},v1={signature}")),
            (header::DELIVERY, delivery.id.clone()),
        ],
        body: delivery.payload.clone(),
    }
}

//! Notifies the testers at a destination of a new release, and at last the app's webhooks.
//!
//! Why in pages: a Worker may make some hundred requests in one run, and a group may have 30 000 members. So a run notifies
//! one page of addresses, in their order, and queues a job for the next page. A run that fails repeats its page from the
//! beginning: a tester who gets two e-mails is better than one who gets none. Addresses that unsubscribed get none.
//!
//! Why the progress is stored, and after the next page is queued: a second run begins whenever the release is distributed to
//! the same destination again, for example because the client lost the first response. It continues after the last page
//! that is stored as notified, and so notifies each address once. A job whose page lies before that belongs to a run that
//! was overtaken, and ends. Stored before the next page is queued, a crash in between would skip the rest of the group.

use protocol::{DestinationKind, WebhookPayload, route};

use crate::db::{self, AppRow, DeliveryRow, DistributionRow, ReleaseRow, WebhookRow};
use crate::email;
use crate::platform::{Database, Job, JobError, JobQueue, JobV1, Platform, Statement};
use crate::releases::links::install_link;
use crate::releases::view::{provisioning_profile, release_details};
use crate::secret;
use crate::time::iso;

/// Addresses of one page.
const PAGE: i64 = 100;

/// Who is to be notified of which release.
pub(super) struct Notification {
    pub(super) app_id: String,
    pub(super) release_id: i64,
    pub(super) kind: DestinationKind,
    pub(super) destination_id: String,
    pub(super) origin: String,
    pub(super) after: Option<String>,
}

pub(super) async fn run<P: Platform>(platform: &P, notification: Notification) -> Result<(), JobError> {
    let database = platform.database();
    // The app or the release may have been deleted since the job was queued, or the release removed from the destination.
    let Some(app) = db::app_by_id(database, &notification.app_id).await? else { return Ok(()) };
    let Some(release) = db::release_by_id(database, &app.id, notification.release_id).await? else {
        return Ok(());
    };
    let found = db::distribution(database, &release, notification.kind, &notification.destination_id).await?;
    let Some(distribution) = found else { return Ok(()) };
    // A disabled release sends no notifications. Distributed again after it was enabled, it does.
    if release.enabled == 0 {
        return Ok(());
    }
    // An earlier run notified all addresses, and may have died before the webhooks were queued.
    if distribution.notified_at.is_some() {
        return queue_deliveries(platform, &release).await;
    }
    let notified_up_to = distribution.notified_up_to.as_deref().unwrap_or_default();
    let after = match notification.after.as_deref() {
        Some(after) if after.to_ascii_lowercase() < notified_up_to.to_ascii_lowercase() => return Ok(()),
        Some(after) => after,
        None => notified_up_to,
    };
    let Notification { kind, destination_id, .. } = &notification;
    let page = db::recipients(database, &app.id, *kind, destination_id, after, PAGE).await?;
    let link = install_link(platform, &release).await?;
    for address in &page {
        let email = email::release(platform, &notification.origin, &app, &release, &link.token, address);
        platform.job_queue().send(Job::V1(JobV1::SendEmail(email))).await?;
    }
    match page.last() {
        Some(last) if i64::try_from(page.len()).is_ok_and(|count| count == PAGE) => {
            queue_next_page(platform, &release, notification, last).await
        }
        _ => {
            let mut changes = vec![db::note_all_notified(&release, *kind, destination_id, platform.now())];
            if *kind == DestinationKind::Group {
                let token = &link.token;
                changes.extend(
                    new_deliveries(platform, &notification, &distribution, &app, &release, token).await?,
                );
            }
            database.batch(changes).await?;
            queue_deliveries(platform, &release).await
        }
    }
}

async fn queue_next_page<P: Platform>(
    platform: &P,
    release: &ReleaseRow,
    notification: Notification,
    last: &str,
) -> Result<(), JobError> {
    let Notification { app_id, release_id, kind, destination_id, origin, .. } = notification;
    let id = destination_id.clone();
    let after = Some(last.to_owned());
    let next = JobV1::Notify { app_id, release_id, kind, destination_id, origin, after };
    platform.job_queue().send(Job::V1(next)).await?;
    db::note_page_notified(platform.database(), release, kind, &id, last).await?;
    Ok(())
}

/// Deliveries to the app's webhooks, all with the same body.
async fn new_deliveries<P: Platform>(
    platform: &P,
    notification: &Notification,
    distribution: &DistributionRow,
    app: &AppRow,
    release: &ReleaseRow,
    install_token: &str,
) -> Result<Vec<Statement>, JobError> {
    let webhooks = db::webhooks_of(platform.database(), &app.id).await?;
    let payload = webhook_payload(platform, notification, distribution, app, release, install_token).await?;
    let delivery = |webhook: WebhookRow| {
        let pruned = db::prune_deliveries(&webhook.id);
        let inserted = db::insert_delivery(&DeliveryRow {
            id: delivery_id(notification, distribution, &webhook),
            webhook_id: webhook.id,
            release_id: release.id,
            payload: payload.clone(),
            attempts: 0,
            status: None,
            error: None,
            delivered_at: None,
            created_at: platform.now(),
        });
        [inserted, pruned]
    };
    Ok(webhooks.into_iter().filter(|webhook| webhook.enabled != 0).flat_map(delivery).collect())
}

/// The same id whenever the page is run again: a webhook gets one delivery for a release that was distributed once to one
/// destination.
fn delivery_id(notification: &Notification, distribution: &DistributionRow, webhook: &WebhookRow) -> String {
    let Notification { release_id, destination_id, .. } = notification;
    secret::hash(&format!("{}\n{release_id}\n{destination_id}\n{}", webhook.id, distribution.distributed_at))
}

async fn webhook_payload<P: Platform>(
    platform: &P,
    notification: &Notification,
    distribution: &DistributionRow,
    app: &AppRow,
    release: &ReleaseRow,
    install_token: &str,
) -> Result<String, JobError> {
    let destinations = db::destinations_of(platform.database(), release).await?;
    let details = release_details(platform, &notification.origin, app, release, &destinations);
    let artifact = db::artifact_json(platform.database(), release).await?;
    let profile = artifact.and_then(|artifact| provisioning_profile(&artifact));
    let (profile_name, profile_type) =
        profile.map(|profile| (profile.provisioning_profile_name, profile.provisioning_profile_type)).unzip();
    let payload = WebhookPayload {
        app_name: details.app_name,
        app_display_name: details.app_display_name,
        app_id: app.id.clone(),
        release_id: release.id.to_string(),
        platform: details.app_os,
        uploaded_at: details.release.uploaded_at,
        fingerprint: details.fingerprint,
        release_notes: details.release_notes,
        version: details.release.version,
        short_version: details.release.short_version,
        min_os: details.min_os,
        mandatory_update: distribution.mandatory_update != 0,
        size: details.size,
        provisioning_profile_name: profile_name.flatten(),
        provisioning_profile_type: profile_type,
        bundle_identifier: details.bundle_identifier,
        install_link: format!(
            "{}{}",
            notification.origin,
            route::path(route::INSTALL_PAGE, &[install_token])
        ),
        icon_link: details.app_icon_url,
        distribution_group_id: notification.destination_id.clone(),
        installable: release.enabled != 0,
        sent_at: iso(platform.now()),
    };
    Ok(serde_json::to_string(&payload).unwrap_or_default())
}

/// Queues the deliveries that were never tried.
async fn queue_deliveries<P: Platform>(platform: &P, release: &ReleaseRow) -> Result<(), JobError> {
    for delivery in db::untried_deliveries(platform.database(), release).await? {
        platform.job_queue().send(Job::V1(JobV1::DeliverWebhook { delivery_id: delivery.id })).await?;
    }
    Ok(())
}

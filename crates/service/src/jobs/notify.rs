//! Tells the testers at a destination of a new release.
//!
//! A page of addresses at a time, each page a job of its own, so that a group of any size fits into what a Worker may
//! do at once. A page that fails is sent again from its beginning: rather twice than never. Whoever ended the letters
//! about the app gets none.
//!
//! Two runs may be under way, when a release is given to the same destination again. How far they are is stored after
//! the next page is queued: a run that begins goes on from there, and a page that is behind it belongs to a run that
//! was overtaken and ends.

use protocol::{DestinationKind, WebhookPayload, route};

use crate::db::{self, AppRow, DeliveryRow, GivenRow, InstallLinkRow, ReleaseRow, WebhookRow};
use crate::email;
use crate::platform::{Database, JobQueue, Platform, Statement};
use crate::platform::{Job, JobError, JobV1};
use crate::routes::releases::view::{details, profile};
use crate::secret;
use crate::time::iso;

/// Addresses of one page.
const PAGE: i64 = 100;

/// Who is to be told of what.
pub(crate) struct News {
    pub(crate) app_id: String,
    pub(crate) release_id: i64,
    pub(crate) kind: DestinationKind,
    pub(crate) destination_id: String,
    pub(crate) origin: String,
    pub(crate) after: Option<String>,
}

pub(crate) async fn run<P: Platform>(platform: &P, news: News) -> Result<(), JobError> {
    let database = platform.database();
    // What was deleted or taken back since is no news.
    let Some(app) = db::app_by_id(database, &news.app_id).await? else { return Ok(()) };
    let Some(release) = db::release_by_id(database, &app.id, news.release_id).await? else {
        return Ok(());
    };
    let given = db::destination_of(database, &release, news.kind, &news.destination_id).await?;
    let Some(given) = given else { return Ok(()) };
    // Nor is what is switched off. Given again when it is on, it is told.
    if release.enabled == 0 {
        return Ok(());
    }
    // An earlier run told everybody, and may have stopped before the webhooks were queued.
    if given.notified_at.is_some() {
        return deliver(platform, &release).await;
    }
    let told_upto = given.told_upto.as_deref().unwrap_or_default();
    let after = match news.after.as_deref() {
        Some(after) if after.to_ascii_lowercase() < told_upto.to_ascii_lowercase() => return Ok(()),
        Some(after) => after,
        None => told_upto,
    };
    let page = db::recipients(database, &app.id, news.kind, &news.destination_id, after, PAGE).await?;
    let link = install_link(platform, &release).await?;
    for email in &page {
        let mail = email::release(platform, &news.origin, &app, &release, &link.token, email);
        platform.job_queue().send(Job::V1(JobV1::SendEmail(mail))).await?;
    }
    match page.last() {
        Some(last) if i64::try_from(page.len()).is_ok_and(|count| count == PAGE) => {
            let after = Some(last.clone());
            let News { app_id, release_id, kind, destination_id, origin, .. } = news;
            let id = destination_id.clone();
            let next = JobV1::Notify { app_id, release_id, kind, destination_id, origin, after };
            platform.job_queue().send(Job::V1(next)).await?;
            db::note_page_told(database, &release, kind, &id, last).await?;
        }
        _ => {
            let told = db::note_told(&release, news.kind, &news.destination_id, platform.now());
            let mut changes = vec![told];
            if news.kind == DestinationKind::Group {
                changes.extend(deliveries(platform, &news, &given, &app, &release, &link.token).await?);
            }
            database.batch(changes).await?;
            deliver(platform, &release).await?;
        }
    }
    Ok(())
}

/// News for the app's webhooks, each with the same body.
async fn deliveries<P: Platform>(
    platform: &P,
    news: &News,
    given: &GivenRow,
    app: &AppRow,
    release: &ReleaseRow,
    install_token: &str,
) -> Result<Vec<Statement>, JobError> {
    let webhooks = db::webhooks_of(platform.database(), &app.id).await?;
    let payload = payload(platform, news, given, app, release, install_token).await?;
    let delivery = |webhook: WebhookRow| {
        let pruned = db::prune_deliveries(&webhook.id);
        let inserted = db::insert_delivery(&DeliveryRow {
            id: delivery_id(news, given, &webhook),
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

/// The same however often it is made: of one release that was once given to one destination, a webhook is told once.
fn delivery_id(news: &News, given: &GivenRow, webhook: &WebhookRow) -> String {
    let News { release_id, destination_id, .. } = news;
    secret::hash(&format!("{}\n{release_id}\n{destination_id}\n{}", webhook.id, given.distributed_at))
}

async fn payload<P: Platform>(
    platform: &P,
    news: &News,
    given: &GivenRow,
    app: &AppRow,
    release: &ReleaseRow,
    install_token: &str,
) -> Result<String, JobError> {
    let destinations = db::destinations_of(platform.database(), release).await?;
    let details = details(platform, &news.origin, app, release, &destinations);
    let facts = db::facts_of(platform.database(), release).await?;
    let profile = facts.and_then(|facts| profile(&facts));
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
        mandatory_update: given.mandatory_update != 0,
        size: details.size,
        provisioning_profile_name: profile_name.flatten(),
        provisioning_profile_type: profile_type,
        bundle_identifier: details.bundle_identifier,
        install_link: format!("{}{}", news.origin, route::path(route::INSTALL_PAGE, &[install_token])),
        icon_link: details.app_icon_url,
        distribution_group_id: news.destination_id.clone(),
        installable: release.enabled != 0,
        sent_at: iso(platform.now()),
    };
    Ok(serde_json::to_string(&payload).unwrap_or_default())
}

/// Queues what waits to be delivered.
async fn deliver<P: Platform>(platform: &P, release: &ReleaseRow) -> Result<(), JobError> {
    for delivery in db::untried_deliveries(platform.database(), release).await? {
        platform.job_queue().send(Job::V1(JobV1::DeliverWebhook { delivery_id: delivery.id })).await?;
    }
    Ok(())
}

/// A link that installs the release: one that works, or a new one.
async fn install_link<P: Platform>(platform: &P, release: &ReleaseRow) -> Result<InstallLinkRow, JobError> {
    let links = db::install_links_of(platform.database(), &release.app_id, release.id).await?;
    if let Some(link) = links.into_iter().next() {
        return Ok(link);
    }
    let link = InstallLinkRow {
        id: secret::uuid(platform),
        token: secret::token(platform),
        app_id: release.app_id.clone(),
        release_id: release.id,
        created_at: platform.now(),
    };
    db::insert_install_link(platform.database(), &link).await?;
    Ok(link)
}

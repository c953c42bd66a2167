//! Tells the testers at a destination of a new release.
//!
//! A page of addresses at a time, each page a job of its own, so that a group of any size fits into what a Worker may
//! do at once. A page that fails is sent again from its beginning: rather twice than never. Whoever ended the letters
//! about the app gets none.

use protocol::DestinationKind;

use crate::job::{Job, JobError, JobV1};
use crate::letters;
use crate::platform::{Jobs, Platform};
use crate::secret;
use crate::store::{self, InstallLinkRow, ReleaseRow};

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
    let Some(app) = store::app_by_id(database, &news.app_id).await? else { return Ok(()) };
    let Some(release) = store::release_by_id(database, &app.id, news.release_id).await? else {
        return Ok(());
    };
    let given = store::destination_of(database, &release, news.kind, &news.destination_id).await?;
    if given.is_none_or(|given| given.notified_at.is_some()) {
        return Ok(());
    }
    let after = news.after.as_deref().unwrap_or_default();
    let page = store::recipients(database, &app.id, news.kind, &news.destination_id, after, PAGE).await?;
    let link = install_link(platform, &release).await?;
    for email in &page {
        let mail = letters::release(platform, &news.origin, &app, &release, &link.token, email);
        platform.jobs().send(Job::V1(JobV1::SendMail(mail))).await?;
    }
    match page.last() {
        Some(last) if i64::try_from(page.len()).is_ok_and(|count| count == PAGE) => {
            let after = Some(last.clone());
            let News { app_id, release_id, kind, destination_id, origin, .. } = news;
            let next = JobV1::Notify { app_id, release_id, kind, destination_id, origin, after };
            platform.jobs().send(Job::V1(next)).await?;
        }
        _ => {
            let now = platform.now();
            store::note_told(database, &release, news.kind, &news.destination_id, now).await?;
        }
    }
    Ok(())
}

/// A link that installs the release: one that works, or a new one.
async fn install_link<P: Platform>(platform: &P, release: &ReleaseRow) -> Result<InstallLinkRow, JobError> {
    let links = store::install_links_of(platform.database(), &release.app_id, release.id).await?;
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
    store::insert_install_link(platform.database(), &link).await?;
    Ok(link)
}

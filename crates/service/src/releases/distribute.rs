//! Distributing a release: to groups, testers and stores.

use protocol::{DestinationKind, PublishingStatus};

use crate::db::{self, NewDestination, ReleaseRow, StoreRow};
use crate::error::ApiError;
use crate::platform::{Database, Job, JobQueue, JobV1, Platform, Statement};

/// Where a release goes.
#[derive(PartialEq, Eq)]
pub(crate) enum Destination {
    /// By id.
    Group(String),
    /// By address: a new tester has no id before the same transaction.
    Tester(String),
    /// By id; see [`Destination::store`].
    Store(String),
}

impl Destination {
    /// A store, for a release that a store takes: an apk, aab or ipa that is stored here.
    pub(crate) fn store(release: &ReleaseRow, store: StoreRow) -> Result<Destination, ApiError> {
        if release.external_url.is_some() {
            return Err(ApiError::bad_request(
                "the release's package is hosted elsewhere and cannot go to a store; upload the package itself",
            ));
        }
        let extension = release.file_extension.as_deref().unwrap_or_default();
        if !matches!(extension, "apk" | "aab" | "ipa") {
            return Err(ApiError::bad_request(format!(
                "expected an apk, aab or ipa for a store, got a .{extension}"
            )));
        }
        Ok(Destination::Store(store.id))
    }

    fn kind_and_key(&self) -> (DestinationKind, &str) {
        match self {
            Destination::Group(id) => (DestinationKind::Group, id),
            Destination::Tester(id) => (DestinationKind::Tester, id),
            Destination::Store(id) => (DestinationKind::Store, id),
        }
    }
}

/// How a release is distributed; kept for each destination.
#[derive(Clone, Copy, Default)]
pub(crate) struct DistributionSettings {
    pub(crate) mandatory_update: bool,
    pub(crate) notify_testers: bool,
}

/// Distributes a release together with other changes, in one transaction; then queues the notifications and the publishing.
/// Returns the destinations' ids.
///
/// If a destination was removed in the meantime the call fails, and the other destinations have the release. If a job
/// cannot be queued the call fails as well. A client that repeats it changes nothing in the database, and gets the missing
/// jobs queued: the job notifies only those who have not been notified.
pub(crate) async fn distribute_release<P: Platform>(
    platform: &P,
    origin: &str,
    release: &ReleaseRow,
    destinations: &[Destination],
    settings: DistributionSettings,
    mut changes: Vec<Statement>,
) -> Result<Vec<String>, ApiError> {
    let n_changes = changes.len();
    for destination in destinations {
        let (kind, key) = destination.kind_and_key();
        let new = NewDestination {
            kind,
            key,
            mandatory_update: settings.mandatory_update,
            notify_testers: settings.notify_testers,
            publishing_status: (kind == DestinationKind::Store).then_some(PublishingStatus::Processing),
        };
        changes.push(db::add_destination(release, &new, platform.now()));
    }
    let rows = platform.database().batch(changes).await?.split_off(n_changes);
    let mut ids = Vec::new();
    let mut gone = None;
    for (destination, rows) in destinations.iter().zip(rows) {
        let (kind, key) = destination.kind_and_key();
        let Some(id) = rows.first().and_then(|row| row["destination_id"].as_str()) else {
            gone = Some(key);
            continue;
        };
        ids.push(id.to_owned());
        if let Some(job) = follow_up_job(release, kind, id, origin, settings) {
            platform.job_queue().send(Job::V1(job)).await?;
        }
    }
    gone.map_or(Ok(ids), |key| {
        Err(ApiError::not_found(format!("`{key}` or the release was removed in the meantime; look at the release's destinations and distribute it again")))
    })
}

/// The job that follows once a destination has the release.
fn follow_up_job(
    release: &ReleaseRow,
    kind: DestinationKind,
    id: &str,
    origin: &str,
    settings: DistributionSettings,
) -> Option<JobV1> {
    let (app_id, release_id, id) = (release.app_id.clone(), release.id, id.to_owned());
    match kind {
        DestinationKind::Store => Some(JobV1::Publish { app_id, release_id, store_id: id }),
        DestinationKind::Group | DestinationKind::Tester => settings.notify_testers.then(|| {
            let origin = origin.to_owned();
            JobV1::Notify { app_id, release_id, kind, destination_id: id, origin, after: None }
        }),
    }
}

//! Lists of releases.

use axum::Json;
use axum::extract::State;
use protocol::BasicRelease;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::db::{self, AppRow, DestinationRow, ReleaseSummaryRow};
use crate::error::ApiError;
use crate::http::access::{AppFor, Read};
use crate::http::extract::Query;
use crate::platform::Platform;
use crate::releases::view::basic_release;

/// The query of [`list`].
#[derive(Deserialize)]
pub(crate) struct ListQuery {
    #[serde(default, deserialize_with = "deserialize_flag")]
    published_only: bool,
    /// At most so many, the newest.
    top: Option<u32>,
    /// Only the one of that number.
    release_id: Option<i64>,
}

/// A boolean as clients write it: Python writes `True`, others `1`.
fn deserialize_flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match String::deserialize(deserializer)?.to_ascii_lowercase().as_str() {
        "true" | "1" => Ok(true),
        "false" | "0" | "" => Ok(false),
        other => Err(D::Error::custom(format!("expected true or false, got `{other}`"))),
    }
}

/// `GET …/releases`: newest first; with `published_only=true` only what was distributed.
pub(crate) async fn list<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Read>,
    Query(ListQuery { published_only, top, release_id }): Query<ListQuery>,
) -> Result<Json<Vec<BasicRelease>>, ApiError> {
    let at_most = top.map_or(-1, i64::from);
    let releases = db::releases_of(platform.database(), &app.id, release_id, published_only, at_most).await?;
    let destinations = destinations_of(&platform, &app, &releases).await?;
    let listed = listed_releases(&releases, &destinations);
    Ok(Json(listed.filter(|release| !published_only || !release.destinations.is_empty()).collect()))
}

/// The destinations of these releases, which come newest first.
async fn destinations_of<P: Platform>(
    platform: &P,
    app: &AppRow,
    releases: &[ReleaseSummaryRow],
) -> Result<Vec<DestinationRow>, ApiError> {
    let (Some(newest), Some(oldest)) = (releases.first(), releases.last()) else { return Ok(Vec::new()) };
    Ok(db::destinations_among(platform.database(), &app.id, oldest.id..=newest.id).await?)
}

/// Both lists come newest release first: each release finds its destinations in one run of them.
fn listed_releases<'a>(
    releases: &'a [ReleaseSummaryRow],
    destinations: &'a [DestinationRow],
) -> impl Iterator<Item = BasicRelease> + 'a {
    let mut rest = destinations;
    releases.iter().map(move |release| {
        let before = rest.iter().take_while(|row| row.release_id > release.id).count();
        rest = &rest[before..];
        let mine = rest.iter().take_while(|row| row.release_id == release.id).count();
        let (mine, after) = rest.split_at(mine);
        rest = after;
        basic_release(release, mine)
    })
}

/// `GET …/recent_releases`: the newest release of each group, newest first.
pub(crate) async fn recent<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Read>,
) -> Result<Json<Vec<BasicRelease>>, ApiError> {
    let releases = db::releases_of(platform.database(), &app.id, None, true, -1).await?;
    let destinations = destinations_of(&platform, &app, &releases).await?;
    let is_newest = |release: &BasicRelease| release.distribution_groups.iter().any(|group| group.is_latest);
    Ok(Json(listed_releases(&releases, &destinations).filter(is_newest).collect()))
}

/// `GET …/releases/filter_by_tester`: the releases that the caller gets as a tester.
pub(crate) async fn of_tester<P: Platform>(
    State(platform): State<P>,
    AppFor { user, app, .. }: AppFor<Read>,
) -> Result<Json<Vec<BasicRelease>>, ApiError> {
    let releases = db::releases_of(platform.database(), &app.id, None, true, -1).await?;
    let destinations = destinations_of(&platform, &app, &releases).await?;
    let mine = db::destinations_of_person(platform.database(), &app.id, &user.email).await?;
    let is_mine = |release: &BasicRelease| {
        release.destinations.iter().any(|destination| mine.contains(&destination.id))
    };
    Ok(Json(listed_releases(&releases, &destinations).filter(is_mine).collect()))
}

//! What a release is given to: groups, testers and stores.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use protocol::{
    AddGroupRequest, AddGroupResponse, AddStoreRequest, AddTesterRequest, COLLABORATORS, DestinationKind,
    DestinationName, DistributeRequest, ErrorCode, NIL_GROUP_ID, UpdateDestinationRequest,
    UpdateReleaseResponse, limit,
};

use super::{change, release_of, updated};
use crate::db::{self, AppRow, GroupRow, NewDestination, ReleaseChange, ReleaseRow, StoreRow};
use crate::error::ApiError;
use crate::http::access::{AppFor, Develop};
use crate::http::extract::{Body, Origin};
use crate::platform::{Database, JobQueue, Platform, Statement};
use crate::platform::{Job, JobV1};
use crate::secret;
use crate::validation::checked_email;

/// `POST …/releases/{id}/groups`: gives the release to a group; 201, also when it comes twice.
pub(crate) async fn add_group<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { app, .. }: AppFor<Develop>,
    Path((_, _, id)): Path<(String, String, String)>,
    Body(request): Body<AddGroupRequest>,
) -> Result<(StatusCode, Json<AddGroupResponse>), ApiError> {
    let release = release_of(&platform, &app, &id).await?;
    let group = if request.id == NIL_GROUP_ID {
        db::group_by_name(platform.database(), &app.id, COLLABORATORS).await?
    } else {
        db::group_by_id(platform.database(), &app.id, &request.id).await?
    };
    let group = group.ok_or_else(|| no_group(&request.id))?;
    let terms = Terms { mandatory_update: request.mandatory_update, notify_testers: request.notify_testers };
    give(&platform, &origin, &release, &[To::Group(group.id)], terms, Vec::new())
        .await
        .map(|ids| given(ids, terms))
}

/// `POST …/releases/{id}/testers`: gives the release to one address; 201.
pub(crate) async fn add_tester<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { app, .. }: AppFor<Develop>,
    Path((_, _, id)): Path<(String, String, String)>,
    Body(request): Body<AddTesterRequest>,
) -> Result<(StatusCode, Json<AddGroupResponse>), ApiError> {
    let release = release_of(&platform, &app, &id).await?;
    let email = checked_email(&request.email)?;
    let terms = Terms { mandatory_update: request.mandatory_update, notify_testers: request.notify_testers };
    let to = [To::Tester(email.clone())];
    let made = db::insert_tester(&app.id, &email, &secret::uuid(&platform), platform.now());
    give(&platform, &origin, &release, &to, terms, vec![made]).await.map(|ids| given(ids, terms))
}

/// The answer about one destination.
fn given(ids: Vec<String>, terms: Terms) -> (StatusCode, Json<AddGroupResponse>) {
    let id = ids.into_iter().next().unwrap_or_default();
    let response =
        AddGroupResponse { id, mandatory_update: terms.mandatory_update, provisioning_status_url: None };
    (StatusCode::CREATED, Json(response))
}

/// `POST …/releases/{id}/stores`: has the release published to a store; 201. How far that is, the store's
/// `realtimestatus` says.
pub(crate) async fn add_store<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { app, .. }: AppFor<Develop>,
    Path((_, _, id)): Path<(String, String, String)>,
    Body(request): Body<AddStoreRequest>,
) -> Result<(StatusCode, Json<AddStoreRequest>), ApiError> {
    let release = release_of(&platform, &app, &id).await?;
    let store = db::store_by_id(platform.database(), &app.id, &request.id).await?;
    let store =
        store.ok_or_else(|| ApiError::not_found(format!("the app has no store of id `{}`", request.id)))?;
    let to = [store_for(&release, store)?];
    give(&platform, &origin, &release, &to, Terms::default(), Vec::new()).await?;
    Ok((StatusCode::CREATED, Json(request)))
}

/// A store takes what stores take: an apk, an aab or an ipa that is stored here.
fn store_for(release: &ReleaseRow, store: StoreRow) -> Result<To, ApiError> {
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
    Ok(To::Store(store.id))
}

/// `PATCH …/releases/{id}`: changes a release and gives it to several groups or stores at once, in one transaction.
pub(crate) async fn distribute<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { app, .. }: AppFor<Develop>,
    Path((_, _, id)): Path<(String, String, String)>,
    Body(request): Body<DistributeRequest>,
) -> Result<Json<UpdateReleaseResponse>, ApiError> {
    let release = release_of(&platform, &app, &id).await?;
    let named = named(&request);
    if named.len() > limit::DESTINATIONS_PER_CALL {
        let most = limit::DESTINATIONS_PER_CALL;
        let message =
            format!("expected at most {most} destinations, got {}; make several calls", named.len());
        return Err(ApiError::bad_request(message));
    }
    let mut to = Vec::new();
    for name in named {
        // Clients name the same group in the new way and in the old one.
        let destination = resolve(&platform, &app, &release, &name).await?;
        if !to.contains(&destination) {
            to.push(destination);
        }
    }
    let change = ReleaseChange {
        enabled: request.enabled,
        mandatory_update: request.mandatory_update,
        ..change(request.release_notes.as_deref(), request.build.as_ref(), request.metadata.as_ref())?
    };
    let terms = Terms {
        mandatory_update: request.mandatory_update.unwrap_or_default(),
        notify_testers: request.notify_testers,
    };
    let changes = vec![db::update_release(&release, &change)];
    give(&platform, &origin, &release, &to, terms, changes).await?;
    updated(&platform, &app, &release).await
}

/// All destinations that a request names, in the new way and in the old ones.
fn named(request: &DistributeRequest) -> Vec<DestinationName> {
    let old = |id: &Option<String>, name: &Option<String>| {
        (id.is_some() || name.is_some()).then(|| DestinationName { id: id.clone(), name: name.clone() })
    };
    let group = old(&request.distribution_group_id, &request.distribution_group_name);
    let other = old(&request.destination_id, &request.destination_name);
    request.destinations.iter().cloned().chain(group).chain(other).collect()
}

/// What a name stands for: a group before a store.
async fn resolve<P: Platform>(
    platform: &P,
    app: &AppRow,
    release: &ReleaseRow,
    DestinationName { id, name }: &DestinationName,
) -> Result<To, ApiError> {
    let database = platform.database();
    let (group, store): (Option<GroupRow>, Option<StoreRow>) = match (id, name) {
        (Some(id), _) if id == NIL_GROUP_ID => {
            (db::group_by_name(database, &app.id, COLLABORATORS).await?, None)
        }
        (Some(id), _) => {
            (db::group_by_id(database, &app.id, id).await?, db::store_by_id(database, &app.id, id).await?)
        }
        (None, Some(name)) => (
            db::group_by_name(database, &app.id, name).await?,
            db::store_by_name(database, &app.id, name).await?,
        ),
        (None, None) => {
            return Err(ApiError::bad_request("expected a destination's `id` or `name`, got neither"));
        }
    };
    match (group, store) {
        (Some(group), _) => Ok(To::Group(group.id)),
        (None, Some(store)) => store_for(release, store),
        (None, None) => {
            let word = id.as_ref().or(name.as_ref()).map_or("", String::as_str);
            // 400, unlike everywhere else: Jenkins and old scripts distribute by this call.
            Err(ApiError::bad_request(format!("the app has no group or store `{word}`")))
        }
    }
}

/// One destination.
#[derive(PartialEq, Eq)]
enum To {
    Group(String),
    /// By address.
    Tester(String),
    Store(String),
}

impl To {
    fn kind_and_key(&self) -> (DestinationKind, &str) {
        match self {
            To::Group(id) => (DestinationKind::Group, id),
            To::Tester(id) => (DestinationKind::Tester, id),
            To::Store(id) => (DestinationKind::Store, id),
        }
    }
}

/// On what terms a release is given.
#[derive(Clone, Copy, Default)]
struct Terms {
    mandatory_update: bool,
    notify_testers: bool,
}

/// Gives a release to destinations together with other changes, in one transaction; then has testers told and stores
/// filled.
///
/// Returns their ids. If one was removed meanwhile the call fails, and the others have the release. If a job cannot be
/// queued the call fails as well, and made again it queues what is missing: nobody is told twice, for the job looks
/// whether they were.
async fn give<P: Platform>(
    platform: &P,
    origin: &str,
    release: &ReleaseRow,
    to: &[To],
    terms: Terms,
    mut changes: Vec<Statement>,
) -> Result<Vec<String>, ApiError> {
    let n_changes = changes.len();
    for destination in to {
        let (kind, key) = destination.kind_and_key();
        let new = NewDestination {
            kind,
            key,
            mandatory_update: terms.mandatory_update,
            notify_testers: terms.notify_testers,
            publishing_status: (kind == DestinationKind::Store).then_some("processing"),
            publishing_error: None,
        };
        changes.push(db::add_destination(release, &new, platform.now()));
    }
    let rows = platform.database().batch(changes).await?.split_off(n_changes);
    let mut ids = Vec::new();
    let mut gone = None;
    for (destination, rows) in to.iter().zip(rows) {
        let (kind, key) = destination.kind_and_key();
        let Some(id) = rows.first().and_then(|row| row["destination_id"].as_str()) else {
            gone = Some(key);
            continue;
        };
        ids.push(id.to_owned());
        if let Some(job) = job(release, kind, id, origin, terms) {
            platform.job_queue().send(Job::V1(job)).await?;
        }
    }
    gone.map_or(Ok(ids), |key| {
        Err(ApiError::not_found(format!("`{key}` or the release was removed meanwhile; look what is left")))
    })
}

/// What is to be done when a destination has the release.
fn job(release: &ReleaseRow, kind: DestinationKind, id: &str, origin: &str, terms: Terms) -> Option<JobV1> {
    let (app_id, release_id, id) = (release.app_id.clone(), release.id, id.to_owned());
    match kind {
        DestinationKind::Store => Some(JobV1::Publish { app_id, release_id, store_id: id }),
        _ => terms.notify_testers.then(|| {
            let origin = origin.to_owned();
            JobV1::Notify { app_id, release_id, kind, destination_id: id, origin, after: None }
        }),
    }
}

/// `PUT …/releases/{id}/groups/{group}`: 200.
pub(crate) async fn update_group<P: Platform>(
    platform: State<P>,
    app: AppFor<Develop>,
    path: Path<(String, String, String, String)>,
    body: Body<UpdateDestinationRequest>,
) -> Result<StatusCode, ApiError> {
    update(platform, app, path, body, DestinationKind::Group).await
}

/// `PUT …/releases/{id}/testers/{tester}`: 200.
pub(crate) async fn update_tester<P: Platform>(
    platform: State<P>,
    app: AppFor<Develop>,
    path: Path<(String, String, String, String)>,
    body: Body<UpdateDestinationRequest>,
) -> Result<StatusCode, ApiError> {
    update(platform, app, path, body, DestinationKind::Tester).await
}

async fn update<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Develop>,
    Path((_, _, id, destination)): Path<(String, String, String, String)>,
    Body(request): Body<UpdateDestinationRequest>,
    kind: DestinationKind,
) -> Result<StatusCode, ApiError> {
    let release = release_of(&platform, &app, &id).await?;
    let is_mandatory = request.mandatory_update;
    let was_there =
        db::update_destination(platform.database(), &release, kind, &destination, is_mandatory).await?;
    was_there.then_some(StatusCode::OK).ok_or_else(|| not_there(&destination))
}

/// `DELETE …/releases/{id}/groups/{group}`: 200.
pub(crate) async fn remove_group<P: Platform>(
    platform: State<P>,
    app: AppFor<Develop>,
    path: Path<(String, String, String, String)>,
) -> Result<StatusCode, ApiError> {
    remove(platform, app, path, DestinationKind::Group).await
}

/// `DELETE …/releases/{id}/testers/{tester}`: 200.
pub(crate) async fn remove_tester<P: Platform>(
    platform: State<P>,
    app: AppFor<Develop>,
    path: Path<(String, String, String, String)>,
) -> Result<StatusCode, ApiError> {
    remove(platform, app, path, DestinationKind::Tester).await
}

/// `DELETE …/releases/{id}/stores/{store}`: 200. What the store has stays there.
pub(crate) async fn remove_store<P: Platform>(
    platform: State<P>,
    app: AppFor<Develop>,
    path: Path<(String, String, String, String)>,
) -> Result<StatusCode, ApiError> {
    remove(platform, app, path, DestinationKind::Store).await
}

async fn remove<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Develop>,
    Path((_, _, id, destination)): Path<(String, String, String, String)>,
    kind: DestinationKind,
) -> Result<StatusCode, ApiError> {
    let release = release_of(&platform, &app, &id).await?;
    let was_there = db::remove_destination(platform.database(), &release, kind, &destination).await?;
    was_there.then_some(StatusCode::OK).ok_or_else(|| not_there(&destination))
}

fn not_there(destination: &str) -> ApiError {
    ApiError::not_found(format!("the release is not at `{destination}`"))
}

fn no_group(id: &str) -> ApiError {
    ApiError::Refused(ErrorCode::GroupNotFound, format!("the app has no group of id `{id}`"))
}

//! Distributing a release, by destination or to several at once.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use protocol::{
    AddGroupRequest, AddGroupResponse, AddStoreRequest, AddTesterRequest, COLLABORATORS, DestinationKind,
    DestinationName, DistributeRequest, ErrorCode, NIL_GROUP_ID, UpdateDestinationRequest,
    UpdateReleaseResponse, limit,
};

use super::update::{release_change, updated_release};
use crate::db::{self, AppRow, GroupRow, ReleaseChange, ReleaseRow, StoreRow};
use crate::error::ApiError;
use crate::http::access::{AppFor, Develop};
use crate::http::extract::{Body, Origin};
use crate::platform::Platform;
use crate::releases::distribute::{Destination, DistributionSettings, distribute_release};
use crate::releases::find;
use crate::secret;
use crate::validation::checked_email;

/// `POST …/releases/{id}/groups`: distributes the release to a group; 201, also when the call comes twice.
pub(crate) async fn add_group<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { app, .. }: AppFor<Develop>,
    Path((_, _, id)): Path<(String, String, String)>,
    Body(request): Body<AddGroupRequest>,
) -> Result<(StatusCode, Json<AddGroupResponse>), ApiError> {
    let release = find::release(&platform, &app, &id).await?;
    let group = if request.id == NIL_GROUP_ID {
        db::group_by_name(platform.database(), &app.id, COLLABORATORS).await?
    } else {
        db::group_by_id(platform.database(), &app.id, &request.id).await?
    };
    let group = group.ok_or_else(|| no_group(&request.id))?;
    let settings = DistributionSettings {
        mandatory_update: request.mandatory_update,
        notify_testers: request.notify_testers,
    };
    distribute_release(&platform, &origin, &release, &[Destination::Group(group.id)], settings, Vec::new())
        .await
        .map(|ids| destination_response(ids, settings))
}

/// `POST …/releases/{id}/testers`: distributes the release to one address; 201.
pub(crate) async fn add_tester<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { app, .. }: AppFor<Develop>,
    Path((_, _, id)): Path<(String, String, String)>,
    Body(request): Body<AddTesterRequest>,
) -> Result<(StatusCode, Json<AddGroupResponse>), ApiError> {
    let release = find::release(&platform, &app, &id).await?;
    let email = checked_email(&request.email)?;
    let settings = DistributionSettings {
        mandatory_update: request.mandatory_update,
        notify_testers: request.notify_testers,
    };
    let destinations = [Destination::Tester(email.clone())];
    let new_tester = db::insert_tester(&app.id, &email, &secret::uuid(&platform), platform.now());
    distribute_release(&platform, &origin, &release, &destinations, settings, vec![new_tester])
        .await
        .map(|ids| destination_response(ids, settings))
}

/// The response about one destination.
fn destination_response(
    ids: Vec<String>,
    settings: DistributionSettings,
) -> (StatusCode, Json<AddGroupResponse>) {
    let id = ids.into_iter().next().unwrap_or_default();
    let response =
        AddGroupResponse { id, mandatory_update: settings.mandatory_update, provisioning_status_url: None };
    (StatusCode::CREATED, Json(response))
}

/// `POST …/releases/{id}/stores`: publishes the release to a store, by a job; 201. The store's `realtimestatus` says how
/// far that is.
pub(crate) async fn add_store<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { app, .. }: AppFor<Develop>,
    Path((_, _, id)): Path<(String, String, String)>,
    Body(request): Body<AddStoreRequest>,
) -> Result<(StatusCode, Json<AddStoreRequest>), ApiError> {
    let release = find::release(&platform, &app, &id).await?;
    let store = db::store_by_id(platform.database(), &app.id, &request.id).await?;
    let store =
        store.ok_or_else(|| ApiError::not_found(format!("the app has no store of id `{}`", request.id)))?;
    let destinations = [Destination::store(&release, store)?];
    distribute_release(
        &platform,
        &origin,
        &release,
        &destinations,
        DistributionSettings::default(),
        Vec::new(),
    )
    .await?;
    Ok((StatusCode::CREATED, Json(request)))
}

/// `PATCH …/releases/{id}`: changes a release and distributes it to several groups or stores, in one transaction.
pub(crate) async fn distribute<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { app, .. }: AppFor<Develop>,
    Path((_, _, id)): Path<(String, String, String)>,
    Body(request): Body<DistributeRequest>,
) -> Result<Json<UpdateReleaseResponse>, ApiError> {
    let release = find::release(&platform, &app, &id).await?;
    let names = destination_names(&request);
    if names.len() > limit::DESTINATIONS_PER_CALL {
        let most = limit::DESTINATIONS_PER_CALL;
        let message =
            format!("expected at most {most} destinations, got {}; make several calls", names.len());
        return Err(ApiError::bad_request(message));
    }
    let mut destinations = Vec::new();
    for name in names {
        // Clients name the same group in the new way and in the old one.
        let destination = resolve(&platform, &app, &release, &name).await?;
        if !destinations.contains(&destination) {
            destinations.push(destination);
        }
    }
    let change = ReleaseChange {
        enabled: request.enabled,
        mandatory_update: request.mandatory_update,
        ..release_change(request.release_notes.as_deref(), request.build.as_ref(), request.metadata.as_ref())?
    };
    let settings = DistributionSettings {
        mandatory_update: request.mandatory_update.unwrap_or_default(),
        notify_testers: request.notify_testers,
    };
    let changes = vec![db::update_release(&release, &change)];
    distribute_release(&platform, &origin, &release, &destinations, settings, changes).await?;
    updated_release(&platform, &app, &release).await
}

/// All destinations that a request names, in the new way and in the old ones.
fn destination_names(request: &DistributeRequest) -> Vec<DestinationName> {
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
) -> Result<Destination, ApiError> {
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
        (Some(group), _) => Ok(Destination::Group(group.id)),
        (None, Some(store)) => Destination::store(release, store),
        (None, None) => {
            let word = id.as_ref().or(name.as_ref()).map_or("", String::as_str);
            // 400, unlike everywhere else: Jenkins and old scripts distribute by this call.
            Err(ApiError::bad_request(format!("the app has no group or store `{word}`")))
        }
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
    let release = find::release(&platform, &app, &id).await?;
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
    let release = find::release(&platform, &app, &id).await?;
    let was_there = db::remove_destination(platform.database(), &release, kind, &destination).await?;
    was_there.then_some(StatusCode::OK).ok_or_else(|| not_there(&destination))
}

fn not_there(destination: &str) -> ApiError {
    ApiError::not_found(format!("the release is not distributed to `{destination}`"))
}

fn no_group(id: &str) -> ApiError {
    ApiError::Refused(ErrorCode::GroupNotFound, format!("the app has no group of id `{id}`"))
}

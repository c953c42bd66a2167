//! The app stores to which an app's releases can be published. Publishing itself is a job, by the port `Publisher`.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use protocol::{
    CreateStoreRequest, DestinationKind, GroupRelease, PublishErrorDetails, PublishingStatus, Store,
    StoreKind, StorePublishing, StoreReleaseStatus, StoreServiceStatus, UpdateStoreRequest, limit,
};

use crate::db::{self, AppRow, DistributionRow, ReleaseRow, ReleaseSummaryRow, StoreRow};
use crate::error::ApiError;
use crate::http::access::{AppFor, Develop, Manage, Read};
use crate::http::extract::Body;
use crate::platform::Platform;
use crate::releases::find;
use crate::secret;
use crate::time::iso;
use crate::validation::{checked_segment, checked_text};

/// App Center's tracks.
const TRACKS: [&str; 5] = ["production", "alpha", "beta", "testflight-internal", "testflight-external"];

/// Longest id of a connection, and longest details of Intune as JSON, in characters.
const CONNECTION_CHARS: usize = 200;
const DETAILS_CHARS: usize = 10_000;

/// `GET …/distribution_stores`.
pub(crate) async fn list<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Read>,
) -> Result<Json<Vec<Store>>, ApiError> {
    let stores = db::stores_of(platform.database(), &app.id).await?;
    Ok(Json(stores.into_iter().map(store_view).collect()))
}

/// `POST …/distribution_stores`: 201, or 409 if the name is taken.
pub(crate) async fn create<P: Platform>(
    State(platform): State<P>,
    AppFor { user, app, .. }: AppFor<Manage>,
    Body(request): Body<CreateStoreRequest>,
) -> Result<(StatusCode, Json<Store>), ApiError> {
    let track = request.track.unwrap_or_else(|| "production".to_owned());
    checked_segment("track", &track)?;
    if request.kind != StoreKind::Intune && !TRACKS.contains(&track.as_str()) {
        let message = format!("expected a track of {}, got `{track}`", TRACKS.join(", "));
        return Err(ApiError::bad_request(message));
    }
    let details = request.intune_details.as_ref().map(ToString::to_string);
    let connection = request.service_connection_id.as_deref();
    let store = StoreRow {
        id: secret::uuid(&platform),
        app_id: app.id,
        kind: request.kind,
        name: match &request.name {
            Some(name) => checked_segment("store name", name)?.to_owned(),
            None => capitalize(&track),
        },
        track: Some(track),
        intune_details: details
            .map(|details| checked_text("intune_details", &details, DETAILS_CHARS))
            .transpose()?,
        service_connection_id: connection
            .map(|id| checked_text("service_connection_id", id, CONNECTION_CHARS))
            .transpose()?,
        created_by: user.id,
        created_at: platform.now(),
    };
    let taken = || format!("there is a store named `{}` already; choose another name", store.name);
    let had_room = db::insert_store(platform.database(), &store).await;
    if !had_room.map_err(|error| error.or_conflict(taken))? {
        return Err(ApiError::limit_reached(limit::STORES_PER_APP, "stores"));
    }
    Ok((StatusCode::CREATED, Json(store_view(store))))
}

fn capitalize(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// `GET …/distribution_stores/{name}`: by name, whatever the case.
pub(crate) async fn show<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Read>,
    Path((_, _, name)): Path<(String, String, String)>,
) -> Result<Json<Store>, ApiError> {
    Ok(Json(store_view(find_store(&platform, &app, &name).await?)))
}

/// `PATCH …/distribution_stores/{name}`: its connection.
pub(crate) async fn update<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Manage>,
    Path((_, _, name)): Path<(String, String, String)>,
    Body(request): Body<UpdateStoreRequest>,
) -> Result<Json<Store>, ApiError> {
    let store = find_store(&platform, &app, &name).await?;
    let connection = checked_text("service_connection_id", &request.service_connection_id, CONNECTION_CHARS)?;
    db::update_store(platform.database(), &store.id, &connection).await?;
    Ok(Json(store_view(StoreRow { service_connection_id: Some(connection), ..store })))
}

/// `DELETE …/distribution_stores/{name}`: 204.
pub(crate) async fn delete<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Manage>,
    Path((_, _, name)): Path<(String, String, String)>,
) -> Result<StatusCode, ApiError> {
    let store = find_store(&platform, &app, &name).await?;
    db::delete_store(platform.database(), &store.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET …/distribution_stores/{name}/releases`: newest first.
pub(crate) async fn releases<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Read>,
    Path((_, _, name)): Path<(String, String, String)>,
) -> Result<Json<Vec<GroupRelease>>, ApiError> {
    let store = find_store(&platform, &app, &name).await?;
    let releases = db::releases_at(platform.database(), &app.id, &store.id, -1).await?;
    Ok(Json(releases.into_iter().map(|(release, _)| release_view(release)).collect()))
}

/// `GET …/distribution_stores/{name}/latest_release`: in a list, as App Center had it.
pub(crate) async fn latest_release<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Read>,
    Path((_, _, name)): Path<(String, String, String)>,
) -> Result<Json<Vec<GroupRelease>>, ApiError> {
    let store = find_store(&platform, &app, &name).await?;
    let releases = db::releases_at(platform.database(), &app.id, &store.id, 1).await?;
    Ok(Json(releases.into_iter().map(|(release, _)| release_view(release)).collect()))
}

/// `GET …/distribution_stores/{name}/releases/{id}`.
pub(crate) async fn show_release<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Read>,
    Path((_, _, name, id)): Path<(String, String, String, String)>,
) -> Result<Json<GroupRelease>, ApiError> {
    let (_, release, _) = find_published(&platform, &app, &name, &id).await?;
    Ok(Json(release_view((&release).into())))
}

/// `DELETE …/distribution_stores/{name}/releases/{id}`: 204. What the store has stays there.
pub(crate) async fn remove_release<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Develop>,
    Path((_, _, name, id)): Path<(String, String, String, String)>,
) -> Result<StatusCode, ApiError> {
    let (store, release, _) = find_published(&platform, &app, &name, &id).await?;
    let kind = DestinationKind::Store;
    db::remove_destination(platform.database(), &release, kind, &store.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET …/releases/{id}/realtimestatus`: how far the store is with a release.
pub(crate) async fn status<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Read>,
    Path((_, _, name, id)): Path<(String, String, String, String)>,
) -> Result<Json<StoreReleaseStatus>, ApiError> {
    let (store, release, distribution) = find_published(&platform, &app, &name, &id).await?;
    Ok(Json(StoreReleaseStatus {
        release_id: release.id,
        app_id: app.id,
        status: StorePublishing {
            status: distribution.publishing_status.unwrap_or(PublishingStatus::Processing),
            storetype: store.kind,
            track: store.track,
            version: release.short_version,
        },
    }))
}

/// `GET …/releases/{id}/publish_error_details`: why the store does not have a release; 404 while there is no error.
pub(crate) async fn error_details<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Read>,
    Path((_, _, name, id)): Path<(String, String, String, String)>,
) -> Result<Json<PublishErrorDetails>, ApiError> {
    let (_, _, distribution) = find_published(&platform, &app, &name, &id).await?;
    let message =
        distribution.publishing_error.ok_or_else(|| ApiError::not_found("publishing did not fail"))?;
    Ok(Json(PublishErrorDetails { message, is_log_available: false }))
}

/// `GET …/store_service_status`: disabled until there is a connector.
pub(crate) async fn service_status<P: Platform>(
    State(platform): State<P>,
    _: AppFor<Read>,
) -> Json<StoreServiceStatus> {
    Json(StoreServiceStatus {
        service: "publish".to_owned(),
        status: "disabled".to_owned(),
        valid_until: iso(platform.now()),
    })
}

async fn find_store<P: Platform>(platform: &P, app: &AppRow, name: &str) -> Result<StoreRow, ApiError> {
    db::store_by_name(platform.database(), &app.id, name)
        .await?
        .ok_or_else(|| ApiError::not_found(format!("the app has no store `{name}`")))
}

async fn find_published<P: Platform>(
    platform: &P,
    app: &AppRow,
    name: &str,
    id: &str,
) -> Result<(StoreRow, ReleaseRow, DistributionRow), ApiError> {
    let store = find_store(platform, app, name).await?;
    let release = find::release(platform, app, id).await?;
    let kind = DestinationKind::Store;
    let found = db::distribution(platform.database(), &release, kind, &store.id).await?;
    let distribution =
        found.ok_or_else(|| ApiError::not_found(format!("the store has no release `{id}`")))?;
    Ok((store, release, distribution))
}

fn release_view(release: ReleaseSummaryRow) -> GroupRelease {
    GroupRelease {
        id: release.id,
        version: release.version,
        short_version: release.short_version,
        origin: "appcenter".to_owned(),
        mandatory_update: false,
        uploaded_at: iso(release.uploaded_at),
        enabled: release.enabled != 0,
        is_external_build: release.external_url.is_some(),
    }
}

fn store_view(store: StoreRow) -> Store {
    Store {
        id: store.id,
        name: store.name,
        kind: store.kind,
        track: store.track,
        intune_details: store.intune_details.and_then(|details| serde_json::from_str(&details).ok()),
        service_connection_id: store.service_connection_id,
        created_by: store.created_by,
        created_by_principal_type: "user".to_owned(),
    }
}

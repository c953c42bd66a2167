//! Everybody who gets releases of an app.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use protocol::Tester;

use crate::db;
use crate::error::ApiError;
use crate::http::access::{AppFor, Develop, Read};
use crate::platform::Platform;

/// `GET …/testers`: in groups or by themselves. Who is no tester by themselves is known by the account, or else by
/// the address.
pub(crate) async fn list<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Read>,
) -> Result<Json<Vec<Tester>>, ApiError> {
    let people = db::testers_of_app(platform.database(), &app.id).await?;
    let tester = |person: db::PersonRow| Tester {
        id: person.tester_id.or(person.id).unwrap_or_else(|| person.email.clone()),
        display_name: person.display_name.unwrap_or_else(|| person.email.clone()),
        name: person.name.unwrap_or_else(|| person.email.clone()),
        email: person.email,
        origin: "appcenter".to_owned(),
    };
    Ok(Json(people.into_iter().map(tester).collect()))
}

/// `DELETE …/testers/{id}`: takes every release from somebody who got them outside the groups; 200.
pub(crate) async fn delete<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Develop>,
    Path((_, _, id)): Path<(String, String, String)>,
) -> Result<StatusCode, ApiError> {
    let was_there = db::delete_tester(platform.database(), &app.id, &id).await?;
    was_there
        .then_some(StatusCode::OK)
        .ok_or_else(|| ApiError::not_found(format!("the app has no tester of id `{id}`")))
}

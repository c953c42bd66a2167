//! The testers of an app: all who get its releases.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use protocol::Tester;

use crate::db::{self, PersonRow};
use crate::error::ApiError;
use crate::http::access::{AppFor, Develop, Read};
use crate::platform::Platform;

/// `GET …/testers`: members of its groups, and testers outside of groups. A member's id is that of the account, or else the
/// address.
pub(crate) async fn list<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Read>,
) -> Result<Json<Vec<Tester>>, ApiError> {
    let people = db::testers_of_app(platform.database(), &app.id).await?;
    let tester = |person: PersonRow| Tester {
        id: person.tester_id.or(person.id).unwrap_or_else(|| person.email.clone()),
        display_name: person.display_name.unwrap_or_else(|| person.email.clone()),
        name: person.name.unwrap_or_else(|| person.email.clone()),
        email: person.email,
        origin: "appcenter".to_owned(),
    };
    Ok(Json(people.into_iter().map(tester).collect()))
}

/// `DELETE …/testers/{id}`: removes a tester, who then gets releases only by groups; 200.
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

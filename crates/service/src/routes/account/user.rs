use axum::Json;
use axum::extract::State;
use protocol::{Right, UpdateUserRequest, User};

use crate::db::{self, AccountRow};
use crate::error::ApiError;
use crate::http::access::Caller;
use crate::http::extract::Body;
use crate::platform::Platform;
use crate::validation::checked_name;

/// `GET /user`: the person to whom the token belongs.
pub(crate) async fn show(Caller { user, .. }: Caller) -> Json<User> {
    Json(user_view(user, None))
}

/// `PATCH /user`: the display name.
pub(crate) async fn update<P: Platform>(
    State(platform): State<P>,
    Caller { mut user, .. }: Caller,
    Body(request): Body<UpdateUserRequest>,
) -> Result<Json<User>, ApiError> {
    if let Some(name) = &request.display_name {
        checked_name("display name", name)?.clone_into(&mut user.display_name);
        let name = Some(user.display_name.as_str());
        db::rename_account(platform.database(), &user.id, None, name, platform.now())
            .await
            .map_err(|error| error.or_conflict(String::new))?;
    }
    Ok(Json(user_view(user, None)))
}

/// A person as the API shows them; among the people of an app with their permission there.
pub(crate) fn user_view(user: AccountRow, permission: Option<Right>) -> User {
    User {
        id: user.id,
        name: user.name,
        display_name: user.display_name,
        email: user.email,
        origin: "appcenter".to_owned(),
        permissions: permission.map(|permission| vec![permission]),
    }
}

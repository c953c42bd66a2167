use axum::Json;
use protocol::User;

use crate::access::Caller;

/// `GET /user`: who the token belongs to.
pub(crate) async fn show(Caller { user, .. }: Caller) -> Json<User> {
    Json(User {
        id: user.id,
        name: user.name,
        display_name: user.display_name,
        email: user.email,
        origin: "appcenter".to_owned(),
    })
}

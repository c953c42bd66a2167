use serde::{Deserialize, Serialize};

/// A person with an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// UUID.
    pub id: String,
    /// The name in URLs.
    pub name: String,
    /// The name for people.
    pub display_name: String,
    /// Where notifications go.
    pub email: String,
    /// Always `appcenter` for accounts made here: clients know no other word.
    pub origin: String,
}

/// Slipway's own: who is signed in to the portal, answered by the edge to `POST /session`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The account's name, as in [`User::name`].
    pub account: String,
    /// When the session ends, in milliseconds since 1970 UTC.
    pub expires_at: i64,
}

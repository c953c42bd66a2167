use serde::{Deserialize, Serialize};

/// A person who gets releases of an app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tester {
    /// UUID: of the account, or of the tester.
    pub id: String,
    /// The e-mail address.
    pub email: String,
    /// The display name; the address if they have no account.
    pub display_name: String,
    /// The name in URLs; the address if they have no account.
    pub name: String,
    /// Always `appcenter`.
    pub origin: String,
}

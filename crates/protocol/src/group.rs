use serde::{Deserialize, Serialize};

/// The group that every app has from the start.
pub const COLLABORATORS: &str = "Collaborators";

/// Clients that know no group id send this one and mean [`COLLABORATORS`].
pub const NIL_GROUP_ID: &str = "00000000-0000-0000-0000-000000000000";

/// A distribution group: the testers who get a release together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// UUID.
    pub id: String,
    /// Unique in its app, whatever the case.
    pub name: String,
    /// The name for people.
    pub display_name: Option<String>,
    /// Always `appcenter` for groups made here.
    pub origin: String,
    /// Whether anyone with its link may install.
    pub is_public: bool,
}

/// `POST …/distribution_groups`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateGroupRequest {
    /// Unique in its app, whatever the case.
    pub name: String,
    /// The name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
}

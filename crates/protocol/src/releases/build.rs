use serde::{Deserialize, Serialize};

/// The source that a release was built from. The Azure task says `branch` where others say `branch_name`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Build {
    /// The branch.
    #[serde(default, alias = "branch", skip_serializing_if = "Option::is_none")]
    pub branch_name: Option<String>,
    /// The commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit_hash: Option<String>,
    /// What the commit says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit_message: Option<String>,
}

use serde::{Deserialize, Serialize};

/// An API token, without the token itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiToken {
    /// UUID.
    pub id: String,
    /// What it is for.
    pub description: Option<String>,
    /// What it may do at the most, as a list of one.
    pub scope: Vec<TokenScope>,
    /// ISO 8601, UTC, with milliseconds.
    pub created_at: String,
}

/// A new API token, with the token itself: it is shown this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewApiToken {
    /// What stays.
    #[serde(flatten)]
    pub token: ApiToken,
    /// 40 hexadecimal digits, as App Center's were.
    pub api_token: String,
}

/// `POST /api_tokens` and `POST …/api_tokens` of an app.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
// A misspelt `scope` must not make a token that may do everything.
#[serde(deny_unknown_fields)]
pub struct CreateApiTokenRequest {
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `["all"]` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Vec<TokenScope>>,
}

/// What a token may do at the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum TokenScope {
    /// Whatever its owner may.
    All,
    /// Read.
    Viewer,
}

impl TokenScope {
    /// As it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            TokenScope::All => "all",
            TokenScope::Viewer => "viewer",
        }
    }
}

//! What the portal reads of the API's responses, and [`AppKey`], which paths are made of.
//!
//! Most of these types are subsets of a type of [`protocol`], with the same names, and leave out the fields that the portal
//! does not show. A derived parser is code for each field, in a module that the browser downloads before the user sees
//! anything; parsers for the whole types would make it larger for nothing. The price is that these field names are
//! written twice. So `tests` serializes the full type with every field set and reads the subset from it: a field that is
//! renamed in one place only fails there, also an optional one, which would otherwise silently read as absent.

use artifact::Artifact;
use engine::structured;
use protocol::Os;
use serde::Deserialize;

/// What is read of [`protocol::App`].
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct App {
    pub(crate) name: String,
    pub(crate) display_name: String,
    pub(crate) os: Os,
    pub(crate) icon_url: Option<String>,
    pub(crate) owner: Owner,
    pub(crate) bundle_identifier: Option<String>,
}

/// What is read of [`protocol::Owner`].
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Owner {
    pub(crate) name: String,
    pub(crate) display_name: String,
}

/// What is read of [`protocol::Group`].
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) display_name: Option<String>,
}

/// What is read of [`protocol::BasicRelease`].
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct BasicRelease {
    pub(crate) id: i64,
    pub(crate) version: String,
    pub(crate) short_version: String,
    pub(crate) uploaded_at: String,
    pub(crate) destinations: Vec<Destination>,
}

/// What is read of [`protocol::Destination`].
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Destination {
    pub(crate) name: String,
    pub(crate) display_name: Option<String>,
}

/// What a release's page shows of [`protocol::ReleaseDetails`].
#[derive(Deserialize)]
pub(crate) struct ReleaseDetails {
    pub(crate) id: i64,
    pub(crate) version: String,
    pub(crate) short_version: String,
    pub(crate) enabled: bool,
    pub(crate) uploaded_at: String,
    pub(crate) destinations: Vec<Destination>,
    pub(crate) app_display_name: String,
    pub(crate) app_icon_url: Option<String>,
    pub(crate) release_notes: Option<String>,
    pub(crate) fingerprint: Option<String>,
    pub(crate) sha256: Option<String>,
    /// Absent if it cannot be read: a newer server may say of a package what this portal does not know.
    #[serde(default, deserialize_with = "structured::readable")]
    pub(crate) artifact: Option<Box<Artifact>>,
}

/// What the portal reads of [`protocol::NewApiToken`].
#[derive(Deserialize)]
pub(crate) struct SignUpToken {
    pub(crate) api_token: String,
}

/// An app, by the two names that paths are made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AppKey {
    /// The owner's name in URLs.
    pub(crate) owner: String,
    /// The app's name in URLs.
    pub(crate) name: String,
}

impl AppKey {
    /// The key of `app`.
    pub(crate) fn of(app: &App) -> AppKey {
        AppKey { owner: app.owner.name.clone(), name: app.name.clone() }
    }
}

#[cfg(test)]
mod tests;

//! An upload in one request, with a form: the three calls that App Center's documentation describes.

use serde::{Deserialize, Serialize};

/// `POST …/release_uploads`, the first of the documented three calls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateReleaseUploadRequest {
    /// The release whose package is replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_id: Option<i64>,
    /// What users see, for packages that do not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build_version: Option<String>,
    /// The build number, for packages that do not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build_number: Option<String>,
}

/// The response to [`CreateReleaseUploadRequest`], with status 201.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateReleaseUploadResponse {
    /// UUID.
    pub upload_id: String,
    /// Where the package goes, as the part `ipa` of a form. It is a permission by itself, for 24 hours.
    pub upload_url: String,
}

/// `PATCH …/release_uploads/{id}`, the last of the three.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReleaseUploadRequest {
    /// What becomes of it.
    pub status: ReleaseUploadStatus,
}

/// What becomes of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum ReleaseUploadStatus {
    /// It becomes a release.
    Committed,
    /// It is cancelled.
    Aborted,
}

/// The response to [`ReleaseUploadRequest`]: both null if it was cancelled. Some clients read the number, some the last
/// part of the path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReleaseUploadResponse {
    /// The release's number.
    pub release_id: Option<i64>,
    /// Its path, without a leading slash.
    pub release_url: Option<String>,
}

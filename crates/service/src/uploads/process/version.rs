use artifact::Artifact;

use super::ProcessError;
use crate::db::UploadRow;
use crate::secret;

/// The version and build number of a release: what the package says comes before what its uploader stated, or the other way
/// round where clients have to state a version, as appcenter-cli does with `-b` and `-n` for .zip, .msi, .pkg and .dmg.
pub(super) struct ReleaseVersion<'a> {
    /// What users see; may be empty where the package has only a build number.
    pub(super) version: &'a str,
    pub(super) build: &'a str,
}

impl<'a> ReleaseVersion<'a> {
    pub(super) fn of(artifact: &'a Artifact, upload: &'a UploadRow) -> Result<Self, ProcessError> {
        let own = (artifact.version.as_deref(), artifact.build.as_deref());
        let stated = (upload.build_version.as_deref(), upload.build_number.as_deref());
        let takes_stated = artifact.format.takes_version() && stated.0.is_some();
        let (first, second) = if takes_stated { (stated, own) } else { (own, stated) };
        let version = first.0.or(second.0).unwrap_or_default();
        let build = first.1.or(second.1).unwrap_or_default();
        let needs_build = artifact.format.takes_build_number() && own == (None, None);
        let missing = match (version.is_empty() && build.is_empty(), needs_build && build.is_empty()) {
            (true, true) => "build_version and build_number",
            (true, false) => "build_version",
            (false, true) => "build_number",
            (false, false) => return Ok(ReleaseVersion { version, build }),
        };
        Err(ProcessError::Package(format!(
            "expected {missing}, got none: the .{} does not say its own version; upload it again with {missing}",
            artifact.format
        )))
    }
}

/// What the Distribute SDKs compare with the installed app, as a JSON array of lower-case hex SHA-256.
///
/// Android: of `package:versionName:versionCode`. Apple: of `LC_UUID:version:build` for each architecture, the UUID in
/// lower case with dashes.
pub(super) fn package_hashes(artifact: &Artifact, version: &ReleaseVersion<'_>) -> String {
    let ReleaseVersion { version, build } = version;
    let identifier = artifact.identifier.as_deref().unwrap_or_default();
    let hashes: Vec<String> = match (&artifact.android, &artifact.apple) {
        (Some(_), _) => vec![secret::hash(&format!("{identifier}:{version}:{build}"))],
        (_, Some(apple)) => {
            let uuids = apple.executable.iter().filter_map(|slice| slice.uuid.as_deref());
            uuids.map(|uuid| secret::hash(&format!("{}:{version}:{build}", uuid_with_dashes(uuid)))).collect()
        }
        _ => Vec::new(),
    };
    serde_json::to_string(&hashes).unwrap_or_default()
}

/// 32 hex digits as UUIDs are written: 8-4-4-4-12.
fn uuid_with_dashes(hex: &str) -> String {
    let group = |range| hex.get(range).unwrap_or_default();
    [group(0..8), group(8..12), group(12..16), group(16..20), group(20..32)].join("-")
}

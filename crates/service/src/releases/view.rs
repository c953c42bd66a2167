//! A release as the API shows it.

use artifact::{Artifact, ProfileKind};
use protocol::{
    BasicRelease, Build, Destination, DestinationKind, Os, ProvisioningProfile, ReleaseDetails, ReleaseGroup,
    ReleaseStore,
};

use crate::db::{AppRow, DestinationRow, ReleaseRow, ReleaseSummaryRow};
use crate::platform::Platform;
use crate::releases::links::{download_url, icon_url};
use crate::time::iso;

/// What lists show of a release. Of `destinations`, which may be those of many releases, it takes the release's own.
pub(crate) fn basic_release(release: &ReleaseSummaryRow, destinations: &[DestinationRow]) -> BasicRelease {
    let own = || destinations.iter().filter(|destination| destination.release_id == release.id);
    let of_kind = |kind| own().filter(move |destination| destination.kind == kind);
    BasicRelease {
        id: release.id,
        version: release.version.clone(),
        short_version: release.short_version.clone(),
        origin: "appcenter".to_owned(),
        enabled: release.enabled != 0,
        uploaded_at: iso(release.uploaded_at),
        destination_type: own().next().map(|destination| destination.kind),
        distribution_groups: of_kind(DestinationKind::Group).map(group).collect(),
        distribution_stores: of_kind(DestinationKind::Store).map(store).collect(),
        destinations: own().map(destination).collect(),
        build: release.build.as_deref().and_then(|json| serde_json::from_str::<Build>(json).ok()),
        is_external_build: release.external_url.is_some(),
        file_extension: release.file_extension.clone(),
    }
}

fn group(row: &DestinationRow) -> ReleaseGroup {
    ReleaseGroup { id: row.destination_id.clone(), name: row.name.clone(), is_latest: row.is_latest != 0 }
}

fn store(row: &DestinationRow) -> ReleaseStore {
    ReleaseStore {
        id: row.destination_id.clone(),
        name: row.name.clone(),
        kind: row.store_type.clone().unwrap_or_default(),
        publishing_status: row.publishing_status,
        is_latest: row.is_latest != 0,
    }
}

fn destination(row: &DestinationRow) -> Destination {
    Destination {
        id: row.destination_id.clone(),
        name: row.name.clone(),
        is_latest: row.is_latest != 0,
        kind: row.store_type.clone(),
        publishing_status: row.publishing_status,
        destination_type: row.kind,
        display_name: row.display_name.clone(),
    }
}

/// Everything but what was read from the package. A release that is hosted elsewhere has its link, and no hash, size or
/// profile.
pub(crate) fn release_details<P: Platform>(
    platform: &P,
    origin: &str,
    app: &AppRow,
    release: &ReleaseRow,
    destinations: &[DestinationRow],
) -> ReleaseDetails {
    let is_android = app.os == Os::Android;
    let package = release.package.as_ref();
    let stored = package.map(|package| download_url(platform, origin, package));
    let url = release.external_url.clone().or(stored);
    ReleaseDetails {
        release: basic_release(&release.into(), destinations),
        app_name: app.name.clone(),
        app_display_name: app.display_name.clone(),
        app_os: app.os.to_string(),
        app_icon_url: release
            .icon_type
            .as_ref()
            .and(package)
            .map(|package| icon_url(platform, origin, &package.asset_id)),
        release_notes: release.release_notes.clone(),
        size: package.map(|package| package.size),
        min_os: release.min_os.clone(),
        android_min_api_level: release.min_os.clone().filter(|_| is_android),
        bundle_identifier: release.bundle_identifier.clone(),
        fingerprint: package.map(|package| package.md5.clone()),
        sha256: package.map(|package| package.sha256.clone()),
        package_hashes: serde_json::from_str(&release.package_hashes).unwrap_or_default(),
        install_url: url.clone(),
        download_url: url,
        mandatory_update: release.mandatory_update != 0,
        distribution_group_id: None,
        status: "available".to_owned(),
        artifact: None,
        android_file_extension: release.file_extension.clone().filter(|_| is_android),
    }
}

/// The provisioning profile in an artifact, which is JSON as the database has it.
pub(crate) fn provisioning_profile(artifact: &str) -> Option<ProvisioningProfile> {
    let artifact: Artifact = serde_json::from_str(artifact).ok()?;
    let profile = artifact.apple?.profile?;
    let kind = match profile.kind {
        ProfileKind::AdHoc => "adhoc",
        ProfileKind::Enterprise => "enterprise",
        ProfileKind::Development | ProfileKind::Store => "other",
    };
    Some(ProvisioningProfile {
        provisioning_profile_type: kind.to_owned(),
        provisioning_profile_name: profile.name,
        team_identifier: profile.team_id,
        provisioning_bundle_id: profile.application_identifier,
        udids: profile.devices,
        appex_profiles: Vec::new(),
        expires_at: profile.expires,
    })
}

/// The version of a release, for people. Windows packages have no build number, and an archive has what its uploader stated.
pub(crate) fn version_text(release: &ReleaseRow) -> String {
    match (release.short_version.as_str(), release.version.as_str()) {
        (short, "") => format!("Version {short}"),
        ("", build) => format!("Build {build}"),
        (short, build) => format!("Version {short} ({build})"),
    }
}

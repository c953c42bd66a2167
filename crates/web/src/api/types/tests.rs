use artifact::Format;
use protocol::{DestinationKind, OwnerKind, Platform, PublishingStatus, TokenScope};
use serde::{Serialize, de::DeserializeOwned};

use super::*;

/// What the portal reads of a response that is made of the full type.
fn read<T: DeserializeOwned>(response: &impl Serialize) -> T {
    serde_json::from_value(serde_json::to_value(response).unwrap()).unwrap()
}

fn artifact() -> Artifact {
    Artifact::new(Format::Apk, artifact::Os::Android, 3)
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn destination() -> protocol::Destination {
    protocol::Destination {
        id: "g".to_owned(),
        name: "beta".to_owned(),
        is_latest: true,
        kind: text("googleplay"),
        publishing_status: Some(PublishingStatus::Submitted),
        destination_type: DestinationKind::Group,
        display_name: text("Beta testers"),
    }
}

fn release() -> protocol::BasicRelease {
    protocol::BasicRelease {
        id: 7,
        version: "34".to_owned(),
        short_version: "1.2".to_owned(),
        origin: "appcenter".to_owned(),
        enabled: true,
        uploaded_at: "2026-01-02T03:04:05.678Z".to_owned(),
        destination_type: Some(DestinationKind::Group),
        distribution_groups: Vec::new(),
        distribution_stores: Vec::new(),
        destinations: vec![destination()],
        build: None,
        is_external_build: false,
        file_extension: text("apk"),
    }
}

fn details() -> protocol::ReleaseDetails {
    protocol::ReleaseDetails {
        release: release(),
        app_name: "demo".to_owned(),
        mandatory_update: false,
        distribution_group_id: text("g"),
        app_display_name: "Demo".to_owned(),
        app_os: "Android".to_owned(),
        app_icon_url: text("https://example.org/icon"),
        release_notes: text("new"),
        size: Some(3),
        min_os: text("8.0"),
        android_min_api_level: text("26"),
        bundle_identifier: text("org.example.demo"),
        fingerprint: text("md5"),
        sha256: text("sha256"),
        package_hashes: Vec::new(),
        download_url: text("https://example.org/download"),
        install_url: text("https://example.org/install"),
        status: "available".to_owned(),
        artifact: Some(serde_json::to_value(artifact()).unwrap()),
        android_file_extension: text("apk"),
    }
}

#[test]
fn an_app_and_its_owner_are_read_from_the_full_type() {
    let owner = protocol::Owner {
        id: "o".to_owned(),
        name: "team".to_owned(),
        display_name: "Team".to_owned(),
        email: text("team@example.org"),
        kind: OwnerKind::User,
    };
    let app = protocol::App {
        id: "a".to_owned(),
        app_secret: "s".to_owned(),
        name: "demo".to_owned(),
        display_name: "Demo".to_owned(),
        description: text("A demo"),
        os: Os::Android,
        platform: Platform::Java,
        release_type: text("Beta"),
        icon_url: text("https://example.org/icon"),
        origin: "appcenter".to_owned(),
        owner,
        created_at: String::new(),
        updated_at: String::new(),
        bundle_identifier: text("org.example.demo"),
        member_permissions: Vec::new(),
    };
    let expected = App {
        name: "demo".to_owned(),
        display_name: "Demo".to_owned(),
        os: Os::Android,
        icon_url: text("https://example.org/icon"),
        owner: Owner { name: "team".to_owned(), display_name: "Team".to_owned() },
        bundle_identifier: text("org.example.demo"),
    };
    assert_eq!(read::<App>(&app), expected);
}

#[test]
fn a_group_is_read_from_the_full_type() {
    let group = protocol::Group {
        id: "g".to_owned(),
        name: "beta".to_owned(),
        display_name: text("Beta testers"),
        origin: "appcenter".to_owned(),
        is_public: false,
    };
    let expected = Group { id: "g".to_owned(), name: "beta".to_owned(), display_name: text("Beta testers") };
    assert_eq!(read::<Group>(&group), expected);
}

#[test]
fn a_release_and_its_destinations_are_read_from_the_full_type() {
    let expected = BasicRelease {
        id: 7,
        version: "34".to_owned(),
        short_version: "1.2".to_owned(),
        uploaded_at: "2026-01-02T03:04:05.678Z".to_owned(),
        destinations: vec![Destination { name: "beta".to_owned(), display_name: text("Beta testers") }],
    };
    assert_eq!(read::<BasicRelease>(&release()), expected);
}

#[test]
fn the_details_of_a_release_are_read_from_the_full_type() {
    let details: ReleaseDetails = read(&details());
    assert_eq!((details.id, details.short_version.as_str(), details.version.as_str()), (7, "1.2", "34"));
    assert!(details.enabled);
    assert_eq!(details.uploaded_at, "2026-01-02T03:04:05.678Z");
    assert_eq!(details.destinations.len(), 1);
    assert_eq!(details.app_display_name, "Demo");
    assert_eq!(details.app_icon_url, text("https://example.org/icon"));
    assert_eq!(details.release_notes, text("new"));
    assert_eq!((details.fingerprint, details.sha256), (text("md5"), text("sha256")));
    assert_eq!(details.artifact.as_deref(), Some(&artifact()));
}

#[test]
fn a_package_of_an_unknown_format_does_not_hide_its_release() {
    let unknown = Some(serde_json::json!({"format": "of next year"}));
    let details: ReleaseDetails = read(&protocol::ReleaseDetails { artifact: unknown, ..details() });
    assert_eq!((details.id, details.artifact), (7, None));
}

#[test]
fn the_token_of_a_sign_up_is_read_from_the_full_type() {
    let created = protocol::NewApiToken {
        token: protocol::ApiToken {
            id: "t".to_owned(),
            description: text("first"),
            scope: vec![TokenScope::All],
            created_at: String::new(),
        },
        api_token: "0123".to_owned(),
    };
    assert_eq!(read::<SignUpToken>(&created).api_token, "0123");
}

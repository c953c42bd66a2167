//! What the portal reads of the API's answers, named as in [`protocol`].
//!
//! What it does not show is not parsed: people wait for the code that parses.

use protocol::Os;
use serde::Deserialize;
use serde_json::value::RawValue;

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
    /// As text: a newer server may say of a package what this portal cannot read.
    pub(crate) artifact: Option<Box<RawValue>>,
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
mod tests {
    use protocol::{DestinationKind, OwnerKind, Platform};
    use serde::Serialize;
    use serde::de::DeserializeOwned;

    use super::*;

    fn read<T: DeserializeOwned>(answer: &impl Serialize) -> T {
        serde_json::from_str(&serde_json::to_string(answer).unwrap()).unwrap()
    }

    #[test]
    fn an_app_is_found_in_the_answer() {
        let owner = protocol::Owner {
            id: String::new(),
            name: "team".to_owned(),
            display_name: "Team".to_owned(),
            email: None,
            kind: OwnerKind::User,
        };
        let app = protocol::App {
            id: String::new(),
            app_secret: String::new(),
            name: "demo".to_owned(),
            display_name: "Demo".to_owned(),
            description: None,
            os: Os::Android,
            platform: Platform::Java,
            release_type: None,
            icon_url: None,
            origin: String::new(),
            owner,
            created_at: String::new(),
            updated_at: String::new(),
            bundle_identifier: Some("org.example.demo".to_owned()),
            member_permissions: Vec::new(),
        };
        let read: App = read(&app);
        assert_eq!((read.name.as_str(), read.owner.display_name.as_str()), ("demo", "Team"));
        assert_eq!(read.bundle_identifier, app.bundle_identifier);
    }

    #[test]
    fn a_release_and_a_group_are_found_in_the_answers() {
        let destination = protocol::Destination {
            id: "g".to_owned(),
            name: "Beta".to_owned(),
            is_latest: true,
            kind: None,
            publishing_status: None,
            destination_type: DestinationKind::Group,
            display_name: None,
        };
        let release = protocol::BasicRelease {
            id: 7,
            version: "34".to_owned(),
            short_version: "1.2".to_owned(),
            origin: String::new(),
            enabled: true,
            uploaded_at: String::new(),
            destination_type: None,
            distribution_groups: Vec::new(),
            distribution_stores: Vec::new(),
            destinations: vec![destination],
            build: None,
            is_external_build: false,
            file_extension: None,
        };
        let read_release: BasicRelease = read(&release);
        assert_eq!((read_release.id, read_release.destinations[0].name.as_str()), (7, "Beta"));
        let group = protocol::Group {
            id: "g".to_owned(),
            name: "Beta".to_owned(),
            display_name: None,
            origin: String::new(),
            is_public: false,
        };
        assert_eq!(read::<Group>(&group).name, "Beta");
    }

    fn details() -> protocol::ReleaseDetails {
        let release = protocol::BasicRelease {
            id: 7,
            version: "34".to_owned(),
            short_version: "1.2".to_owned(),
            origin: "appcenter".to_owned(),
            enabled: true,
            uploaded_at: "2026-01-02T03:04:05.678Z".to_owned(),
            destination_type: None,
            distribution_groups: Vec::new(),
            distribution_stores: Vec::new(),
            destinations: Vec::new(),
            build: None,
            is_external_build: false,
            file_extension: None,
        };
        protocol::ReleaseDetails {
            release,
            app_name: "demo".to_owned(),
            mandatory_update: false,
            distribution_group_id: None,
            app_display_name: "Demo".to_owned(),
            app_os: "Android".to_owned(),
            app_icon_url: None,
            release_notes: None,
            size: None,
            min_os: None,
            android_min_api_level: None,
            bundle_identifier: None,
            fingerprint: None,
            sha256: None,
            package_hashes: Vec::new(),
            download_url: None,
            install_url: None,
            status: "available".to_owned(),
            artifact: Some(serde_json::json!({"format": "of next year"})),
            android_file_extension: None,
        }
    }

    #[test]
    fn the_facts_of_a_release_are_found_in_its_details() {
        let facts: ReleaseDetails = read(&details());
        assert_eq!((facts.id, facts.short_version.as_str(), facts.version.as_str()), (7, "1.2", "34"));
        assert_eq!((facts.app_display_name.as_str(), facts.sha256), ("Demo", None));
    }

    #[test]
    fn a_package_of_an_unknown_format_does_not_hide_its_release() {
        let facts: ReleaseDetails = read(&details());
        assert_eq!(facts.artifact.unwrap().get(), r#"{"format":"of next year"}"#);
    }
}

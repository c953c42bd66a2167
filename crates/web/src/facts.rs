//! What the portal reads of the API's answers, named as in [`protocol`].
//!
//! What it does not show is not parsed: people wait for the code that parses.

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
}

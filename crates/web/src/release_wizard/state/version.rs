//! Version and build number of a package that does not say its own.

use artifact::{Artifact, Format};
use engine::message::EnteredVersion;

use crate::ui_error::UiError;

/// Characters of a version or a build number at the most.
const MAX_CHARS: usize = 100;

/// Where the version comes from.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum VersionSource {
    /// The package's own.
    #[default]
    Package,
    /// The user has to enter it; with an error if what they entered cannot be used.
    Asked(Option<UiError>),
    /// The user.
    Entered(EnteredVersion),
}

impl VersionSource {
    /// What is needed for this package.
    pub(crate) fn of(artifact: &Artifact) -> VersionSource {
        let is_stated = artifact.version.is_some() || artifact.build.is_some();
        if is_stated { VersionSource::Package } else { VersionSource::Asked(None) }
    }

    /// Takes what the user entered before a reload, if the package does not say its own.
    pub(crate) fn restore(&mut self, entered: Option<EnteredVersion>) {
        if let (VersionSource::Asked(_), Some(entered)) = (&*self, entered) {
            *self = VersionSource::Entered(entered);
        }
    }

    /// Takes what the user entered. For some formats the service requires a build number as well.
    pub(crate) fn from_entry(version: &str, build: &str, format: Format) -> VersionSource {
        let (version, build) = (version.trim(), build.trim());
        if version.is_empty() {
            let fix = "enter the version that testers will see, such as 1.0.0";
            return VersionSource::Asked(Some(UiError::new(
                "The version is missing",
                "the version is empty",
                fix,
            )));
        }
        if build.is_empty() && format.takes_build_number() {
            let message = format!("a .{format} needs a build number");
            let error = UiError::new("The build number is missing", &message, "enter one, such as 34");
            return VersionSource::Asked(Some(error));
        }
        if [version, build].iter().any(|text| text.chars().count() > MAX_CHARS) {
            let message = format!("version and build number may have at most {MAX_CHARS} characters");
            return VersionSource::Asked(Some(UiError::new(
                "The version is too long",
                &message,
                "shorten it",
            )));
        }
        VersionSource::Entered(EnteredVersion { version: version.to_owned(), build: build.to_owned() })
    }

    /// Whether the user has to enter it before the upload can start.
    pub(crate) fn is_asked(&self) -> bool {
        matches!(self, VersionSource::Asked(_))
    }

    /// Why what was entered will not do.
    pub(crate) fn error(&self) -> Option<&UiError> {
        if let VersionSource::Asked(error) = self { error.as_ref() } else { None }
    }

    /// What goes with the upload.
    pub(crate) fn for_upload(&self) -> Option<EnteredVersion> {
        if let VersionSource::Entered(version) = self { Some(version.clone()) } else { None }
    }
}

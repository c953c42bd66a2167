//! Version and build number of a package that does not say its own.

use artifact::{Artifact, Format};
use engine::message::EnteredVersion;

use crate::ui_error::Problem;

/// Characters of a version or a build number at the most.
const MAX_CHARS: usize = 100;

/// Whose word the version is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum VersionSource {
    /// The package's own.
    #[default]
    Package,
    /// Nobody has said it yet; or what was typed cannot be one.
    Asked(Option<Problem>),
    /// A person's.
    Typed(EnteredVersion),
}

impl VersionSource {
    /// What is needed for this package.
    pub(crate) fn of(artifact: &Artifact) -> VersionSource {
        let is_stated = artifact.version.is_some() || artifact.build.is_some();
        if is_stated { VersionSource::Package } else { VersionSource::Asked(None) }
    }

    /// Takes what a person typed before a reload, if there is need for it.
    pub(crate) fn recall(&mut self, typed: Option<EnteredVersion>) {
        if let (VersionSource::Asked(_), Some(typed)) = (&*self, typed) {
            *self = VersionSource::Typed(typed);
        }
    }

    /// Takes what a person typed; the service wants a build number as well for some formats.
    pub(crate) fn typed(version: &str, build: &str, format: Format) -> VersionSource {
        let (version, build) = (version.trim(), build.trim());
        if version.is_empty() {
            let fix = "enter what testers will see, as 1.0.0";
            return VersionSource::Asked(Some(Problem::new("the version is empty", fix)));
        }
        if build.is_empty() && format.takes_build_number() {
            let problem = format!("a .{format} needs a build number");
            return VersionSource::Asked(Some(Problem::new(&problem, "enter one, as 34")));
        }
        if [version, build].iter().any(|text| text.chars().count() > MAX_CHARS) {
            let problem = format!("expected at most {MAX_CHARS} characters");
            return VersionSource::Asked(Some(Problem::new(&problem, "shorten it")));
        }
        VersionSource::Typed(EnteredVersion { version: version.to_owned(), build: build.to_owned() })
    }

    /// Whether somebody has to say it before the upload can begin.
    pub(crate) fn is_asked(&self) -> bool {
        matches!(self, VersionSource::Asked(_))
    }

    /// Why what was typed will not do.
    pub(crate) fn problem(&self) -> Option<&Problem> {
        if let VersionSource::Asked(problem) = self { problem.as_ref() } else { None }
    }

    /// What goes with the upload.
    pub(crate) fn for_upload(&self) -> Option<EnteredVersion> {
        if let VersionSource::Typed(version) = self { Some(version.clone()) } else { None }
    }
}

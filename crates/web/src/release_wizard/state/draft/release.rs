//! The release that a draft becomes: its version, its facts, and whether there is one like it already.

use artifact::Artifact;

use super::Draft;
use crate::{
    api::types::{AppKey, BasicRelease},
    package,
    release_wizard::state::{effect::Effect, target_app::TargetApp},
    text::phrase,
    ui_error::UiError,
};

impl Draft {
    /// The package as it will be released: with the version that the user entered where it does not say its own.
    pub(crate) fn released_artifact(&self) -> Artifact {
        let entered = self.version.for_upload().unwrap_or_default();
        package::released_as(&self.artifact, &entered.version, &entered.build)
    }

    /// Takes in the releases of `app`. Without them there is no note about an earlier release; nothing else depends on them.
    pub(crate) fn on_releases(
        &mut self,
        app: &AppKey,
        response: Result<Vec<BasicRelease>, UiError>,
    ) -> Vec<Effect> {
        if self.target.key() == Some(app) {
            self.releases = response.unwrap_or_default();
        }
        Vec::new()
    }

    /// The app's newest release of the very same version and build, as a note about it.
    pub(crate) fn same_version_note(&self) -> Option<String> {
        let TargetApp::Known { display_name, .. } = &self.target else { return None };
        let Artifact { version, build, .. } = self.released_artifact();
        let (version, build) = (version.unwrap_or_default(), build.unwrap_or_default());
        if version.is_empty() && build.is_empty() {
            return None;
        }
        // The release that is being made may be among them by now.
        let others = self.releases.iter().filter(|release| Some(release.id) != self.upload.release_id());
        let same = others.filter(|release| release.short_version == version && release.version == build);
        let newest = same.max_by_key(|release| release.id)?;
        let version = phrase::version(&version, &build);
        if newest.destinations.is_empty() {
            return Some(format!(
                "{display_name} {version} was uploaded before as release #{} and never distributed. This will be a new \
                 release.",
                newest.id
            ));
        }
        Some(format!(
            "{display_name} already has version {version} as release #{}. This will be another release with the same \
             version, so testers cannot tell them apart by it.",
            newest.id
        ))
    }
}

//! The release that a draft becomes: its version, its facts, and whether there is one like it already.

use artifact::Artifact;

use super::Draft;
use crate::{
    api::types::{AppKey, BasicRelease},
    package,
    release_wizard::state::{effect::Effect, target::Target},
    text::phrase,
    ui_error::Problem,
};

impl Draft {
    /// The facts to show: the package's, and what was typed where it says nothing.
    pub(crate) fn facts(&self) -> Artifact {
        let typed = self.version.for_upload().unwrap_or_default();
        package::released_as(&self.artifact, &typed.version, &typed.build)
    }

    /// Takes in the releases of `app`. Without them nothing can be said of an earlier one, and nothing else is lost.
    pub(crate) fn releases_loaded(
        &mut self,
        app: &AppKey,
        answer: Result<Vec<BasicRelease>, Problem>,
    ) -> Vec<Effect> {
        if self.target.key() == Some(app) {
            self.releases = answer.unwrap_or_default();
        }
        Vec::new()
    }

    /// The app's newest release of the very same version and build, as a note about it.
    pub(crate) fn same_version(&self) -> Option<String> {
        let Target::Known { display_name, .. } = &self.target else { return None };
        let Artifact { version, build, .. } = self.facts();
        let (version, build) = (version.unwrap_or_default(), build.unwrap_or_default());
        if version.is_empty() && build.is_empty() {
            return None;
        }
        // The release that is being made may be among them by now.
        let others = self.releases.iter().filter(|release| Some(release.id) != self.transfer.release_id());
        let same = others.filter(|release| release.short_version == version && release.version == build);
        let newest = same.max_by_key(|release| release.id)?;
        let version = phrase::version(&version, &build);
        if newest.destinations.is_empty() {
            return Some(format!(
                "{display_name} {version} was uploaded before, as release #{}, and never distributed. This will be a \
                 release of its own.",
                newest.id
            ));
        }
        Some(format!(
            "{display_name} has version {version} already, as release #{}. This will be one more, and testers see no \
             difference in the version.",
            newest.id
        ))
    }
}

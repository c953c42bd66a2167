//! Mac apps in a zip, and apps for simulators.

use crate::bundle::{self, Layout};
use crate::format::{Job, apps};
use crate::zip::{Archive, Tree};
use crate::{Artifact, Format, InspectError, Refusal, Source};

/// Reads the package whose zip directory was found: the app that the fewest folders are around.
pub(super) fn read(
    job: &Job<'_>,
    source: &mut dyn Source,
    archive: &Archive,
) -> Result<Artifact, InspectError> {
    let size = source.len();
    let mut tree = Tree::new(source, archive);
    let apps = apps::find(tree.paths(), |_| true);
    let Some(app) = apps.iter().find(|app| app.has_info).or(apps.first()) else {
        return Err(Refusal::corrupt("expected an app in the zip, got none").into());
    };
    let layout = if app.is_flat { Layout::Flat } else { Layout::Contents };
    let mut facts = bundle::read(&mut tree, &app.folder, layout, job)?;
    facts.findings.extend(apps::several(&apps, app, "the zip"));
    Ok(facts.into_artifact(Format::AppZip, size))
}

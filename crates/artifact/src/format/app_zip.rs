//! Mac apps in a zip, and apps for simulators.

use crate::apple::bundle::{self, BundleLayout};
use crate::container::zip::{Archive, ZipFiles};
use crate::context::InspectContext;
use crate::format::{ReadResult, apps};
use crate::{Finding, Format, Os, Refusal, Severity, Source};

/// Reads the package whose zip directory was found: the app that the fewest folders are around.
pub(super) fn read(context: &InspectContext<'_>, source: &mut dyn Source, archive: &Archive) -> ReadResult {
    let size = source.len();
    let mut files = ZipFiles::new(source, archive);
    let apps = apps::find(files.paths(), |_| true);
    let Some(app) = apps::main(&apps) else {
        return Err(Refusal::corrupt("expected an app in the zip, got none").into());
    };
    let layout = if app.is_flat { BundleLayout::Flat } else { BundleLayout::Contents };
    let mut facts = bundle::read(&mut files, &app.folder, layout, context)?;
    facts.findings.extend(apps::several(&apps, app, "the zip"));
    if layout == BundleLayout::Flat && !facts.apple.is_simulator && facts.os != Os::MacOs {
        let message = format!("expected an app for {} in an .ipa, got it in a plain zip", facts.os);
        let fix = "export an .ipa from the archive: devices install nothing else";
        facts.findings.push(Finding::new(Severity::Error, "needs-conversion", message, fix));
    }
    Ok(facts.into_artifact(Format::AppZip, size))
}

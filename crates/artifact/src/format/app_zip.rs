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
    let Some(app) = apps::main_app(&apps) else {
        return Err(Refusal::corrupt("expected an app in the zip, got none").into());
    };
    let layout = if app.is_flat { BundleLayout::Flat } else { BundleLayout::Contents };
    let mut app_bundle = bundle::read(&mut files, &app.folder, layout, context)?;
    app_bundle.findings.extend(apps::several_apps_finding(&apps, app, "the zip"));
    if layout == BundleLayout::Flat && !app_bundle.apple.is_simulator && app_bundle.os != Os::MacOs {
        let message = format!("expected an app for {} in an .ipa, got it in a plain zip", app_bundle.os);
        let fix = "export an .ipa from the archive: devices install nothing else";
        app_bundle.findings.push(Finding::new(Severity::Error, "needs-conversion", message, fix));
    }
    Ok(app_bundle.into_artifact(Format::AppZip, size))
}

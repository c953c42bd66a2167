//! iOS and tvOS packages: `Payload/X.app` in a zip.

use crate::apple::bundle::{self, BundleLayout};
use crate::container::zip::{Archive, ZipFiles};
use crate::context::InspectContext;
use crate::format::{ReadResult, apps};
use crate::{Finding, Format, Refusal, Severity, Source};

/// Reads the package whose zip directory was found.
pub(super) fn read(context: &InspectContext<'_>, source: &mut dyn Source, archive: &Archive) -> ReadResult {
    let size = source.len();
    let mut files = ZipFiles::new(source, archive);
    let apps = apps::find(files.paths(), apps::is_in_payload);
    let Some(app) = apps::main_app(&apps) else {
        return Err(Refusal::corrupt("expected an app in `Payload`, got none").into());
    };
    let mut app_bundle = bundle::read(&mut files, &app.folder, BundleLayout::Flat, context)?;
    if app.depth > 1 {
        let outer = app.folder.split("/Payload/").next().unwrap_or_default();
        let message = format!("expected the folder `Payload` at the top, got it inside `{outer}`");
        let fix = "zip the folder `Payload` itself, not the folder around it: devices look for it at the top";
        app_bundle.findings.push(Finding::new(Severity::Error, "nested-payload", message, fix));
    }
    app_bundle.findings.extend(apps::several_apps_finding(&apps, app, "`Payload`"));
    Ok(app_bundle.into_artifact(Format::Ipa, size))
}

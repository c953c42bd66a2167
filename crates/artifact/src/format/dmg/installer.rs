//! Installers on a volume that has no app.

use crate::apple::plist::{self, Value};
use crate::context::InspectContext;
use crate::disk::volume::VolumeFiles;
use crate::files::Files;
use crate::format::dmg::file::FileSource;
use crate::format::dmg::{TYPE_THEM, app};
use crate::format::pkg;
use crate::limits::MAX_DOCUMENT;
use crate::{Artifact, Finding, Format, InspectError, Os, Severity, layer};

/// Reads the installer at `path`. One that cannot be read is named.
pub(super) fn read(
    context: &InspectContext<'_>,
    files: &mut VolumeFiles<'_>,
    path: &str,
    size: u64,
) -> Result<Artifact, InspectError> {
    let mut findings = Vec::new();
    let inner = read_nested(context, files, path);
    let inner = layer::optional(inner, "nested-payload", TYPE_THEM, &mut findings)?.flatten();
    let finding = match inner {
        Some(_) => {
            let message =
                format!("expected an app on the volume, got the installer `{path}`, which was read instead");
            let fix = "release the installer itself: testers need not open an image first";
            Finding::new(Severity::Info, "nested-payload", message, fix)
        }
        None => {
            let message =
                format!("expected an app on the volume, got the installer `{path}`, which cannot be read");
            Finding::new(Severity::Warning, "no-application", message, TYPE_THEM)
        }
    };
    findings.push(finding);
    let mut artifact = inner.unwrap_or_else(|| Artifact::new(Format::Dmg, Os::MacOs, size));
    artifact.findings.extend(findings);
    Ok(Artifact { format: Format::Dmg, size, ..artifact })
}

fn read_nested(
    context: &InspectContext<'_>,
    files: &mut VolumeFiles<'_>,
    path: &str,
) -> Result<Option<Artifact>, InspectError> {
    let Some(content) = files.0.content(path, u64::MAX)? else {
        return folder(files, path);
    };
    let mut source = FileSource::new(files, content);
    let has_head = pkg::has_head(&mut source)?;
    let inner = if has_head { pkg::read(context, &mut source).map(Some) } else { Ok(None) };
    match source.failure {
        Some(failure) => Err(failure),
        None => inner,
    }
}

/// An installer as made before Mac OS X 10.5: a folder with an `Info.plist`.
fn folder(files: &mut VolumeFiles<'_>, path: &str) -> Result<Option<Artifact>, InspectError> {
    let Some(bytes) = files.read(&format!("{path}/Contents/Info.plist"), MAX_DOCUMENT)? else {
        return Ok(None);
    };
    let Ok(info) = plist::parse(&bytes) else {
        return Ok(None);
    };
    let text = |key| info.at(key).and_then(Value::text);
    Ok(Some(Artifact {
        identifier: text("CFBundleIdentifier"),
        name: text("CFBundleName").or_else(|| Some(app::stem(path).to_owned())),
        version: text("CFBundleShortVersionString"),
        build: text("CFBundleVersion"),
        ..Artifact::new(Format::Pkg, Os::MacOs, 0)
    }))
}

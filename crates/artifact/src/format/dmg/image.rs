//! From the image to the app in it.

use crate::apple::bundle::{self, BundleLayout};
use crate::apple::icns;
use crate::context::{Depth, InspectContext};
use crate::disk::block_device::{Disk, RawDisk};
use crate::disk::partition::{self, FileSystem, Partition};
use crate::disk::udif::{Image, Trailer};
use crate::disk::volume::VolumeFiles;
use crate::files::Files;
use crate::format::dmg::app::{self, VolumeContents};
use crate::format::dmg::head::{find_trailer, lost_trailer};
use crate::format::dmg::signature::{self, Signature};
use crate::format::dmg::{TYPE_THEM, installer};
use crate::limits::MAX_ICON;
use crate::report::quantity::Size;
use crate::{
    Apple, Artifact, Finding, Format, Icon, InspectError, Os, Refusal, RefusalCode, Severity, Source, Volume,
};

/// Reads a file that `has_trailer` or `has_head` recognised.
pub(in crate::format) fn read(
    context: &InspectContext<'_>,
    source: &mut dyn Source,
) -> Result<Artifact, InspectError> {
    let size = source.len();
    let Some(offset) = find_trailer(source)? else {
        return read_bare(context, source);
    };
    let trailer = Trailer::read(source, offset)?;
    let signature = match context.depth {
        Depth::IdentityOnly => None,
        Depth::NoIcon | Depth::Full => Some(signature::read(source, &trailer)?),
    };
    let mut image = Image::open(source, &trailer)?;
    let tables = image.tables.iter().map(|table| Partition {
        name: table.name.clone(),
        start: table.start,
        len: table.len,
    });
    let tables = tables.collect();
    let mut artifact = match partition::choose(&mut image, tables)? {
        Some(chosen) => read_partition(context, &mut image, chosen, size)?,
        None => without_app(size, unknown_file_system("something that is not known")),
    };
    if trailer.trailing_len > 0 {
        let message = format!(
            "expected the image to end with its trailer, got {} behind it",
            Size(trailer.trailing_len)
        );
        let fix = "check what was appended to the image: Macs may not open it";
        artifact.findings.push(Finding::new(Severity::Warning, "trailing-bytes", message, fix));
    }
    if let Some(signature) = signature {
        add_signature(&mut artifact, signature);
    }
    Ok(artifact)
}

/// Reads a volume or a partition map that is not wrapped in an image, or says why a file is neither.
fn read_bare(context: &InspectContext<'_>, source: &mut dyn Source) -> Result<Artifact, InspectError> {
    let size = source.len();
    let is_old_encrypted = source.get(size.saturating_sub(8), 8)? == b"cdsaencr";
    if is_old_encrypted || source.get(0, 8)? == b"encrcdsa" {
        let message = "expected a disk image that can be read, got an encrypted one";
        let fix = "make the image without encryption: testers have no password for it";
        return Err(Refusal::new(RefusalCode::Encrypted, message, fix).into());
    }
    let mut disk = RawDisk(source);
    let fix = "choose the .dmg that the build made";
    match partition::choose(&mut disk, Vec::new())? {
        Some((_, FileSystem::Other(other))) => {
            let message = format!("expected a disk image for Macs, got a disk with {other}");
            Err(Refusal::new(RefusalCode::NotAPackage, message, fix).into())
        }
        Some(chosen) => read_partition(context, &mut disk, chosen, size),
        None => Err(lost_trailer(context.hints.file_name)
            .unwrap_or_else(|| {
                let message = "expected a disk with a volume, got one without";
                Refusal::new(RefusalCode::NotAPackage, message, fix)
            })
            .into()),
    }
}

fn read_partition(
    context: &InspectContext<'_>,
    disk: &mut dyn Disk,
    (partition, file_system): (Partition, FileSystem),
    size: u64,
) -> Result<Artifact, InspectError> {
    let Some(mut volume) = partition::open(disk, &partition, file_system)? else {
        let name = match file_system {
            FileSystem::Other(name) => name,
            FileSystem::HfsPlus | FileSystem::Apfs | FileSystem::Fat => "something else",
        };
        return Ok(without_app(size, unknown_file_system(name)));
    };
    let label = volume.label()?;
    let mut facts = Volume { name: label, file_system: volume.file_system().to_owned(), path: None };
    let mut files = VolumeFiles(volume);
    let found = app::find(&mut files, facts.name.as_deref())?;
    let mut artifact = match (found.apps.as_slice(), found.installers.as_slice()) {
        ([chosen, others @ ..], _) => {
            facts.path = Some(chosen.clone());
            let mut artifact = read_app(context, &mut files, chosen, size)?;
            artifact.findings.extend(several_apps_finding(chosen, others));
            artifact
        }
        ([], [chosen, ..]) => {
            facts.path = Some(chosen.clone());
            installer::read(context, &mut files, chosen, size)?
        }
        ([], []) => without_app(size, no_application(&found)),
    };
    if artifact.icon.is_none() && context.depth == Depth::Full {
        artifact.icon = volume_icon(&mut files)?;
    }
    // Users see the label when they open the image.
    artifact.name = artifact.name.or_else(|| facts.name.clone());
    artifact.apple.get_or_insert_default().volume = Some(facts);
    Ok(artifact)
}

fn read_app(
    context: &InspectContext<'_>,
    files: &mut VolumeFiles<'_>,
    app: &str,
    size: u64,
) -> Result<Artifact, InspectError> {
    let items = files.list(app)?;
    let is_flat = !items.iter().any(|item| item.is_folder && item.name == "Contents");
    let layout = if is_flat { BundleLayout::Flat } else { BundleLayout::Contents };
    let (facts, finding) = match bundle::read(files, app, layout, context) {
        // An unreadable part must not keep the identity from being read.
        Err(InspectError::Refused(refusal)) if context.depth > Depth::IdentityOnly => {
            let context = InspectContext { depth: Depth::IdentityOnly, ..*context };
            let fix = "make the image again and check that the app in it starts";
            let finding = Finding::new(Severity::Warning, "damaged-image", refusal.message, fix);
            (bundle::read(files, app, layout, &context)?, Some(finding))
        }
        outcome => (outcome?, None),
    };
    let mut artifact = facts.into_artifact(Format::Dmg, size);
    artifact.findings.extend(finding);
    Ok(artifact)
}

/// The picture that Finder shows for the volume.
fn volume_icon(files: &mut VolumeFiles<'_>) -> Result<Option<Icon>, InspectError> {
    match files.read(".VolumeIcon.icns", MAX_ICON) {
        Ok(bytes) => Ok(bytes.and_then(|bytes| icns::icon(&bytes).ok())),
        Err(InspectError::Miss(miss)) => Err(miss.into()),
        // The volume's picture is not worth a finding.
        Err(_) => Ok(None),
    }
}

fn add_signature(artifact: &mut Artifact, signature: Signature) {
    let apple = artifact.apple.get_or_insert_default();
    if signature.is_signed {
        apple.is_signed = Some(true);
        apple.certificates = signature.certificates;
        if signature.has_ticket {
            apple.is_notarized = Some(true);
            artifact.findings.retain(|finding| finding.code != "not-stapled");
        }
    }
    if signature.is_signed && signature.is_nameless {
        let message = "expected the image's signature to say who signed it, got one that does not";
        let fix = "sign the image with a Developer ID certificate";
        artifact.findings.push(Finding::new(Severity::Info, "unreadable-signature", message.to_owned(), fix));
    }
}

fn without_app(size: u64, finding: Finding) -> Artifact {
    let mut artifact = Artifact::new(Format::Dmg, Os::MacOs, size);
    artifact.apple = Some(Apple::default());
    artifact.findings.push(finding);
    artifact
}

fn unknown_file_system(file_system: &str) -> Finding {
    let message = format!("expected a volume with HFS+, APFS or FAT in the image, got {file_system}");
    Finding::new(Severity::Warning, "unreadable-volume", message, TYPE_THEM)
}

fn no_application(found: &VolumeContents) -> Finding {
    let message = match found.others.as_slice() {
        [] => "expected an app on the volume, got nothing".to_owned(),
        others => format!("expected an app on the volume, got `{}`", others.join("`, `")),
    };
    Finding::new(Severity::Warning, "no-application", message, TYPE_THEM)
}

fn several_apps_finding(chosen: &str, others: &[String]) -> Option<Finding> {
    /// Apps that are named.
    const MAX_NAMED: usize = 3;
    let uninstallers = |app: &&String| app::stem(app).to_lowercase().contains("uninstall");
    let others: Vec<&str> =
        others.iter().filter(|app| !uninstallers(app)).take(MAX_NAMED).map(String::as_str).collect();
    if others.is_empty() {
        return None;
    }
    let message = format!(
        "expected one app on the volume, got `{}` besides `{chosen}`, which was read",
        others.join("`, `")
    );
    let fix = "release each app separately: testers receive only one";
    Some(Finding::new(Severity::Warning, "several-apps", message, fix))
}

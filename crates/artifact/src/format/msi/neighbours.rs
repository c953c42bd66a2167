//! Compound files that are not installers: each is refused, and named.

use crate::container::cfb::CompoundFile;
use crate::windows::msi::Database;
use crate::{Refusal, RefusalCode};

/// Class of a patch: {000C1086-0000-0000-C000-000000000046}, as it is stored.
const PATCH: [u8; 16] = *b"\x86\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46";

/// Class of a transform: {000C1082-0000-0000-C000-000000000046}.
const TRANSFORM: [u8; 16] = *b"\x82\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46";

/// Streams that identify other kinds of files in a compound file.
const DOCUMENTS: [(&str, &str); 9] = [
    ("WordDocument", "an old Word document (.doc)"),
    ("Workbook", "an old Excel workbook (.xls)"),
    ("Book", "an old Excel workbook (.xls)"),
    ("PowerPoint Document", "an old PowerPoint presentation (.ppt)"),
    ("VisioDocument", "an old Visio drawing (.vsd)"),
    ("EncryptedPackage", "an Office document with a password"),
    ("__properties_version1.0", "an Outlook message (.msg)"),
    ("Catalog", "a cache of thumbnails (Thumbs.db)"),
    ("Quill", "a Publisher document (.pub)"),
];

/// Why a compound file is refused, if it is known to be something else.
pub(super) fn refusal(file: &CompoundFile) -> Option<Refusal> {
    if file.class_id() == PATCH {
        let fix = "choose the .msi: a patch changes only what is installed already";
        return Some(not_an_installer("a patch for a Windows installer (.msp)", fix));
    }
    if file.class_id() == TRANSFORM {
        let fix = "choose the .msi: a transform only changes how that installs";
        return Some(not_an_installer("a transform of a Windows installer (.mst)", fix));
    }
    let has_entry = |name: &str| file.entries().iter().any(|entry| !entry.is_table && entry.name == name);
    let (_, document) = DOCUMENTS.iter().find(|(name, _)| has_entry(name))?;
    Some(not_an_installer(document, "choose the installer that the build made"))
}

/// Why a compound file without tables is refused.
pub(super) fn no_database() -> Refusal {
    not_an_installer("a compound file without an installer's tables", "choose the .msi that the build made")
}

/// Why a database without a product is refused. An installer keeps the signatures of the modules that
/// were merged into it, so a signature alone does not make it a module.
pub(super) fn no_product(database: &Database) -> Refusal {
    if database.has_table("ModuleSignature") {
        let fix = "choose the .msi that it was merged into: a module does not install alone";
        return not_an_installer("a merge module for Windows installers (.msm)", fix);
    }
    let message = "expected `ProductCode` or `ProductName` in the installer's properties, got neither";
    Refusal::corrupt(message)
}

fn not_an_installer(got: &str, fix: &str) -> Refusal {
    Refusal::new(RefusalCode::NotAPackage, format!("expected a Windows installer, got {got}"), fix)
}

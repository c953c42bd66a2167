//! Parsers as functions of bytes, for `fuzz/` and for the tests that damage what the corpus has inside.
//!
//! Only with the feature `fuzzing`: nothing here is meant for users.

mod android;
#[cfg(feature = "mac-installers")]
mod volumes;

#[cfg(feature = "mac-installers")]
pub use volumes::volume_in;

use crate::android::manifest::Manifest;
use crate::apple::icns;
use crate::apple::macho;
use crate::apple::plist;
use crate::apple::profile;
use crate::container::cfb;
use crate::container::xar;
use crate::container::zip::Archive;
use crate::context::{Depth, InspectContext};
use crate::encoding::cms;
use crate::encoding::codec;
use crate::encoding::x509;
use crate::encoding::xml;
use crate::format;
use crate::image::png;
use crate::image::raster::Raster;
use crate::source::Memory;
use crate::windows::appx::bundle::BundleManifest;
use crate::windows::appx::manifest::Manifest as AppxManifest;
use crate::windows::ico;
use crate::windows::msi;
use crate::windows::pe;
use crate::windows::pri::Pri;
use crate::{Hints, Miss, Source};

/// A parser by its name. What it returns is dropped: it must return.
pub type Target = (&'static str, fn(&[u8]));

/// Every parser of hostile bytes, from the outside in.
pub const TARGETS: &[Target] = &[
    ("inspect", inspect),
    ("zip", zip),
    ("xar", xar),
    ("codec", codec),
    ("xml", |bytes| drop(xml::parse(bytes))),
    ("axml", |bytes| drop(Manifest::parse(bytes))),
    ("arsc", android::arsc),
    ("drawable", android::drawable),
    ("proto", android::proto),
    ("signing", format::signing_block),
    ("idsig", android::idsig),
    ("raster", |bytes| _ = Raster::measure(bytes)),
    ("ico", |bytes| drop(ico::icon(bytes))),
    ("pe", pe),
    ("cms", |bytes| drop(cms::parse(bytes).map(|signed| signed.signer().map(x509::certificate)))),
    ("profile", |bytes| drop(profile::parse(bytes))),
    ("macho", |bytes| drop(macho::parse(bytes))),
    ("png", |bytes| drop(png::icon(bytes.to_vec()))),
    ("icns", |bytes| drop(icns::icon(bytes))),
    ("cfb", cfb),
    ("msi", msi),
    ("pri", pri),
    ("appx", appx),
    #[cfg(feature = "mac-installers")]
    ("udif", volumes::udif),
    #[cfg(feature = "mac-installers")]
    ("hfs-plus", volumes::hfs_plus),
    #[cfg(feature = "mac-installers")]
    ("apfs", volumes::apfs),
    #[cfg(feature = "mac-installers")]
    ("fat", volumes::fat),
    #[cfg(feature = "mac-installers")]
    ("lzvn", volumes::lzvn),
    #[cfg(feature = "mac-installers")]
    ("decmpfs", volumes::decmpfs),
    ("plist", |bytes| drop(plist::parse(bytes))),
    ("x509", |bytes| drop(x509::certificate(bytes))),
];

/// Inflated bytes that a target may ask for.
const MAX_OUT: usize = 1 << 20;

/// Runs the parser of this name; nothing if there is none.
pub fn run(name: &str, bytes: &[u8]) {
    if let Some((_, target)) = TARGETS.iter().find(|(known, _)| *known == name) {
        target(bytes);
    }
}

/// How often an inspection asks for bytes, when all are there: its work, by no clock.
pub fn count_gets(bytes: &[u8]) -> u64 {
    let mut source = CountingSource { memory: Memory(bytes), gets: 0 };
    let hints = Hints { file_name: "a", now: 0 };
    drop(format::read(&InspectContext { hints: &hints, depth: Depth::Full }, &mut source));
    source.gets
}

struct CountingSource<'a> {
    memory: Memory<'a>,
    gets: u64,
}

impl Source for CountingSource<'_> {
    fn len(&self) -> u64 {
        self.memory.len()
    }

    fn get(&mut self, offset: u64, len: usize) -> Result<&[u8], Miss> {
        self.gets += 1;
        self.memory.get(offset, len)
    }
}

fn inspect(bytes: &[u8]) {
    count_gets(bytes);
}

fn zip(bytes: &[u8]) {
    let mut source = Memory(bytes);
    let Ok(archive) = Archive::open(&mut source) else { return };
    for raw in archive.entries().take(64) {
        drop(archive.read(&raw, &mut source, MAX_OUT as u64));
        drop(archive.read_head(&raw, &mut source, 256));
        drop(archive.stored_range(&raw, &mut source));
    }
}

fn xar(bytes: &[u8]) {
    let mut source = Memory(bytes);
    let Ok(archive) = xar::Xar::open(&mut source) else { return };
    for member in archive.root_files().flat_map(|root| root.files().chain([root])).take(64) {
        drop(archive.read(&mut source, member, MAX_OUT as u64));
    }
}

/// The first byte chooses the codec.
fn codec(bytes: &[u8]) {
    let Some((codec, packed)) = bytes.split_first() else { return };
    let unpack = match codec % 5 {
        0 => codec::zlib,
        1 => codec::bzip2,
        2 => codec::xz,
        3 => codec::lzma,
        _ => codec::lzfse,
    };
    drop(unpack(packed, MAX_OUT));
}

fn cfb(bytes: &[u8]) {
    let mut source = Memory(bytes);
    let Ok(mut file) = cfb::CompoundFile::open(&mut source) else { return };
    for entry in file.entries().to_vec().iter().take(64) {
        drop(file.read(entry, &mut source, MAX_OUT as u64));
    }
}

/// The database and the summary of an installer, and the stream of a summary alone.
fn msi(bytes: &[u8]) {
    drop(msi::Summary::parse(bytes));
    let mut source = Memory(bytes);
    let Ok(file) = cfb::CompoundFile::open(&mut source) else { return };
    let Ok(Some(mut database)) = msi::Database::open(file, &mut source) else { return };
    drop(database.properties(&mut source));
}

/// Looks up names as manifests refer to them.
fn pri(bytes: &[u8]) {
    let Some(index) = Pri::parse(bytes) else { return };
    for path in ["", "Resources/AppName", "Resources/DisplayName", "Files/Assets/Logo.png"] {
        drop(index.text(path));
    }
}

fn appx(bytes: &[u8]) {
    drop(AppxManifest::parse(bytes));
    drop(BundleManifest::parse(bytes));
}

/// A program's icons, their list and its version.
fn pe(bytes: &[u8]) {
    for (kind, id) in [(3, None), (3, Some(1)), (14, None), (16, None)] {
        let _ = pe::resource(bytes, kind, id);
    }
}

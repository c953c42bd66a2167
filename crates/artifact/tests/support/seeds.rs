//! Inputs for each parser, taken from the packages of the corpus.

use std::collections::BTreeMap;
use std::fs;

use artifact::fuzzing;
use miniz_oxide::deflate::compress_to_vec_zlib;

use super::mutants::unzip;
use super::{Row, corpus, rows};

/// Inputs of one parser at the most, and how long they may be.
const MAX_SEEDS: usize = 48;
const MAX_LEN: usize = 256 << 10;

/// Packages longer than this are not looked into: unpacking them takes the time.
const MAX_PACKAGE: u64 = 1 << 20;
const MAX_COMMON: u64 = 64 << 10;

/// Disks are longer.
const MAX_VOLUME: usize = 4200 << 10;

/// Rows of the table that are no packages.
const INNER: [&str; 5] = ["arsc", "axml", "mobileprovision", "pkg(xar)", "raw-volume"];

/// Well-formed inputs by the name of their parser.
pub(crate) struct Seeds(BTreeMap<&'static str, Vec<Vec<u8>>>);

impl Seeds {
    /// Goes through the corpus.
    pub(crate) fn collect() -> Self {
        let mut seeds = Self(BTreeMap::new());
        for row in rows(&[&super::PACKAGES[..], &INNER].concat()) {
            // There are plenty of short ones of these.
            let is_common = matches!(row.format.as_str(), "apk" | "zip" | "aab");
            let max_len = if has_volume(&row) { MAX_VOLUME as u64 } else { MAX_PACKAGE };
            if row.len > max_len || (is_common && row.len > MAX_COMMON) {
                continue;
            }
            let bytes = row.bytes();
            for (name, entry) in unzip(&bytes) {
                seeds.sort(&name, &entry);
            }
            seeds.sort_streams(&bytes);
            seeds.sort(&row.file, &bytes);
            seeds.push_signing_block(&bytes);
            seeds.push("inspect", &bytes);
            if let Some((target, volume)) = fuzzing::volume_in(&bytes).filter(|_| has_volume(&row)) {
                seeds.push(target, &volume);
            }
        }
        let drawables = [
            &include_bytes!("../fixtures/drawables/drawables.apk")[..],
            include_bytes!("../fixtures/drawables/drawables.aab"),
        ];
        for (name, entry) in drawables.iter().flat_map(|package| unzip(package)) {
            seeds.sort(&name, &entry);
        }
        seeds.push_packed_by_hand();
        seeds.push("ico", &ico());
        let idsig = corpus().join("derived/apk__v2v3v4-resigned.apk.idsig");
        seeds.push("idsig", &fs::read(idsig).unwrap_or_default());
        for file in fs::read_dir(corpus().join("pkg-xml")).into_iter().flatten().flatten() {
            seeds.push("xml", &fs::read(file.path()).unwrap_or_default());
        }
        seeds
    }

    /// The inputs of this parser.
    pub(crate) fn of(&self, target: &str) -> &[Vec<u8>] {
        self.0.get(target).map_or(&[], Vec::as_slice)
    }

    fn sort(&mut self, name: &str, bytes: &[u8]) {
        for target in targets(name, bytes) {
            self.push(target, bytes);
        }
        if let Some(signature) = bytes.strip_prefix(b"PKCX") {
            self.push("cms", signature);
        }
        if let Some(certificate) = certificate(bytes) {
            self.push("x509", certificate);
        }
    }

    /// Packed runs, behind the number by which the target chooses their codec.
    fn sort_streams(&mut self, bytes: &[u8]) {
        const MAGIC: [(u8, &[u8]); 7] = [
            (0, b"\x78\xda"),
            (1, b"BZh9"),
            (2, b"\xfd7zXZ\0"),
            (3, b"\x5d\0\0\x80\0"),
            (4, b"bvx2"),
            (4, b"bvxn"),
            (4, b"bvx-"),
        ];
        let is_packed = [&b"xar!"[..], b"\x78\xda"].iter().any(|magic| bytes.starts_with(magic));
        let is_image = bytes.len() > 512 && bytes[bytes.len() - 512..].starts_with(b"koly");
        if is_packed || is_image {
            for (codec, magic) in MAGIC {
                let head = &bytes[..bytes.len().min(64 << 10)];
                let found = head.windows(magic.len()).position(|window| window == magic);
                let packed = found.map(|at| &bytes[at..bytes.len().min(at + (32 << 10))]);
                if let Some(packed) = packed {
                    self.push("codec", &[&[codec], packed].concat());
                }
            }
        }
    }

    /// What the corpus has only deep inside of volumes.
    fn push_packed_by_hand(&mut self) {
        let lzvn = [0xc0, 0x03, b'a', b'b', b'c', 0xf4, 0x0e, 0x06, 0, 0, 0, 0, 0, 0, 0];
        self.push("lzvn", &lzvn);
        let zlib = compress_to_vec_zlib(&b"slipway ".repeat(20), 6);
        // Raw, zlib, LZVN and LZFSE, in the attribute and in the resource fork.
        for kind in [1_u32, 3, 4, 7, 8, 9, 10, 11, 12] {
            let packed = if kind < 5 { &zlib[..] } else { &lzvn };
            let header = [&b"fpmc"[..], &kind.to_le_bytes(), &160_u64.to_le_bytes()].concat();
            self.push("decmpfs", &[&header, packed].concat());
        }
    }

    /// The block before the directory of an Android package, as far as its length tells.
    fn push_signing_block(&mut self, package: &[u8]) {
        const MAGIC: &[u8] = b"APK Sig Block 42";
        let end = package.windows(MAGIC.len()).rposition(|window| window == MAGIC).map(|at| at + MAGIC.len());
        let len =
            end.and_then(|end| package.get(end - 24..)?.first_chunk()).map(|len| u64::from_le_bytes(*len));
        let whole = len.and_then(|len| usize::try_from(len).ok()?.checked_add(8));
        let block = end.zip(whole).and_then(|(end, whole)| package.get(end.checked_sub(whole)?..end));
        if let Some(block) = block {
            self.push("signing", block);
        }
    }

    fn push(&mut self, target: &'static str, bytes: &[u8]) {
        let is_volume = matches!(target, "hfs-plus" | "apfs" | "fat" | "udif");
        let (max_seeds, max_len) = if is_volume { (6, MAX_VOLUME) } else { (MAX_SEEDS, MAX_LEN) };
        let seeds = self.0.entry(target).or_default();
        if seeds.len() < max_seeds && bytes.len() <= max_len && !seeds.iter().any(|seed| seed == bytes) {
            seeds.push(bytes.to_vec());
        }
    }
}

/// An icon of 16 by 16 pixels with a bitmap.
fn ico() -> Vec<u8> {
    let mut icon = vec![0, 0, 1, 0, 1, 0, 16, 16, 0, 0, 1, 0, 32, 0];
    icon.extend([1128_u32, 22, 40, 16, 32].map(u32::to_le_bytes).concat());
    icon.extend([1, 0, 32, 0]);
    icon.extend([0_u8; 24]);
    icon.extend([0x7f; 16 * 16 * 4 + 64]);
    icon
}

fn has_volume(row: &Row) -> bool {
    matches!(row.format.as_str(), "dmg" | "raw-volume")
}

/// The parsers that read such a file.
fn targets(name: &str, bytes: &[u8]) -> &'static [&'static str] {
    let text = bytes.iter().take(8).any(|byte| *byte == b'<');
    match bytes {
        _ if name.ends_with("manifest/AndroidManifest.xml") || name.ends_with(".pb") => &["proto"],
        [0x0a, ..] if name.ends_with(".xml") => &["proto"],
        [3, 0, 8, 0, ..] => &["axml", "drawable"],
        [2, 0, 12, 0, ..] => &["arsc"],
        [b'b', b'p', b'l', ..] => &["plist"],
        [b'm', b'r', b'm', b'_', ..] => &["pri"],
        [0x89, b'P', b'N', b'G', ..] => &["png", "raster"],
        [b'R', b'I', b'F', b'F', ..] | [0xff, 0xd8, ..] => &["raster"],
        [b'i', b'c', b'n', b's', ..] => &["icns"],
        [0, 0, 1, 0, ..] => &["ico"],
        [b'M', b'Z', ..] => &["pe"],
        [0xce | 0xcf, 0xfa, 0xed, 0xfe, ..] | [0xca, 0xfe, 0xba, 0xbe, ..] => &["macho"],
        [0x30, 0x80..=0x84, ..] => &["cms", "profile"],
        [0xd0, 0xcf, 0x11, 0xe0, ..] => &["cfb", "msi"],
        [b'x', b'a', b'r', b'!', ..] => &["xar", "pkg"],
        [b'P', b'K', 3, 4, ..] => &["zip", "sigblock"],
        _ if name.ends_with(".dmg") || name.contains("raw") => &["udif"],
        _ if name.ends_with(".plist") => &["plist", "xml"],
        _ if text => &["xml", "appx"],
        _ => &[],
    }
}

/// The first certificate in a signed message: a sequence of more than 255 bytes that begins with another.
fn certificate(bytes: &[u8]) -> Option<&[u8]> {
    let is_message = bytes.starts_with(&[0x30, 0x82]) || bytes.starts_with(&[0x30, 0x80]);
    let mut starts = bytes.windows(8).enumerate().skip(8).filter(|_| is_message);
    let (at, head) = starts.find(|(_, window)| matches!(window, [0x30, 0x82, _, _, 0x30, 0x82, _, _]))?;
    bytes.get(at..at + 4 + usize::from(u16::from_be_bytes([head[2], head[3]])))
}

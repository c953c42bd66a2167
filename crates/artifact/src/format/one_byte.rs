//! The smaller packages of the corpus, read from a source that gives one byte at a time.
//!
//! Every read of every parser then fails at every byte once: what depends on luck with pages shows here.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::corpus_index;
use crate::format::{Depth, Job, read};
use crate::source::Memory;
use crate::{Format, Hints, InspectError, Miss, Source};

/// Longer packages take too long: every byte costs an attempt.
const MAX_LEN: u64 = 24 << 10;

/// Formats of which the corpus has small packages, and how many at least.
const SMALL: [(Format, u32); 9] = [
    (Format::Apk, 200),
    (Format::Ipa, 1),
    (Format::Pkg, 20),
    (Format::Dmg, 3),
    (Format::Appx, 10),
    (Format::Msix, 3),
    (Format::AppxBundle, 10),
    (Format::Msi, 10),
    (Format::Zip, 100),
];

/// Bytes that were asked for so far, as runs from start to end.
struct OneByte<'a> {
    bytes: &'a [u8],
    known: BTreeMap<usize, usize>,
    kept: BTreeMap<u64, Arc<[u8]>>,
}

impl OneByte<'_> {
    fn known_until(&self, at: usize) -> usize {
        self.known.range(..=at).next_back().map_or(at, |(_, &end)| end.max(at))
    }

    fn give(&mut self, at: usize) {
        let start = self
            .known
            .range(..=at)
            .next_back()
            .filter(|(_, end)| **end == at)
            .map_or(at, |(start, _)| *start);
        let end = self.known.remove(&(at + 1)).unwrap_or(at + 1);
        self.known.insert(start, end);
    }
}

impl Source for OneByte<'_> {
    fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn get(&mut self, offset: u64, len: usize) -> Result<&[u8], Miss> {
        let start = (offset as usize).min(self.bytes.len());
        let end = start.saturating_add(len).min(self.bytes.len());
        match self.known_until(start) {
            known if known < end => Err(Miss { offset: known as u64, len: 1 }),
            _ => Ok(&self.bytes[start..end]),
        }
    }

    /// Only what is read counts here.
    fn prefetch(&mut self, _: u64, _: usize) -> Result<(), Miss> {
        Ok(())
    }

    fn recall(&self, offset: u64) -> Option<Arc<[u8]>> {
        self.kept.get(&offset).cloned()
    }

    fn keep(&mut self, offset: u64, bytes: &Arc<[u8]>) {
        self.kept.insert(offset, Arc::clone(bytes));
    }
}

#[test]
fn a_package_given_byte_by_byte_reads_the_same() {
    let mut n_files: BTreeMap<String, u32> = BTreeMap::new();
    for row in corpus_index::table() {
        let is_small = row.len <= MAX_LEN;
        if is_small && Format::ALL.iter().any(|known| known.extension() == row.format) {
            check(&row.file, &row.bytes());
            *n_files.entry(row.format).or_default() += 1;
        }
    }
    check("drawables.apk", include_bytes!("../../tests/fixtures/drawables/drawables.apk"));
    check("drawables.aab", include_bytes!("../../tests/fixtures/drawables/drawables.aab"));
    println!("{n_files:?}");
    for (format, expected) in SMALL {
        let found = n_files.get(format.extension()).copied().unwrap_or(0);
        assert!(
            found >= expected,
            "expected {expected} small files of {format} beside the project, got {found}"
        );
    }
}

#[test]
fn an_app_for_iphones_given_byte_by_byte_reads_the_same() {
    let list = b"<plist><dict><key>CFBundleIdentifier</key><string>a.b</string></dict></plist>";
    let icon = crate::png::encode(2, 2, &[9; 16]);
    let files: [(&str, u32, &[u8]); 5] = [
        ("Payload/A.app/Info.plist", 0, list),
        ("Payload/A.app/A", 0, b"#!"),
        ("Payload/A.app/Icon.png", 0, &icon),
        ("Payload/A.app/embedded.mobileprovision", 0, list),
        ("Payload/A.app/PlugIns/B.appex/Info.plist", 0, list),
    ];
    check("a.ipa", &crate::zip::archive_of(&files));
}

fn check(name: &str, bytes: &[u8]) {
    let mut source = OneByte { bytes, known: BTreeMap::new(), kept: BTreeMap::new() };
    let job = Job { hints: &Hints { file_name: name, now: 0 }, depth: Depth::Full };
    let by_byte = loop {
        match read(&job, &mut source) {
            Err(InspectError::Miss(miss)) => source.give(miss.offset as usize),
            outcome => break outcome,
        }
    };
    assert_eq!(by_byte, read(&job, &mut Memory(bytes)), "{name}");
}

//! Packages of the corpus, read from a source that gives one byte at a time, or a few.
//!
//! Every read of every parser then fails at every byte once. A parser that works only because pages happen to hold more
//! than it asked for fails here. Only small packages are read so, because every byte costs an attempt.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::context::{Depth, InspectContext};
use crate::corpus_index;
use crate::format::read;
use crate::source::Memory;
use crate::{Format, Hints, InspectError, Miss, Source};

/// The longest that are read byte by byte: twice as many bytes take four times as long.
const MAX_LEN: u64 = 24 << 10;

/// Bytes at a time for longer packages: a prime, so that pieces end anywhere.
const PIECE: usize = 997;

/// The longest that are read in pieces.
const MAX_IN_PIECES: u64 = 4 << 20;

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
struct PiecewiseSource<'a> {
    bytes: &'a [u8],
    /// The most that is given at a time.
    piece: usize,
    known: BTreeMap<usize, usize>,
    kept: BTreeMap<u64, Arc<[u8]>>,
}

impl PiecewiseSource<'_> {
    fn known_until(&self, at: usize) -> usize {
        self.known.range(..=at).next_back().map_or(at, |(_, &end)| end.max(at))
    }

    fn give(&mut self, miss: Miss) {
        let at = miss.offset as usize;
        let before = self.known.range(..=at).next_back().filter(|(_, end)| **end == at);
        let start = before.map_or(at, |(start, _)| *start);
        let mut end = at + miss.len;
        while let Some((&next, &until)) = self.known.range(at + 1..=end).next() {
            self.known.remove(&next);
            end = end.max(until);
        }
        self.known.insert(start, end);
    }
}

impl Source for PiecewiseSource<'_> {
    fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn get(&mut self, offset: u64, len: usize) -> Result<&[u8], Miss> {
        let start = (offset as usize).min(self.bytes.len());
        let end = start.saturating_add(len).min(self.bytes.len());
        match self.known_until(start) {
            known if known < end => Err(Miss { offset: known as u64, len: self.piece.min(end - known) }),
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
    let n_files = check_corpus(0, MAX_LEN, 1);
    check("drawables.apk", include_bytes!("../../tests/fixtures/drawables/drawables.apk"), 1);
    check("drawables.aab", include_bytes!("../../tests/fixtures/drawables/drawables.aab"), 1);
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
fn a_package_given_in_small_pieces_reads_the_same() {
    let n_files = check_corpus(MAX_LEN + 1, MAX_IN_PIECES, PIECE);
    println!("{n_files:?}");
    let all: u32 = n_files.values().sum();
    assert!(all > 100 && n_files.len() >= 10, "expected the corpus beside the project, got {n_files:?}");
}

/// Checks the packages of these lengths; counts them by format.
fn check_corpus(min_len: u64, max_len: u64, piece: usize) -> BTreeMap<String, u32> {
    let mut n_files: BTreeMap<String, u32> = BTreeMap::new();
    for row in corpus_index::table() {
        let is_wanted = (min_len..=max_len).contains(&row.len);
        if is_wanted && Format::ALL.iter().any(|known| known.extension() == row.format) {
            check(&row.file, &row.bytes(), piece);
            *n_files.entry(row.format).or_default() += 1;
        }
    }
    n_files
}

#[test]
fn an_app_for_iphones_given_byte_by_byte_reads_the_same() {
    let list = b"<plist><dict><key>CFBundleIdentifier</key><string>a.b</string></dict></plist>";
    let icon = crate::image::png::encode(2, 2, &[9; 16]);
    let files: [(&str, u32, &[u8]); 5] = [
        ("Payload/A.app/Info.plist", 0, list),
        ("Payload/A.app/A", 0, b"#!"),
        ("Payload/A.app/Icon.png", 0, &icon),
        ("Payload/A.app/embedded.mobileprovision", 0, list),
        ("Payload/A.app/PlugIns/B.appex/Info.plist", 0, list),
    ];
    check("a.ipa", &crate::container::zip::archive_of(&files), 1);
}

fn check(name: &str, bytes: &[u8], piece: usize) {
    let mut source = PiecewiseSource { bytes, piece, known: BTreeMap::new(), kept: BTreeMap::new() };
    let context = InspectContext { hints: &Hints { file_name: name, now: 0 }, depth: Depth::Full };
    let in_pieces = loop {
        match read(&context, &mut source) {
            Err(InspectError::Miss(miss)) => source.give(miss),
            outcome => break outcome,
        }
    };
    assert_eq!(in_pieces, read(&context, &mut Memory(bytes)), "{name}");
}

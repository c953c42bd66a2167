//! The smaller packages of the corpus, read from a source that gives one byte at a time.
//!
//! Every read of every parser then fails at every byte once: what depends on luck with pages shows here.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::format::{Depth, Job, read};
use crate::source::Memory;
use crate::{Hints, InspectError, Miss, Source};

/// Bytes that were asked for so far, as runs from start to end.
struct OneByte<'a> {
    bytes: &'a [u8],
    known: BTreeMap<usize, usize>,
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
}

#[test]
fn a_package_given_byte_by_byte_reads_the_same() {
    let mut n_files = 0;
    for folder in ["apk", "derived"] {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus").join(folder);
        for file in fs::read_dir(&corpus).into_iter().flatten().flatten() {
            let name = file.file_name().to_string_lossy().into_owned();
            let bytes = fs::read(file.path()).unwrap_or_default();
            if name.ends_with(".apk") && bytes.len() <= 24 << 10 {
                check(&name, &bytes);
                n_files += 1;
            }
        }
    }
    assert!(n_files > 200, "expected the corpus beside the project, got {n_files} small packages");
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
    let mut source = OneByte { bytes, known: BTreeMap::new() };
    let job = Job { hints: &Hints { file_name: name, now: 0 }, depth: Depth::Full };
    let by_byte = loop {
        match read(&job, &mut source) {
            Err(InspectError::Miss(miss)) => source.give(miss.offset as usize),
            outcome => break outcome,
        }
    };
    assert_eq!(by_byte, read(&job, &mut Memory(bytes)), "{name}");
}

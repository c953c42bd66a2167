//! The file that is uploaded, and how it changes meanwhile.

use std::collections::BTreeMap;
use std::rc::Rc;

use md5::Digest as _;
use upload::{Fingerprint, Md5, sample_ranges};

use super::random::Random;

/// When the file was written, in milliseconds since 1970.
const CREATED_MS: i64 = 1_700_000_000_000;

/// A change of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mutation {
    /// It is written anew, as long as before.
    Rewrite,
    /// Its time of change is set; its bytes stay.
    Touch,
    /// It becomes shorter.
    Truncate,
    /// It becomes longer.
    Append,
    /// It is deleted.
    Delete,
    /// One byte flips, and its time of change stays: a failing disk, or a program that sets the time back.
    BitFlip,
}

/// One file on a disk.
#[derive(Clone, Debug)]
pub(crate) struct Disk {
    modified_ms: i64,
    is_gone: bool,
    /// What it held, oldest first; the last is what it holds.
    versions: Vec<Rc<[u8]>>,
    /// MD5s of chunks: the same are asked for again and again.
    known: BTreeMap<(usize, u64, u64), Md5>,
    random: Random,
}

impl Disk {
    pub(crate) fn new(size: u64, seed: u64) -> Disk {
        let mut random = Random::new(seed);
        let versions = vec![contents(size, &mut random)];
        Disk { modified_ms: CREATED_MS, is_gone: false, versions, known: BTreeMap::new(), random }
    }

    pub(crate) fn bytes(&self) -> Rc<[u8]> {
        Rc::clone(&self.versions[self.versions.len() - 1])
    }

    pub(crate) fn size(&self) -> u64 {
        self.bytes().len() as u64
    }

    /// Whether the file was like this at some moment.
    pub(crate) fn was_once(&self, bytes: &[u8]) -> bool {
        self.versions.iter().any(|version| **version == *bytes)
    }

    /// Whether bytes of that MD5 were once there in the file.
    pub(crate) fn had_once(&mut self, offset: u64, len: u64, wanted: Md5) -> bool {
        let range = offset as usize..(offset + len) as usize;
        let known = &mut self.known;
        self.versions.iter().enumerate().any(|(n, version)| {
            let Some(bytes) = version.get(range.clone()) else { return false };
            *known.entry((n, offset, len)).or_insert_with(|| md5(bytes)) == wanted
        })
    }

    pub(crate) fn was_mutated(&self) -> bool {
        self.versions.len() > 1 || self.is_gone || self.modified_ms != CREATED_MS
    }

    /// What the host records of the file when it is chosen.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        let bytes = self.bytes();
        let mut sample = md5::Md5::new();
        for (offset, len) in sample_ranges(self.size()) {
            sample.update(&bytes[offset as usize..(offset + len) as usize]);
        }
        let sample = Md5(sample.finalize().into());
        Fingerprint { name: "notes &1.apk".into(), size: self.size(), modified_ms: self.modified_ms, sample }
    }

    /// These bytes, unless the host can tell that the file is not the one any more that was `chosen`.
    pub(crate) fn read(&self, chosen: Option<&Fingerprint>, offset: u64, len: u64) -> Option<Vec<u8>> {
        let is_other =
            |chosen: &Fingerprint| (chosen.size, chosen.modified_ms) != (self.size(), self.modified_ms);
        if self.is_gone || chosen.is_some_and(is_other) {
            return None;
        }
        self.bytes().get(offset as usize..(offset + len) as usize).map(<[u8]>::to_vec)
    }

    pub(crate) fn mutate(&mut self, mutation: Mutation) {
        self.modified_ms += if mutation == Mutation::BitFlip { 0 } else { 1_500 };
        let mut bytes = self.bytes().to_vec();
        match mutation {
            Mutation::Touch => return,
            Mutation::Delete => return self.is_gone = true,
            Mutation::Rewrite => bytes = contents(self.size(), &mut self.random).to_vec(),
            Mutation::Truncate => bytes.truncate(self.random.below(self.size()).max(1) as usize),
            Mutation::Append => bytes.extend_from_slice(&[7; 33]),
            Mutation::BitFlip => bytes[self.random.below(self.size()) as usize] ^= 0x10,
        }
        self.versions.push(bytes.into());
    }
}

fn contents(size: u64, random: &mut Random) -> Rc<[u8]> {
    let mut bytes = Vec::with_capacity(size as usize + 4);
    while (bytes.len() as u64) < size {
        bytes.extend_from_slice(&(random.below(1 << 32) as u32).to_le_bytes());
    }
    bytes.truncate(size as usize);
    bytes.into()
}

/// The MD5 of these bytes.
pub(crate) fn md5(bytes: &[u8]) -> Md5 {
    Md5(md5::Md5::digest(bytes).into())
}

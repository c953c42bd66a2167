use serde::{Deserialize, Serialize};

use super::md5::Md5;

/// Length of a sampled block, in bytes: 64 KiB, so that eight of them are read in a few milliseconds.
const BLOCK: u64 = 64 * 1024;

/// Most blocks that are sampled.
const BLOCKS: u64 = 8;

/// What identifies a file without reading all of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// The file's name.
    pub name: String,
    /// Its length, in bytes.
    pub size: u64,
    /// When it was last changed, in milliseconds since 1970 UTC.
    pub modified_ms: i64,
    /// The MD5 of the bytes of [`sample_ranges`], one after the other.
    pub sample: Md5,
}

/// How two fingerprints compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FingerprintMatch {
    /// The same in everything that is compared.
    Same,
    /// The same bytes as far as they are sampled, under another name or with another time: copied, renamed or touched.
    Touched,
    /// Another one.
    Other,
}

impl Fingerprint {
    /// Whether `other` may be the same file. Only reading all of it tells for sure, which resuming an upload does.
    pub fn compare(&self, other: &Fingerprint) -> FingerprintMatch {
        if (self.size, self.sample) != (other.size, other.sample) {
            return FingerprintMatch::Other;
        }
        if self == other { FingerprintMatch::Same } else { FingerprintMatch::Touched }
    }
}

/// Offset and length of the blocks that are sampled of a file of `size` bytes, ascending: the first, the last and some
/// between them; all of a small file.
pub fn sample_ranges(size: u64) -> Vec<(u64, u64)> {
    if size <= BLOCK * BLOCKS {
        return if size == 0 { Vec::new() } else { vec![(0, size)] };
    }
    let last = size - BLOCK;
    // The same as last * i / n, without a product that is too large.
    let n = BLOCKS - 1;
    let offset = |i: u64| last / n * i + last % n * i / n;
    (0..BLOCKS).map(|i| (offset(i), BLOCK)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, modified_ms: i64, sample: u8) -> Fingerprint {
        Fingerprint { name: name.into(), size: 9, modified_ms, sample: Md5([sample; 16]) }
    }

    #[test]
    fn a_copy_is_touched_and_other_bytes_are_another_file() {
        let known = file("a.apk", 1, 1);
        assert_eq!(known.compare(&file("a.apk", 1, 1)), FingerprintMatch::Same);
        assert_eq!(known.compare(&file("b.apk", 2, 1)), FingerprintMatch::Touched);
        assert_eq!(known.compare(&file("a.apk", 1, 2)), FingerprintMatch::Other);
        assert_eq!(known.compare(&Fingerprint { size: 8, ..file("a.apk", 1, 1) }), FingerprintMatch::Other);
    }

    #[test]
    fn samples_lie_in_the_file_ascending_with_both_ends() {
        for size in [1, BLOCK * BLOCKS, BLOCK * BLOCKS + 1, 5 << 30, u64::MAX] {
            let ranges = sample_ranges(size);
            assert_eq!(ranges[0].0, 0);
            let (offset, len) = ranges[ranges.len() - 1];
            assert_eq!(offset + len, size);
            assert!(ranges.windows(2).all(|pair| pair[0].0 + pair[0].1 <= pair[1].0), "{size}: {ranges:?}");
        }
        assert_eq!(sample_ranges(0), []);
    }
}

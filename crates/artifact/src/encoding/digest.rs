//! MD5 and SHA-256 of a whole file. This is a separate pass: an inspection reads only a small part of the file.

use md5::{Digest as _, Md5};
use sha2::Sha256;

use crate::encoding::bytes::hex;

/// Bytes that one hash takes before the other does: short enough to stay in the processor's cache.
const STRIDE: usize = 16 << 10;

/// MD5 and SHA-256 of a file that is read once, in order, in pieces of any length.
///
/// ```
/// let mut digester = artifact::Digester::new();
/// digester.update(b"ab");
/// digester.update(b"c");
/// assert_eq!(digester.finish().md5, "900150983cd24fb0d6963f7d28e17f72");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Digester {
    md5: Md5,
    sha256: Sha256,
    size: u64,
}

/// The result of a [`Digester`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digests {
    /// 32 lower-case hex digits.
    pub md5: String,
    /// 64 lower-case hex digits.
    pub sha256: String,
    /// How many bytes there were.
    pub size: u64,
}

impl Digester {
    /// A digester that has seen no bytes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        for stride in bytes.chunks(STRIDE) {
            self.md5.update(stride);
            self.sha256.update(stride);
        }
        self.size = self.size.saturating_add(bytes.len() as u64);
    }

    /// The digests of all bytes taken.
    #[must_use]
    pub fn finish(self) -> Digests {
        let Self { md5, sha256, size } = self;
        Digests { md5: hex(&md5.finalize()), sha256: hex(&sha256.finalize()), size }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pieces: &[&[u8]], md5: &str, sha256: &str) {
        let mut digester = Digester::new();
        pieces.iter().for_each(|piece| digester.update(piece));
        let size = pieces.iter().map(|piece| piece.len() as u64).sum();
        assert_eq!(digester.finish(), Digests { md5: md5.into(), sha256: sha256.into(), size });
    }

    /// The test vectors of RFC 1321 and FIPS 180-2.
    #[test]
    fn the_standards_examples_have_the_standards_digests() {
        check(
            &[],
            "d41d8cd98f00b204e9800998ecf8427e",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        );
        check(
            &[b"abc"],
            "900150983cd24fb0d6963f7d28e17f72",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        );
        let million = vec![b'a'; 1_000_000];
        check(
            &[&million],
            "7707d6ae4e027c70eea2a935c2296f21",
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
        );
    }

    #[test]
    fn pieces_make_no_difference() {
        let (md5, sha256) = (
            "7707d6ae4e027c70eea2a935c2296f21",
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
        );
        let million = vec![b'a'; 1_000_000];
        for at in [0, 1, STRIDE - 1, STRIDE, STRIDE + 1, 999_999] {
            check(&[&million[..at], &[], &million[at..]], md5, sha256);
        }
    }
}

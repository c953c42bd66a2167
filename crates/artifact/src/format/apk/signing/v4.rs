//! Signatures by scheme v4, which lie in a file of their own beside the package: `app.apk.idsig`.
//!
//! Source: "APK Signature Scheme v4" of the Android Open Source Project; `V4Signature.java` for the blocks that v4.1
//! added.

use crate::Artifact;
use crate::encoding::bytes::u32_at;
use crate::encoding::x509;

/// Signers that are looked at: one, and one for a key that is rotated to.
const MAX_SIGNERS: usize = 4;

impl Artifact {
    /// Notes that an Android package is signed by scheme v4 too, as a file beside it says: `app.apk.idsig`.
    ///
    /// True if `idsig` is such a file and names a signer of this package; nothing changes otherwise. The file's first
    /// 64 KiB do. As with the other schemes no digest is checked.
    pub fn note_v4_signature(&mut self, idsig: &[u8]) -> bool {
        let Some(signing) = self.android.as_mut().map(|android| &mut android.signing) else {
            return false;
        };
        let is_signer = |der: &[u8]| {
            x509::certificate(der).is_some_and(|certificate| signing.certificates.contains(&certificate))
        };
        let names_signer = certificates(idsig).into_iter().any(is_signer);
        // It counts beside a newer signature only.
        let has_newer = signing.schemes.iter().any(|scheme| scheme != "v1");
        if names_signer && has_newer && !signing.schemes.iter().any(|scheme| scheme == "v4") {
            signing.schemes.push("v4".to_owned());
        }
        names_signer && has_newer
    }
}

/// The signers' certificates in DER.
fn certificates(idsig: &[u8]) -> Vec<&[u8]> {
    const VERSION: u32 = 2;
    if u32_at(idsig, 0) != Some(VERSION) {
        return Vec::new();
    }
    let mut certificates = Vec::new();
    let hashing = idsig.get(4..).and_then(part);
    let mut signing = hashing.and_then(|(_, rest)| part(rest)).map(|(signing, _)| signing);
    while let Some((certificate, rest)) =
        signing.and_then(signer).filter(|_| certificates.len() < MAX_SIGNERS)
    {
        certificates.push(certificate);
        // A block for another key: its id, its length, and the same again.
        signing = rest.get(8..);
    }
    certificates
}

/// A signer's certificate, and what is behind the signer.
fn signer(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (_apk_digest, rest) = part(bytes)?;
    let (certificate, rest) = part(rest)?;
    let (_additional, rest) = part(rest)?;
    let (_public_key, rest) = part(rest)?;
    let (_signature, rest) = part(rest.get(4..)?)?;
    Some((certificate, rest))
}

/// Bytes with their length before them, and what is behind them.
fn part(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let len = usize::try_from(u32_at(bytes, 0)?).ok()?;
    bytes.get(4..)?.split_at_checked(len)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_len(bytes: &[u8]) -> Vec<u8> {
        [&(bytes.len() as u32).to_le_bytes()[..], bytes].concat()
    }

    fn signed_by(certificate: &[u8]) -> Vec<u8> {
        let parts = [b"digest", certificate, b"", b"key"].map(with_len).concat();
        [parts, vec![1, 1, 0, 0], with_len(b"signature")].concat()
    }

    fn idsig() -> Vec<u8> {
        let rotated = [b"\x01\0\0\0".to_vec(), with_len(&signed_by(b"second"))].concat();
        let signers = [signed_by(b"first"), rotated].concat();
        [vec![2, 0, 0, 0], with_len(b"hashing"), with_len(&signers), vec![9; 40]].concat()
    }

    #[test]
    fn both_signers_of_a_rotated_key_are_found() {
        assert_eq!(certificates(&idsig()), [&b"first"[..], b"second"]);
    }

    #[test]
    fn a_file_cut_short_or_of_another_version_names_no_signer() {
        let whole = idsig();
        for len in 0..whole.len() - 40 {
            assert_eq!(certificates(&whole[..len]), [&b""[..]; 0], "{len}");
        }
        assert_eq!(certificates(&[&[3][..], &whole[1..]].concat()), [&b""[..]; 0]);
    }
}

//! One scheme's signers, as they are in the APK Signing Block.
//!
//! Source: "APK Signature Scheme v2", "v3" and "v3.1" of the Android Open Source Project. Every part has its length
//! before it, in 32 bits.

use crate::encoding::bytes::u32_at;

/// Signers that are looked at. Android knows at most 10.
const MAX_SIGNERS: usize = 10;

/// Attributes of a signer that are looked at. Real ones have up to 3.
const MAX_ATTRIBUTES: usize = 32;

/// A signer of one scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Signer<'a> {
    /// Its certificate in DER.
    pub(super) certificate: &'a [u8],
    /// Attributes that it signed, undecoded.
    attributes: &'a [u8],
}

/// Splits the value of a pair into signers. `has_sdk_range` is true from scheme v3 on.
///
/// `None` if there is no signer, or one without a certificate: Android refuses these.
pub(super) fn signers(value: &[u8], has_sdk_range: bool) -> Option<Vec<Signer<'_>>> {
    let (list, _) = part(value)?;
    let signers: Option<Vec<_>> =
        parts(list).take(MAX_SIGNERS).map(|bytes| signer(bytes, has_sdk_range)).collect();
    signers.filter(|signers| !signers.is_empty())
}

impl<'a> Signer<'a> {
    /// The value of an attribute.
    pub(super) fn attribute(&self, id: u32) -> Option<&'a [u8]> {
        let mut attributes = parts(self.attributes).take(MAX_ATTRIBUTES);
        attributes.find(|attribute| u32_at(attribute, 0) == Some(id))?.get(4..)
    }
}

fn signer(bytes: &[u8], has_sdk_range: bool) -> Option<Signer<'_>> {
    let (signed, _) = part(bytes)?;
    let (_digests, rest) = part(signed)?;
    let (certificates, rest) = part(rest)?;
    let rest = if has_sdk_range { rest.get(8..)? } else { rest };
    let attributes = part(rest).map_or(&[][..], |(attributes, _)| attributes);
    Some(Signer { certificate: parts(certificates).next()?, attributes })
}

/// The first part of a list, and what is behind it.
fn part(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let len = usize::try_from(u32_at(bytes, 0)?).ok()?;
    bytes.get(4..)?.split_at_checked(len)
}

/// The parts of a list, up to where they stop making sense.
fn parts(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (first, rest) = part(bytes)?;
        bytes = rest;
        Some(first)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_len(parts: &[&[u8]]) -> Vec<u8> {
        let bytes = parts.concat();
        [&(bytes.len() as u32).to_le_bytes()[..], &bytes].concat()
    }

    fn block(range: &[u8]) -> Vec<u8> {
        let certificates = with_len(&[&with_len(&[b"leaf"]), &with_len(&[b"root"])]);
        let attributes = with_len(&[&with_len(&[b"\x01\0\0\0one"]), &with_len(&[b"\x02\0\0\0"])]);
        let signed = with_len(&[&with_len(&[b"digests"]), &certificates, range, &attributes]);
        let signer = with_len(&[&signed, range, &with_len(&[b"signatures"]), &with_len(&[b"key"])]);
        with_len(&[&signer, &signer])
    }

    #[test]
    fn a_signer_has_its_first_certificate_and_its_attributes() {
        for range in [&[][..], &[7; 8]] {
            let block = block(range);
            let signers = signers(&block, !range.is_empty()).unwrap_or_default();
            assert_eq!(signers.len(), 2);
            assert_eq!(signers[1].certificate, b"leaf");
            assert_eq!(signers[1].attribute(1), Some(&b"one"[..]));
            assert_eq!((signers[0].attribute(2), signers[0].attribute(3)), (Some(&b""[..]), None));
        }
    }

    #[test]
    fn a_list_cut_short_has_no_signer() {
        let block = block(&[]);
        for len in 0..block.len() {
            assert_eq!(signers(&block[..len], false), None, "{len}");
        }
        assert_eq!(signers(&with_len(&[]), false), None);
    }

    #[test]
    fn no_changed_byte_makes_it_panic() {
        let block = block(&[7; 8]);
        for at in 0..block.len() {
            for byte in [0, 1, 0x7f, 0xff] {
                let mut bytes = block.clone();
                bytes[at] = byte;
                for signer in signers(&bytes, true).unwrap_or_default() {
                    signer.attribute(2);
                }
            }
        }
    }
}

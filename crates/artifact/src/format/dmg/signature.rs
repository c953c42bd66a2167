//! The code signature of an image, between its index and its trailer.
//!
//! Source: `cs_blobs.h` of Apple's XNU: a superblob is an index of blobs by their slot.

use crate::disk::udif::Trailer;
use crate::encoding::big_endian::u32_at;
use crate::encoding::cms;
use crate::encoding::x509;
use crate::limits::MAX_DOCUMENT;
use crate::{Certificate, Miss, Source};

/// `CSMAGIC_EMBEDDED_SIGNATURE`
const SUPERBLOB: u32 = 0xfade_0cc0;

/// `CSMAGIC_BLOBWRAPPER`
const WRAPPER: u32 = 0xfade_0b01;

/// `CSSLOT_SIGNATURESLOT`
const CMS: u32 = 0x1_0000;

/// `CSSLOT_TICKETSLOT`
const TICKET: u32 = 0x1_0002;

/// Blobs looked at: there are about six.
const MAX_BLOBS: usize = 64;

/// What is known about who signed an image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Signature {
    pub(super) is_signed: bool,
    /// Whether a notarization ticket is stapled to it.
    pub(super) has_ticket: bool,
    /// The signer's first.
    pub(super) certificates: Vec<Certificate>,
    /// Whether there is a signature without a message in it: made without an identity, or damaged.
    pub(super) is_nameless: bool,
}

/// Reads the signature that the trailer leads to. Writers other than Apple's leave any numbers there.
pub(super) fn read(source: &mut dyn Source, trailer: &Trailer) -> Result<Signature, Miss> {
    let (offset, len) = trailer.signature;
    let end = offset.saturating_add(len);
    if !(12..=MAX_DOCUMENT).contains(&len) || offset == 0 || end > source.len() {
        return Ok(Signature::default());
    }
    Ok(parse(source.get(offset, len as usize)?).unwrap_or_default())
}

fn parse(bytes: &[u8]) -> Option<Signature> {
    if u32_at(bytes, 0)? != SUPERBLOB {
        return None;
    }
    let n_blobs = (u32_at(bytes, 8)? as usize).min(MAX_BLOBS);
    let index = bytes.get(12..)?.chunks_exact(8).take(n_blobs);
    let mut signature = Signature { is_signed: true, ..Signature::default() };
    for (slot, blob) in
        index.filter_map(|entry| Some((u32_at(entry, 0)?, bytes.get(u32_at(entry, 4)? as usize..)?)))
    {
        match slot {
            CMS => signature.certificates = certificates(blob).unwrap_or_default(),
            TICKET => signature.has_ticket = true,
            _ => {}
        }
    }
    signature.is_nameless = signature.certificates.is_empty();
    Some(signature)
}

fn certificates(blob: &[u8]) -> Option<Vec<Certificate>> {
    if u32_at(blob, 0)? != WRAPPER {
        return None;
    }
    let message = cms::parse(blob.get(8..u32_at(blob, 4)? as usize)?)?;
    let signer = message.signer();
    let others = message.certificates.iter().copied().filter(|der| Some(*der) != signer);
    Some(signer.into_iter().chain(others).filter_map(x509::certificate).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A superblob with one blob.
    fn superblob(slot: u32, blob: &[u8]) -> Vec<u8> {
        let numbers = [SUPERBLOB, 20 + blob.len() as u32, 1, slot, 20];
        let mut bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_be_bytes()).collect();
        bytes.extend(blob);
        bytes
    }

    fn signed() -> Vec<u8> {
        let message = include_bytes!("../../../tests/fixtures/signed/message.der");
        let mut blob = WRAPPER.to_be_bytes().to_vec();
        blob.extend((message.len() as u32 + 8).to_be_bytes());
        blob.extend(message);
        superblob(CMS, &blob)
    }

    #[test]
    fn the_signer_is_read() {
        let signature = parse(&signed()).unwrap_or_default();
        assert!(signature.is_signed && !signature.is_nameless && !signature.certificates.is_empty());
        let ticket = parse(&superblob(TICKET, b"s8ch")).unwrap_or_default();
        assert!(ticket.has_ticket && ticket.is_nameless);
    }

    #[test]
    fn junk_is_no_signature_and_a_cut_one_names_no_signer() {
        assert_eq!(parse(b"junk in place of a signature"), None);
        let whole = signed();
        for len in 0..whole.len() - 1 {
            let cut = parse(&whole[..len]).unwrap_or_default();
            assert!(cut.certificates.is_empty(), "{len}");
        }
    }
}

//! Signed messages (CMS, RFC 5652, formerly PKCS #7): what was signed and by whom. Nothing is verified.
//!
//! The signatures of many packages have this form: `META-INF/*.RSA` of Java archives, provisioning profiles,
//! `AppxSignature.p7x` behind its four letters `PKCX`, `DigitalSignature` of Windows installers and the CMS signature
//! of Mac installers.

use crate::encoding::asn1::{Element, Elements, INTEGER, OBJECT_ID, SEQUENCE, SET, context_tag};
use crate::encoding::x509;

/// Certificates and signers that are read. Real messages have up to 6.
const MAX_CERTIFICATES: usize = 64;

/// The content, the certificates and the signers of a `SignedData` message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SignedData<'a> {
    /// The signed content, if the message has it: the bytes of an octet string, or the encoding of another type (as
    /// Microsoft's `SpcIndirectDataContent`).
    pub(crate) content: Option<Vec<u8>>,
    /// Each in DER, in the message's order.
    pub(crate) certificates: Vec<&'a [u8]>,
    /// The certificate of each signer, by its index in `certificates`. Signers whose certificate is missing are
    /// left out.
    pub(crate) signers: Vec<usize>,
}

impl<'a> SignedData<'a> {
    /// The first signer's certificate in DER.
    pub(crate) fn signer(&self) -> Option<&'a [u8]> {
        self.signers.first().and_then(|&index| self.certificates.get(index)).copied()
    }
}

/// Reads a message in BER or DER. `None` if it is none, or is cut short.
pub(crate) fn parse(bytes: &[u8]) -> Option<SignedData<'_>> {
    const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
    let mut outer = Element::first(bytes).filter(|outer| outer.tag == SEQUENCE)?.children();
    if outer.next_if(OBJECT_ID)?.contents != SIGNED_DATA {
        return None;
    }
    let mut message = outer.next_if(context_tag(0))?.children().next_if(SEQUENCE)?.children();
    message.next_if(INTEGER)?;
    // The algorithms of the digests.
    message.next_if(SET)?;
    let content = content(message.next_if(SEQUENCE)?);
    let certificates =
        message.next_if(context_tag(0)).map(|set| certificates(set.children())).unwrap_or_default();
    // Revoked certificates.
    message.next_if(context_tag(1));
    let signers = message.next_if(SET).map(|set| signers(set.children(), &certificates)).unwrap_or_default();
    Some(SignedData { content, certificates, signers })
}

fn content(encapsulated: Element<'_>) -> Option<Vec<u8>> {
    let mut parts = encapsulated.children();
    parts.next_if(OBJECT_ID)?;
    let content = parts.next_if(context_tag(0))?.children().next()?;
    Some(content.octets().unwrap_or_else(|| content.encoded.to_vec()))
}

/// The X.509 certificates of the set; attribute certificates and others have other tags.
fn certificates(set: Elements<'_>) -> Vec<&[u8]> {
    let certificates = set.filter(|element| element.tag == SEQUENCE).map(|element| element.encoded);
    certificates.take(MAX_CERTIFICATES).collect()
}

fn signers(set: Elements<'_>, certificates: &[&[u8]]) -> Vec<usize> {
    let fields: Vec<_> = certificates.iter().map(|der| x509::fields(der)).collect();
    let signer = |info: Element<'_>| {
        let mut parts = info.children();
        parts.next_if(INTEGER)?;
        let id = parts.next()?;
        fields.iter().position(|fields| fields.as_ref().is_some_and(|fields| identifies(fields, id)))
    };
    set.take(MAX_CERTIFICATES).filter_map(signer).collect()
}

/// Whether a `SignerIdentifier` means this certificate.
fn identifies(fields: &x509::RawFields<'_>, id: Element<'_>) -> bool {
    /// `[0] IMPLICIT SubjectKeyIdentifier`
    const KEY_ID: u8 = 0x80;
    if id.tag == KEY_ID {
        return fields.subject_key_id() == Some(id.contents);
    }
    let mut parts = id.children();
    let (Some(issuer), Some(serial)) = (parts.next_if(SEQUENCE), parts.next_if(INTEGER)) else {
        return false;
    };
    // Some tools encode the same characters as a string of another type here.
    let is_issuer =
        || issuer.contents == fields.issuer.contents || x509::name(issuer) == x509::name(fields.issuer);
    serial.contents == fields.serial && is_issuer()
}

#[cfg(test)]
mod tests;

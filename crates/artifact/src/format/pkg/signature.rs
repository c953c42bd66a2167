//! Who signed an installer, by the table of contents and the end of the file. Nothing is verified.

use crate::encoding::base64;
use crate::encoding::x509;
use crate::encoding::xml::Element;
use crate::{Certificate, Miss, Source};

/// Certificates that are read: a chain has three.
const MAX_CERTIFICATES: usize = 8;

/// What an installer says about its signature. Nothing is verified.
#[derive(Debug, Default)]
pub(super) struct Signature {
    pub(super) is_signed: bool,
    /// The signer's first.
    pub(super) certificates: Vec<Certificate>,
    /// The signer's common name.
    pub(super) signer: Option<String>,
    /// Whether a certificate is there that cannot be read.
    pub(super) is_unreadable: bool,
    /// Whether a notarization ticket is stapled to the file.
    pub(super) has_ticket: bool,
}

impl Signature {
    pub(super) fn read(source: &mut dyn Source, toc: Option<&Element>) -> Result<Self, Miss> {
        let has_ticket = has_ticket(source)?;
        let element = toc.and_then(|toc| toc.child("signature").or_else(|| toc.child("x-signature")));
        let Some(element) = element else {
            return Ok(Self { has_ticket, ..Self::default() });
        };
        let texts = element.descendants().filter(|inside| inside.name == "X509Certificate");
        let ders: Vec<Option<Vec<u8>>> =
            texts.take(MAX_CERTIFICATES).map(|inside| base64::decode(&inside.text)).collect();
        let certificates: Vec<Option<Certificate>> =
            ders.iter().map(|der| x509::certificate(der.as_deref()?)).collect();
        let signer = ders.first().and_then(Option::as_deref);
        Ok(Self {
            is_signed: true,
            signer: signer.and_then(|der| x509::subject_attribute(der, x509::COMMON_NAME)),
            is_unreadable: certificates.is_empty() || certificates.iter().any(Option::is_none),
            certificates: certificates.into_iter().flatten().collect(),
            has_ticket,
        })
    }
}

/// Whether the file ends with the trailer of a stapled ticket: `t8lr`, a version, type 2, a length, 4 bytes unused.
fn has_ticket(source: &mut dyn Source) -> Result<bool, Miss> {
    const TRAILER_LEN: usize = 16;
    let at = source.len().saturating_sub(TRAILER_LEN as u64);
    let trailer = source.get(at, TRAILER_LEN)?;
    Ok(trailer.starts_with(b"t8lr") && matches!(trailer.get(6..8), Some([2, 0] | [0, 2])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::xml;
    use crate::source::Memory;

    #[test]
    fn a_stapled_ticket_is_known_by_the_end_of_the_file() {
        let trailer = |kind: u8| [&b"xar!...t8lr"[..], &[1, 0, kind, 0, 9, 0, 0, 0, 0, 0, 0, 0]].concat();
        assert_eq!(has_ticket(&mut Memory(&trailer(2))), Ok(true));
        assert_eq!(has_ticket(&mut Memory(&trailer(1))), Ok(false));
        for cut in 0..trailer(2).len() {
            assert_eq!(has_ticket(&mut Memory(&trailer(2)[..cut])), Ok(false), "{cut}");
        }
    }

    #[test]
    fn a_signature_without_a_certificate_to_read_is_a_signature_all_the_same() {
        for inside in ["", "<X509Certificate>AAAA</X509Certificate>", "<X509Certificate>-</X509Certificate>"]
        {
            let toc = format!("<toc><x-signature>{inside}</x-signature></toc>");
            let toc = xml::parse(toc.as_bytes()).unwrap_or_default();
            let signature = Signature::read(&mut Memory(b""), Some(&toc)).unwrap_or_default();
            assert!(signature.is_signed && signature.is_unreadable && signature.certificates.is_empty());
        }
    }
}

//! `AppxSignature.p7x`: the letters `PKCX` and a signed message (CMS).

use crate::encoding::cms;
use crate::encoding::x509;
use crate::limits::MAX_DOCUMENT;
use crate::windows::appx::parts::PackageParts;
use crate::{Certificate, InspectError, Refusal, Source, sorting};

/// The name of the part.
pub(crate) const PART_NAME: &str = "AppxSignature.p7x";

/// The certificates of a signature, the signer's first. None if there is no signature.
pub(crate) fn read(
    parts: &PackageParts<'_>,
    source: &mut dyn Source,
) -> Result<Option<Vec<Certificate>>, InspectError> {
    let Some(raw) = parts.find(PART_NAME) else { return Ok(None) };
    let bytes = parts.archive().read(&raw, source, MAX_DOCUMENT)?;
    let unreadable =
        || Refusal::corrupt(format!("expected a signature in `{PART_NAME}`, got something else"));
    Ok(Some(certificates(&bytes).ok_or_else(unreadable)?))
}

fn certificates(bytes: &[u8]) -> Option<Vec<Certificate>> {
    let signed = cms::parse(bytes.strip_prefix(b"PKCX")?)?;
    let signer = signed.signer()?;
    let others = signed.certificates.iter().copied().filter(|der| *der != signer);
    let certificates: Vec<_> = std::iter::once(signer).chain(others).filter_map(x509::certificate).collect();
    (!certificates.is_empty()).then_some(certificates)
}

/// Whether a publisher is a certificate's subject.
///
/// Windows writes the attributes of a name in reverse order and with its own names for their types (`CertNameToStr`),
/// so the sets of attributes are compared.
pub(crate) fn is_subject(publisher: &str, subject: &str) -> bool {
    let sorted = |name| {
        let mut parts = name_attributes(name);
        sorting::sort(&mut parts);
        parts
    };
    sorted(publisher) == sorted(subject)
}

/// The types and values of a distinguished name, written as in RFC 4514 or as Windows does.
fn name_attributes(name: &str) -> Vec<(String, String)> {
    let mut parts = Vec::new();
    let (mut part, mut is_quoted) = (String::new(), false);
    let mut chars = name.chars();
    while let Some(char) = chars.next() {
        match char {
            '"' => is_quoted = !is_quoted,
            '\\' => part.extend(chars.next()),
            ',' | ';' | '+' if !is_quoted => parts.push(std::mem::take(&mut part)),
            _ => part.push(char),
        }
    }
    parts.push(part);
    let part = |part: &String| {
        let (kind, value) = part.split_once('=')?;
        Some((attribute_type(kind.trim()), value.trim().to_owned()))
    };
    parts.iter().filter_map(part).collect()
}

/// One name for each attribute type.
fn attribute_type(name: &str) -> String {
    let name = name.to_ascii_uppercase();
    let name = name.strip_prefix("OID.").unwrap_or(&name);
    let known = match name {
        "S" | "ST" | "2.5.4.8" => "ST",
        "T" | "TITLE" | "2.5.4.12" => "TITLE",
        "G" | "GN" | "GIVENNAME" | "2.5.4.42" => "GN",
        "I" | "INITIALS" | "2.5.4.43" => "INITIALS",
        "E" | "EMAIL" | "EMAILADDRESS" | "1.2.840.113549.1.9.1" => "E",
        "BUSINESSCATEGORY" | "2.5.4.15" => "BUSINESSCATEGORY",
        "ORGANIZATIONIDENTIFIER" | "2.5.4.97" => "ORGANIZATIONIDENTIFIER",
        "POBOX" | "2.5.4.18" => "POBOX",
        "PHONE" | "2.5.4.20" => "PHONE",
        "X21ADDRESS" | "2.5.4.24" => "X21ADDRESS",
        "DNQUALIFIER" | "2.5.4.46" => "DNQUALIFIER",
        "PSEUDONYM" | "2.5.4.65" => "PSEUDONYM",
        other => other,
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_publisher_is_the_subject_in_another_order_and_with_other_names() {
        assert!(is_subject(
            "CN=Example Corporation, O=Example Corporation, L=Redmond, S=Washington, C=US",
            "C=US, ST=Washington, L=Redmond, O=Example Corporation, CN=Example Corporation",
        ));
        assert!(is_subject(
            r#"CN="Example, Inc.", E=a@example.com"#,
            r"emailAddress=a@example.com, CN=Example\, Inc."
        ));
        assert!(is_subject("PostalCode=1, T=t, SERIALNUMBER=2", "serialNumber=2, title=t, postalCode=1"));
        assert!(is_subject("CN=a, OID.2.5.4.97=b", "organizationIdentifier=b, CN=a"));
    }

    #[test]
    fn a_publisher_with_another_value_is_another() {
        for other in ["CN=Example B", "CN=example", "O=Example", "CN=Example, O=Example", ""] {
            assert!(!is_subject("CN=Example", other), "{other}");
        }
    }

    #[test]
    fn other_bytes_have_no_certificates() {
        for bytes in [&b""[..], b"PKC", b"PKCX", b"PKCX\x30\x82\xff\xff", b"\x30\x80"] {
            assert_eq!(certificates(bytes), None);
        }
    }
}

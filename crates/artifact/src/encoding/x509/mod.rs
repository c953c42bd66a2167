//! X.509 certificates (RFC 5280): the names, the validity and the fingerprint of a signer. Nothing is verified.

use sha2::{Digest, Sha256};

use crate::Certificate;
use crate::encoding::asn1::{
    Element, INTEGER, OBJECT_ID, OCTET_STRING, SEQUENCE, SET, context_tag, object_id_text,
};
use crate::encoding::bytes::hex;
use crate::encoding::time;

/// `id-at-commonName`
pub(crate) const COMMON_NAME: &[u8] = &[0x55, 4, 3];
/// `id-at-organizationName`
pub(crate) const ORGANIZATION: &[u8] = &[0x55, 4, 10];
/// `id-at-organizationalUnitName`
pub(crate) const ORGANIZATIONAL_UNIT: &[u8] = &[0x55, 4, 11];

/// Relative distinguished names of a name, and attributes of each, that are read. Real names have up to 12.
const MAX_RELATIVE_NAMES: usize = 32;

/// Characters of an attribute that are shown. RFC 5280 allows at most 64 in nearly all.
const MAX_VALUE_CHARS: usize = 1024;

/// The fields of a certificate that identify it, undecoded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawFields<'a> {
    /// The contents octets of the serial number.
    pub(crate) serial: &'a [u8],
    /// The whole `Name`, tag and length included.
    pub(crate) issuer: Element<'a>,
    pub(crate) subject: Element<'a>,
    validity: Element<'a>,
    extensions: Option<Element<'a>>,
}

/// Reads a certificate in DER. Bytes after it are ignored.
pub(crate) fn certificate(der: &[u8]) -> Option<Certificate> {
    let whole = Element::first(der)?.encoded;
    let fields = fields(der)?;
    let mut times = fields.validity.children();
    let (not_before, not_after) = (parse_time(times.next()?)?, parse_time(times.next()?)?);
    Some(Certificate {
        subject: name(fields.subject),
        issuer: name(fields.issuer),
        not_before: time::rfc3339(not_before),
        not_after: time::rfc3339(not_after),
        sha256: hex(&Sha256::digest(whole)),
    })
}

/// The first attribute of this type in a certificate's subject, as [`COMMON_NAME`].
pub(crate) fn subject_attribute(der: &[u8], kind: &[u8]) -> Option<String> {
    let attributes = fields(der)?
        .subject
        .children()
        .take(MAX_RELATIVE_NAMES)
        .flat_map(|set| set.children().take(MAX_RELATIVE_NAMES));
    attributes
        .filter_map(type_and_value)
        .find(|(object_id, _)| *object_id == kind)
        .map(|(_, value)| string_text(value))
}

/// Splits a certificate into its fields.
pub(crate) fn fields(der: &[u8]) -> Option<RawFields<'_>> {
    let mut certificate = Element::first(der).filter(|element| element.tag == SEQUENCE)?.children();
    let mut signed = certificate.next_if(SEQUENCE)?.children();
    signed.next_if(context_tag(0));
    let serial = signed.next_if(INTEGER)?.contents;
    signed.next_if(SEQUENCE)?;
    let issuer = signed.next_if(SEQUENCE)?;
    let validity = signed.next_if(SEQUENCE)?;
    let subject = signed.next_if(SEQUENCE)?;
    let extensions = signed.find(|element| element.tag == context_tag(3));
    let extensions = extensions.and_then(|explicit| explicit.children().next_if(SEQUENCE));
    Some(RawFields { serial, issuer, subject, validity, extensions })
}

impl<'a> RawFields<'a> {
    /// `id-ce-subjectKeyIdentifier` (RFC 5280, 4.2.1.2).
    pub(crate) fn subject_key_id(&self) -> Option<&'a [u8]> {
        const SUBJECT_KEY_ID: &[u8] = &[0x55, 0x1d, 14];
        let mut extensions = self.extensions?.children();
        let value = extensions.find_map(|extension| {
            let mut parts = extension.children();
            let is_key_id = parts.next_if(OBJECT_ID)?.contents == SUBJECT_KEY_ID;
            is_key_id.then(|| parts.find(|part| part.tag == OCTET_STRING)).flatten()
        })?;
        Element::first(value.contents).filter(|id| id.tag == OCTET_STRING).map(|id| id.contents)
    }
}

/// A name as in RFC 4514, but in the certificate's order and with a space after each comma.
pub(crate) fn name(name: Element<'_>) -> String {
    let relative =
        name.children().take(MAX_RELATIVE_NAMES).filter(|relative| relative.tag == SET).map(|relative| {
            let attributes = relative.children().take(MAX_RELATIVE_NAMES).filter_map(type_and_value);
            let attributes: Vec<_> = attributes
                .map(|(object_id, value)| format!("{}={}", type_name(object_id), escape(&string_text(value))))
                .collect();
            attributes.join("+")
        });
    relative.collect::<Vec<_>>().join(", ")
}

/// The type and the value of an `AttributeTypeAndValue`.
fn type_and_value(element: Element<'_>) -> Option<(&[u8], Element<'_>)> {
    let mut parts = element.children();
    Some((parts.next_if(OBJECT_ID)?.contents, parts.next()?))
}

/// The short name of an attribute's type: RFC 4514 3, RFC 4519 2; others as OpenSSL and Windows write them.
fn type_name(object_id: &[u8]) -> String {
    let known = match object_id {
        COMMON_NAME => "CN",
        [0x55, 4, 4] => "SN",
        [0x55, 4, 5] => "serialNumber",
        [0x55, 4, 6] => "C",
        [0x55, 4, 7] => "L",
        [0x55, 4, 8] => "ST",
        [0x55, 4, 9] => "STREET",
        ORGANIZATION => "O",
        ORGANIZATIONAL_UNIT => "OU",
        [0x55, 4, 12] => "title",
        [0x55, 4, 13] => "description",
        [0x55, 4, 15] => "businessCategory",
        [0x55, 4, 17] => "postalCode",
        [0x55, 4, 42] => "GN",
        [0x55, 4, 97] => "organizationIdentifier",
        [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 1] => "UID",
        [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25] => "DC",
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1] => "emailAddress",
        _ => return object_id_text(object_id).unwrap_or_else(|| "?".to_owned()),
    };
    known.to_owned()
}

/// The characters of a string of any type (X.680, 41), at most [`MAX_VALUE_CHARS`] of them.
fn string_text(value: Element<'_>) -> String {
    const TELETEX: u8 = 0x14;
    const UNIVERSAL: u8 = 0x1c;
    const BMP: u8 = 0x1e;
    let bytes = value.contents.get(..MAX_VALUE_CHARS * 4).unwrap_or(value.contents);
    let text: String = match value.tag {
        // All tools write Latin-1 here, although the standard says T.61.
        TELETEX => bytes.iter().copied().map(char::from).collect(),
        UNIVERSAL => {
            let units = bytes.chunks_exact(4).filter_map(|unit| unit.first_chunk());
            units.map(|unit| char::from_u32(u32::from_be_bytes(*unit)).unwrap_or('\u{fffd}')).collect()
        }
        BMP => {
            let units = bytes.chunks_exact(2).filter_map(|unit| unit.first_chunk());
            let units: Vec<u16> = units.map(|unit| u16::from_be_bytes(*unit)).collect();
            String::from_utf16_lossy(&units)
        }
        _ => String::from_utf8_lossy(bytes).into_owned(),
    };
    text.chars().take(MAX_VALUE_CHARS).collect()
}

/// Escapes as in RFC 4514, 2.4. Control characters are written in hexadecimal, because the name is shown in one line.
fn escape(text: &str) -> String {
    let last = text.chars().count().saturating_sub(1);
    let mut escaped = String::with_capacity(text.len());
    for (at, char) in text.chars().enumerate() {
        let is_special = matches!(char, '"' | '+' | ',' | ';' | '<' | '>' | '\\')
            || (char == ' ' && (at == 0 || at == last))
            || (char == '#' && at == 0);
        if char.is_ascii_control() {
            escaped.push_str(&format!("\\{:02X}", u32::from(char)));
            continue;
        }
        if is_special {
            escaped.push('\\');
        }
        escaped.push(char);
    }
    escaped
}

/// Seconds since 1970 of a `UTCTime` or a `GeneralizedTime` (RFC 5280, 4.1.2.5), also with the offsets and without
/// the seconds that the profile forbids and old tools write.
fn parse_time(element: Element<'_>) -> Option<i64> {
    const UTC_TIME: u8 = 0x17;
    const GENERALIZED_TIME: u8 = 0x18;
    let text = std::str::from_utf8(element.contents).ok().filter(|text| text.is_ascii())?;
    let (year, rest) = match element.tag {
        UTC_TIME => {
            let year: u32 = text.get(..2)?.parse().ok()?;
            (if year >= 50 { 1900 + year } else { 2000 + year }, text.get(2..)?)
        }
        GENERALIZED_TIME => (text.get(..4)?.parse().ok()?, text.get(4..)?),
        _ => return None,
    };
    let n_digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, zone) = rest.split_at(n_digits);
    let pair = |at: usize| digits.get(at..at + 2)?.parse::<u32>().ok();
    let local = time::unix([year, pair(0)?, pair(2)?], [pair(4)?, pair(6)?, pair(8).unwrap_or(0)])?;
    Some(local - zone_offset(zone)?)
}

/// Seconds by which a zone such as `Z`, `+0130` or `.25Z` is ahead of UTC.
fn zone_offset(zone: &str) -> Option<i64> {
    let zone = zone.trim_start_matches(|char: char| char == '.' || char.is_ascii_digit());
    let (sign, digits) = match zone.split_at_checked(1) {
        Some(("+", digits)) => (1, digits),
        Some(("-", digits)) => (-1, digits),
        _ => return Some(0),
    };
    let (hours, minutes): (i64, i64) = (digits.get(..2)?.parse().ok()?, digits.get(2..4)?.parse().ok()?);
    Some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests;

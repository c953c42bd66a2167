use super::*;

/// Made with OpenSSL: `C=CH`, an organization and a unit that need escapes, an e-mail address, an end past 2050.
const SIGNER: &[u8] = include_bytes!("../../../tests/fixtures/signed/signer.der");

#[test]
fn a_certificate_has_names_and_a_validity() {
    let Some(certificate) = certificate(SIGNER) else { panic!("expected a certificate") };
    let subject = r"C=CH, O=Example\, \<Inc.\>, OU=\#Größe \+, CN=Example Signer, emailAddress=a@example.org";
    assert_eq!((certificate.subject.as_str(), certificate.issuer.as_str()), (subject, subject));
    assert_eq!(certificate.not_before, "2026-11-21T03:00:21Z");
    assert_eq!(certificate.not_after, "2061-01-01T03:00:21Z");
    assert_eq!(certificate.sha256, "72d9f0be693227fdc7e40a06ce237da2240c6bec92910c6f079a2303e56c4da2");
}

#[test]
fn one_attribute_of_a_subject_is_not_escaped() {
    assert_eq!(subject_attribute(SIGNER, COMMON_NAME).as_deref(), Some("Example Signer"));
    assert_eq!(subject_attribute(SIGNER, ORGANIZATION).as_deref(), Some("Example, <Inc.>"));
    assert_eq!(subject_attribute(SIGNER, ORGANIZATIONAL_UNIT).as_deref(), Some("#Größe +"));
    assert_eq!(subject_attribute(SIGNER, &[0x55, 4, 8]), None);
}

#[test]
fn a_certificate_cut_short_is_none() {
    for len in 0..SIGNER.len() {
        assert_eq!(certificate(&SIGNER[..len]), None, "{len}");
    }
    let mut longer = SIGNER.to_vec();
    longer.push(0);
    assert_eq!(certificate(&longer), certificate(SIGNER));
}

#[test]
fn no_changed_byte_makes_it_panic() {
    for at in 0..SIGNER.len() {
        for byte in [0, 0x1f, 0x7f, 0x80, 0x84, 0xff] {
            let mut bytes = SIGNER.to_vec();
            bytes[at] = byte;
            certificate(&bytes);
        }
    }
}

#[test]
fn times_of_all_kinds_are_read() {
    let cases: [(u8, &str, Option<&str>); 11] = [
        (0x17, "491231235959Z", Some("2049-12-31T23:59:59Z")),
        (0x17, "500101000000Z", Some("1950-01-01T00:00:00Z")),
        (0x17, "2002291200Z", Some("2020-02-29T12:00:00Z")),
        (0x17, "200229120000+0130", Some("2020-02-29T10:30:00Z")),
        (0x17, "200229120000-0130", Some("2020-02-29T13:30:00Z")),
        (0x18, "30500101000000Z", Some("3050-01-01T00:00:00Z")),
        (0x18, "20200229120000.5Z", Some("2020-02-29T12:00:00Z")),
        (0x18, "99991231235959Z", Some("9999-12-31T23:59:59Z")),
        (0x17, "2002", None),
        (0x17, "20022912\u{e4}0", None),
        (0x04, "200229120000Z", None),
    ];
    for (tag, text, expected) in cases {
        let element = Element { tag, contents: text.as_bytes(), encoded: &[] };
        assert_eq!(parse_time(element).map(time::rfc3339).as_deref(), expected, "{text}");
    }
}

#[test]
fn strings_of_all_types_are_read() {
    let cases: [(u8, &[u8], &str); 5] = [
        (0x0c, "Größe".as_bytes(), "Größe"),
        (0x13, b"plain", "plain"),
        (0x14, b"Gr\xf6\xdfe", "Größe"),
        (0x1e, b"\0G\0r\0\xf6", "Grö"),
        (0x1c, b"\0\0\0G\0\x11\0\0", "G\u{fffd}"),
    ];
    for (tag, contents, expected) in cases {
        assert_eq!(string_text(Element { tag, contents, encoded: &[] }), expected);
    }
    assert_eq!(
        string_text(Element { tag: 0x0c, contents: &[b'x'; 10_000], encoded: &[] }).len(),
        MAX_VALUE_CHARS
    );
    assert_eq!(escape(" a\n#b "), "\\ a\\0A#b\\ ");
}

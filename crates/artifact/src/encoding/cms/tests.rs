use super::*;

const SIGNER: &[u8] = include_bytes!("../../../tests/fixtures/signed/signer.der");

/// Made with OpenSSL: the content inside, another certificate before the signer's, the signer named by its issuer.
const MESSAGE: &[u8] = include_bytes!("../../../tests/fixtures/signed/message.der");

/// The same with open lengths, the content in two parts, the signer named by its key.
const OPEN: &[u8] = include_bytes!("../../../tests/fixtures/signed/open.ber");

/// Neither content nor certificates.
const BARE: &[u8] = include_bytes!("../../../tests/fixtures/signed/bare.der");

#[test]
fn a_signer_is_found_by_issuer_or_by_key() {
    for bytes in [MESSAGE, OPEN] {
        let Some(message) = parse(bytes) else { panic!("expected a message") };
        assert_eq!(message.content.as_deref(), Some(&b"what was signed"[..]));
        assert_eq!(message.certificates.len(), 2);
        assert_eq!(message.signer(), Some(SIGNER));
    }
}

#[test]
fn a_message_may_have_neither_content_nor_certificates() {
    assert_eq!(parse(BARE), Some(SignedData::default()));
}

#[test]
fn a_message_cut_short_is_none() {
    for bytes in [MESSAGE, OPEN, BARE] {
        for len in 0..bytes.len() {
            assert_eq!(parse(&bytes[..len]), None, "{len}");
        }
    }
    assert_eq!(parse(SIGNER), None);
}

#[test]
fn no_changed_byte_makes_it_panic() {
    for at in 0..OPEN.len() {
        for byte in [0, 0x1f, 0x7f, 0x80, 0x84, 0xff] {
            let mut bytes = OPEN.to_vec();
            bytes[at] = byte;
            parse(&bytes);
        }
    }
}

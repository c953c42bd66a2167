//! Text in the code pages of Windows and DOS.
//!
//! Pages of 256 characters are tables in this file. `multi_byte` has those of Chinese, Japanese and Korean;
//! `no_multi_byte` stands in for it in builds without the feature `code-pages`.
//!
//! Source: the mapping tables of the Unicode consortium (`MAPPINGS/VENDORS/MICSFT`). Bytes without a character
//! are the control characters of the same number, as Windows decodes them.

#[cfg(feature = "code-pages")]
mod multi_byte;
#[cfg(all(feature = "windows", any(test, not(feature = "code-pages"))))]
mod no_multi_byte;

#[cfg(all(feature = "windows", not(feature = "code-pages")))]
use no_multi_byte as multi_byte;

/// Text in a code page of Windows by its number. Bytes that are no character of the page become U+FFFD, as do all
/// non-ASCII bytes of a page that this build does not [know](is_known).
#[cfg(feature = "windows")]
pub(crate) fn text(bytes: &[u8], codepage: u32) -> String {
    decode(bytes, codepage).unwrap_or_else(|| multi_byte::decode(bytes, codepage))
}

/// Whether this build has the characters of the code page. Those of Chinese, Japanese and Korean need the feature
/// `code-pages`.
#[cfg(feature = "windows")]
pub(crate) fn is_known(codepage: u32) -> bool {
    decode(b"\x80", codepage).is_some() || multi_byte::is_known(codepage)
}

/// Windows' number for UTF-8.
#[cfg(feature = "windows")]
const UTF_8: u32 = 65001;

/// Text in a single-byte code page or in UTF-8, or `None` if there is no table for the number.
///
/// 0 means "language neutral": UTF-8 if the bytes are valid UTF-8, else western European.
#[cfg(feature = "windows")]
fn decode(bytes: &[u8], codepage: u32) -> Option<String> {
    if bytes.is_ascii() {
        return Some(String::from_utf8_lossy(bytes).into_owned());
    }
    match codepage {
        UTF_8 => Some(String::from_utf8_lossy(bytes).into_owned()),
        0 => match str::from_utf8(bytes) {
            Ok(text) => Some(text.to_owned()),
            Err(_) => decode(bytes, 1252),
        },
        28591 => decode(bytes, 1252),
        _ => {
            let (_, upper) = SINGLE_BYTE_PAGES.iter().find(|(number, _)| *number == codepage)?;
            Some(decode_with_upper_half(bytes, upper))
        }
    }
}

/// Text in code page 437 of the IBM PC, the default encoding of names in zip archives (APPNOTE, appendix D).
pub(crate) fn decode_cp437(bytes: &[u8]) -> String {
    decode_with_upper_half(bytes, CP437_UPPER_HALF)
}

fn decode_with_upper_half(bytes: &[u8], upper: &str) -> String {
    let upper: Vec<char> = upper.chars().collect();
    let character = |byte: &u8| match byte.checked_sub(0x80) {
        None => char::from(*byte),
        Some(high) => upper.get(usize::from(high)).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
    };
    bytes.iter().map(character).collect()
}

/// The characters of the bytes 0x80 to 0xff.
#[cfg(feature = "windows")]
const SINGLE_BYTE_PAGES: [(u32, &str); 10] = [
    (
        874,
        "€\u{81}\u{82}\u{83}\u{84}…\u{86}\u{87}\u{88}\u{89}\u{8a}\u{8b}\u{8c}\u{8d}\u{8e}\u{8f}\u{90}‘’“”\
     •–—\u{98}\u{99}\u{9a}\u{9b}\u{9c}\u{9d}\u{9e}\u{9f}\u{a0}กขฃคฅฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรฤลฦว\
     ศษสหฬอฮฯะ\u{e31}าำ\u{e34}\u{e35}\u{e36}\u{e37}\u{e38}\u{e39}\u{e3a}\u{fffd}\u{fffd}\u{fffd}\
     \u{fffd}฿เแโใไๅๆ\u{e47}\u{e48}\u{e49}\u{e4a}\u{e4b}\u{e4c}\u{e4d}\u{e4e}๏๐๑๒๓๔๕๖๗๘๙๚๛\u{fffd}\
     \u{fffd}\u{fffd}\u{fffd}",
    ),
    (
        1250,
        "€\u{81}‚\u{83}„…†‡\u{88}‰Š‹ŚŤŽŹ\u{90}‘’“”•–—\u{98}™š›śťžź\u{a0}ˇ˘Ł¤Ą¦§¨©Ş«¬\u{ad}®Ż°±˛ł´µ¶·¸ąş»Ľ\
     ˝ľżŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢßŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙",
    ),
    (
        1251,
        "ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\u{98}™љ›њќћџ\u{a0}ЎўЈ¤Ґ¦§Ё©Є«¬\u{ad}®Ї°±Ііґµ¶·ё№є»јЅѕїАБВГДЕЖЗИЙКЛМНОПР\
     СТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя",
    ),
    (
        1252,
        "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ\u{a0}¡¢£¤¥¦§¨©ª«¬\u{ad}®¯°±²³´µ¶·¸¹º»¼\
     ½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ",
    ),
    (
        1253,
        "€\u{81}‚ƒ„…†‡\u{88}‰\u{8a}‹\u{8c}\u{8d}\u{8e}\u{8f}\u{90}‘’“”•–—\u{98}™\u{9a}›\u{9c}\u{9d}\u{9e}\
     \u{9f}\u{a0}΅Ά£¤¥¦§¨©\u{fffd}«¬\u{ad}®―°±²³΄µ¶·ΈΉΊ»Ό½ΎΏΐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡ\u{fffd}ΣΤΥΦΧΨΩΪΫάέήίΰα\
     βγδεζηθικλμνξοπρςστυφχψωϊϋόύώ\u{fffd}",
    ),
    (
        1254,
        "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}\u{8e}\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}\u{9e}Ÿ\u{a0}¡¢£¤¥¦§¨©ª«¬\u{ad}®¯°±²\
     ³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏĞÑÒÓÔÕÖ×ØÙÚÛÜİŞßàáâãäåæçèéêëìíîïğñòóôõö÷øùúûüışÿ",
    ),
    (
        1255,
        "€\u{81}‚ƒ„…†‡ˆ‰\u{8a}‹\u{8c}\u{8d}\u{8e}\u{8f}\u{90}‘’“”•–—˜™\u{9a}›\u{9c}\u{9d}\u{9e}\u{9f}\
     \u{a0}¡¢£₪¥¦§¨©×«¬\u{ad}®¯°±²³´µ¶·¸¹÷»¼½¾¿\u{5b0}\u{5b1}\u{5b2}\u{5b3}\u{5b4}\u{5b5}\u{5b6}\
     \u{5b7}\u{5b8}\u{5b9}\u{fffd}\u{5bb}\u{5bc}\u{5bd}\u{5be}\u{5bf}\u{5c0}\u{5c1}\u{5c2}\u{5c3}\
     \u{5f0}\u{5f1}\u{5f2}\u{5f3}\u{5f4}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\
     \u{5d0}\u{5d1}\u{5d2}\u{5d3}\u{5d4}\u{5d5}\u{5d6}\u{5d7}\u{5d8}\u{5d9}\u{5da}\u{5db}\u{5dc}\
     \u{5dd}\u{5de}\u{5df}\u{5e0}\u{5e1}\u{5e2}\u{5e3}\u{5e4}\u{5e5}\u{5e6}\u{5e7}\u{5e8}\u{5e9}\
     \u{5ea}\u{fffd}\u{fffd}\u{200e}\u{200f}\u{fffd}",
    ),
    (
        1256,
        "€\u{67e}‚ƒ„…†‡ˆ‰\u{679}‹Œ\u{686}\u{698}\u{688}\u{6af}‘’“”•–—\u{6a9}™\u{691}›œ\u{200c}\u{200d}\
     \u{6ba}\u{a0}\u{60c}¢£¤¥¦§¨©\u{6be}«¬\u{ad}®¯°±²³´µ¶·¸¹\u{61b}»¼½¾\u{61f}\u{6c1}\u{621}\u{622}\
     \u{623}\u{624}\u{625}\u{626}\u{627}\u{628}\u{629}\u{62a}\u{62b}\u{62c}\u{62d}\u{62e}\u{62f}\
     \u{630}\u{631}\u{632}\u{633}\u{634}\u{635}\u{636}×\u{637}\u{638}\u{639}\u{63a}\u{640}\u{641}\
     \u{642}\u{643}à\u{644}â\u{645}\u{646}\u{647}\u{648}çèéêë\u{649}\u{64a}îï\u{64b}\u{64c}\u{64d}\
     \u{64e}ô\u{64f}\u{650}÷\u{651}ù\u{652}ûü\u{200e}\u{200f}\u{6d2}",
    ),
    (
        1257,
        "€\u{81}‚\u{83}„…†‡\u{88}‰\u{8a}‹\u{8c}¨ˇ¸\u{90}‘’“”•–—\u{98}™\u{9a}›\u{9c}¯˛\u{9f}\u{a0}\u{fffd}\
     ¢£¤\u{fffd}¦§Ø©Ŗ«¬\u{ad}®Æ°±²³´µ¶·ø¹ŗ»¼½¾æĄĮĀĆÄÅĘĒČÉŹĖĢĶĪĻŠŃŅÓŌÕÖ×ŲŁŚŪÜŻŽßąįāćäåęēčéźėģķīļšńņóōõ\
     ö÷ųłśūüżž˙",
    ),
    (
        1258,
        "€\u{81}‚ƒ„…†‡ˆ‰\u{8a}‹Œ\u{8d}\u{8e}\u{8f}\u{90}‘’“”•–—˜™\u{9a}›œ\u{9d}\u{9e}Ÿ\u{a0}¡¢£¤¥¦§¨©ª«¬\
     \u{ad}®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂĂÄÅÆÇÈÉÊË\u{300}ÍÎÏĐÑ\u{309}ÓÔƠÖ×ØÙÚÛÜƯ\u{303}ßàáâăäåæçèéêë\u{301}íîï\
     đñ\u{323}óôơö÷øùúûüư₫ÿ",
    ),
];

const CP437_UPPER_HALF: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
     αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

#[cfg(all(test, feature = "windows"))]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_a_character_for_each_upper_byte() {
        for (number, upper) in SINGLE_BYTE_PAGES {
            assert_eq!(upper.chars().count(), 128, "{number}");
        }
        assert_eq!(CP437_UPPER_HALF.chars().count(), 128);
    }

    #[test]
    fn text_is_decoded_by_its_page() {
        let cases: [(&[u8], u32, &str); 7] = [
            (b"Gr\xfc\xdfe \x80", 1252, "Grüße €"),
            (b"\xcf\xf0\xe8\xe2\xe5\xf2", 1251, "Привет"),
            (b"\xd0\xb3\xeak", 1250, "Đłęk"),
            (b"\xc3\xbc", 0, "ü"),
            (b"\xfc", 0, "ü"),
            (b"\xc3\xbc", 65001, "ü"),
            (b"plain", 932, "plain"),
        ];
        for (bytes, page, text) in cases {
            assert_eq!(decode(bytes, page).as_deref(), Some(text), "{page}");
        }
        assert_eq!(decode(b"\x83e", 932), None);
        assert!(is_known(65001) && is_known(0) && is_known(1252) && !is_known(1));
        assert_eq!(is_known(932), cfg!(feature = "code-pages"));
        assert_eq!(decode_cp437(b"Gr\x81\xe1e"), "Grüße");
    }
}

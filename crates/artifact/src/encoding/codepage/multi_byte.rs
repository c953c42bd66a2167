//! Multi-byte code pages: Chinese, Japanese and Korean.

use encoding_rs::{BIG5, EUC_KR, Encoding, GB18030, GBK, SHIFT_JIS};

/// The code pages of East Asia by their numbers in Windows.
const MULTI_BYTE_PAGES: [(u32, &Encoding); 5] =
    [(932, SHIFT_JIS), (936, GBK), (949, EUC_KR), (950, BIG5), (54936, GB18030)];

/// Whether the page is one of these.
pub(super) fn is_known(codepage: u32) -> bool {
    encoding(codepage).is_some()
}

/// Text in a code page. Text in an unknown page is read as UTF-8.
pub(super) fn decode(bytes: &[u8], codepage: u32) -> String {
    match encoding(codepage) {
        Some(page) => page.decode_without_bom_handling(bytes).0.into_owned(),
        None => String::from_utf8_lossy(bytes).into_owned(),
    }
}

fn encoding(codepage: u32) -> Option<&'static Encoding> {
    MULTI_BYTE_PAGES.iter().find(|(number, _)| *number == codepage).map(|(_, page)| *page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_east_asia_is_decoded() {
        let cases: [(&[u8], u32, &str); 4] = [
            (b"\x83e\x83X\x83g", 932, "テスト"),
            (b"\xd6\xd0\xce\xc4", 936, "中文"),
            (b"\xc7\xd1\xb1\xdb", 949, "한글"),
            (b"\xa4\xa4\xa4\xe5", 950, "中文"),
        ];
        for (bytes, page, text) in cases {
            assert_eq!(decode(bytes, page), text, "{page}");
        }
    }
}

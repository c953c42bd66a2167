//! The file names that clients send.

/// A file name that is safe to show and to offer as a download: no path, no control or bidirectional characters.
pub(crate) fn clean_file_name(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = base
        .chars()
        .filter(|c| {
            !c.is_control()
                && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        })
        .take(protocol::limit::FILE_NAME_CHARS)
        .collect();
    let trimmed = kept.trim().trim_start_matches('.');
    if trimmed.is_empty() { "package".to_owned() } else { trimmed.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::clean_file_name;

    #[test]
    fn a_file_name_is_never_a_path() {
        assert_eq!(clean_file_name("../../etc/passwd"), "passwd");
        assert_eq!(clean_file_name("C:\\builds\\app.apk"), "app.apk");
        assert_eq!(clean_file_name("..."), "package");
        assert_eq!(clean_file_name("a\u{202e}kpa.exe\r\n"), "akpa.exe");
    }
}

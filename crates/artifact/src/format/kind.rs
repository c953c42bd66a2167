//! What an archive is, by the names in it.

use crate::container::zip::Archive;

/// What an archive may be, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Apk,
    Aab,
    Appx,
    AppxBundle,
    Ipa,
    AppZip,
    AppxUpload,
    Zip,
}

/// What the names in an archive say that it is.
pub(super) fn of(archive: &Archive) -> Kind {
    let mut kind = Kind::Zip;
    for raw in archive.entries() {
        kind = by_name(raw.name, kind).map_or(kind, |found| found.min(kind));
        if kind == Kind::Apk {
            break;
        }
    }
    kind
}

/// What an archive with this entry is, if it is surer than what is known.
fn by_name(name: &[u8], known: Kind) -> Option<Kind> {
    const WINDOWS: [&[u8]; 4] = [b".appx", b".msix", b".appxbundle", b".msixbundle"];
    let is_named = |expected: &str| name.eq_ignore_ascii_case(expected.as_bytes());
    if name == b"AndroidManifest.xml" {
        return Some(Kind::Apk);
    }
    if name == b"base/manifest/AndroidManifest.xml" || name == b"BundleConfig.pb" {
        return Some(Kind::Aab);
    }
    if is_named("AppxManifest.xml") {
        return Some(Kind::Appx);
    }
    if is_named("AppxMetadata/AppxBundleManifest.xml") {
        return Some(Kind::AppxBundle);
    }
    // A directory has 70,000 names: what would change nothing is not looked for.
    if known <= Kind::Ipa {
        return None;
    }
    let mut folders = name.split(|&byte| byte == b'/').rev().skip(1).peekable();
    let mut kind = None;
    while let Some(folder) = folders.next() {
        if folder == b"__MACOSX" {
            return None;
        }
        if folder.len() > 4 && folder.ends_with(b".app") {
            let is_payload = folders.peek().is_some_and(|parent| *parent == b"Payload");
            kind = if is_payload { Some(Kind::Ipa) } else { kind.or(Some(Kind::AppZip)) };
        }
    }
    let is_windows = || {
        WINDOWS.iter().any(|extension| {
            let end = name.len().checked_sub(extension.len()).and_then(|from| name.get(from..));
            end.is_some_and(|end| end.eq_ignore_ascii_case(extension))
        })
    };
    kind.or_else(|| is_windows().then_some(Kind::AppxUpload))
}

/// Whether some app's folder has what makes it one.
pub(super) fn has_app(archive: &Archive) -> bool {
    const ENDS: [&[u8]; 2] = [b".app/Info.plist", b".app/Contents/Info.plist"];
    archive.entries().any(|raw| {
        raw.entry.size > 0
            && !raw.name.starts_with(b"__MACOSX/")
            && ENDS.iter().any(|end| raw.name.ends_with(end))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_is_what_its_surest_name_says() {
        let cases: [(&str, Option<Kind>); 12] = [
            ("AndroidManifest.xml", Some(Kind::Apk)),
            ("res/AndroidManifest.xml", None),
            ("Payload/A.app/Info.plist", Some(Kind::Ipa)),
            ("out/Payload/A.app/PlugIns/B.app/Info.plist", Some(Kind::Ipa)),
            ("A.app/Contents/Library/B.app/Contents/Info.plist", Some(Kind::AppZip)),
            ("__MACOSX/A.app/._Info.plist", None),
            (".app/Info.plist", None),
            ("A.app", None),
            ("appxmanifest.xml", Some(Kind::Appx)),
            ("x/A.MSIX", Some(Kind::AppxUpload)),
            ("BundleConfig.pb", Some(Kind::Aab)),
            ("readme.txt", None),
        ];
        for (name, kind) in cases {
            assert_eq!(by_name(name.as_bytes(), Kind::Zip), kind, "{name}");
        }
        assert!(Kind::Apk < Kind::Aab && Kind::Ipa < Kind::AppZip && Kind::AppxUpload < Kind::Zip);
    }
}

//! What an archive is, by the names in it.

use crate::container::zip::Archive;

/// What an archive may be, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ArchiveKind {
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
pub(super) fn of(archive: &Archive) -> ArchiveKind {
    let mut kind = ArchiveKind::Zip;
    for raw in archive.entries() {
        kind = by_name(raw.name, kind).map_or(kind, |found| found.min(kind));
        if kind == ArchiveKind::Apk {
            break;
        }
    }
    kind
}

/// What an archive with this entry is, if that is surer than what is already known.
fn by_name(name: &[u8], known: ArchiveKind) -> Option<ArchiveKind> {
    const WINDOWS: [&[u8]; 4] = [b".appx", b".msix", b".appxbundle", b".msixbundle"];
    let is_named = |expected: &str| name.eq_ignore_ascii_case(expected.as_bytes());
    if name == b"AndroidManifest.xml" {
        return Some(ArchiveKind::Apk);
    }
    if name == b"base/manifest/AndroidManifest.xml" || name == b"BundleConfig.pb" {
        return Some(ArchiveKind::Aab);
    }
    if is_named("AppxManifest.xml") {
        return Some(ArchiveKind::Appx);
    }
    if is_named("AppxMetadata/AppxBundleManifest.xml") {
        return Some(ArchiveKind::AppxBundle);
    }
    // A directory may have 70,000 names: nothing is searched for that would not change the result.
    if known <= ArchiveKind::Ipa {
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
            kind = if is_payload { Some(ArchiveKind::Ipa) } else { kind.or(Some(ArchiveKind::AppZip)) };
        }
    }
    let is_windows = || {
        WINDOWS.iter().any(|extension| {
            let end = name.len().checked_sub(extension.len()).and_then(|from| name.get(from..));
            end.is_some_and(|end| end.eq_ignore_ascii_case(extension))
        })
    };
    kind.or_else(|| is_windows().then_some(ArchiveKind::AppxUpload))
}

/// Whether some app's folder has an `Info.plist`, which makes it an app.
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
        let cases: [(&str, Option<ArchiveKind>); 12] = [
            ("AndroidManifest.xml", Some(ArchiveKind::Apk)),
            ("res/AndroidManifest.xml", None),
            ("Payload/A.app/Info.plist", Some(ArchiveKind::Ipa)),
            ("out/Payload/A.app/PlugIns/B.app/Info.plist", Some(ArchiveKind::Ipa)),
            ("A.app/Contents/Library/B.app/Contents/Info.plist", Some(ArchiveKind::AppZip)),
            ("__MACOSX/A.app/._Info.plist", None),
            (".app/Info.plist", None),
            ("A.app", None),
            ("appxmanifest.xml", Some(ArchiveKind::Appx)),
            ("x/A.MSIX", Some(ArchiveKind::AppxUpload)),
            ("BundleConfig.pb", Some(ArchiveKind::Aab)),
            ("readme.txt", None),
        ];
        for (name, kind) in cases {
            assert_eq!(by_name(name.as_bytes(), ArchiveKind::Zip), kind, "{name}");
        }
        assert!(
            ArchiveKind::Apk < ArchiveKind::Aab
                && ArchiveKind::Ipa < ArchiveKind::AppZip
                && ArchiveKind::AppxUpload < ArchiveKind::Zip
        );
    }
}

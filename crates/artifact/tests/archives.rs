//! Zip archives that are damaged, unusual or hostile.

mod support;

use artifact::{Artifact, Format, Hints, Os, Refusal, RefusalCode, Severity, inspect_sync};
use support::apk::{PLAIN_LABEL, Zip, manifest};
use support::sparse::Sparse;
use support::{NOW, inspect_bytes};

fn accepted(file_name: &str, bytes: &[u8]) -> Artifact {
    inspect_bytes(file_name, bytes).unwrap_or_else(|refusal| panic!("{refusal:?}"))
}

fn refused(file_name: &str, bytes: &[u8]) -> Refusal {
    match inspect_bytes(file_name, bytes) {
        Ok(artifact) => panic!("expected a refusal, got {artifact:?}"),
        Err(refusal) => refusal,
    }
}

/// The findings without the one that every plain archive has.
fn codes(artifact: &Artifact) -> Vec<&str> {
    let codes = artifact.findings.iter().map(|finding| finding.code.as_str());
    codes.filter(|&code| code != "missing-version").collect()
}

fn plain() -> Zip {
    Zip::default().with("readme.txt", b"hello").with("bin/tool", &[7; 1000])
}

/// Overwrites bytes after the last occurrence of `mark`.
fn patched(mut bytes: Vec<u8>, mark: &[u8], at: usize, with: &[u8]) -> Vec<u8> {
    let found = bytes.windows(mark.len()).rposition(|part| part == mark).unwrap_or_default() + at;
    bytes[found..found + with.len()].copy_from_slice(with);
    bytes
}

const DIRECTORY: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";

#[test]
fn a_plain_archive_has_no_version_and_no_other_finding() {
    let artifact = accepted("a.zip", &plain().finish());
    assert_eq!((artifact.format, artifact.os), (Format::Zip, Os::Custom));
    assert_eq!((&artifact.identifier, &artifact.name, &artifact.version), (&None, &None, &None));
    assert_eq!((codes(&artifact).len(), artifact.findings.len()), (0, 1));
}

#[test]
fn an_empty_archive_is_refused() {
    for bytes in [Zip::default().finish(), [Zip::default().finish(), vec![0; 9]].concat()] {
        assert!(refused("a.zip", &bytes).message.contains("an empty zip archive"));
    }
}

#[test]
fn an_archive_named_as_a_package_is_refused_by_what_it_lacks() {
    for (file_name, lacks) in [
        ("a.apk", "AndroidManifest.xml"),
        ("a.IPA", "Payload"),
        ("a.msix", "AppxManifest.xml"),
        ("a.pkg", "Mac installer"),
    ] {
        let refusal = refused(file_name, &plain().finish());
        assert!(refusal.code == RefusalCode::NotAPackage && refusal.message.contains(lacks), "{refusal}");
    }
}

#[test]
fn a_package_under_another_name_is_reported() {
    let apk = Zip::default().with("AndroidManifest.xml", &manifest(PLAIN_LABEL)).finish();
    let artifact = accepted("app.zip", &apk);
    assert_eq!(artifact.format, Format::Apk);
    let found = artifact.findings.iter().find(|finding| finding.code == "mismatched-extension");
    assert!(
        found.is_some_and(|found| found.severity == Severity::Warning && found.message.contains("`.zip`"))
    );
    for file_name in ["app.apk", "app", "app-1.2.3"] {
        let artifact = accepted(file_name, &apk);
        assert!(
            artifact.findings.iter().all(|finding| finding.code != "mismatched-extension"),
            "{file_name}"
        );
    }
}

#[test]
fn entries_that_share_bytes_are_an_error() {
    // The last entry's header in the directory leads to the first entry's data.
    let bytes = patched(plain().finish(), DIRECTORY, 42, &[0; 4]);
    let artifact = accepted("a.zip", &bytes);
    assert_eq!(codes(&artifact), ["overlapping-entries", "damaged-directory"]);
    assert_eq!(artifact.findings.first().map(|finding| finding.severity), Some(Severity::Error));
}

#[test]
fn data_that_runs_into_the_directory_is_refused() {
    let bytes = patched(plain().finish(), DIRECTORY, 20, &5000_u32.to_le_bytes());
    assert_eq!(refused("a.zip", &bytes).code, RefusalCode::Corrupt);
}

#[test]
fn an_entry_without_its_header_is_refused() {
    let bytes = patched(plain().finish(), DIRECTORY, 42, &[3, 0, 0, 0]);
    assert_eq!(refused("a.zip", &bytes).code, RefusalCode::Corrupt);
}

#[test]
fn impossible_sizes_are_an_error() {
    let deflated = patched(plain().finish(), DIRECTORY, 10, &[8, 0]);
    let bytes = patched(deflated, DIRECTORY, 24, &u32::MAX.to_le_bytes());
    let artifact = accepted("a.zip", &bytes);
    assert_eq!(codes(&artifact), ["damaged-directory", "too-large-expanded"]);
}

#[test]
fn a_package_that_would_fill_a_disk_is_reported_whatever_it_is_for() {
    let apk = Zip::default().with("AndroidManifest.xml", &manifest(PLAIN_LABEL));
    let app = |folder: &str| Zip::default().with(&format!("{folder}A.app/Info.plist"), PLIST.as_bytes());
    for (file_name, zip) in [
        ("a.apk", apk),
        ("a.ipa", app("Payload/")),
        ("a.app.zip", Zip::default().with("A.app/Contents/Info.plist", PLIST.as_bytes())),
    ] {
        let bytes = zip.with("zeros.bin", &vec![0; 4 << 20]).finish();
        let deflated = patched(bytes, DIRECTORY, 10, &[8, 0]);
        assert!(!codes(&accepted(file_name, &deflated)).contains(&"too-large-expanded"), "{file_name}");
        let bytes = patched(deflated, DIRECTORY, 24, &u32::MAX.to_le_bytes());
        let codes = accepted(file_name, &bytes).findings.into_iter().map(|finding| finding.code);
        assert!(codes.collect::<Vec<_>>().contains(&"too-large-expanded".to_owned()), "{file_name}");
    }
}

#[test]
fn an_entry_with_another_name_in_its_own_header_is_reported() {
    let mut bytes = plain().finish();
    bytes[30] = b'R';
    assert_eq!(codes(&accepted("a.zip", &bytes)), ["damaged-directory"]);
}

#[test]
fn encryption_is_reported_for_both_methods() {
    for at in [8, 10] {
        // A flag for the old way, a method for AES.
        let mark: [u8; 2] = if at == 8 { [1, 0] } else { [99, 0] };
        let bytes = patched(plain().finish(), DIRECTORY, at, &mark);
        assert_eq!(codes(&accepted("a.zip", &bytes)), ["encrypted"]);
    }
}

#[test]
fn names_twice_or_twice_but_for_case_are_reported() {
    let twice = Zip::default().with("a", b"1").with("a", b"2");
    assert_eq!(codes(&accepted("a.zip", &twice.finish())), ["duplicate-entry"]);
    let cased = Zip::default().with("Readme", b"1").with("README", b"2");
    assert_eq!(codes(&accepted("a.zip", &cased.finish())), ["clashing-names"]);
}

#[test]
fn an_archive_in_several_files_is_refused() {
    let bytes = patched(plain().finish(), END, 4, &[1, 0]);
    assert_eq!(refused("a.zip", &bytes).code, RefusalCode::Truncated);
    assert!(refused("a.zip", b"PK\x07\x08PK\x03\x04....").message.contains("several files"));
}

#[test]
fn an_archive_behind_a_program_is_one_unless_it_is_named_as_the_program() {
    let bytes = [&b"MZ\x90\0"[..], &[0; 2000], &plain().finish()].concat();
    assert_eq!(codes(&accepted("a.zip", &bytes)), ["leading-bytes"]);
    assert!(refused("setup.exe", &bytes).message.contains("(.exe)"));
}

#[test]
fn packages_in_an_archive_are_offered() {
    let inner = Zip::default()
        .with("out/App.ipa", b"x")
        .with("out/readme.txt", b"x")
        .with("__MACOSX/out/._App.ipa", b"x");
    let artifact = accepted("a.zip", &inner.finish());
    assert_eq!(codes(&artifact), ["inner-package"]);
    assert!(artifact.findings.iter().any(|finding| finding.message.contains("`out/App.ipa`")));
}

#[test]
fn a_set_of_split_apks_is_reported_and_refused_under_its_own_name() {
    let set = Zip::default()
        .with("base.apk", b"x")
        .with("split_config.en.apk", b"x")
        .with("manifest.json", b"{}")
        .finish();
    assert_eq!(codes(&accepted("a.zip", &set)), ["split-packages"]);
    let refusal = refused("a.xapk", &set);
    assert!(refusal.message.contains("a set of 2 APKs") && refusal.fix.contains("universal"), "{refusal:?}");
}

#[test]
fn a_program_in_the_root_or_its_only_folder_makes_it_for_windows() {
    let os = |zip: Zip| accepted("a.zip", &zip.finish()).os;
    assert_eq!(os(Zip::default().with("App.exe", b"MZ").with("App.dll", b"MZ")), Os::Windows);
    assert_eq!(os(Zip::default().with("App/App.EXE", b"MZ").with("App/a/b", b"x")), Os::Windows);
    assert_eq!(os(Zip::default().with("tools/a.exe", b"MZ").with("readme", b"x")), Os::Custom);
}

#[test]
fn an_archive_cut_anywhere_is_truncated_or_corrupt() {
    let whole = plain().finish();
    for len in 4..whole.len() {
        let refusal = refused("a.zip", &whole[..len]);
        assert!(matches!(refusal.code, RefusalCode::Truncated | RefusalCode::Corrupt), "{len}: {refusal:?}");
    }
}

const PLIST: &str = "<plist version='1.0'><dict><key>CFBundleIdentifier</key><string>org.example.app</string>\
    <key>CFBundleName</key><string>Example</string><key>CFBundleShortVersionString</key><string>2.1</string>\
    <key>CFBundleVersion</key><string>45</string></dict></plist>";

/// As Archive Utility of macOS writes an archive of more than 4 GiB: without zip64, so that sizes and offsets lose
/// their upper halves (described in the documentation of yauzl).
#[test]
fn an_archive_whose_offsets_lost_their_upper_half_is_read() {
    let (mut file, mut directory) = (Sparse::default(), Vec::new());
    let entries =
        [("A.app/Contents/Resources/film.mov", 5 << 30, ""), ("A.app/Contents/Info.plist", 0, PLIST)];
    for (name, hole, data) in entries {
        let len = ((data.len() as u64 + hole) as u32).to_le_bytes();
        let lens = [&len[..], &len, &(name.len() as u16).to_le_bytes(), &[0, 0]].concat();
        let local = file.put(&[&b"PK\x03\x04\x14\0\0\0\0\0"[..], &[0; 8], &lens, name.as_bytes()].concat());
        file.put(data.as_bytes());
        file.put_hole(hole);
        directory.extend([&b"PK\x01\x02\x15\x03\x14\0\0\0\0\0"[..], &[0; 8], &lens, &[0; 10]].concat());
        directory.extend((local as u32).to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let offset = file.put(&directory) as u32;
    let place = [directory.len() as u32, offset].map(u32::to_le_bytes).concat();
    file.put(&[&b"PK\x05\x06\0\0\0\0\x02\0\x02\0"[..], &place, &[0, 0]].concat());
    let hints = Hints { file_name: "A.app.zip", now: NOW };
    let fetch = |miss: artifact::Miss| Ok::<_, std::convert::Infallible>(file.read(miss.offset, miss.len));
    let artifact = inspect_sync(&hints, file.len, fetch).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((artifact.format, artifact.version.as_deref()), (Format::AppZip, Some("2.1")));
    let found = artifact.findings.iter().find(|finding| finding.code == "damaged-directory");
    assert!(found.is_some_and(|found| found.message.contains("Archive Utility")), "{:?}", artifact.findings);
}

#[test]
fn sources_in_an_archive_are_not_taken_for_a_broken_package() {
    let text = b"<manifest package='org.example'/>";
    for (entry, data, named) in [
        ("AndroidManifest.xml", &text[..], "AndroidManifest.xml"),
        ("tests/fixtures/Broken.app/Info.plist", b"<plist><array/></plist>", "Broken.app/Info.plist"),
        ("proj/Payload/x.app/Info.plist", b"", "Payload/x.app/Info.plist"),
    ] {
        let bytes = plain().with(entry, data).finish();
        let artifact = accepted("a.ZIP", &bytes);
        assert_eq!((artifact.format, codes(&artifact)), (Format::Zip, vec!["broken-package"]), "{entry}");
        let broken = artifact.findings.iter().find(|finding| finding.code == "broken-package");
        let broken = broken.map(|finding| (finding.severity, finding.message.contains(named)));
        assert_eq!(broken, Some((Severity::Warning, true)), "{entry}: {:?}", artifact.findings);
        for file_name in ["a.apk", "a.ipa", "a.app.zip", "a"] {
            assert_eq!(refused(file_name, &bytes).code, RefusalCode::Corrupt, "{file_name} {entry}");
        }
    }
}

#[test]
fn a_package_in_a_zip_that_is_encrypted_is_refused() {
    let bytes = Zip::default().with("AndroidManifest.xml", b"secret").finish();
    let bytes = patched(bytes, DIRECTORY, 8, &[1, 0]);
    assert_eq!(refused("a.zip", &bytes).code, RefusalCode::Encrypted);
}

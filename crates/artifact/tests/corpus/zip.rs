//! Archives without a package: the table has the results of three readers for each.

use artifact::{Artifact, Format, Refusal, RefusalCode, Severity};

use crate::support::{Row, inspect_bytes, rows};

/// The results of three independent readers for an archive, from the column `extra`.
enum Readers {
    AllAccept,
    AllRefuse,
    Disagree,
}

fn readers(row: &Row) -> Readers {
    let accepts = ["python-zipfile: ok", "7z t: ok", "bsdtar t: ok"].map(|says| row.extra.contains(says));
    match accepts {
        [true, true, true] => Readers::AllAccept,
        [false, false, false] => Readers::AllRefuse,
        _ => Readers::Disagree,
    }
}

fn read(file: &str) -> Result<Artifact, Refusal> {
    let row = rows(&["zip"]).into_iter().find(|row| row.file == file);
    let row = row.unwrap_or_else(|| panic!("expected {file} in the corpus"));
    inspect_bytes(&row.file, &row.bytes())
}

fn codes(file: &str) -> Vec<String> {
    let artifact = read(file).unwrap_or_else(|refusal| panic!("{file}: {refusal:?}"));
    artifact.findings.into_iter().map(|finding| finding.code).collect()
}

/// Archives without any file: readers list nothing without complaint, but there is nothing to release.
const EMPTY: [&str; 2] = ["zip/zip2__comment_garbage.zip", "zip/zip2__misaligned_comment.zip"];

/// Archives with a Mac app in them, which is what they are, and its identifier and build. `unzip -p FILE
/// '*.app/Contents/Info.plist'`, parsed by Python's plistlib, prints for the first `CFBundleIdentifier com.caffeine`
/// and `CFBundleVersion 1.2.3`, for the second `CFBundleIdentifier org.m0k.transmission` and nothing else.
const APPS: [(&str, &str, Option<&str>); 2] = [
    ("zip/brew__caffeine-with-plist.zip", "com.caffeine", Some("1.2.3")),
    ("zip/brew__transmission-2.61.zip", "org.m0k.transmission", None),
];

/// What we do with archives that one or two of the readers refuse: a finding beside the missing version, or why it is
/// refused.
const DISPUTED: [(&str, Result<Option<&str>, RefusalCode>); 21] = [
    ("zip/zip2__aes_archive.zip", Ok(Some("encrypted"))),
    ("zip/zip2__extended_timestamp_bad.zip", Ok(None)),
    ("zip/zip2__ignore_encryption_flag.zip", Ok(Some("encrypted"))),
    ("zip/zip2__invalid_cde_number_of_files_allocation_smaller_offset.zip", Err(RefusalCode::NotAPackage)),
    ("zip/zip2__implode.zip", Ok(Some("unknown-method"))),
    ("zip/zip2__reduce.zip", Ok(Some("unknown-method"))),
    ("zip/zip2__shrink.zip", Ok(Some("unknown-method"))),
    ("zip/zip2__ppmd.zip", Ok(Some("unknown-method"))),
    ("zip/zip2__xz.zip", Ok(Some("unknown-method"))),
    ("zip/zip2__zip64_demo.zip", Ok(Some("leading-bytes"))),
    ("zip/zip2__zip64_magic_in_filename_1.zip", Ok(Some("unsafe-entry-name"))),
    ("zip/zip2__zip64_magic_in_filename_5.zip", Ok(Some("unsafe-entry-name"))),
    ("zip/rc-zip__archive-oob.zip", Err(RefusalCode::NotAPackage)),
    ("zip/rc-zip__found-me-deflate64.zip", Ok(Some("unknown-method"))),
    ("zip/rc-zip__found-me-zstd.zip", Ok(Some("unknown-method"))),
    ("zip/jszip__bad_offset.zip", Err(RefusalCode::Corrupt)),
    ("zip/jszip__crc32.zip", Ok(None)),
    ("zip/jszip__zip64_missing_bytes.zip", Err(RefusalCode::Corrupt)),
    ("zip/jszip__zip64_prepended_bytes.zip", Ok(Some("leading-bytes"))),
    ("zip/extractcode__zip_broken.zip", Err(RefusalCode::Corrupt)),
    ("zip/extractcode__zip_password_nexb.zip", Ok(Some("encrypted"))),
];

#[test]
fn what_readers_disagree_about_is_reported_or_refused_as_listed() {
    let disputed: Vec<_> =
        rows(&["zip"]).into_iter().filter(|row| matches!(readers(row), Readers::Disagree)).collect();
    assert_eq!(disputed.len(), DISPUTED.len());
    for row in disputed {
        let listed = DISPUTED.iter().find(|(file, _)| *file == row.file).map(|(_, outcome)| *outcome);
        let outcome = inspect_bytes(&row.file, &row.bytes()).map_err(|refusal| refusal.code);
        let outcome = outcome.map(|artifact| {
            let codes = artifact.findings.into_iter().map(|finding| finding.code);
            codes.filter(|code| code != "missing-version").collect::<Vec<_>>()
        });
        let expected = listed.map(|listed| listed.map(|code| code.map(str::to_owned).into_iter().collect()));
        assert_eq!(Some(outcome), expected, "{}", row.file);
    }
}

#[test]
fn an_archive_is_read_where_three_readers_read_it_and_refused_where_none_does() {
    let (mut wrong, mut n_accepted, mut n_refused) = (Vec::new(), 0, 0);
    for row in rows(&["zip"]) {
        let outcome = inspect_bytes(&row.file, &row.bytes());
        let is_listed = |list: &[&str]| list.contains(&row.file.as_str());
        n_accepted += u32::from(outcome.is_ok());
        n_refused += u32::from(outcome.is_err());
        let is_right = match (readers(&row), &outcome) {
            (_, Ok(artifact)) if artifact.format == Format::AppZip => {
                let (identifier, build) = (artifact.identifier.as_deref(), artifact.build.as_deref());
                APPS.iter().any(|app| (app.0, Some(app.1), app.2) == (row.file.as_str(), identifier, build))
            }
            _ if APPS.iter().any(|(file, ..)| *file == row.file) => false,
            _ if is_listed(&EMPTY) => {
                matches!(&outcome, Err(refusal) if refusal.message.contains("empty zip"))
            }
            (Readers::AllAccept | Readers::Disagree, Ok(artifact)) => {
                artifact.format == Format::Zip && artifact.identifier.is_none() && artifact.version.is_none()
            }
            (Readers::AllAccept, Err(_)) | (Readers::AllRefuse, Ok(_)) => false,
            (Readers::AllRefuse | Readers::Disagree, Err(_)) => true,
        };
        if !is_right {
            wrong.push(format!("{}: {}\n   {outcome:?}", row.file, row.extra));
        }
    }
    println!("zip: {n_accepted} accepted, {n_refused} refused");
    assert_eq!((n_accepted, n_refused), (112, 14));
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn an_encrypted_archive_is_reported_as_encrypted() {
    for file in [
        "zip/zip2__aes_archive.zip",
        "zip/zip2__ignore_encryption_flag.zip",
        "zip/extractcode__zip_password_nexb.zip",
    ] {
        assert!(codes(file).contains(&"encrypted".to_owned()), "{file}");
    }
}

#[test]
fn unsafe_names_links_and_clashes_are_reported() {
    let cases = [
        ("zip/rc-zip__zipslip.zip", "unsafe-link"),
        ("zip/dfvfs__absolute_paths.zip", "unsafe-entry-name"),
        ("zip/extractcode__zip-slip-win.zip", "unsafe-entry-name"),
        ("zip/extractcode__relative_parent_folders.zip", "unsafe-entry-name"),
        ("zip/zip2__symlink.zip", "symbolic-links"),
        ("zip/extractcode__dup_names.zip", "clashing-names"),
        ("zip/rc-zip__found-me-zstd.zip", "unknown-method"),
        ("zip/rc-zip__found-me-lzma.zip", "unknown-method"),
        ("zip/rc-zip__test-trailing-junk.zip", "trailing-bytes"),
        ("zip/jszip__zip64_prepended_bytes.zip", "leading-bytes"),
        ("zip/brew__AppWithBinary.zip", "no-application"),
        ("zip/brew__MyFancyPkg.zip", "inner-package"),
    ];
    for (file, code) in cases {
        let codes = codes(file);
        assert!(codes.iter().any(|found| found == code), "{file}: expected {code}, got {codes:?}");
    }
}

#[test]
fn a_usual_archive_lacks_nothing_but_its_version() {
    for file in [
        "zip/jszip__all.7zip.zip",
        "zip/rc-zip__zip64.zip",
        "zip/rc-zip__shift-jis.zip",
        "zip/rc-zip__dd.zip",
    ] {
        assert_eq!(codes(file), ["missing-version"], "{file}");
    }
}

#[test]
fn an_archive_with_a_program_in_its_root_is_for_windows() {
    let windows = read("zip/app-info__win-TopBar-v0.1.1.zip").map(|artifact| artifact.os.to_string());
    assert_eq!(windows.as_deref(), Ok("Windows"));
    let other = read("zip/rc-zip__unix.zip").map(|artifact| artifact.os.to_string());
    assert_eq!(other.as_deref(), Ok("Custom"));
}

#[test]
fn a_package_for_harmonyos_is_refused_by_name() {
    let row = rows(&["hap"]).pop().unwrap_or_else(|| panic!("expected a .hap in the corpus"));
    let refusal = inspect_bytes(&row.file, &row.bytes()).expect_err("a .hap");
    assert_eq!(refusal.code, RefusalCode::NotAPackage);
    assert!(refusal.message.contains("HarmonyOS"), "{refusal}");
}

#[test]
fn no_plain_archive_takes_more_than_3_reads() {
    for row in rows(&["zip"]) {
        let Ok(artifact) = inspect_bytes(&row.file, &row.bytes()) else { continue };
        assert!(
            artifact.reads <= 3 && artifact.bytes_read <= 400_000,
            "{}: {} reads",
            row.file,
            artifact.reads
        );
        let has_error = artifact.findings.iter().any(|finding| finding.severity == Severity::Error);
        assert!(
            !has_error || matches!(readers(&row), Readers::Disagree),
            "{}: {:?}",
            row.file,
            artifact.findings
        );
    }
}

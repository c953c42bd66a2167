use crate::compare::{Different, check};
use crate::support::{inspect_bytes, rows};

const DIFFERENT: &[Different] = &[];

#[test]
fn every_windows_installer_yields_what_independent_tools_read() {
    check(&["msi"], DIFFERENT);
}

/// The text behind `key=` in the column `extra`, up to the key that follows it there.
fn stated<'a>(extra: &'a str, key: &str, next: &str) -> &'a str {
    let from = extra.find(key).map_or(extra.len(), |at| at + key.len());
    let rest = extra.get(from..).unwrap_or_default();
    rest.find(next).and_then(|end| rest.get(..end)).unwrap_or(rest).trim()
}

#[test]
fn codes_manufacturers_and_architectures_are_as_stated() {
    let mut n_compared = 0;
    for row in rows(&["msi"]).iter().filter(|row| row.extra.contains("upgrade=")) {
        let Ok(artifact) = inspect_bytes(&row.file, &row.bytes()) else {
            assert!(row.extra.contains("EXPECT reject"), "{}", row.file);
            continue;
        };
        let windows = artifact.windows.unwrap_or_default();
        let stated = |key, next| stated(&row.extra, key, next);
        let text = |fact: &Option<String>| fact.clone().unwrap_or_default().trim().to_owned();
        assert_eq!(text(&windows.upgrade_code), stated("upgrade=", "manufacturer="), "{}", row.file);
        assert_eq!(text(&windows.publisher_name), stated("manufacturer=", "lang="), "{}", row.file);
        assert_eq!(
            windows.languages.first().map_or("", String::as_str),
            stated("lang=", "template="),
            "{}",
            row.file
        );
        let (platform, language) = stated("template=", "subject=").split_once(';').unwrap_or_default();
        assert_eq!(
            windows.architectures,
            [if platform == "Intel" { "x86" } else { platform }],
            "{}",
            row.file
        );
        assert!(windows.languages.iter().any(|found| found == language), "{}", row.file);
        n_compared += 1;
    }
    assert!(n_compared >= 34, "expected the corpus, got {n_compared} installers");
}

#[test]
fn a_signed_installer_says_who_signed_it() {
    let signed: Vec<_> = rows(&["msi"])
        .into_iter()
        .filter_map(|row| Some((inspect_bytes(&row.file, &row.bytes()).ok()?.windows?, row.file)))
        .filter(|(windows, _)| windows.is_signed)
        .collect();
    let [(windows, file)] = signed.as_slice() else { panic!("expected one, got {}", signed.len()) };
    assert_eq!(file, "msi/wix3__hello_world.msi");
    // As `openssl pkcs7` shows the stream that `msiinfo extract` gives.
    let subjects: Vec<&str> = windows.certificates.iter().map(|found| found.subject.as_str()).collect();
    assert_eq!(
        subjects,
        [
            "CN=VS Bld Lab",
            "C=US, ST=Washington, L=Redmond, O=Microsoft Corporation, CN=Microsoft Test PCA",
            "C=US, ST=Washington, L=Redmond, O=Microsoft, OU=Corporate Security, CN=Microsoft Windows Redmond, \
             emailAddress=pkit@microsoft.com",
        ],
    );
}

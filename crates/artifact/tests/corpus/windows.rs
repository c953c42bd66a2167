use std::collections::BTreeSet;

use artifact::{Artifact, Severity, Windows};

use crate::compare::{Different, check};
use crate::support::{Row, inspect_bytes, rows};

const FORMATS: [&str; 6] = ["appx", "msix", "appxbundle", "msixbundle", "appxupload", "msixupload"];

const DIFFERENT: &[Different] = &[
    // The table has the bare reference. The package's `resources.pri` has the text for `Resources/appName` in its one
    // language, as plain ASCII: `strings` finds it, and so does a reader of the index written in Python.
    ("appx/msix-packaging__TestAppxPackage_Win32.appx", "name", "Test Appx Package"),
];

#[test]
fn every_windows_app_package_yields_what_independent_tools_read() {
    check(&FORMATS, DIFFERENT);
}

/// What is packed in an upload or a bundle must be unpacked whole.
fn has_packed_package(row: &Row) -> bool {
    row.file.contains("upload__") || row.file.ends_with("ManifestIsMissing.appxbundle")
}

#[test]
fn no_windows_app_package_takes_more_than_6_reads_or_400_kilobytes() {
    let (mut most_reads, mut most_bytes) = (0, 0);
    for row in rows(&FORMATS) {
        let Ok(artifact) = inspect_bytes(&row.file, &row.bytes()) else { continue };
        let most = if has_packed_package(&row) { row.len } else { 400_000 };
        assert!(artifact.reads <= 6, "{}: got {} reads", row.file, artifact.reads);
        assert!(artifact.bytes_read <= most, "{}: got {} bytes read", row.file, artifact.bytes_read);
        if !has_packed_package(&row) {
            most_reads = most_reads.max(artifact.reads);
            most_bytes = most_bytes.max(artifact.bytes_read);
        }
    }
    println!("most reads {most_reads}, most bytes {most_bytes}");
}

/// The value of `key=` in a row's last column: up to the next key.
fn stated<'a>(row: &'a Row, key: &str) -> Option<&'a str> {
    const KEYS: [&str; 7] =
        ["publisher=", "arch=", "families=", "logo=", "packages=", "signed=", "upload-of="];
    let start = row.extra.find(key)? + key.len();
    let rest = &row.extra[start..];
    let end = KEYS.iter().filter_map(|key| rest.find(&format!(" {key}"))).min().unwrap_or(rest.len());
    Some(rest[..end].trim_end_matches(" bundle").trim())
}

fn none_if_empty(values: &[String]) -> String {
    if values.is_empty() { "None".to_owned() } else { values.join(",") }
}

fn check_extra(row: &Row, windows: &Windows) -> usize {
    let file = &row.file;
    let mut n_checked = 0;
    let mut check = |key: &str, found: String| {
        if let Some(expected) = stated(row, key) {
            // The table's cells are cut after 400 characters.
            let is_cut = row.extra.chars().count() >= 400 && found.starts_with(expected);
            assert!(is_cut || found == expected, "{file}: expected {key}`{expected}`, got `{found}`");
            n_checked += 1;
        }
    };
    check("publisher=", windows.publisher.clone().unwrap_or_default());
    let is_bundle = row.extra.contains("bundle publisher=");
    if !is_bundle {
        check("arch=", none_if_empty(&windows.architectures));
        let families = windows.device_families.iter().map(|family| family.name.as_str());
        check("families=", families.collect::<Vec<_>>().join(","));
    }
    let (mut packages, mut outer) = (Vec::new(), Vec::new());
    for package in &windows.packages {
        let architecture = package.architecture.as_deref().unwrap_or("None");
        match package.kind.as_str() {
            "bundle" => outer.push(package.file_name.clone()),
            "symbols" => {}
            kind if is_bundle => packages.push(format!("{kind}:{architecture}:{}", package.file_name)),
            _ => outer.push(package.file_name.clone()),
        }
    }
    check("packages=", packages.join(","));
    check("upload-of=", outer.join(","));
    n_checked
}

#[test]
fn publishers_architectures_families_and_packages_are_as_stated() {
    let mut n_checked = 0;
    for row in rows(&FORMATS) {
        let Ok(Artifact { windows: Some(windows), .. }) = inspect_bytes(&row.file, &row.bytes()) else {
            continue;
        };
        n_checked += check_extra(&row, &windows);
        // The first one is about the package inside, where one is.
        let signed = stated(&row, "signed=").map(|signed| signed.starts_with("yes"));
        assert_eq!(Some(windows.is_signed), signed, "{}", row.file);
    }
    println!("{n_checked} fields right");
    assert!(n_checked == 151, "expected all fields of the table, got {n_checked}");
}

/// Codes of findings with this severity.
fn codes(file: &str, severity: Severity) -> BTreeSet<String> {
    let row = rows(&FORMATS).into_iter().find(|row| row.file.ends_with(file));
    let row = row.unwrap_or_else(|| panic!("expected {file} in the table"));
    let artifact = inspect_bytes(&row.file, &row.bytes());
    let findings = artifact.map(|artifact| artifact.findings).unwrap_or_default();
    findings.into_iter().filter(|finding| finding.severity == severity).map(|finding| finding.code).collect()
}

#[test]
fn what_windows_refuses_is_reported_as_its_own_tests_name_it() {
    let cases: [(&str, &[&str]); 16] = [
        ("No_blockmap.appx", &["missing-block-map", "unsigned"]),
        ("SignatureNotLastPart-ERROR_BAD_FORMAT.appx", &["misplaced-signature"]),
        ("SignedUntrustedCert-CERT_E_CHAINING.appx", &[]),
        ("language-de.appx", &["split-package"]),
        ("__BlockMapIsMissing.appxbundle", &["missing-block-map", "unsigned"]),
        ("__ContainsNoPayload.appxbundle", &["no-application", "unsigned"]),
        ("__ManifestIsMissing.appxbundle", &["missing-bundle-manifest"]),
        ("__ManifestHasExtraPackage.appxbundle", &["missing-package", "unsigned"]),
        ("__ManifestPackageHasIncorrectName.appxbundle", &["package-mismatch", "unsigned"]),
        ("__ManifestPackageHasIncorrectPublisher.appxbundle", &["package-mismatch", "unsigned"]),
        ("__ManifestPackageHasIncorrectVersion.appxbundle", &["package-mismatch", "unsigned"]),
        ("__ManifestPackageHasIncorrectSize.appxbundle", &["unsigned", "wrong-package-size"]),
        ("__ManifestPackageHasInvalidOffset.appxbundle", &["unsigned", "wrong-package-offset"]),
        ("__ManifestPackageHasInvalidRange.appxbundle", &["unsigned", "wrong-package-offset"]),
        ("__PayloadPackageIsCompressed.appxbundle", &["compressed-package", "unsigned"]),
        ("existingBundle.msixbundle", &["unsigned"]),
    ];
    for (file, expected) in cases {
        let expected: BTreeSet<_> = expected.iter().map(|code| (*code).to_owned()).collect();
        assert_eq!(codes(file, Severity::Error), expected, "{file}");
    }
}

#[test]
fn every_signer_is_the_publisher_and_has_its_certificate_first() {
    let (mut n_signed, mut n_own) = (0, 0);
    for row in rows(&FORMATS) {
        let Ok(artifact) = inspect_bytes(&row.file, &row.bytes()) else { continue };
        let codes: Vec<_> = artifact.findings.iter().map(|finding| finding.code.as_str()).collect();
        let windows = artifact.windows.unwrap_or_default();
        if !windows.is_signed {
            continue;
        }
        n_signed += 1;
        assert!(!windows.certificates.is_empty(), "{}", row.file);
        assert!(!codes.contains(&"publisher-mismatch"), "{}", row.file);
        // All of them are certificates for tests.
        n_own += usize::from(codes.contains(&"debug-signed"));
    }
    println!("{n_signed} signed, {n_own} with a certificate for tests");
    assert_eq!((n_signed, n_own), (23, 23));
}

#[test]
fn icons_are_found_wherever_the_package_has_them() {
    let mut icons = Vec::new();
    for row in rows(&FORMATS) {
        let Ok(artifact) = inspect_bytes(&row.file, &row.bytes()) else { continue };
        icons.extend(artifact.icon.map(|icon| (row.file, icon)));
    }
    // As many as have a file of the name that the manifest states, by Python's zipfile and ElementTree.
    assert_eq!(icons.len(), 20);
    let sizes = [
        ("appx/msix-packaging__ContentTypes_in_blockmap.appx", 283, 177),
        ("appx/msix-packaging__CentennialCoffee.appx", 256, 256),
        ("appx/msix-packaging__HelloWorld.appx", 50, 50),
        ("appx/msix-packaging__SignedUntrustedCert-CERT_E_CHAINING.appx", 200, 200),
        ("appxbundle/msix-packaging__ManifestIsMissing.appxbundle", 50, 50),
        ("derived/appxupload__multi-arch-appx.appxupload", 50, 50),
    ];
    for (file, width, height) in sizes {
        let icon = icons.iter().find(|(found, _)| found == file).map(|(_, icon)| (icon.width, icon.height));
        assert_eq!(icon, Some((Some(width), Some(height))), "{file}");
    }
}

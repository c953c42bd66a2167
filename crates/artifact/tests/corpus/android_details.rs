//! Further columns of the table about Android packages: `extra`, and certificates.

use std::collections::BTreeMap;

use artifact::{Android, Severity};

use crate::support::{Row, inspect_bytes, rows};

/// A file and a key of `extra` where this crate differs from the table, and its value.
const DIFFERENT: &[(&str, &str, &str)] = &[
    // Its signature files lie at `META-INF/../../../../CERT.RSA`: Android and `apksigner` miss `META-INF/MANIFEST.MF`.
    ("apk/Apktool__issue1589.apk", "schemes", "none"),
];

/// SHA-256 of signers' certificates, as `apksigner` 31 and, for `*.RSA` files, OpenSSL print them. Of v3.1, which that
/// `apksigner` does not know, the certificate is the one of `…-rsa-2048_2` in other fixtures.
const CERTIFICATES: &[(&str, &[&str])] = &[
    ("apk/app-info__android.apk", &["2fd3021861d47ca726351e90d6ef4b0ef7920b146f00839fdb5f865801d031c9"]),
    ("apk/app-info__tv.apk", &["b18b9c9c790f8751d77aad36beebdb4aad2656ac6ff94fd83c9a29a8b00ff453"]),
    (
        "apk/apk-parser__NetworkStack_210000000.apk",
        &["5fa42212ad403e22dd6efe75f3f31184051fef744c0b05be5c73edf60bf62c1e"],
    ),
    (
        "apk/apksig-android__two-signers.apk",
        &[
            "fb5dbd3c669af9fc236c6991e6387b7f11ff0590997f22d0f5c74ff40e04fca8",
            "6a8b96e278e58f62cfe3584022cec1d0527fcb85a9e5d2e1694eb0405be5b599",
        ],
    ),
    (
        "apk/apksig-android__v1v2v3-rotated-v3-key-valid-stamp.apk",
        &["d78405f761ff6236cc9b570347a570aba0c62a129a3ac30c831c64d09ad95469"],
    ),
    (
        "apk/apksig-android__v31-rsa-2048_2-tgt-33-1-tgt-28.apk",
        &["681b0e56a796350c08647352a4db800cc44b2adc8f4c72fa350bd05d4d50264d"],
    ),
    (
        "apk/apksig-android__v1-only-with-rsa-1024-cert-not-der.apk",
        &["c5d4535a7e1c8111687a8374b2198da6f5ff8d811a7a25aa99ef060669342fa9"],
    ),
    (
        "apk/apksig-android__v1-only-with-rsa-1024.apk",
        &["bc5e64eab1c4b5137c0fbc5ed05850b3a148d1c41775cffa4d96eea90bdd0eb8"],
    ),
    (
        "apk/bundletool__com.test.app.apk",
        &["ba796d9c376f508b5d186360e667d50c520e470a083614416e68a8cfd1934eb6"],
    ),
    ("apk/apksig-android__v3-only-no-certs-in-sig.apk", &[]),
    ("apk/apksig-android__stamp-without-apk-signature.apk", &[]),
];

/// Packages that miss a signature: `apksigner` asks "Signature stripped?" of each but `issue1605`, where it stops at
/// entries that are gone; that one's `CERT.SF` says `X-Android-APK-Signed: 2`, and there is no signing block.
const STRIPPED: &[&str] = &[
    "apk/Apktool__issue1456.apk",
    "apk/Apktool__issue1498.apk",
    "apk/Apktool__issue1605.apk",
    "apk/apksig-android__v2-stripped.apk",
    "apk/apksig-android__v2v3-signed-v3-block-stripped.apk",
    "apk/jadx__app-with-fake-dex.apk",
];

/// The fields of each package that is read.
fn packages() -> Vec<(Row, Android, Vec<String>)> {
    let packages = rows(&["apk"]).into_iter().filter_map(|row| {
        let artifact = inspect_bytes(&row.file, &row.bytes()).ok()?;
        let codes = artifact.findings.into_iter().map(|finding| finding.code).collect();
        Some((row, artifact.android.unwrap_or_default(), codes))
    });
    packages.collect()
}

/// The value of a key in `extra`.
fn stated<'a>(row: &'a Row, key: &str) -> Option<&'a str> {
    row.extra.split(' ').find_map(|word| word.strip_prefix(key)?.strip_prefix('='))
}

#[test]
fn every_android_package_declares_what_independent_tools_read() {
    let mut wrong = Vec::new();
    let mut score: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for (row, android, _) in packages() {
        // The tool behind the table knows no v3.1: that column is `sigblock`.
        let schemes = android.signing.schemes.iter().filter(|scheme| *scheme != "v3.1");
        let schemes = schemes.map(String::as_str).collect::<Vec<_>>().join("+");
        let ours = [
            ("target", android.target_sdk.clone().unwrap_or_default()),
            ("debuggable", android.debuggable.to_string()),
            ("abis", android.abis.join("+")),
            ("schemes", if schemes.is_empty() { "none".to_owned() } else { schemes }),
        ];
        for (key, ours) in ours {
            let listed = DIFFERENT.iter().find(|(file, listed, _)| *file == row.file && *listed == key);
            let stated = stated(&row, key);
            // Native code is stated only where there is some.
            let Some(stated) = stated.or((key == "abis").then_some("")) else { continue };
            let score = score.entry(key).or_default();
            score[1] += 1;
            score[0] += usize::from(stated == ours);
            if listed.map_or(stated, |(_, _, ours)| ours) != ours || listed.is_some_and(|_| stated == ours) {
                wrong.push(format!("{}: expected {key} `{stated}`, got `{ours}`", row.file));
            }
        }
        let has_v3_1 = android.signing.schemes.iter().any(|scheme| scheme == "v3.1");
        if stated(&row, "sigblock").is_some_and(|ids| ids.contains("v3.1")) != has_v3_1 {
            wrong.push(format!("{}: expected v3.1 as in `{}`", row.file, row.extra));
        }
    }
    for (key, [right, stated]) in score {
        println!("{key}: {right} of {stated} right");
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn signers_certificates_are_those_that_other_tools_find() {
    let packages = packages();
    for (file, expected) in CERTIFICATES {
        let package = packages.iter().find(|(row, _, _)| row.file == *file);
        let certificates = package.map(|(_, android, _)| &android.signing.certificates);
        let digests: Option<Vec<&str>> =
            certificates.map(|all| all.iter().map(|certificate| certificate.sha256.as_str()).collect());
        assert_eq!(digests.as_deref(), Some(*expected), "{file}");
    }
    let with_certificates =
        packages.iter().filter(|(_, android, _)| !android.signing.certificates.is_empty());
    println!("certificates: {} of {} packages", with_certificates.count(), packages.len());
}

#[test]
fn a_stripped_signature_is_a_finding_where_android_misses_it() {
    let packages = packages();
    let stripped =
        packages.iter().filter(|(_, _, codes)| codes.iter().any(|code| code == "stripped-signature"));
    let mut files: Vec<_> = stripped.map(|(row, _, _)| row.file.as_str()).collect();
    files.sort_unstable();
    assert_eq!(files, STRIPPED);
}

#[test]
fn unsigned_packages_and_debug_keys_are_reported() {
    for (row, android, codes) in packages() {
        let has = |code: &str| codes.iter().any(|known| known == code);
        assert_eq!(has("unsigned"), android.signing.schemes.is_empty(), "{}", row.file);
        assert_eq!(has("debug-signed"), android.signing.is_debug, "{}", row.file);
        let is_debug = |subject: &str| subject.split(", ").any(|part| part == "CN=Android Debug");
        let by_subject = android.signing.certificates.iter().any(|one| is_debug(&one.subject));
        assert_eq!(by_subject, android.signing.is_debug, "{}", row.file);
    }
}

#[test]
fn release_packages_of_real_apps_have_no_findings() {
    for file in ["apk/app-info__android.apk", "apk/apkInspector__minimal_orig.apk"] {
        let row = rows(&["apk"]).into_iter().find(|row| row.file == file);
        let artifact = row.and_then(|row| inspect_bytes(&row.file, &row.bytes()).ok());
        let mut findings = artifact.map(|artifact| artifact.findings).unwrap_or_else(|| panic!("{file}"));
        // What runs in the background has no icon, nor has a test's package.
        findings.retain(|finding| finding.code != "missing-icon");
        assert_eq!(findings, [], "{file}");
    }
}

#[test]
fn a_signature_file_beside_a_package_is_its_own() {
    let all = rows(&["apk"]);
    let bytes = |file: &str| all.iter().find(|row| row.file == file).map(Row::bytes).unwrap_or_default();
    let (package, idsig) = ("derived/apk__v2v3v4-resigned.apk", "derived/apk__v2v3v4-resigned.apk.idsig");
    let Ok(mut artifact) = inspect_bytes(package, &bytes(package)) else { panic!("expected an artifact") };
    assert!(artifact.note_v4_signature(&bytes(idsig)));
    let schemes = artifact.android.map(|android| android.signing.schemes).unwrap_or_default();
    assert_eq!(schemes, ["v2", "v3", "v4"]);
    let Ok(mut other) = inspect_bytes("x.apk", &bytes("apk/app-info__tv.apk")) else {
        panic!("expected an artifact");
    };
    assert!(!other.note_v4_signature(&bytes(idsig)));
    assert!(other.findings.iter().all(|finding| finding.severity != Severity::Error));
}

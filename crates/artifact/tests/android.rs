//! Findings about Android packages that differ in one thing from a package that is ready for release.

mod support;

use artifact::{Android, Artifact, Hints, Severity, inspect_sync};
use support::apk::Zip;
use support::bundle::{bundle, element};
use support::signed::{Manifest, V2, V3, V3_1, signer, with_block};
use support::{NOW, inspect_bytes};

/// `CN=Example Signer`, valid until 2061.
const SIGNER: &[u8] = include_bytes!("fixtures/signed/signer.der");
/// `CN=Android Debug`, expired.
const DEBUG: &[u8] = include_bytes!("fixtures/signed/debug.der");
/// A signed message of another certificate and [`SIGNER`], by the latter.
const MESSAGE: &[u8] = include_bytes!("fixtures/signed/message.der");

fn inspected(bytes: &[u8]) -> (Artifact, Android) {
    let artifact = inspect_bytes("app.apk", bytes).unwrap_or_else(|refusal| panic!("{refusal:?}"));
    let android = artifact.android.clone().unwrap_or_default();
    (artifact, android)
}

/// The findings about a package, as `error unsigned`, without `missing-icon`: no package here has an icon.
fn findings(bytes: &[u8]) -> Vec<String> {
    let severity = |severity| match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    let findings = inspected(bytes).0.findings.into_iter().filter(|finding| finding.code != "missing-icon");
    findings.map(|finding| format!("{} {}", severity(finding.severity), finding.code)).collect()
}

/// The findings about a package with this manifest that is signed by scheme v2.
fn findings_of(manifest: &Manifest) -> Vec<String> {
    findings(&with_block(&manifest.zip().finish(), &[signer(V2, SIGNER, &[])]))
}

fn release() -> Vec<u8> {
    with_block(&Manifest::default().zip().finish(), &[signer(V2, SIGNER, &[])])
}

#[test]
fn a_package_that_is_ready_has_no_findings() {
    let (artifact, android) = inspected(&release());
    assert_eq!(findings(&release()), [""; 0]);
    assert_eq!(artifact.min_os.as_deref(), Some("24"));
    assert_eq!((android.target_sdk.as_deref(), android.max_sdk), (Some("36"), None));
    assert_eq!(android.signing.schemes, ["v2"]);
    let names: Vec<_> = android.signing.certificates.iter().map(|one| one.subject.as_str()).collect();
    assert_eq!(names.len(), 1);
    assert!(names[0].contains("CN=Example Signer") && !android.signing.is_debug);
}

#[test]
fn permissions_are_listed_once_and_features_as_they_are() {
    let manifest = Manifest {
        permissions: &["a.CAMERA", "a.AUDIO", "a.CAMERA"],
        features: &[("a.camera", true), ("a.flash", false)],
        ..Manifest::default()
    };
    let (_, android) = inspected(&manifest.zip().finish());
    assert_eq!(android.permissions, ["a.CAMERA", "a.AUDIO"]);
    let features: Vec<_> = android.features.iter().map(|one| (one.name.as_str(), one.required)).collect();
    assert_eq!(features, manifest.features);
}

#[test]
fn certificates_are_those_of_the_newest_scheme() {
    let zip = Manifest::default().zip().finish();
    let pairs = [signer(V2, DEBUG, &[]), signer(V3, DEBUG, &[]), signer(V3_1, SIGNER, &[])];
    let bytes = with_block(&zip, &pairs);
    let signing = inspected(&bytes).1.signing;
    assert_eq!(signing.schemes, ["v2", "v3", "v3.1"]);
    assert_eq!((signing.certificates.len(), signing.is_debug), (1, false));
    assert_eq!(findings(&bytes), [""; 0]);
}

#[test]
fn an_older_scheme_stands_in_for_one_that_cannot_be_read() {
    let zip = Manifest::default().zip().finish();
    for broken in [vec![], vec![0xff; 40], vec![0; 4], signer(V3, b"no certificate", &[]).1] {
        let bytes = with_block(&zip, &[(V3, broken), signer(V2, SIGNER, &[])]);
        assert_eq!(findings(&bytes), ["warning unreadable-signature"]);
        assert_eq!(inspected(&bytes).1.signing.certificates.len(), 1);
    }
}

#[test]
fn an_unsigned_package_is_reported() {
    let zip = Manifest::default().zip();
    assert_eq!(findings(&zip.clone().finish()), ["error unsigned"]);
    assert_eq!(
        findings(&with_block(&zip.clone().finish(), &[(0x6dff_800d, vec![1; 99])])),
        ["error unsigned"]
    );
    let alone = zip.clone().with("META-INF/CERT.RSA", MESSAGE).with("META-INF/MANIFEST.MF", b"");
    assert_eq!(findings(&alone.finish()), ["error unsigned"]);
    let elsewhere = zip.with("META-INF/x/CERT.RSA", MESSAGE).with("META-INF/x/CERT.SF", b"");
    assert_eq!(findings(&elsewhere.with("META-INF/MANIFEST.MF", b"").finish()), ["error unsigned"]);
}

#[test]
fn a_jar_signature_alone_is_too_old_for_new_apps() {
    let signed = |manifest: &Manifest, file: &[u8]| {
        let zip = manifest.zip().with("META-INF/MANIFEST.MF", b"").with("META-INF/CERT.SF", file);
        zip.with("META-INF/cert.rsa", MESSAGE).finish()
    };
    let old = Manifest { target_sdk: 29, min_sdk: 14, ..Manifest::default() };
    let fit = signed(&old, b"Signature-Version: 1.0\n");
    let android = inspected(&fit).1;
    assert_eq!((findings(&fit), android.signing.schemes), (vec![], vec!["v1".to_owned()]));
    assert!(android.signing.certificates[0].subject.contains("CN=Example Signer"));
    assert_eq!(findings(&signed(&Manifest::default(), b"")), ["error signature-too-old"]);
    let stripped = signed(&old, b"Signature-Version: 1.0\r\nX-Android-APK-Signed: 2, 3\r\n");
    assert_eq!(findings(&stripped), ["error stripped-signature"]);
    assert_eq!(findings(&with_block(&stripped, &[signer(V2, SIGNER, &[])])), [""; 0]);
}

#[test]
fn a_scheme_that_another_one_requires_is_reported_if_missing() {
    let zip = Manifest { min_sdk: 28, ..Manifest::default() }.zip().finish();
    let v2 = signer(V2, SIGNER, &[(0x1234, 5), (0xbeef_f00d, 3)]);
    let v3 = signer(V3, SIGNER, &[(0x559f_8b02, 33)]);
    assert_eq!(findings(&with_block(&zip, std::slice::from_ref(&v2))), ["error stripped-signature"]);
    assert_eq!(findings(&with_block(&zip, &[v2, signer(V3, SIGNER, &[])])), [""; 0]);
    assert_eq!(findings(&with_block(&zip, std::slice::from_ref(&v3))), ["error stripped-signature"]);
    assert_eq!(findings(&with_block(&zip, &[v3, signer(V3_1, SIGNER, &[])])), [""; 0]);
}

#[test]
fn a_scheme_that_old_androids_do_not_support_is_reported() {
    let min = |min_sdk| Manifest { min_sdk, ..Manifest::default() }.zip().finish();
    assert_eq!(findings(&with_block(&min(23), &[signer(V2, SIGNER, &[])])), ["warning signature-too-new"]);
    assert_eq!(findings(&with_block(&min(27), &[signer(V3, SIGNER, &[])])), ["warning signature-too-new"]);
    assert_eq!(findings(&with_block(&min(28), &[signer(V3, SIGNER, &[])])), [""; 0]);
}

#[test]
fn a_debug_key_matters_more_in_a_release_build() {
    let signed = |debuggable| {
        let zip = Manifest { debuggable, ..Manifest::default() }.zip().finish();
        with_block(&zip, &[signer(V2, DEBUG, &[])])
    };
    assert_eq!(findings(&signed(false)), ["warning debug-signed", "info expired-certificate"]);
    assert_eq!(findings(&signed(true)), ["info debuggable", "info debug-signed", "info expired-certificate"]);
}

#[test]
fn what_stores_do_not_accept_is_reported() {
    for version_code in [0, -1, i32::MIN, i32::MAX] {
        assert_eq!(findings_of(&Manifest { version_code, ..Manifest::default() }), ["warning version-unfit"]);
    }
    for package in ["com.example.app", "com.example"] {
        assert_eq!(findings_of(&Manifest { package, ..Manifest::default() }), ["warning identifier-unfit"]);
    }
    for package in ["example", "org.1st"] {
        assert_eq!(findings_of(&Manifest { package, ..Manifest::default() }), ["error identifier-unfit"]);
    }
    let old = Manifest { target_sdk: 23, ..Manifest::default() };
    assert_eq!(findings_of(&old), ["warning target-too-old"]);
}

#[test]
fn devices_that_cannot_run_it_are_reported() {
    let with_code = |manifest: &Manifest, names: &[&str]| {
        let zip = names.iter().fold(manifest.zip(), |zip, name| zip.with(name, b"\x7fELF"));
        with_block(&zip.finish(), &[signer(V2, SIGNER, &[])])
    };
    let (phone, arm) = (Manifest::default(), "lib/armeabi-v7a/libx.so");
    assert_eq!(findings(&with_code(&phone, &[arm])), ["warning 32-bit-only"]);
    let both = with_code(&phone, &[arm, "lib/arm64-v8a/libx.so"]);
    assert_eq!(findings(&both), [""; 0]);
    assert_eq!(inspected(&both).1.abis, ["arm64-v8a", "armeabi-v7a"]);
    assert_eq!(findings(&with_code(&phone, &["lib/arm64/libx.so"])), ["warning unknown-abi"]);
    let watch = Manifest { features: &[("android.hardware.type.watch", true)], ..Manifest::default() };
    assert_eq!(findings(&with_code(&watch, &[arm])), ["info special-device"]);
    let tv = Manifest { features: &[("android.software.leanback", false)], ..Manifest::default() };
    assert_eq!(findings_of(&tv), [""; 0]);
}

#[test]
fn a_v4_signature_beside_the_package_counts_if_it_belongs_to_it() {
    let with_len = |bytes: &[u8]| [&(bytes.len() as u32).to_le_bytes()[..], bytes].concat();
    let idsig = |certificate: &[u8]| {
        let signer = [b"digest", certificate, b"", b"key"].map(with_len).concat();
        let signer = [signer, vec![1, 1, 0, 0], with_len(b"signature")].concat();
        [vec![2, 0, 0, 0], with_len(b"hashing"), with_len(&signer)].concat()
    };
    let (mut artifact, _) = inspected(&release());
    assert!(!artifact.note_v4_signature(&idsig(DEBUG)) && !artifact.note_v4_signature(b""));
    assert!(artifact.note_v4_signature(&idsig(SIGNER)) && artifact.note_v4_signature(&idsig(SIGNER)));
    let schemes = artifact.android.map(|android| android.signing.schemes);
    assert_eq!(schemes, Some(vec!["v2".to_owned(), "v4".to_owned()]));
}

#[test]
fn what_only_adb_or_a_preview_installs_is_reported() {
    let test_only = Manifest { test_only: true, ..Manifest::default() };
    assert_eq!(findings_of(&test_only), ["error test-only"]);
    let preview = Manifest { codename: Some("Baklava"), ..Manifest::default() };
    assert_eq!(findings_of(&preview), ["warning preview-sdk"]);
}

/// Overwrites the number of 16 bits at `at` in the directory's header of the entry with this name.
fn patched(mut bytes: Vec<u8>, name: &str, at: usize, number: u16) -> Vec<u8> {
    const HEADER: usize = 46;
    let found = bytes.windows(name.len()).rposition(|part| part == name.as_bytes()).unwrap_or_default();
    let place = found - HEADER + at;
    bytes[place..place + 2].copy_from_slice(&number.to_le_bytes());
    bytes
}

const FLAGS: usize = 8;
const METHOD: usize = 10;
const SUM: usize = 16;

#[test]
fn entries_that_android_may_not_unpack_are_reported() {
    let zip = Manifest::default().zip().with("classes.dex", b"dex").with("lib/a.txt", b"a").finish();
    let signed = |zip: Vec<u8>| findings(&with_block(&zip, &[signer(V2, SIGNER, &[])]));
    assert_eq!(signed(zip.clone()), [""; 0]);
    assert_eq!(signed(patched(zip.clone(), "classes.dex", FLAGS, 1)), ["warning encrypted"]);
    assert_eq!(signed(patched(zip.clone(), "classes.dex", METHOD, 99)), ["warning encrypted"]);
    assert_eq!(signed(patched(zip.clone(), "classes.dex", METHOD, 12)), ["warning unknown-method"]);
    let manifest = "AndroidManifest.xml";
    assert_eq!(signed(patched(zip.clone(), manifest, FLAGS, 1)), ["warning false-encryption"]);
    assert_eq!(signed(patched(zip.clone(), manifest, METHOD, 12)), ["warning unknown-method"]);
    assert_eq!(signed(patched(zip, manifest, SUM, 9)), ["warning wrong-checksum"]);
}

#[test]
fn a_packed_resource_table_is_an_error_from_target_sdk_30_on() {
    let with_table = |target_sdk| {
        let zip = Manifest { target_sdk, ..Manifest::default() }.zip().with("resources.arsc", b"").finish();
        let zip = patched(zip, "resources.arsc", METHOD, 8);
        findings(&with_block(&zip, &[signer(V2, SIGNER, &[])]))
    };
    // The table is empty, which is a finding too.
    assert_eq!(with_table(29), ["warning unreadable-resources"]);
    assert_eq!(with_table(30), ["error compressed-resources", "warning unreadable-resources"]);
}

#[test]
fn an_entry_with_another_name_in_its_local_header_is_not_read() {
    let bytes = Manifest::default().zip().finish();
    let local = bytes.windows(8).position(|part| part == b"icon.png").unwrap_or_default();
    let mut renamed = bytes.clone();
    renamed[local] = b'j';
    let renamed = with_block(&renamed, &[signer(V2, SIGNER, &[])]);
    assert_eq!(findings(&renamed), ["warning unreadable-icon"]);
    assert_eq!(inspected(&renamed).0.icon, None);
    let mut renamed = bytes;
    renamed[30] = b'B';
    let refusal = inspect_bytes("app.apk", &renamed).map(|artifact| artifact.identifier);
    assert!(refusal.is_err_and(|refusal| refusal.message.contains("in its own header")));
}

/// A signed bundle of version `code` for `target`, with this file and these attributes of the application.
fn bundle_of(package: &str, code: &str, target: &str, application: &[(&str, &str)]) -> Zip {
    let sdk = element("uses-sdk", &[("minSdkVersion", "21"), ("targetSdkVersion", target)], &[]);
    let children = [sdk, element("application", application, &[])];
    let root = [("package", package), ("versionCode", code), ("versionName", "1.0")];
    let zip = bundle(&element("manifest", &root, &children));
    zip.with("META-INF/MANIFEST.MF", b"").with("META-INF/A.SF", b"").with("META-INF/A.RSA", MESSAGE)
}

#[test]
fn what_a_store_does_not_accept_is_reported_for_bundles_too() {
    let findings = |zip: Zip| -> Vec<String> {
        let artifact =
            inspect_bytes("app.aab", &zip.finish()).unwrap_or_else(|refusal| panic!("{refusal:?}"));
        let codes = artifact.findings.into_iter().map(|finding| finding.code);
        codes.filter(|code| code != "needs-conversion" && code != "missing-icon").collect()
    };
    let plain = || bundle_of("org.example", "7", "36", &[]);
    assert_eq!(findings(plain()), [""; 0]);
    assert_eq!(findings(bundle_of("org.example", "0", "36", &[])), ["version-unfit"]);
    assert_eq!(findings(bundle_of("com.example.a", "7", "36", &[])), ["identifier-unfit"]);
    assert_eq!(findings(bundle_of("org.example", "7", "23", &[])), ["target-too-old"]);
    assert_eq!(findings(bundle_of("org.example", "7", "36", &[("testOnly", "true")])), ["test-only"]);
    assert_eq!(findings(plain().with("base/lib/armeabi-v7a/a.so", b"")), ["32-bit-only"]);
    let both = plain().with("base/lib/armeabi-v7a/a.so", b"").with("base/lib/arm64-v8a/a.so", b"");
    assert_eq!(findings(both), [""; 0]);
}

#[test]
fn an_expired_upload_key_is_reported() {
    const YEARS: i64 = 365 * 24 * 3600;
    let bytes = bundle_of("org.example", "7", "36", &[]).finish();
    let is_reported = |now| {
        let hints = Hints { file_name: "app.aab", now };
        let fetch = |miss: artifact::Miss| {
            let start = miss.offset as usize;
            Ok::<_, std::convert::Infallible>(bytes[start..start + miss.len].to_vec())
        };
        let artifact =
            inspect_sync(&hints, bytes.len() as u64, fetch).unwrap_or_else(|error| panic!("{error}"));
        artifact.findings.iter().any(|finding| finding.code == "expired-certificate")
    };
    assert!(!is_reported(NOW) && is_reported(NOW + 50 * YEARS));
}

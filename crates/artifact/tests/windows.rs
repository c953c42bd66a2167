//! Windows packages, bundles and uploads built in memory, with one defect each.

mod support;

use std::fs;

use artifact::{Artifact, Format, Refusal, RefusalCode, Severity};
use support::apk::Zip;
use support::random::Random;
use support::{corpus, inspect_bytes};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x64\0\0\0\x64";

fn manifest(name: &str, min_version: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?><Package><Identity Name="Example.App" Publisher="CN=Example"
        Version="1.2.3.0" ProcessorArchitecture="x64"/><Properties><DisplayName>{name}</DisplayName>
        <Logo>Assets\Store Logo.png</Logo></Properties><Dependencies><TargetDeviceFamily Name="Windows.Desktop"
        MinVersion="{min_version}"/></Dependencies><Applications><Application/></Applications></Package>"#
    )
}

/// Everything but a signature.
fn parts(manifest: &[u8]) -> Zip {
    Zip::default()
        .with("Assets/Store%20Logo.scale-200.png", PNG)
        .with("AppxManifest.xml", manifest)
        .with("AppxBlockMap.xml", b"<BlockMap/>")
        .with("[Content_Types].xml", b"<Types/>")
}

fn package() -> Vec<u8> {
    parts(manifest("App", "10.0.17763.0").as_bytes()).finish()
}

fn bundle(packages: &str, entries: &[(&str, &[u8])]) -> Vec<u8> {
    let manifest = format!(
        r#"<Bundle><Identity Name="Example.App" Publisher="CN=Example" Version="2.0.0.0"/>
        <Packages>{packages}</Packages></Bundle>"#
    );
    let zip = entries.iter().fold(Zip::default(), |zip, (name, data)| zip.with(name, data));
    zip.with("AppxMetadata/AppxBundleManifest.xml", manifest.as_bytes())
        .with("AppxBlockMap.xml", b"<BlockMap/>")
        .with("[Content_Types].xml", b"<Types/>")
        .finish()
}

fn read(file_name: &str, bytes: &[u8]) -> Artifact {
    inspect_bytes(file_name, bytes).unwrap_or_else(|refusal| panic!("{file_name}: {refusal:?}"))
}

fn refused(file_name: &str, bytes: &[u8]) -> Refusal {
    match inspect_bytes(file_name, bytes) {
        Err(refusal) => refusal,
        Ok(artifact) => panic!("{file_name}: expected a refusal, got {artifact:?}"),
    }
}

fn codes(artifact: &Artifact, severity: Severity) -> Vec<&str> {
    let findings = artifact.findings.iter().filter(|finding| finding.severity == severity);
    findings.map(|finding| finding.code.as_str()).collect()
}

#[test]
fn a_package_is_read_with_its_picture() {
    let artifact = read("App.msix", &package());
    assert_eq!((artifact.format, artifact.identifier.as_deref()), (Format::Msix, Some("Example.App")));
    assert_eq!((artifact.name.as_deref(), artifact.version.as_deref()), (Some("App"), Some("1.2.3.0")));
    assert_eq!(artifact.icon.map(|icon| icon.bytes), Some(PNG.to_vec()));
    let family_name = artifact.windows.and_then(|windows| windows.family_name).unwrap_or_default();
    assert!(family_name.starts_with("Example.App_") && family_name.len() == 25);
}

#[test]
fn without_a_name_of_its_own_the_content_decides_between_appx_and_msix() {
    for (min_version, format) in [("10.0.17763.0", Format::Msix), ("10.0.17134.0", Format::Appx)] {
        let artifact = read("App.zip", &parts(manifest("App", min_version).as_bytes()).finish());
        assert_eq!(artifact.format, format);
        assert_eq!(codes(&artifact, Severity::Warning), ["mismatched-extension"]);
        assert_eq!(codes(&artifact, Severity::Error), ["unsigned"]);
    }
    let artifact = read("App.appx", &bundle(r#"<Package FileName="a.msix" Type="application"/>"#, &[]));
    assert_eq!(artifact.format, Format::MsixBundle);
    assert!(codes(&artifact, Severity::Warning).contains(&"mismatched-extension"));
}

#[test]
fn a_manifest_in_utf_16_is_read_in_both_byte_orders() {
    for to_bytes in [u16::to_le_bytes, u16::to_be_bytes] {
        let text = format!("\u{feff}{}", manifest("महसुस", "10.0.17763.0"));
        let utf16: Vec<u8> = text.encode_utf16().flat_map(to_bytes).collect();
        assert_eq!(read("App.msix", &parts(&utf16).finish()).name.as_deref(), Some("महसुस"));
    }
}

#[test]
fn a_package_without_its_list_of_types_or_for_32_bits_is_reported() {
    let manifest = manifest("App", "10.0.17763.0").replace("\"x64\"", "\"x86\"");
    let zip =
        Zip::default().with("AppxManifest.xml", manifest.as_bytes()).with("AppxBlockMap.xml", b"<BlockMap/>");
    let artifact = read("App.msix", &zip.finish());
    assert_eq!(codes(&artifact, Severity::Error), ["missing-content-types", "unsigned"]);
    assert_eq!(codes(&artifact, Severity::Info), ["32-bit-only"]);
}

#[test]
fn damage_outside_of_the_manifest_costs_no_identity() {
    let bytes =
        parts(manifest("ms-resource:Name", "10.0.17763.0").replace("Store Logo.png", "a.png").as_bytes())
            .with("Assets/a.png", b"GIF89a")
            .with("resources.pri", b"mrm?")
            .with("AppxSignature.p7x", b"PKCX\x30\x03\x02\x01\x00")
            .finish();
    let artifact = read("App.msix", &bytes);
    assert_eq!(
        (artifact.name.as_deref(), artifact.version.as_deref()),
        (Some("Example.App"), Some("1.2.3.0"))
    );
    let expected = ["unreadable-resources", "unreadable-icon", "unreadable-signature"];
    assert_eq!(codes(&artifact, Severity::Warning), expected);
    assert!(artifact.windows.is_some_and(|windows| windows.is_signed && windows.certificates.is_empty()));
}

#[test]
fn without_a_readable_manifest_a_package_is_refused() {
    for manifest in [&b""[..], b"<Package>", b"<Bundle/>", b"<Package/>", b"\xff\xfe\0"] {
        assert_eq!(refused("App.appx", &parts(manifest).finish()).code, RefusalCode::Corrupt);
    }
    let manifest =
        manifest("&bomb;", "10.0.17763.0").replace("<Package>", "<!DOCTYPE a [<!ENTITY bomb 'a'>]><Package>");
    assert_eq!(refused("App.appx", &parts(manifest.as_bytes()).finish()).code, RefusalCode::Corrupt);
}

#[test]
fn a_part_that_is_there_twice_is_reported() {
    let bytes =
        parts(manifest("App", "10.0.17763.0").as_bytes()).with("APPXMANIFEST.XML", b"<Package/>").finish();
    let artifact = read("App.msix", &bytes);
    assert_eq!(artifact.identifier.as_deref(), Some("Example.App"));
    assert_eq!(codes(&artifact, Severity::Error), ["duplicate-entry", "unsigned"]);
}

#[test]
fn an_encrypted_package_is_refused_as_encrypted() {
    for (name, head) in
        [("App.eappx", "EXPH"), ("App.appx", "EXPH"), ("App.eappxbundle", "EXBH"), ("App.emsix", "?")]
    {
        let bytes = [head.as_bytes(), &[0x9e; 4000]].concat();
        assert_eq!(refused(name, &bytes).code, RefusalCode::Encrypted, "{name}");
    }
    assert_eq!(refused("App.appx", &[0x9e; 4000]).code, RefusalCode::NotAPackage);
}

#[test]
fn the_application_of_a_bundle_may_have_any_name() {
    let listed = r#"<Package Type="application" Version="1.2.3.0" Architecture="x64" FileName="महसुस.appx" Offset="50"/>
        <Package FileName="b.appx" ResourceId="split.scale-200" Version="1.2.3.0" Offset="1"/>"#;
    let bytes = bundle(
        listed,
        &[("%E0%A4%AE%E0%A4%B9%E0%A4%B8%E0%A5%81%E0%A4%B8.appx", &package()), ("b.appx", b"")],
    );
    let artifact = read("App.msixbundle", &bytes);
    assert_eq!((artifact.name.as_deref(), artifact.version.as_deref()), (Some("App"), Some("2.0.0.0")));
    assert_eq!(artifact.min_os.as_deref(), Some("10.0.17763.0"));
    assert!(artifact.icon.is_some());
    // Both offsets are wrong: the first is known from the package's own header.
    let expected = ["wrong-package-offset", "unsigned"];
    let mut codes = codes(&artifact, Severity::Error);
    codes.sort_unstable_by_key(|code| std::cmp::Reverse(*code));
    assert_eq!(codes, expected);
    let kinds: Vec<_> =
        artifact.windows.unwrap_or_default().packages.into_iter().map(|package| package.kind).collect();
    assert_eq!(kinds, ["application", "resource"]);
}

#[test]
fn a_stub_is_not_taken_for_the_application() {
    let listed = r#"<Package Type="application" FileName="AppxMetadata\Stub\s.msix" Architecture="x86" IsStub="true"/>
        <Package Type="application" Version="1.2.3.0" FileName="a.msix" Architecture="x64"/>"#;
    let stub = parts(manifest("Stub", "10.0.17763.0").as_bytes()).finish();
    let artifact = read(
        "App.msixbundle",
        &bundle(listed, &[("AppxMetadata/Stub/s.msix", &stub), ("a.msix", &package())]),
    );
    assert_eq!(artifact.name.as_deref(), Some("App"));
    assert_eq!(artifact.windows.map(|windows| windows.architectures), Some(vec!["x64".to_owned()]));
}

#[test]
fn packages_beside_a_flat_bundle_are_missing_from_it() {
    let listed = r#"<Package Type="application" FileName="a.msix"/><Package FileName="b.msix"/>
        <Package FileName="c.msix" Offset="40"/>"#;
    let artifact = read("App.msixbundle", &bundle(listed, &[]));
    assert_eq!(artifact.name, None);
    assert_eq!(codes(&artifact, Severity::Error), ["missing-package", "unsigned"]);
    assert_eq!(codes(&artifact, Severity::Warning), [""; 0]);
    assert_eq!(
        message(&artifact, "missing-package"),
        "expected `a.msix` and 2 more in the bundle, got a flat bundle, whose packages must lie beside it"
    );
}

fn message<'a>(artifact: &'a Artifact, code: &str) -> &'a str {
    artifact.findings.iter().find(|finding| finding.code == code).map_or("", |finding| &finding.message)
}

#[test]
fn many_wrong_packages_share_one_finding_for_each_code() {
    let listed: String =
        (0..1500).map(|n| format!(r#"<Package FileName="{n}.msix" Size="9" Offset="1"/>"#)).collect();
    let missing = read("App.msixbundle", &bundle(&listed, &[]));
    assert_eq!(codes(&missing, Severity::Error), ["no-application", "missing-package", "unsigned"]);
    assert_eq!(
        message(&missing, "missing-package"),
        "expected `0.msix` and 1499 more in the bundle, got none"
    );
    let upload = Zip::default().with("App.msixbundle", &bundle(&listed, &[])).finish();
    for artifact in [missing, read("App.msixupload", &upload)] {
        assert_eq!(artifact.windows.map(|windows| windows.packages.len()), Some(1000));
    }
    let wrong = read("App.msixbundle", &bundle(&listed, &[("3.msix", b"data"), ("4.msix", b"data")]));
    for code in ["wrong-package-size", "wrong-package-offset"] {
        assert_eq!(wrong.findings.iter().filter(|finding| finding.code == code).count(), 1);
        assert!(message(&wrong, code).starts_with("expected `3.msix` and 1 more"), "{code}");
    }
}

#[test]
fn two_applications_for_the_same_devices_are_reported() {
    let family = |version: &str| {
        format!(
            r#"<Dependencies><TargetDeviceFamily Name="Windows.Desktop" MinVersion="{version}"/></Dependencies>"#
        )
    };
    let listed = |second: &str| {
        let (first, second) = (family("10.0.17763.0"), family(second));
        format!(
            r#"<Package Type="application" FileName="a.msix">{first}</Package>
            <Package Type="application" FileName="b.msix">{second}</Package>"#
        )
    };
    let package = package();
    let entries: [(&str, &[u8]); 2] = [("a.msix", &package), ("b.msix", &package)];
    let artifact = |second| read("App.msixbundle", &bundle(&listed(second), &entries));
    assert_eq!(codes(&artifact("10.0.17763.0"), Severity::Warning), ["duplicate-package"]);
    assert!(codes(&artifact("10.0.22621.0"), Severity::Warning).is_empty());
}

#[test]
fn an_application_that_cannot_be_read_costs_the_bundle_only_its_name() {
    let listed = r#"<Package Type="application" FileName="a.msix" Version="1.2.3.0"/>"#;
    for inner in [&b""[..], b"PK", &Zip::default().with("a", b"").finish(), &package()[..500]] {
        let artifact = read("App.msixbundle", &bundle(listed, &[("a.msix", inner)]));
        assert_eq!((artifact.identifier.as_deref(), artifact.name.as_deref()), (Some("Example.App"), None));
        assert_eq!(codes(&artifact, Severity::Warning), ["unreadable-package"]);
    }
}

#[test]
fn an_upload_is_read_by_its_bundle() {
    let listed = r#"<Package Type="application" Version="1.2.3.0" FileName="a.msix" Architecture="x64"/>"#;
    let inner = bundle(listed, &[("a.msix", &package())]);
    let zip = Zip::default().with("Other.msix", b"not read").with("App.msixbundle", &inner);
    let artifact = read("App.msixupload", &zip.clone().with("App.msixsym", b"").finish());
    assert_eq!((artifact.format, artifact.name.as_deref()), (Format::MsixUpload, Some("App")));
    assert_eq!(
        (artifact.version.as_deref(), codes(&artifact, Severity::Info)),
        (Some("2.0.0.0"), vec!["unsigned"])
    );
    let packages = artifact.windows.unwrap_or_default().packages;
    let packages: Vec<_> =
        packages.iter().map(|package| (package.kind.as_str(), package.file_name.as_str())).collect();
    let expected = [
        ("application", "Other.msix"),
        ("bundle", "App.msixbundle"),
        ("symbols", "App.msixsym"),
        ("application", "a.msix"),
    ];
    assert_eq!(packages, expected);
    assert!(codes(&read("App.msixupload", &zip.finish()), Severity::Info).contains(&"symbols-missing"));
}

#[test]
fn an_upload_whose_package_is_no_package_is_refused() {
    for inner in [&b""[..], b"text", &Zip::default().with("a", b"").finish()] {
        let bytes = Zip::default().with("App.appx", inner).finish();
        assert_eq!(refused("App.appxupload", &bytes).code, RefusalCode::Corrupt);
    }
}

#[test]
fn a_package_packed_too_large_leaves_its_upload_unnamed() {
    let mut bytes = Zip::default().with("App.appx", b"?").finish();
    let directory = bytes.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap_or_default();
    bytes[directory + 10] = 8;
    bytes[directory + 20..directory + 28].fill(0x7f);
    let artifact = read("App.appxupload", &bytes);
    assert_eq!((artifact.identifier.as_deref(), artifact.version.as_deref()), (None, None));
    assert_eq!(codes(&artifact, Severity::Warning), ["unread-package"]);
}

#[test]
fn a_mutant_is_read_or_refused() {
    let listed =
        r#"<Package Type="application" Version="1.2.3.0" FileName="a.msix" Offset="36" Size="1200"/>"#;
    let bundle = bundle(listed, &[("a.msix", &package())]);
    let upload = Zip::default().with("App.msixbundle", &bundle).finish();
    let real = fs::read(corpus().join("appx/msix-packaging__language-de.appx")).unwrap_or_default();
    let mut random = Random::new(0x5851_f42d_4c95_7f2d);
    let mut n_accepted = 0;
    for bytes in [package(), bundle, upload, real] {
        for _ in 0..300 {
            n_accepted += u32::from(inspect_bytes("App.msix", &random.mutant(&bytes, 800)).is_ok());
        }
    }
    assert!(n_accepted > 100, "expected most mutants to be read, got {n_accepted}");
}

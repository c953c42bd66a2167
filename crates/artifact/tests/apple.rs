//! Packages for Apple's systems with one defect each, and the finding about it.

mod support;

use artifact::{Artifact, Os, Refusal, RefusalCode, Severity};
use miniz_oxide::deflate::compress_to_vec_zlib;
use support::apk::Zip;
use support::random::Random;
use support::{inspect_bytes, rows};

const INFO: &str = "<key>CFBundleIdentifier</key><string>org.example.app</string>\
                    <key>CFBundleName</key><string>App</string>\
                    <key>CFBundleShortVersionString</key><string>1.0</string>\
                    <key>CFBundleVersion</key><string>7</string>";

/// A profile for all devices that never expires.
const PROFILE: &str = "<plist><dict><key>UUID</key><string>u</string>\
                       <key>ProvisionsAllDevices</key><true/></dict></plist>";

fn list(keys: &str) -> Vec<u8> {
    format!("<plist><dict>{INFO}{keys}</dict></plist>").into_bytes()
}

/// A sound app for devices: an executable for 64 bits, an icon, a signature and a profile.
fn app(folder: &str, keys: &str) -> Zip {
    let executable: Vec<u8> =
        [0xfeed_facf_u32, 0x0100_000c, 0, 2, 0, 0, 0, 0].iter().flat_map(|word| word.to_le_bytes()).collect();
    bare(folder, keys)
        .with(&format!("{folder}/App"), &executable)
        .with(&format!("{folder}/AppIcon60x60@2x.png"), ICON)
        .with(&format!("{folder}/_CodeSignature/CodeResources"), b"")
        .with(&format!("{folder}/embedded.mobileprovision"), PROFILE.as_bytes())
}

fn bare(folder: &str, keys: &str) -> Zip {
    Zip::default().with(&format!("{folder}/Info.plist"), &list(keys))
}

/// A PNG of one pixel.
const ICON: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\
                      \0\0\0\x0dIDATx\xdac\xfc\xcf\xc0P\x0f\0\x04\x85\x01\x80\x84\xa9\x8c!\0\0\0\0IEND\xaeB`\x82";

fn accepted(name: &str, zip: Zip) -> Artifact {
    inspect_bytes(name, &zip.finish()).unwrap_or_else(|refusal| panic!("{refusal:?}"))
}

fn refused(zip: Zip) -> Refusal {
    match inspect_bytes("app.ipa", &zip.finish()) {
        Ok(artifact) => panic!("expected a refusal, got {artifact:?}"),
        Err(refusal) => refusal,
    }
}

/// The findings of each severity, errors first.
fn codes(artifact: &Artifact) -> Vec<String> {
    let of = |severity| artifact.findings.iter().filter(move |finding| finding.severity == severity);
    let all = [Severity::Error, Severity::Warning, Severity::Info].into_iter().flat_map(of);
    all.map(|finding| format!("{:?} {}", finding.severity, finding.code)).collect()
}

#[test]
fn a_sound_package_has_no_findings() {
    let artifact = accepted("app.ipa", app("Payload/App.app", ""));
    assert_eq!(codes(&artifact), [""; 0], "{:?}", artifact.findings);
    assert_eq!(
        (artifact.identifier.as_deref(), artifact.name.as_deref()),
        (Some("org.example.app"), Some("App"))
    );
    assert_eq!((artifact.os, artifact.icon.and_then(|icon| icon.width)), (Os::Ios, Some(1)));
}

#[test]
fn each_defect_has_its_finding() {
    let platform =
        |name: &str| format!("<key>CFBundleSupportedPlatforms</key><array><string>{name}</string></array>");
    let replaced = |key: &str, value: &str| format!("<key>{key}</key><string>{value}</string>");
    let cases = [
        (platform("iPhoneSimulator"), "Error simulator-build"),
        (platform("AppleTVSimulator"), "Error simulator-build"),
        (replaced("CFBundleShortVersionString", "1.0-beta"), "Warning version-unfit"),
        (replaced("CFBundleShortVersionString", " "), "Warning missing-version"),
        (replaced("CFBundleVersion", ""), "Warning missing-build"),
        (replaced("CFBundleVersion", "a1"), "Info version-unfit"),
        (replaced("CFBundleIdentifier", "org.example.my_app"), "Warning identifier-unfit"),
        (replaced("CFBundleIdentifier", ""), "Error missing-identifier"),
        (replaced("CFBundleName", ""), "Info missing-name"),
        (replaced("CFBundleDisplayName", "$(NAME)"), "Warning unresolved-reference"),
        (replaced("CFBundleExecutable", "Other"), "Error missing-executable"),
    ];
    for (keys, code) in cases {
        let artifact = accepted("app.ipa", app("Payload/App.app", &keys));
        assert_eq!(codes(&artifact), [code], "{keys}");
    }
}

fn with_executable(words: &[u32]) -> Zip {
    let executable: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    bare("Payload/App.app", "")
        .with("Payload/App.app/App", &executable)
        .with("Payload/App.app/AppIcon60x60@2x.png", ICON)
        .with("Payload/App.app/_CodeSignature/CodeResources", b"")
        .with("Payload/App.app/embedded.mobileprovision", PROFILE.as_bytes())
}

#[test]
fn code_that_no_tester_can_run_is_reported() {
    // One load command, `LC_ENCRYPTION_INFO_64`: its last number but one is `cryptid`.
    let encrypted = [0xfeed_facf, 0x0100_000c, 0, 2, 1, 24, 0, 0, 0x2c, 24, 0x4000, 0x1000, 1, 0];
    assert_eq!(codes(&accepted("app.ipa", with_executable(&encrypted))), ["Error drm-encrypted"]);
    let arm_of_32_bits = [0xfeed_face, 12, 9, 2, 0, 0, 0];
    assert_eq!(codes(&accepted("app.ipa", with_executable(&arm_of_32_bits))), ["Warning 32-bit-only"]);
}

/// An installer with this distribution and nothing else.
fn installer(distribution: &str) -> Vec<u8> {
    let toc = format!(
        "<xar><toc><file><name>Distribution</name><data><offset>0</offset><length>{}</length></data></file></toc></xar>",
        distribution.len()
    );
    let packed = compress_to_vec_zlib(toc.as_bytes(), 6);
    let lens = [packed.len() as u64, toc.len() as u64].map(u64::to_be_bytes).concat();
    [&b"xar!\0\x1c\0\x01"[..], &lens, &[0; 4], &packed, distribution.as_bytes()].concat()
}

#[test]
fn an_installer_for_intel_asks_for_rosetta_and_one_for_32_bits_does_not_run() {
    let read = |architectures: &str| {
        let bytes = installer(&format!(
            "<installer-gui-script><title>App</title><product id='org.example' version='2.1'/>\
             <options hostArchitectures='{architectures}'/></installer-gui-script>"
        ));
        let artifact = inspect_bytes("app.pkg", &bytes).unwrap_or_else(|refusal| panic!("{refusal:?}"));
        codes(&artifact)
            .into_iter()
            .filter(|code| code.ends_with("needed") || code.ends_with("only"))
            .collect::<Vec<_>>()
    };
    assert_eq!(read("x86_64,arm64"), Vec::<String>::new());
    assert_eq!(read("x86_64"), ["Info rosetta-needed"]);
    assert_eq!(read("i386"), ["Error 32-bit-only"]);
}

#[test]
fn an_app_without_signature_profile_and_icon_has_a_finding_for_each() {
    let artifact = accepted("app.ipa", bare("Payload/App.app", ""));
    let expected =
        ["Error missing-executable", "Error unsigned", "Error missing-profile", "Warning missing-icon"];
    assert_eq!(codes(&artifact), expected);
}

#[test]
fn a_broken_icon_or_profile_costs_no_more_than_itself() {
    let zip = bare("Payload/App.app", "")
        .with("Payload/App.app/App", b"#!")
        .with("Payload/App.app/Icon.png", b"no picture")
        .with("Payload/App.app/_CodeSignature/CodeResources", b"")
        .with("Payload/App.app/embedded.mobileprovision", b"no profile");
    let artifact = accepted("app.ipa", zip);
    assert_eq!(codes(&artifact), ["Warning unreadable-profile", "Warning unreadable-icon"]);
}

#[test]
fn profiles_that_keep_testers_out_are_errors() {
    let profile = |keys: &str| format!("<plist><dict><key>UUID</key><string>u</string>{keys}</dict></plist>");
    let all_devices = "<key>ProvisionsAllDevices</key><true/>";
    let entitled = |id: &str| {
        format!(
            "{all_devices}<key>Entitlements</key><dict><key>application-identifier</key><string>{id}</string></dict>"
        )
    };
    let expires = |date: &str| format!("{all_devices}<key>ExpirationDate</key><date>{date}</date>");
    let cases = [
        (String::new(), "Error store-profile"),
        (entitled("TEAM.org.example.other"), "Error profile-mismatch"),
        (
            format!("{all_devices}<key>Platform</key><array><string>tvOS</string></array>"),
            "Error profile-mismatch",
        ),
        (expires("2026-11-19T00:00:00Z"), "Error expired-profile"),
        (expires("2026-12-19T00:00:00Z"), "Warning expiring-profile"),
    ];
    for (keys, code) in cases {
        let broken = profile(&keys);
        let zip = Zip::default()
            .with("Payload/App.app/Info.plist", &list(""))
            .with("Payload/App.app/App", b"#!")
            .with("Payload/App.app/Icon.png", ICON)
            .with("Payload/App.app/_CodeSignature/CodeResources", b"")
            .with("Payload/App.app/embedded.mobileprovision", broken.as_bytes());
        assert_eq!(codes(&accepted("app.ipa", zip)), [code], "{keys}");
    }
}

#[test]
fn an_extension_without_a_profile_is_reported() {
    let zip = app("Payload/App.app", "").with("Payload/App.app/PlugIns/E.appex/Info.plist", &list(""));
    let artifact = accepted("app.ipa", zip);
    assert_eq!(codes(&artifact), ["Warning missing-profile"]);
    let nested = artifact.apple.map(|apple| apple.nested).unwrap_or_default();
    assert_eq!(nested.first().and_then(|nested| nested.identifier.as_deref()), Some("org.example.app"));
}

#[test]
fn the_payload_is_expected_at_the_top_with_one_app_in_it() {
    let nested = accepted("app.ipa", app("out/Payload/App.app", ""));
    assert_eq!(codes(&nested), ["Error nested-payload"]);
    let both = app("Payload/App.app", "").with("out/Payload/B.app/Info.plist", &list(""));
    assert_eq!(codes(&accepted("app.ipa", both)), [""; 0]);
    let two = app("Payload/App.app", "").with("Payload/B.app/Info.plist", &list(""));
    assert_eq!(codes(&accepted("app.ipa", two)), ["Warning several-apps"]);
}

#[test]
fn an_app_for_a_simulator_in_a_zip_is_for_ios() {
    let keys = "<key>DTPlatformName</key><string>iphonesimulator</string>";
    let artifact = accepted("app.zip", app("build/App.app", keys));
    assert_eq!((artifact.format.extension(), artifact.os), ("app.zip", Os::Ios));
    assert_eq!(codes(&artifact), ["Error simulator-build"]);
}

#[test]
fn a_package_without_a_readable_list_is_refused() {
    let no_list = Zip::default().with("Payload/App.app/App", b"");
    assert_eq!(refused(no_list).code, RefusalCode::Corrupt);
    for list in
        [&b""[..], b"<plist><array/></plist>", b"bplist00", b"<plist><dict><key>a</key></dict></plist>"]
    {
        let refusal = refused(Zip::default().with("Payload/App.app/Info.plist", list));
        assert_eq!(refusal.code, RefusalCode::Corrupt);
        assert!(refusal.message.contains("`Payload/App.app/Info.plist`"), "{refusal}");
    }
}

#[test]
fn of_a_name_given_twice_the_first_counts() {
    let zip = app("Payload/App.app", "").with("Payload/App.app/Info.plist", b"<plist><dict/></plist>");
    assert_eq!(accepted("app.ipa", zip).version.as_deref(), Some("1.0"));
}

#[test]
fn an_app_for_devices_in_a_plain_zip_is_reported() {
    let artifact = accepted("app.zip", app("App.app", ""));
    assert_eq!(codes(&artifact), ["Error needs-conversion"]);
}

#[test]
fn an_executable_is_found_in_another_unicode_normalization() {
    let list = list("<key>CFBundleExecutable</key><string>Caf\u{e9}</string>");
    let files = |executable: &str| {
        let zip = Zip::default()
            .with("A.app/Contents/Info.plist", &list)
            .with(&format!("A.app/Contents/MacOS/{executable}"), b"#!");
        codes(&accepted("app.zip", zip))
    };
    assert!(!files("Cafe\u{301}").contains(&"Error missing-executable".to_owned()));
    assert!(files("Other").contains(&"Error missing-executable".to_owned()));
}

#[test]
fn an_app_of_70_000_files_takes_few_reads_beside_its_directory() {
    let mut zip = app("Payload/App.app", "");
    let noise: Vec<u8> = (0..1000_u32).flat_map(|n| n.to_le_bytes()).collect();
    for n in 0..70_000 {
        let name = format!("Payload/App.app/Assets.bundle/{n}/picture-{n}.png");
        zip = zip.with(&name, if n % 1000 == 0 { &noise } else { b"" });
    }
    let artifact = accepted("app.ipa", zip);
    println!("{} bytes: {} bytes read in {} reads", artifact.size, artifact.bytes_read, artifact.reads);
    assert_eq!(codes(&artifact), [""; 0]);
    assert!(artifact.reads <= 5 && artifact.bytes_read < 9 << 20);
}

#[test]
fn damaged_profiles_never_cost_the_identity() {
    let mut random = Random::new(0x6a09_e667_f3bc_c908);
    let (mut n_mutants, mut n_read) = (0, 0);
    for row in rows(&["mobileprovision"]).iter().filter(|row| row.len > 0) {
        let profile = row.bytes();
        for _ in 0..200 {
            let zip = bare("Payload/App.app", "")
                .with("Payload/App.app/embedded.mobileprovision", &random.mutant(&profile, 0));
            let artifact = accepted("app.ipa", zip);
            n_mutants += 1;
            n_read += u32::from(artifact.apple.is_some_and(|apple| apple.profile.is_some()));
        }
    }
    println!("{n_mutants} mutants, {n_read} still read");
}

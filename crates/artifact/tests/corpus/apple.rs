#![expect(clippy::expect_used, reason = "a test stops where what it needs is missing")]

use std::io::Cursor;

use artifact::{Apple, Artifact, Profile, ProfileKind, Slice};

use crate::compare::{Different, check};
use crate::support::apk::Zip;
use crate::support::{Expect, Row, inspect_bytes, rows};

const DIFFERENT: &[Different] = &[
    // Its `Info.plist` has no name; the table states none, we say the folder's.
    ("app.zip/rtrouton__Keychain_Minder.app.zip", "name", "Keychain Minder"),
];

#[test]
fn every_ipa_or_zipped_app_yields_what_independent_tools_read() {
    check(&["ipa", "app.zip"], DIFFERENT);
}

/// What can be read of these formats, beside what the table says.
fn accepted() -> Vec<(Row, Artifact)> {
    let read = |row: Row| {
        let artifact = inspect_bytes(&row.file, &row.bytes()).ok()?;
        (!matches!(row.expect(), Expect::Refusal(_))).then_some((row, artifact))
    };
    rows(&["ipa", "app.zip"]).into_iter().filter_map(read).collect()
}

/// The value of `key=value` in a row's further fields.
fn stated<'a>(row: &'a Row, key: &str) -> Option<&'a str> {
    let start = row.extra.find(&format!("{key}="))? + key.len() + 1;
    row.extra.get(start..)?.split([' ', '\'']).next()
}

fn apple(artifact: &Artifact) -> &Apple {
    artifact.apple.as_ref().expect("fields of an apple package")
}

#[test]
fn device_families_and_platforms_are_as_the_table_states() {
    let (mut n_families, mut n_platforms) = (0, 0);
    for (row, artifact) in accepted() {
        let apple = apple(&artifact);
        if let Some(families) = stated(&row, "families") {
            let names: Vec<&str> = families
                .trim_matches(['[', ']'])
                .split(',')
                .map(|family| match family {
                    "1" => "iphone",
                    "2" => "ipad",
                    "3" => "tv",
                    other => panic!("{other}"),
                })
                .collect();
            assert_eq!(apple.device_families, names, "{}", row.file);
            n_families += 1;
        }
        if let Some(platform) = stated(&row, "platform") {
            let first = apple.platforms.first().map(|name| name.to_ascii_lowercase());
            assert_eq!(first.as_deref(), Some(platform), "{}", row.file);
            n_platforms += 1;
        }
        let os = match stated(&row, "platform") {
            Some("appletvos") => "tvOS",
            Some("iphoneos" | "iphonesimulator") => "iOS",
            _ => "macOS",
        };
        assert_eq!(artifact.os.to_string(), os, "{}", row.file);
        assert_eq!(apple.is_simulator, stated(&row, "platform") == Some("iphonesimulator"), "{}", row.file);
    }
    println!("device families of {n_families}, platforms of {n_platforms} packages right");
    assert!(n_families > 15 && n_platforms > 20);
}

/// Kind, team, number of devices and expiry of a profile, as the table writes them.
fn summary(profile: &Profile) -> [String; 4] {
    let kind = match profile.kind {
        ProfileKind::Development => "development",
        ProfileKind::AdHoc => "adhoc",
        ProfileKind::Enterprise => "enterprise",
        ProfileKind::Store => "appstore",
    };
    let [team, expires] = [&profile.team_id, &profile.expires].map(|fact| fact.clone().unwrap_or_default());
    [kind.to_owned(), team, profile.devices.len().to_string(), expires]
}

#[test]
fn profiles_are_as_the_table_states() {
    let mut n_profiles = 0;
    for (row, artifact) in accepted() {
        let codes: Vec<&str> = artifact.findings.iter().map(|finding| finding.code.as_str()).collect();
        let Some(kind) = stated(&row, "prov") else { continue };
        if kind == "unreadable" {
            assert!(codes.contains(&"unreadable-profile"), "{}: {codes:?}", row.file);
            continue;
        }
        let profile = apple(&artifact).profile.as_ref().unwrap_or_else(|| panic!("{}: {codes:?}", row.file));
        let expected =
            ["prov", "team", "devices", "expires"].map(|key| stated(&row, key).unwrap_or_default());
        assert_eq!(summary(profile), expected, "{}", row.file);
        let name = profile.name.as_deref().unwrap_or_default();
        assert!(row.extra.contains(&format!("profile='{name}'")), "{}: {name}", row.file);
        assert!(codes.contains(&"expired-profile"), "{}: {codes:?}", row.file);
        assert_eq!(codes.contains(&"store-profile"), kind == "appstore", "{}", row.file);
        n_profiles += 1;
    }
    println!("{n_profiles} profiles right");
    assert!(n_profiles > 10);
}

#[test]
fn profiles_by_themselves_are_as_the_table_states() {
    let (mut n_right, mut n_refused) = (0, 0);
    for row in rows(&["mobileprovision"]) {
        let info = b"<plist><dict><key>CFBundleIdentifier</key><string>a.b</string></dict></plist>";
        let package = Zip::default()
            .with("Payload/A.app/Info.plist", info)
            .with("Payload/A.app/embedded.mobileprovision", &row.bytes())
            .finish();
        let artifact = inspect_bytes("a.ipa", &package).unwrap_or_else(|refusal| panic!("{refusal:?}"));
        let Some(profile) = &apple(&artifact).profile else {
            assert!(row.extra.starts_with("unreadable"), "{}: {:?}", row.file, artifact.findings);
            assert!(artifact.findings.iter().any(|finding| finding.code == "unreadable-profile"));
            n_refused += 1;
            continue;
        };
        let expected =
            ["type", "team", "devices", "expires"].map(|key| stated(&row, key).unwrap_or_default());
        assert_eq!(summary(profile), expected, "{}", row.file);
        assert_eq!(profile.name.as_deref(), Some(row.fields[0].as_str()), "{}", row.file);
        assert_eq!(profile.application_identifier.as_deref(), Some(row.fields[1].as_str()), "{}", row.file);
        assert_eq!(profile.uuid.as_deref(), stated(&row, "uuid"), "{}", row.file);
        assert_eq!(Some(profile.platforms.join(",").as_str()), stated(&row, "platform"), "{}", row.file);
        // One has noise for a certificate: openssl refuses it as well.
        let n_certificates = profile.certificates.len() + usize::from(row.file.contains("bplist"));
        assert_eq!(Some(n_certificates.to_string().as_str()), stated(&row, "certs"), "{}", row.file);
        n_right += 1;
    }
    println!("{n_right} profiles right, {n_refused} refused");
    assert_eq!((n_right, n_refused), (7, 5));
}

/// Architectures and `LC_UUID` as `llvm-objdump --macho --private-headers` shows them.
#[test]
fn executables_are_as_an_independent_tool_shows_them() {
    let expected: [(&str, &[(&str, &str)]); 3] = [
        (
            "ipa/app-info__ipad.ipa",
            &[("armv7", "dbdb14db29d03b01b64fc3a9c5ef447a"), ("arm64", "ca7de9893b20348593911df79b7b1f8c")],
        ),
        (
            "ipa/app-info__iphone.ipa",
            &[("armv7", "1eb90b40b774315484205691a769e073"), ("arm64", "cb190b95697931048a6185d741f41fff")],
        ),
        (
            "app.zip/app-info__macos.zip",
            &[("x86_64", "b9df334bd000398383abf1f60e71d866"), ("arm64", "d746971903a43ca68ed5d6d875ae5cee")],
        ),
    ];
    for (row, artifact) in accepted() {
        let Some((_, slices)) = expected.iter().find(|(file, _)| *file == row.file) else { continue };
        let found = apple(&artifact).executable.iter();
        let uuid = |slice: &Slice| slice.uuid.clone().unwrap_or_default();
        let found: Vec<_> = found.map(|slice| (slice.architecture.clone(), uuid(slice))).collect();
        let expected: Vec<_> = slices
            .iter()
            .map(|(architecture, uuid)| ((*architecture).to_owned(), (*uuid).to_owned()))
            .collect();
        assert_eq!(found, expected, "{}", row.file);
    }
}

/// The pixels of a PNG, as an independent reader has them.
fn pixels(png: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut reader = png::Decoder::new(Cursor::new(png)).read_info().expect("a png picture");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a picture that fits")];
    let info = reader.next_frame(&mut pixels).expect("a whole png picture");
    (info.width, info.height, pixels)
}

#[test]
fn icons_can_be_shown() {
    let mut n_icons = 0;
    for (row, artifact) in accepted() {
        let Some(icon) = &artifact.icon else { continue };
        let (width, height, pixels) = pixels(&icon.bytes);
        assert_eq!((Some(width), Some(height)), (icon.width, icon.height), "{}", row.file);
        if row.extra.contains("CgBI") {
            // As Python's zlib and Pillow have the original, blue and red changed.
            for (x, y, pixel) in [(83, 83, [75, 39, 27, 255]), (110, 110, [173, 23, 43, 255]), (1, 7, [0; 4])]
            {
                let at = (y * width as usize + x) * 4;
                assert_eq!(pixels[at..at + 4], pixel, "{x} {y}");
            }
        }
        n_icons += 1;
    }
    assert_eq!(n_icons, 6);
}

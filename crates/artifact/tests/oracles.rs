//! The corpus as independent readers read it, compared with what this crate reads.

mod support;

use std::io::Cursor;

use artifact::Artifact;
use support::{corpus, inspect_bytes, rows};

/// A file, a field and the value of the other reader.
type Different = (&'static str, &'static str, &'static str);

/// Where apk-info and we differ, in the table's order.
const DIFFERENT_APKS: [Different; 7] = [
    // It shows references that it cannot follow; they would help no user.
    ("apk/relic__dummy.apk", "name", "@7f0b001f"),
    // The resource table comes after wrong lengths of extra fields, or has another name in its local header.
    ("apk/apkInspector__minimal_SIZE_ExtraField.apk", "name", "@7f030000"),
    // Compact entries, whose expected values in the corpus are aapt2's, and short offsets.
    ("apk/Apktool__issue3366.apk", "name", ""),
    ("apk/Apktool__issue3705.apk", "name", ""),
    ("apk/Apktool__client.apk", "name", ""),
    // The lower half of the number that devices compare.
    ("apk/apksig-android__original-with-versionCodeMajor.apk", "build", "25"),
    ("apk/apksig-android__v3-only-with-rsa-pkcs1-sha512-8192-digest-mismatch.apk", "name", "@7f020000"),
];

/// Where the crate msi and we differ: letters past ASCII, which msiinfo reads as we do.
const DIFFERENT_INSTALLERS: [Different; 2] = [
    ("derived/msi__wixl-x64.msi", "ProductName", "Gr\u{fffd}\u{fffd}e"),
    ("derived/msi__wixl-x64.msi", "Manufacturer", "Example \u{fffd} GmbH"),
];

/// Names of the fields that are compared.
const APK: [&str; 6] = ["identifier", "version", "build", "minimum", "name", "target"];

#[test]
fn android_packages_read_as_apk_info_reads_them() {
    let (mut n_same, mut different) = (0, Vec::new());
    for row in rows(&["apk"]) {
        let Ok(artifact) = inspect_bytes(&row.file, &row.bytes()) else { continue };
        let Ok(apk) = apk_info::Apk::new(corpus().join(&row.file)) else { continue };
        let theirs = [
            apk.get_package_name(),
            apk.get_version_name(),
            apk.get_version_code(),
            apk.get_min_sdk_version(),
            apk.get_application_label(),
            Some(apk.get_target_sdk_version().to_string()),
        ];
        let android = artifact.android.clone().unwrap_or_default();
        let Artifact { identifier, version, build, min_os, name, .. } = artifact;
        let ours = [identifier, version, build, min_os, name, android.target_sdk];
        for ((what, ours), theirs) in APK.iter().zip(ours).zip(theirs) {
            let (ours, theirs) = (ours.unwrap_or_default(), theirs.unwrap_or_default());
            // It takes what is not stated, and a codename, for the first version.
            let is_stated = ours.starts_with(|char: char| char.is_ascii_digit());
            if ours == theirs || (*what == "target" && !is_stated && theirs == "1") {
                n_same += 1;
            } else {
                different.push((row.file.clone(), *what, theirs));
            }
        }
    }
    check(n_same, 1700, &different, &DIFFERENT_APKS);
}

#[test]
fn installers_read_as_the_crate_msi_reads_them() {
    let (mut n_same, mut different) = (0, Vec::new());
    for row in rows(&["msi"]) {
        let bytes = row.bytes();
        let Ok(artifact) = inspect_bytes(&row.file, &bytes) else { continue };
        let Ok(mut package) = msi::Package::open(Cursor::new(&bytes)) else { continue };
        let Ok(properties) = package.select_rows(msi::Select::table("Property")) else { continue };
        let properties: Vec<(String, String)> = properties
            .map(|row| {
                let text = |at: usize| row[at].as_str().unwrap_or_default().to_owned();
                (text(0), text(1))
            })
            .collect();
        let property = |name: &str| {
            let found = properties.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let windows = artifact.windows.clone().unwrap_or_default();
        let facts = [
            ("ProductCode", artifact.identifier),
            ("ProductName", artifact.name),
            ("ProductVersion", artifact.version),
            ("UpgradeCode", windows.upgrade_code),
            ("Manufacturer", windows.publisher_name),
        ];
        for (name, ours) in facts {
            let (ours, theirs) = (ours.unwrap_or_default(), property(name));
            if ours == theirs {
                n_same += 1;
            } else {
                different.push((row.file.clone(), name, theirs));
            }
        }
        assert_eq!(windows.is_signed, package.has_digital_signature(), "{}", row.file);
    }
    check(n_same, 160, &different, &DIFFERENT_INSTALLERS);
}

/// The chain udif, then hfsplus or apfs, then plist: the first app's list on the largest volume.
fn disk_image_by_crates(bytes: &[u8]) -> Option<plist::Dictionary> {
    let volume = udif::DmgReader::new(Cursor::new(bytes)).ok()?.decompress_main_partition().ok()?;
    let is_list = |path: &str| {
        let inside = path.trim_start_matches('/').split_once('/');
        inside.is_some_and(|(app, file)| app.ends_with(".app") && file == "Contents/Info.plist")
    };
    let list = if let Ok(mut disk) = hfsplus::HfsVolume::open(Cursor::new(&volume)) {
        let path = disk.walk().ok()?.into_iter().map(|entry| entry.path).find(|path| is_list(path))?;
        disk.read_file(&path).ok()?
    } else {
        let mut disk = apfs::ApfsVolume::open(Cursor::new(&volume)).ok()?;
        let path = disk.walk().ok()?.into_iter().map(|entry| entry.path).find(|path| is_list(path))?;
        disk.read_file(&path).ok()?
    };
    plist::from_bytes(&list).ok()
}

#[test]
fn disk_images_read_as_the_crates_udif_hfsplus_and_apfs_read_them() {
    let (mut n_same, mut different) = (0, Vec::new());
    for row in rows(&["dmg"]) {
        let bytes = row.bytes();
        let Ok(artifact) = inspect_bytes(&row.file, &bytes) else { continue };
        let Some(list) = disk_image_by_crates(&bytes) else { continue };
        let facts = [
            ("CFBundleIdentifier", artifact.identifier),
            ("CFBundleShortVersionString", artifact.version),
            ("CFBundleVersion", artifact.build),
        ];
        for (name, ours) in facts {
            let theirs = list.get(name).and_then(plist::Value::as_string).unwrap_or_default();
            if ours.unwrap_or_default() == theirs {
                n_same += 1;
            } else {
                different.push((row.file.clone(), name, theirs.to_owned()));
            }
        }
    }
    check(n_same, 33, &different, &[]);
}

#[track_caller]
fn check(n_same: u32, expected: u32, different: &[(String, &str, String)], listed: &[Different]) {
    println!("{n_same} facts the same, {} different", different.len());
    assert!(n_same >= expected, "expected the corpus beside the project, got {n_same} facts");
    let different: Vec<(&str, &str, &str)> =
        different.iter().map(|(file, what, theirs)| (file.as_str(), *what, theirs.as_str())).collect();
    assert_eq!(different, listed);
}

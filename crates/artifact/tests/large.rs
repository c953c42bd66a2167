//! Packages of many GiB or with many entries: how much of them is read, and how much memory that takes.

mod support;

use artifact::{Artifact, Hints, inspect_sync};
use miniz_oxide::deflate::compress_to_vec_zlib;
use support::NOW;
use support::apk::{PLAIN_LABEL, manifest};
use support::memory::{Counting, Usage, measured};
use support::sparse::{Sparse, Zip64};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const GIB: u64 = 1 << 30;

/// Bytes beyond the directory that may be read.
const MAX_BEYOND: u64 = 1 << 20;

/// Inspects a file and checks what was read beyond `directory` bytes, and that `max_peak` bytes were enough.
#[track_caller]
fn check(file_name: &str, file: &Sparse, directory: u64, max_peak: usize) -> Artifact {
    let hints = Hints { file_name, now: NOW };
    let (outcome, Usage { peak, .. }) = measured(|| {
        inspect_sync(&hints, file.len, |miss| {
            Ok::<_, std::convert::Infallible>(file.read(miss.offset, miss.len))
        })
    });
    let artifact = outcome.unwrap_or_else(|error| panic!("{file_name}: {error}"));
    let (reads, bytes) = (artifact.reads, artifact.bytes_read);
    println!(
        "{file_name}: {} bytes, directory {directory}: {reads} reads, {bytes} bytes read, {peak} held",
        file.len
    );
    assert!(
        bytes <= directory + MAX_BEYOND,
        "expected at most 1 MiB beyond {directory}, got {bytes} bytes read"
    );
    assert!(peak <= max_peak, "expected at most {max_peak} bytes held, got {peak}");
    artifact
}

fn facts(artifact: &Artifact) -> [&str; 4] {
    let Artifact { identifier, name, version, build, .. } = artifact;
    [identifier, name, version, build].map(|fact| fact.as_deref().unwrap_or(""))
}

const PLIST: &str = "<plist version='1.0'><dict><key>CFBundleIdentifier</key><string>org.example.app</string>\
    <key>CFBundleName</key><string>Example</string><key>CFBundleShortVersionString</key><string>2.1</string>\
    <key>CFBundleVersion</key><string>45</string><key>MinimumOSVersion</key><string>15.0</string>\
    <key>CFBundleSupportedPlatforms</key><array><string>iPhoneOS</string></array>\
    <key>CFBundlePackageType</key><string>APPL</string><key>CFBundleExecutable</key><string>A</string></dict></plist>";

#[test]
fn an_android_package_of_5_gib_is_read_at_its_end_only() {
    let mut zip = Zip64::default();
    zip.put_hole("assets/video.bin", 5 * GIB);
    zip.put("AndroidManifest.xml", &manifest(PLAIN_LABEL));
    zip.put_hole("lib/arm64-v8a/libgame.so", 100 << 20);
    let (file, directory) = zip.finish();
    let artifact = check("game.apk", &file, directory, 4 << 20);
    assert_eq!(facts(&artifact), ["org.example", "org.example", "1.0", "7"]);
    assert!(artifact.size > 5 * GIB && artifact.reads <= 8, "{} reads", artifact.reads);
}

#[test]
fn an_android_package_whose_manifest_comes_first_is_read_at_both_ends() {
    let mut zip = Zip64::default();
    zip.put("AndroidManifest.xml", &manifest(PLAIN_LABEL));
    zip.put_hole("assets/video.bin", 5 * GIB);
    let (file, directory) = zip.finish();
    let artifact = check("game.apk", &file, directory, 4 << 20);
    assert_eq!(facts(&artifact), ["org.example", "org.example", "1.0", "7"]);
}

#[test]
fn an_ios_package_with_70_000_entries_takes_little_more_than_its_directory() {
    let mut zip = Zip64::default();
    for n in 0..69_998 {
        zip.put(&format!("Payload/A.app/Assets/level{:03}/texture_{n:05}.ktx", n % 700), b"");
    }
    zip.put_hole("Payload/A.app/A", 5 * GIB);
    zip.put("Payload/A.app/Info.plist", PLIST.as_bytes());
    let (file, directory) = zip.finish();
    let artifact = check("game.ipa", &file, directory, 64 << 20);
    assert_eq!(facts(&artifact), ["org.example.app", "Example", "2.1", "45"]);
    assert_eq!(artifact.min_os.as_deref(), Some("15.0"));
}

#[test]
fn a_mac_installer_of_6_gib_is_read_around_its_payload() {
    let distribution =
        b"<installer-gui-script><title>Example</title><product id='org.example' version='2.1'/>\
        <pkg-ref id='org.example.app' installKBytes='6000000'>#a.pkg</pkg-ref></installer-gui-script>";
    let toc = format!(
        "<xar><toc><file><name>a.pkg</name><file><name>Payload</name><data><offset>0</offset><length>{}</length></data>\
         </file></file><file><name>Distribution</name><data><offset>{}</offset><length>{}</length></data></file></toc>\
         </xar>",
        6 * GIB,
        6 * GIB,
        distribution.len(),
    );
    let packed = compress_to_vec_zlib(toc.as_bytes(), 6);
    let mut file = Sparse::default();
    let lens = [packed.len() as u64, toc.len() as u64].map(u64::to_be_bytes).concat();
    file.put(&[&b"xar!\0\x1c\0\x01"[..], &lens, &[0; 4], &packed].concat());
    file.put_hole(6 * GIB);
    file.put(distribution);
    let artifact = check("example.pkg", &file, 0, 4 << 20);
    assert_eq!(facts(&artifact), ["org.example", "Example", "2.1", ""]);
}

//! How much of a package is fetched: at most 6 ranges and 400 KB, whatever its size.

use artifact::Artifact;

use crate::support::{PACKAGES, inspect_bytes, rows};

const MAX_READS: u32 = 6;
const MAX_BYTES: u64 = 400_000;

/// Packages that take more: their file, reads and bytes at most, and why.
const OVER: [(&str, u32, u64, &str); 8] = [
    ("aab/app-info__android.aab", 5, 404_000, "its table is packed, 260 KB of it, and is read whole"),
    ("dmg/apple-platform-rs__example.dmg", 4, 631_000, "the runs of an image unpack only whole"),
    (
        "derived/dmg__apfs-guiapp-lzfse.dmg",
        5,
        404_831,
        "the whole file is no more, and runs unpack only whole",
    ),
    ("derived/dmg__squidman-bzip2.dmg", 4, 865_000, "the runs of an image unpack only whole"),
    ("derived/dmg__squidman-lzfse.dmg", 4, 882_000, "the same image in another packing"),
    (
        "derived/dmg__hfsplus-guiapp-raw-no-koly.dmg",
        8,
        775_000,
        "a volume as it is: each step tells the next place",
    ),
    ("derived/dmg__hfsplus-guiapp-udif-raw.dmg", 7, 777_000, "the same volume in runs that are not packed"),
    (
        "appxbundle/msix-packaging__ManifestIsMissing.appxbundle",
        2,
        2_217_598,
        "without the manifest, its packages are looked at",
    ),
];

#[test]
fn no_package_takes_more_than_6_reads_or_400_kilobytes() {
    let (mut wrong, mut most, mut n_packages, mut n_listed) = (Vec::new(), (0, 0), 0, 0);
    for row in rows(&PACKAGES) {
        let Ok(artifact) = inspect_bytes(&row.file, &row.bytes()) else { continue };
        n_packages += 1;
        let Artifact { reads, bytes_read, .. } = artifact;
        let listed = OVER.iter().find(|(file, ..)| *file == row.file);
        n_listed += usize::from(listed.is_some());
        let (max_reads, max_bytes) =
            listed.map_or((MAX_READS, MAX_BYTES), |(_, reads, bytes, _)| (*reads, *bytes));
        if reads > max_reads || bytes_read > max_bytes {
            wrong.push(format!("{}: {reads} reads, {bytes_read} bytes", row.file));
        }
        if listed.is_none() {
            most = (most.0.max(reads), most.1.max(bytes_read));
        } else if reads <= MAX_READS && bytes_read <= MAX_BYTES {
            wrong.push(format!("{}: within the budget, but listed", row.file));
        }
    }
    assert_eq!(n_listed, OVER.len(), "a listed package is not there, or is refused");
    println!(
        "{n_packages} packages, {} of them listed: at most {} reads, {} bytes",
        OVER.len(),
        most.0,
        most.1
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What lies in one page in one package lies in two in another.
#[test]
fn the_budget_holds_wherever_the_parts_of_an_android_package_lie() {
    for file in ["apk/app-info__android.apk", "apk/npm__ApiDemos-debug.apk"] {
        let rows = rows(&["apk"]);
        let row = rows.iter().find(|row| row.file == file).unwrap_or_else(|| panic!("expected {file}"));
        let package = row.bytes();
        let mut most = (0, 0);
        for n in 0..16 {
            let padded = padded(&package, 300_000 + n * 1031);
            let artifact = inspect_bytes(file, &padded).unwrap_or_else(|refusal| panic!("{file}: {refusal}"));
            assert!(artifact.name.is_some() && artifact.icon.is_some(), "{file}");
            most = (most.0.max(artifact.reads), most.1.max(artifact.bytes_read));
        }
        println!("{file}: at most {} reads, {} bytes", most.0, most.1);
        assert!(most.0 <= MAX_READS && most.1 <= MAX_BYTES, "{file}: {most:?}");
    }
}

/// The archive with `len` bytes before its first entry, to which every offset is adapted.
fn padded(archive: &[u8], len: usize) -> Vec<u8> {
    let end = archive.len() - 22;
    let mut bytes = [&vec![0; len][..], archive].concat();
    let number = |at: usize| u32::from_le_bytes(archive[at..at + 4].try_into().unwrap_or_default());
    let moved = |at: usize| (number(at) + len as u32).to_le_bytes();
    let mut entry = number(end + 16) as usize;
    bytes[len + end + 16..][..4].copy_from_slice(&moved(end + 16));
    while archive[entry..].starts_with(b"PK\x01\x02") {
        bytes[len + entry + 42..][..4].copy_from_slice(&moved(entry + 42));
        let lens = [28, 30, 32]
            .map(|at| usize::from(archive[entry + at]) | usize::from(archive[entry + at + 1]) << 8);
        entry += 46 + lens.iter().sum::<usize>();
    }
    bytes
}

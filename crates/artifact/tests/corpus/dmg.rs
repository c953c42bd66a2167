#![expect(clippy::unwrap_used, reason = "a test without its corpus stops where that shows")]

use artifact::{Artifact, Refusal, RefusalCode, Volume};

use crate::compare::{Different, check};
use crate::support::{Row, inspect_bytes, rows};

const DIFFERENT: &[Different] = &[
    // Its `Info.plist` has a bundle id and nothing else, as 7-Zip extracts it; the table has no name. Finder shows
    // the folder's.
    ("dmg/brew__transmission-2.61.dmg", "name", "Transmission"),
];

#[test]
fn every_disk_image_yields_what_independent_tools_read() {
    check(&["dmg"], DIFFERENT);
}

#[test]
fn the_volume_is_the_one_that_7_zip_opens() {
    let mut n_apps = 0;
    for row in rows(&["dmg"]).iter().filter(|row| row.file != "derived/dmg__truncated.dmg") {
        let (volume, file_system) = (volume(&inspect(row)), file_system(row));
        assert_eq!(volume.file_system, file_system, "{}", row.file);
        // `path=VOLUME/X.app/Contents/Info.plist koly=…`; on FAT and APFS without the volume.
        if let Some((_, path)) = row.extra.split_once("path=").filter(|_| row.extra.contains("/Info.plist")) {
            let app = path.split("/Contents/Info.plist").next().unwrap_or_default();
            let app =
                if file_system == "hfs+" { app.split_once('/').map_or(app, |(_, app)| app) } else { app };
            assert_eq!(volume.path.as_deref(), Some(app), "{}", row.file);
            n_apps += 1;
        }
    }
    assert_eq!(n_apps, 13);
}

fn file_system(row: &Row) -> &'static str {
    match () {
        () if row.extra.contains(">HFS") || row.extra.contains("container=HFS") => "hfs+",
        () if row.extra.contains("APFS") => "apfs",
        () => "fat",
    }
}

#[test]
fn a_volume_without_an_image_around_is_read() {
    for row in rows(&["raw-volume"]) {
        let artifact = inspect(&row);
        assert_eq!(volume(&artifact).file_system, file_system(&row), "{}", row.file);
        assert!(codes(&artifact).contains(&"no-application"), "{}", row.file);
    }
}

#[test]
fn an_icon_and_architectures_are_found_in_an_image() {
    let artifact = inspect(&row("derived/dmg__apfs-guiapp-lzfse.dmg"));
    assert!(artifact.icon.is_some_and(|icon| icon.media_type == "image/png" && !icon.bytes.is_empty()));
    let slices = artifact.apple.unwrap_or_default().executable;
    let architectures: Vec<&str> = slices.iter().map(|slice| slice.architecture.as_str()).collect();
    assert_eq!(architectures, ["x86_64", "arm64"]);
}

#[test]
fn an_image_with_bytes_after_it_is_read_with_a_finding() {
    let row = row("dmg/relic__dummy.dmg");
    let with_junk = [row.bytes(), vec![0; 4096]].concat();
    let artifact = inspect_bytes(&row.file, &with_junk).unwrap();
    assert_eq!(artifact.identifier.as_deref(), Some("com.sas.dummy"));
    assert!(codes(&artifact).contains(&"trailing-bytes"));
}

#[test]
fn an_image_that_is_cut_encrypted_or_one_of_several_says_so() {
    let whole = row("dmg/relic__dummy.dmg").bytes();
    let code = |bytes: &[u8]| inspect_bytes("a.dmg", bytes).map_err(|refusal| refusal.code);
    for len in (1..whole.len()).step_by(997) {
        assert_eq!(code(&whole[..len]), Err(RefusalCode::Truncated), "{len}");
    }
    let encrypted = [b"encrcdsa\0\0\0\x02", &whole[..9000]].concat();
    assert_eq!(code(&encrypted), Err(RefusalCode::Encrypted));
    let encrypted = [&whole[..9000], b"cdsaencr"].concat();
    assert_eq!(code(&encrypted), Err(RefusalCode::Encrypted));
    let mut segment = whole.clone();
    let trailer = whole.len() - 512;
    segment[trailer + 60..trailer + 64].copy_from_slice(&3_u32.to_be_bytes());
    let refusal = inspect_bytes("a.dmg", &segment).unwrap_err();
    assert!(refusal.message.contains("of 3"), "{}", refusal.message);
}

#[test]
fn damage_outside_of_the_index_costs_the_icon_and_not_the_identity() {
    let row = row("derived/dmg__squidman-lzfse.dmg");
    let mut bytes = row.bytes();
    let whole = inspect(&row);
    // Four runs of 1 MiB: the catalog and `Info.plist` are in the first, most of the rest in others.
    let last = bytes.len() - 10_000;
    bytes[500_000..last].fill(0);
    let artifact = inspect_bytes(&row.file, &bytes).unwrap();
    assert_eq!((&artifact.version, &artifact.build), (&whole.version, &whole.build));
    assert!(codes(&artifact).iter().any(|code| ["damaged-image", "unreadable-icon"].contains(code)));
    assert!(artifact.icon.is_none() && whole.icon.is_some());
}

#[test]
fn an_installer_on_a_volume_without_apps_is_read() {
    let installer = rows(&["pkg"]).into_iter().find(|row| row.file.contains("rtrouton") && row.len < 100_000);
    let installer = installer.unwrap();
    let expected = inspect_bytes("a.pkg", &installer.bytes()).unwrap();
    let artifact = inspect_bytes("a.dmg", &disk("A       PKG", &installer.bytes())).unwrap();
    assert_eq!((artifact.format.extension(), volume(&artifact).path.as_deref()), ("dmg", Some("A.PKG")));
    assert!(codes(&artifact).contains(&"nested-payload") && expected.identifier.is_some());
    assert_eq!((artifact.identifier, artifact.version), (expected.identifier, expected.version));
    let damaged = inspect_bytes("a.dmg", &disk("A       PKG", b"xar!")).unwrap();
    assert!(codes(&damaged).contains(&"no-application"));
    assert_eq!(damaged.version, None);
}

#[test]
fn a_volume_without_a_known_file_system_is_reported() {
    let mut bytes = row("dmg/node-udif__raw.dmg").bytes();
    // Every header of the volume, which is HFS+, loses its mark.
    let marks: Vec<usize> = (0..bytes.len() - 4).filter(|&at| bytes[at..].starts_with(b"H+\0\x04")).collect();
    marks.iter().for_each(|&at| bytes[at..at + 4].fill(0));
    let artifact = inspect_bytes("a.dmg", &bytes).unwrap();
    assert_eq!((marks.is_empty(), codes(&artifact)), (false, vec!["unreadable-volume"]));
}

/// A disk with a boot record and a FAT16 volume with one file.
fn disk(name: &str, content: &[u8]) -> Vec<u8> {
    const N_CLUSTERS: usize = 5000;
    let (table_len, content_start) = (20 * 512, (1 + 20 + 1) * 512);
    let mut volume = vec![0; content_start + N_CLUSTERS * 512];
    volume[..3].copy_from_slice(&[0xeb, 0x3c, 0x90]);
    volume[11..19].copy_from_slice(&[0, 2, 1, 1, 0, 1, 16, 0]);
    let n_sectors = (volume.len() / 512) as u16;
    volume[19..21].copy_from_slice(&n_sectors.to_le_bytes());
    volume[22..24].copy_from_slice(&[20, 0]);
    volume[510..512].copy_from_slice(b"\x55\xaa");
    let n_used = content.len().div_ceil(512) as u16;
    for cluster in 2..2 + n_used {
        let next = if cluster == 1 + n_used { 0xffff } else { cluster + 1 };
        volume[512 + usize::from(cluster) * 2..][..2].copy_from_slice(&next.to_le_bytes());
    }
    let entry = &mut volume[512 + table_len..][..32];
    entry[..11].copy_from_slice(name.as_bytes());
    entry[26] = 2;
    entry[28..32].copy_from_slice(&(content.len() as u32).to_le_bytes());
    volume[content_start..][..content.len()].copy_from_slice(content);
    let mut disk = vec![0; 512];
    disk[450] = 6;
    disk[454] = 1;
    disk[458..460].copy_from_slice(&n_sectors.to_le_bytes());
    disk[510..512].copy_from_slice(b"\x55\xaa");
    disk.extend(volume);
    disk
}

fn row(file: &str) -> Row {
    rows(&["dmg"]).into_iter().find(|row| row.file == file).unwrap()
}

fn inspect(row: &Row) -> Artifact {
    inspect_bytes(&row.file, &row.bytes())
        .unwrap_or_else(|refusal: Refusal| panic!("{}: {refusal:?}", row.file))
}

fn volume(artifact: &Artifact) -> Volume {
    artifact.apple.as_ref().and_then(|apple| apple.volume.clone()).unwrap()
}

fn codes(artifact: &Artifact) -> Vec<&str> {
    artifact.findings.iter().map(|finding| finding.code.as_str()).collect()
}

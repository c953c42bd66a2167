use artifact::{Artifact, Refusal, RefusalCode};

use crate::compare::{Different, check, check_budget};
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
fn no_disk_image_takes_more_than_12_reads_or_4_megabytes() {
    for row in rows(&["dmg", "raw-volume"]) {
        if let Ok(artifact) = inspect(&row) {
            println!(
                "{}: {} reads, {} of {} bytes, {:?} {:?} {:?}",
                row.file,
                artifact.reads,
                artifact.bytes_read,
                row.len,
                artifact.apple.as_ref().and_then(|apple| apple.volume.clone()),
                artifact.icon.as_ref().map(|i| (&i.media_type, i.width)),
                artifact.findings.iter().map(|f| format!("{}: {}", f.code, f.message)).collect::<Vec<_>>()
            );
        } else {
            println!("{}: {:?}", row.file, inspect(&row));
        }
    }
    check_budget(&["dmg"], 12, 4_000_000);
}

fn inspect(row: &Row) -> Result<Artifact, Refusal> {
    inspect_bytes(&row.file, &row.bytes())
}

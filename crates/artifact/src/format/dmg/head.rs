//! How disk images are recognised. In every build, with or without the feature `mac-installers`.

use crate::encoding::big_endian::u64_at;
use crate::encoding::bytes::u32_at;
use crate::{Miss, Refusal, RefusalCode, Source};

/// Length of a trailer in bytes.
pub(super) const TRAILER: u64 = 512;

/// Bytes that may follow a trailer, as when a tool appended to the image or padded it: 8 KiB.
const MAX_JUNK: u64 = 8 << 10;

/// What begins every trailer: its magic number, version 4 and length.
const TRAILER_HEAD: &[u8] = b"koly\0\0\0\x04\0\0\x02\0";

/// Whether the file ends as a disk image does.
pub(in crate::format) fn has_trailer(source: &mut dyn Source) -> Result<bool, Miss> {
    let len = source.len();
    let is_encrypted = len >= 8 && source.get(len - 8, 8)? == b"cdsaencr";
    Ok(is_encrypted || (len >= TRAILER && source.get(len - TRAILER, 4)? == b"koly"))
}

/// Whether the file begins as one does, or ends as one with a little junk behind it.
pub(in crate::format) fn has_head(source: &mut dyn Source) -> Result<bool, Miss> {
    let len = source.len();
    let head = source.get(0, 2048)?;
    Ok(is_encrypted(head) || is_volume(head, len) || find_trailer(source)?.is_some())
}

/// Whether the file begins as an encrypted image.
pub(super) fn is_encrypted(head: &[u8]) -> bool {
    head.starts_with(b"encrcdsa")
}

/// Whether a volume or a partition map begins here: one that Macs use, of a file of `len` bytes.
fn is_volume(head: &[u8], len: u64) -> bool {
    let is_hfs = matches!(head.get(1024..1028), Some(b"H+\0\x04" | b"HX\0\x05"));
    let is_apfs = head.get(32..36) == Some(b"NXSB");
    let is_apple = head.starts_with(b"ER") && head.get(512..514) == Some(b"PM");
    let is_gpt = head.get(512..520) == Some(b"EFI PART");
    is_hfs || is_apfs || is_apple || is_gpt || has_boot_record(head, len)
}

/// Whether the file begins with a boot record, all of whose partitions lie in it.
fn has_boot_record(head: &[u8], len: u64) -> bool {
    const SECTOR: u64 = 512;
    let entries = head.get(446..510).unwrap_or_default().as_chunks::<16>().0;
    let mut n_partitions = 0;
    for entry in entries {
        let number = |at| u32_at(entry, at).map_or(0, u64::from) * SECTOR;
        let (start, partition_len) = (number(8), number(12));
        let [state, _, _, _, kind, ..] = entry;
        if *kind == 0 {
            continue;
        }
        if state & 0x7f != 0 || start == 0 || partition_len == 0 || start + partition_len > len {
            return false;
        }
        n_partitions += 1;
    }
    n_partitions > 0 && head.get(510..512) == Some(b"\x55\xaa")
}

/// Finds the trailer, at the very end or with a little junk behind it.
pub(super) fn find_trailer(source: &mut dyn Source) -> Result<Option<u64>, Miss> {
    let Some(last) = source.len().checked_sub(TRAILER) else {
        return Ok(None);
    };
    if source.get(last, 4)? == b"koly" {
        return Ok(Some(last));
    }
    let start = last.saturating_sub(MAX_JUNK);
    let tail = source.get(start, (TRAILER + MAX_JUNK) as usize)?;
    let found = tail.windows(TRAILER_HEAD.len()).rposition(|window| window == TRAILER_HEAD);
    let Some(offset) = found.map(|at| start + at as u64).filter(|&offset| offset <= last) else {
        return Ok(None);
    };
    // An image stored in something else ends like this too, but its offsets lead elsewhere.
    let trailer = source.get(offset, TRAILER as usize)?;
    let list = u64_at(trailer, 216).unwrap_or(0);
    Ok(Some(offset).filter(|_| list < offset)).and_then(|offset| {
        let is_list = offset.is_some() && source.get(list, 5)? == b"<?xml";
        Ok(offset.filter(|_| is_list))
    })
}

/// The refusal of a file that is named as an image and has not its trailer.
pub(in crate::format) fn lost_trailer(file_name: &str) -> Option<Refusal> {
    let is_named = file_name.len() > 4 && file_name.to_ascii_lowercase().ends_with(".dmg");
    is_named.then(|| {
        let message = "expected a disk image's trailer at the end of the file, got none";
        let fix = "copy the image again: its end is missing, or it is no disk image";
        Refusal::new(RefusalCode::Truncated, message, fix)
    })
}

//! The end of central directory record, and where it says the directory is.

use crate::container::zip::{Directory, ZipError};
use crate::encoding::bytes::{u16_at, u32_at, u64_at};
use crate::{Miss, Source};

/// Fixed part of the end record (APPNOTE 4.3.16).
const END_LEN: u64 = 22;

/// How far from the end the record is searched: 22 + 65,535 bytes of comment, and 4,096 other bytes after it.
const SEARCH_LEN: u64 = END_LEN + 0xffff + 4096;

/// Bytes read at once at the end of the file: all that is searched, and room for a directory of about 800 entries.
const TAIL: u64 = 80 << 10;

/// Bytes read at once at the end of a file of [`LARGE_FILE`] bytes or more: room for more entries, and often for the
/// signatures and the `Info.plist` before the directory.
const LARGE_TAIL: u64 = 132 << 10;

/// 32 MiB.
const LARGE_FILE: u64 = 32 << 20;

/// The tail begins at a multiple of this, 4 KiB: pages are fetched whole.
const ALIGNED: u64 = 4 << 10;

/// Files up to this length are read whole: one range is cheaper than three.
const SMALL_FILE: u64 = 256 << 10;

/// Records in the tail that are tried. A comment can hold 16,000 signatures.
const MAX_CANDIDATES: usize = 32;

/// A record that may be the end record.
struct Candidate {
    at: u64,
    entries: u64,
    size: u64,
    offset: u64,
    comment: u64,
    /// Where the directory should end: at this record, or at the zip64 record.
    directory_end: u64,
    /// The record says that the archive is split into several files.
    is_split: bool,
}

/// Fetches the end of a file in one range, a small file whole.
pub(crate) fn prefetch_tail(source: &mut dyn Source) -> Result<(), Miss> {
    let len = source.len();
    let least = if len < LARGE_FILE { TAIL } else { LARGE_TAIL };
    let tail = if len <= SMALL_FILE { len } else { least + (len - least) % ALIGNED };
    source.prefetch(len - tail, tail as usize)
}

/// Finds the directory.
///
/// A record counts whose comment reaches exactly to the end of the file and whose directory lies right before it.
/// If there is none, the last record with a readable directory counts: some tools put bytes before or after an
/// archive.
///
/// The signature `PK\x05\x06` alone proves nothing. A stored package inside an archive has an end record of its own,
/// and a comment may contain one that points to another directory: then this reader would show one app, and the
/// phone would install another. So the records that fit the file exactly go first, the last one first. Only then
/// come the others, 32 at most: a comment full of signatures must not cost a read each.
pub(super) fn find(source: &mut dyn Source) -> Result<Directory, ZipError> {
    prefetch_tail(source)?;
    // Nearly all archives have no comment: the record is the last 22 bytes.
    if let Some(last) = last_record(source)? {
        if last.is_consistent() {
            // Fetch it whole: the check of its signature below would otherwise be a range of its own.
            Directory::prefetch(source, last.offset, last.size)?;
        }
        if let Some(directory) = consistent_directory(source, &last)? {
            return Ok(directory);
        }
    }
    let len = source.len();
    let candidates = candidates(source)?;
    for candidate in candidates.iter().filter(|candidate| candidate.ends_at(len)) {
        if let Some(directory) = consistent_directory(source, candidate)? {
            return Ok(directory);
        }
    }
    for candidate in &candidates {
        if let Some(directory) = displaced_directory(source, candidate)? {
            return Ok(directory);
        }
    }
    match candidates.iter().find(|candidate| candidate.ends_at(len)) {
        Some(empty) if empty.entries == 0 => Ok(Directory::default()),
        Some(_) => Err(ZipError::NoDirectory),
        None => Err(ZipError::NoEnd),
    }
}

impl Candidate {
    fn is_consistent(&self) -> bool {
        self.offset.checked_add(self.size) == Some(self.directory_end)
    }

    fn ends_at(&self, len: u64) -> bool {
        self.at + END_LEN + self.comment == len
    }
}

/// The record without a comment at the very end of the file.
fn last_record(source: &mut dyn Source) -> Result<Option<Candidate>, ZipError> {
    let Some(at) = source.len().checked_sub(END_LEN) else { return Ok(None) };
    let bytes = source.get(at, END_LEN as usize)?;
    let found = if bytes.starts_with(b"PK\x05\x06") { parse_record(bytes, at) } else { None };
    let Some(mut last) = found.filter(|last| last.comment == 0) else { return Ok(None) };
    apply_zip64(source, &mut last)?;
    Ok(Some(last))
}

/// The directory of a record whose fields are consistent.
fn consistent_directory(
    source: &mut dyn Source,
    candidate: &Candidate,
) -> Result<Option<Directory>, ZipError> {
    if !candidate.is_consistent() || (candidate.size > 0 && !is_directory(source, candidate.offset)?) {
        return Ok(None);
    }
    let (offset, len, is_split) = (candidate.offset, candidate.size, candidate.is_split);
    Ok(Some(Directory { offset, len, is_split, ..Directory::default() }))
}

/// Every end record signature in the tail, the last first.
fn candidates(source: &mut dyn Source) -> Result<Vec<Candidate>, ZipError> {
    let len = source.len();
    let search_len = len.min(SEARCH_LEN);
    let start = len - search_len;
    let tail = source.get(start, search_len as usize)?;
    let mut found: Vec<Candidate> = (0..tail.len().saturating_sub(END_LEN as usize - 1))
        .rev()
        .filter(|&at| tail[at..].starts_with(b"PK\x05\x06"))
        .filter_map(|at| parse_record(&tail[at..], start + at as u64))
        .take(MAX_CANDIDATES)
        .collect();
    for candidate in &mut found {
        apply_zip64(source, candidate)?;
    }
    Ok(found)
}

fn parse_record(bytes: &[u8], at: u64) -> Option<Candidate> {
    // All ones: the zip64 record has the number.
    let is_split = !matches!(u16_at(bytes, 4)?, 0 | 0xffff);
    Some(Candidate {
        is_split,
        at,
        entries: u16_at(bytes, 10)?.into(),
        size: u32_at(bytes, 12)?.into(),
        offset: u32_at(bytes, 16)?.into(),
        comment: u16_at(bytes, 20)?.into(),
        directory_end: at,
    })
}

/// Replaces the fields by those of the zip64 record (APPNOTE 4.3.14) if its locator (4.3.15) is before the end record.
fn apply_zip64(source: &mut dyn Source, candidate: &mut Candidate) -> Result<(), ZipError> {
    const LOCATOR_LEN: u64 = 20;
    const RECORD_LEN: u64 = 56;
    let Some(locator_at) = candidate.at.checked_sub(LOCATOR_LEN) else {
        return Ok(());
    };
    let locator = source.get(locator_at, LOCATOR_LEN as usize)?;
    if !locator.starts_with(b"PK\x06\x07") {
        return Ok(());
    }
    let (stated, n_disks) = (u64_at(locator, 8), u32_at(locator, 16));
    candidate.is_split |= n_disks.is_some_and(|n_disks| n_disks > 1);
    // Bytes before the archive make the stated offset wrong. The record is then right before its locator.
    for at in [stated, locator_at.checked_sub(RECORD_LEN)].into_iter().flatten() {
        let record = source.get(at, RECORD_LEN as usize)?;
        if !record.starts_with(b"PK\x06\x06") {
            continue;
        }
        if let (Some(entries), Some(size), Some(offset)) =
            (u64_at(record, 32), u64_at(record, 40), u64_at(record, 48))
        {
            *candidate = Candidate { entries, size, offset, directory_end: at, ..*candidate };
            return Ok(());
        }
    }
    Ok(())
}

/// The directory of a record whose fields are not consistent.
fn displaced_directory(
    source: &mut dyn Source,
    candidate: &Candidate,
) -> Result<Option<Directory>, ZipError> {
    let end = candidate.directory_end;
    let trailing = source.len().saturating_sub(candidate.at + END_LEN + candidate.comment);
    if candidate.size > 0 && candidate.offset < end && is_directory(source, candidate.offset)? {
        let len = candidate.size.min(end - candidate.offset);
        let is_inconsistent = candidate.offset.checked_add(candidate.size) != Some(end);
        return Ok(Some(Directory {
            offset: candidate.offset,
            len,
            trailing,
            is_inconsistent,
            ..Directory::default()
        }));
    }
    let Some(offset) = end.checked_sub(candidate.size).filter(|_| candidate.size > 0) else {
        return Ok(None);
    };
    let prefix = offset.saturating_sub(candidate.offset);
    // The end of a stored inner archive looks like this if the outer one was cut short: the file is not the inner one.
    let is_inner = prefix > 0 && !candidate.ends_at(source.len()) && source.get(0, 4)? == b"PK\x03\x04";
    if is_inner || !is_directory(source, offset)? {
        return Ok(None);
    }
    let len = candidate.size;
    // A prefix of exactly that size is no accident: the offset has lost its upper half.
    let is_wrapped = prefix > 0 && prefix % (1 << 32) == 0;
    let prefix = if is_wrapped { 0 } else { prefix };
    Ok(Some(Directory {
        offset,
        len,
        prefix,
        trailing,
        is_inconsistent: offset < candidate.offset,
        is_wrapped,
        is_split: candidate.is_split,
    }))
}

fn is_directory(source: &mut dyn Source, offset: u64) -> Result<bool, ZipError> {
    Ok(source.get(offset, 4)? == b"PK\x01\x02")
}

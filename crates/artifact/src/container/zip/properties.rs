//! Archives with any mix of features, written here and read by this crate and by the library `rawzip`.

use miniz_oxide::deflate::compress_to_vec;

use crate::container::zip::{Archive, ArchiveSummary, overlapping_entry};
use crate::limits::MAX_MANIFEST;
use crate::source::Memory;

/// Marsaglia's xorshift64.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }

    fn chance(&mut self, in_all: usize) -> bool {
        self.below(in_all) == 0
    }

    fn bytes(&mut self, max: usize) -> Vec<u8> {
        let (len, range) = (self.below(max + 1), 1 + self.below(256));
        (0..len).map(|_| self.below(range) as u8).collect()
    }
}

/// A file to be put into an archive.
struct File {
    name: String,
    data: Vec<u8>,
    is_deflated: bool,
    /// Sizes behind the data, not before it (APPNOTE 4.3.9); with a signature or without.
    descriptor: Option<bool>,
    /// Numbers in a zip64 field, though they would fit (APPNOTE 4.5.3).
    is_zip64: bool,
    /// Another field before it.
    extra: Vec<u8>,
    comment: Vec<u8>,
}

/// How an archive ends.
struct Ending {
    comment: Vec<u8>,
    is_zip64: bool,
    prefix: usize,
}

fn files(random: &mut Random) -> Vec<File> {
    (0..random.below(12))
        .map(|n| {
            let extra = random.bytes(40);
            let field = [&0x9999_u16.to_le_bytes()[..], &(extra.len() as u16).to_le_bytes(), &extra].concat();
            File {
                name: format!("folder {}/{n}-{}", random.below(3), "x".repeat(random.below(200))),
                data: random.bytes(3000),
                is_deflated: random.chance(2),
                descriptor: random.chance(3).then(|| random.chance(2)),
                is_zip64: random.chance(4),
                extra: if random.chance(2) { field } else { Vec::new() },
                comment: random.bytes(30),
            }
        })
        .collect()
}

fn ending(random: &mut Random) -> Ending {
    let mut comment = random.bytes(300);
    if random.chance(3) {
        // A record that looks like the end of an archive of one entry.
        let false_end = [&b"PK\x05\x06\0\0\0\0\x01\0\x01\0"[..], &[9, 0, 0, 0, 5, 0, 0, 0], &[0, 0]].concat();
        comment.splice(0..0, false_end);
    }
    let prefix = if random.chance(4) { 1 + random.below(5000) } else { 0 };
    Ending { comment, is_zip64: random.chance(3), prefix }
}

fn numbers<const N: usize>(numbers: [usize; N]) -> Vec<u8> {
    numbers.map(|number| (number as u32).to_le_bytes()).concat()
}

/// The field with wide numbers, if the file has one.
fn zip64_field(file: &File, numbers: &[usize]) -> Vec<u8> {
    let wide: Vec<u8> = numbers.iter().flat_map(|&number| (number as u64).to_le_bytes()).collect();
    if file.is_zip64 {
        [&1_u16.to_le_bytes()[..], &(wide.len() as u16).to_le_bytes(), &wide].concat()
    } else {
        Vec::new()
    }
}

/// What a header has from its flags to its lengths, but for the lengths of the directory's own.
fn common(file: &File, sizes: [usize; 2], extra_len: usize) -> Vec<u8> {
    let flags = 0x800 | u16::from(file.descriptor.is_some()) << 3;
    let method = if file.is_deflated { 8_u16 } else { 0 };
    let crc = 0_u32;
    let lens = [file.name.len() as u16, extra_len as u16];
    [
        &flags.to_le_bytes()[..],
        &method.to_le_bytes(),
        &[0; 4],
        &crc.to_le_bytes(),
        &numbers(sizes),
        &lens.map(u16::to_le_bytes).concat(),
    ]
    .concat()
}

fn written(files: &[File], ending: &Ending) -> Vec<u8> {
    const ALL_ONES: usize = 0xffff_ffff;
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for file in files {
        let packed = if file.is_deflated { compress_to_vec(&file.data, 6) } else { file.data.clone() };
        let (local, sizes) = (bytes.len(), [packed.len(), file.data.len()]);
        let stated = match (file.descriptor, file.is_zip64) {
            (Some(_), _) => [0, 0],
            (None, true) => [ALL_ONES; 2],
            (None, false) => sizes,
        };
        // In a local header the field has the sizes only.
        let wide =
            if file.descriptor.is_some() { Vec::new() } else { zip64_field(file, &[sizes[1], sizes[0]]) };
        let extra = [&file.extra[..], &wide].concat();
        bytes.extend(b"PK\x03\x04\x2d\0");
        bytes.extend(common(file, stated, extra.len()));
        bytes.extend([file.name.as_bytes(), &extra, &packed].concat());
        if let Some(is_signed) = file.descriptor {
            bytes.extend(if is_signed { &b"PK\x07\x08"[..] } else { &[] });
            bytes.extend(numbers([0, sizes[0], sizes[1]]));
        }
        let wide = zip64_field(file, &[sizes[1], sizes[0], local]);
        let extra = [&file.extra[..], &wide].concat();
        let (stated, local) = if file.is_zip64 { ([ALL_ONES; 2], ALL_ONES) } else { (sizes, local) };
        directory.extend(b"PK\x01\x02\x2d\0\x2d\0");
        directory.extend(common(file, stated, extra.len()));
        directory.extend((file.comment.len() as u16).to_le_bytes());
        directory.extend([0; 8]);
        directory.extend(numbers([local]));
        directory.extend([file.name.as_bytes(), &extra, &file.comment].concat());
    }
    let (offset, len) = (bytes.len(), directory.len());
    bytes.extend(directory);
    let mut end = [files.len(), len, offset];
    if ending.is_zip64 {
        let wide = end.map(|number| (number as u64).to_le_bytes());
        let at = bytes.len() as u64;
        bytes
            .extend([&b"PK\x06\x06"[..], &44_u64.to_le_bytes(), &[45, 0, 45, 0], &[0; 8], &wide[0]].concat());
        bytes.extend(wide.concat());
        bytes.extend([&b"PK\x06\x07"[..], &[0; 4], &at.to_le_bytes(), &[1, 0, 0, 0]].concat());
        end = [0xffff, ALL_ONES, ALL_ONES];
    }
    let count = (end[0] as u16).to_le_bytes();
    bytes.extend([&b"PK\x05\x06\0\0\0\0"[..], &count, &count, &numbers([end[1], end[2]])].concat());
    bytes.extend((ending.comment.len() as u16).to_le_bytes());
    bytes.extend(&ending.comment);
    [vec![b'#'; ending.prefix], bytes].concat()
}

#[test]
fn an_archive_of_any_features_is_read_as_it_was_written() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for n in 0..600 {
        let (files, ending) = (files(&mut random), ending(&mut random));
        let bytes = written(&files, &ending);
        let mut source = Memory(&bytes);
        let archive = Archive::open(&mut source).unwrap_or_else(|error| panic!("{n}: {error}"));
        let entries: Vec<_> = archive.entries().collect();
        assert_eq!(entries.len(), files.len(), "{n}");
        for (file, raw) in files.iter().zip(&entries) {
            assert_eq!(raw.display(), file.name, "{n}");
            assert!(!raw.is_inconsistent, "{n}");
            let data = archive.read(raw, &mut source, MAX_MANIFEST);
            assert_eq!(data.as_deref(), Ok(&file.data[..]), "{n}: {}", file.name);
            let head = archive.read_head(raw, &mut source, 100);
            assert_eq!(head.as_deref(), Ok(&file.data[..file.data.len().min(100)]), "{n}: {}", file.name);
        }
        let summary = ArchiveSummary::of(&archive);
        assert_eq!(
            (overlapping_entry(&archive), summary.past_end, summary.n_duplicates),
            (None, None, 0),
            "{n}"
        );
        assert_eq!(archive.directory.prefix, if files.is_empty() { 0 } else { ending.prefix as u64 }, "{n}");
    }
}

/// The library `rawzip` confirms that the archives written here are valid.
#[test]
fn another_library_reads_the_same() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut n_read = 0;
    for n in 0..300 {
        let (files, ending) = (files(&mut random), ending(&mut random));
        let bytes = written(&files, &ending);
        let Ok(theirs) = rawzip::ZipArchive::from_slice(&bytes) else { continue };
        let mut source = Memory(&bytes);
        let ours = Archive::open(&mut source).unwrap_or_else(|error| panic!("{n}: {error}"));
        // It handles the false record in a comment, and bytes before the archive, in another way.
        let mut entries = theirs.entries();
        let mut theirs = Vec::new();
        while let Ok(Some(entry)) = entries.next_entry() {
            theirs.push((
                entry.file_path().as_ref().to_vec(),
                entry.compressed_size_hint(),
                entry.uncompressed_size_hint(),
            ));
        }
        if theirs.len() != files.len() {
            continue;
        }
        let ours: Vec<_> =
            ours.entries().map(|raw| (raw.name.to_vec(), raw.entry.compressed, raw.entry.size)).collect();
        assert_eq!(ours, theirs, "{n}");
        n_read += 1;
    }
    assert!(n_read > 180, "expected it to read most of them, got {n_read} of 300");
}

//! The xar archive: a header, a table of contents (TOC) in compressed XML, and a heap with the files' data.
//!
//! Source: `xar.h` and the wiki of the `xar` project, and the output of current versions of `productbuild`. Numbers are
//! big-endian.

use std::borrow::Cow;
use std::sync::Arc;

use crate::encoding::base64;
use crate::encoding::big_endian::{u16_at, u64_at};
use crate::encoding::codec::{self, CodecError};
use crate::encoding::xml::{self, Element};
use crate::limits::MAX_DOCUMENT;
use crate::report::quantity::sizes;
use crate::{InspectError, Miss, Refusal, RefusalCode, Source};

/// First bytes of every archive.
const MAGIC: &[u8] = b"xar!";

/// Bytes of the header that every archive has.
const HEADER_LEN: usize = 28;

/// Bytes of the heap fetched together with the TOC: its beginning often has the data that is read next.
const HEAP_AHEAD: u64 = 8 << 10;

/// An archive whose TOC is in memory.
pub(crate) struct Xar {
    table: Element,
    /// The offset of the heap in the file. All offsets of the TOC count from there.
    heap: u64,
    /// The uncompressed length of the TOC as the header states it, if that is wrong.
    pub(crate) wrong_toc_len: Option<u64>,
}

/// A file or folder in the archive.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member<'a>(&'a Element);

/// Where a file's data is in the heap, and how it is compressed.
#[derive(Clone, Debug, PartialEq, Eq)]
struct DataExtent {
    /// From the heap's beginning.
    offset: u64,
    /// Compressed length in bytes.
    len: u64,
    encoding: String,
}

/// Whether the file begins with the magic number of an archive.
pub(crate) fn has_magic(source: &mut dyn Source) -> Result<bool, Miss> {
    Ok(source.get(0, MAGIC.len())? == MAGIC)
}

impl Xar {
    /// Reads the header and the TOC.
    pub(crate) fn open(source: &mut dyn Source) -> Result<Self, InspectError> {
        let header = source.get(0, HEADER_LEN)?;
        let numbers = (u16_at(header, 4), u64_at(header, 8), u64_at(header, 16));
        let (Some(header_len), Some(packed), Some(unpacked)) = numbers else {
            return Err(truncated_file(HEADER_LEN as u64, source.len()).into());
        };
        if packed > MAX_DOCUMENT {
            let (expected, got) = sizes(MAX_DOCUMENT, packed);
            let message = format!("expected a table of contents of at most {expected}, got {got}");
            let fix = "build the package again: tables of contents are not usually so long";
            return Err(Refusal::new(RefusalCode::TooLarge, message, fix).into());
        }
        let start = u64::from(header_len).max(HEADER_LEN as u64);
        let heap = start + packed;
        if heap > source.len() {
            return Err(truncated_file(heap, source.len()).into());
        }
        let bytes = inflate_table(source, start, packed)?;
        let table =
            xml::parse(&bytes).map_err(|error| Refusal::corrupt(format!("table of contents: {error}")))?;
        let wrong_toc_len = (unpacked != bytes.len() as u64).then_some(unpacked);
        Ok(Self { table, heap, wrong_toc_len })
    }

    /// The `toc` element: checksums, signatures and files.
    pub(crate) fn toc(&self) -> Option<&Element> {
        self.table.child("toc")
    }

    /// The files and folders at the top level.
    pub(crate) fn root_files(&self) -> impl Iterator<Item = Member<'_>> {
        self.toc().into_iter().flat_map(|toc| toc.children_named("file")).map(Member)
    }

    /// The first file or folder of this path, `/` between its names.
    pub(crate) fn find(&self, path: &str) -> Option<Member<'_>> {
        let (first, inside) =
            path.split_once('/').map_or((path, None), |(first, inside)| (first, Some(inside)));
        let root = self.root_files().find(|root| root.name() == first)?;
        let mut names = inside.into_iter().flat_map(|inside| inside.split('/'));
        names.try_fold(root, |folder, name| folder.files().find(|file| file.name() == name))
    }

    /// Fetches the compressed data of several files if they are close together: one range is cheaper than many.
    pub(crate) fn prefetch(&self, source: &mut dyn Source, members: &[Member<'_>]) -> Result<(), Miss> {
        /// A longer range is not worth it.
        const CLOSE: u64 = 64 << 10;
        let extents = || members.iter().filter_map(|member| member.extent());
        let start = extents().map(|extent| extent.offset).min().unwrap_or(0);
        let end = extents().map(|extent| extent.offset.saturating_add(extent.len)).max().unwrap_or(0);
        match end.saturating_sub(start) {
            len @ 1..=CLOSE => source.prefetch(self.heap.saturating_add(start), len as usize),
            _ => Ok(()),
        }
    }

    /// A file's data, decompressed, if it has at most `max` bytes in either form.
    pub(crate) fn read(
        &self,
        source: &mut dyn Source,
        member: Member<'_>,
        max: u64,
    ) -> Result<Vec<u8>, InspectError> {
        let Some(extent) = member.extent() else {
            return Err(
                Refusal::corrupt(format!("expected `{}` to have data, got none", member.name())).into()
            );
        };
        let limit = usize::try_from(max).unwrap_or(usize::MAX);
        if extent.len > max {
            return Err(CodecError::TooLong { codec: "packed", limit }.into());
        }
        let start = self.heap.saturating_add(extent.offset);
        let end = start.saturating_add(extent.len);
        if end > source.len() {
            return Err(truncated_file(end, source.len()).into());
        }
        let packed = source.get(start, extent.len as usize)?;
        let codec = match extent.encoding.as_str() {
            // The name has been wrong since the first version: there is no gzip header.
            "application/x-gzip" | "application/zlib" => codec::zlib,
            "application/x-bzip2" => codec::bzip2,
            "application/x-xz" => codec::xz,
            // Some writers store an xz file under this name.
            "application/x-lzma" if packed.starts_with(b"\xfd7zXZ\0") => codec::xz,
            "application/x-lzma" => codec::lzma,
            "" | "application/octet-stream" => return Ok(packed.to_vec()),
            other => {
                let message = format!("expected `{}` in a known encoding, got `{other}`", member.name());
                return Err(Refusal::corrupt(message).into());
            }
        };
        Ok(codec(packed, limit)?)
    }
}

impl<'a> Member<'a> {
    /// Its name: the first `name` element. `xar` takes the first one too if a TOC has several.
    pub(crate) fn name(self) -> Cow<'a, str> {
        let Some(name) = self.0.child("name") else { return Cow::default() };
        let decoded =
            (name.attribute("enctype") == Some("base64")).then(|| base64::decode(&name.text)).flatten();
        decoded.map_or(Cow::Borrowed(&name.text), |bytes| String::from_utf8_lossy(&bytes).into_owned().into())
    }

    /// What is in the folder.
    pub(crate) fn files(self) -> impl Iterator<Item = Member<'a>> {
        self.0.children_named("file").map(Member)
    }

    /// The extent of its data, or `None` if the TOC states no numbers.
    fn extent(self) -> Option<DataExtent> {
        let data = self.0.child("data")?;
        let number = |name: &str| data.child(name)?.trimmed_text()?.parse::<u64>().ok();
        let encoding = data.child("encoding").and_then(|encoding| encoding.attribute("style"));
        let encoding = encoding.unwrap_or_default().to_owned();
        Some(DataExtent { offset: number("offset")?, len: number("length")?, encoding })
    }
}

/// The text of the TOC. It is kept in the source, because it may take long to inflate.
fn inflate_table(source: &mut dyn Source, start: u64, packed: u64) -> Result<Arc<[u8]>, InspectError> {
    if let Some(kept) = source.recall(start) {
        return Ok(kept);
    }
    // `packed` is at most MAX_DOCUMENT here.
    source.prefetch(start, (packed + HEAP_AHEAD) as usize)?;
    let bytes: Arc<[u8]> = codec::zlib(source.get(start, packed as usize)?, MAX_DOCUMENT as usize)?.into();
    source.keep(start, &bytes);
    Ok(bytes)
}

fn truncated_file(expected: u64, got: u64) -> Refusal {
    let (expected, got) = sizes(expected, got);
    let message = format!("expected at least {expected}, got {got}: the file begins as a Mac installer");
    Refusal::new(
        RefusalCode::Truncated,
        message,
        "download or copy the package again: only its beginning arrived",
    )
}

#[cfg(test)]
mod tests {
    use miniz_oxide::deflate::compress_to_vec_zlib;

    use super::*;
    use crate::source::Memory;

    /// An archive with this TOC and heap.
    pub(crate) fn archive(table: &str, heap: &[u8]) -> Vec<u8> {
        let packed = compress_to_vec_zlib(table.as_bytes(), 6);
        let mut bytes = MAGIC.to_vec();
        bytes.extend([0, 28, 0, 1]);
        bytes.extend((packed.len() as u64).to_be_bytes());
        bytes.extend((table.len() as u64).to_be_bytes());
        bytes.extend([0, 0, 0, 0]);
        bytes.extend(packed);
        bytes.extend(heap);
        bytes
    }

    const TABLE: &str = "<xar><toc><file><name>a</name><name>b</name><data><length>3</length><offset>2</offset>\
        </data><file><name enctype='base64'>w6k=</name></file></file><file><name>z</name><data><offset>1</offset>\
        <length>99</length></data></file></toc></xar>";

    fn read(bytes: &[u8], path: &str, max: u64) -> Result<Vec<u8>, InspectError> {
        let mut source = Memory(bytes);
        let xar = Xar::open(&mut source)?;
        let member = xar.find(path).unwrap_or_else(|| panic!("expected {path}"));
        xar.read(&mut source, member, max)
    }

    #[test]
    fn the_first_of_two_names_wins() {
        let bytes = archive(TABLE, b"hhabc");
        let xar = Xar::open(&mut Memory(&bytes)).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(xar.root_files().map(|file| file.name().into_owned()).collect::<Vec<_>>(), ["a", "z"]);
        assert!(xar.find("a/\u{e9}").is_some() && xar.find("b").is_none() && xar.find("a/x").is_none());
        assert_eq!(read(&bytes, "a", 3), Ok(b"abc".to_vec()));
    }

    #[test]
    fn data_past_the_end_too_long_or_absent_is_refused() {
        let bytes = archive(TABLE, b"hhabc");
        let code = |outcome: Result<Vec<u8>, InspectError>| match outcome {
            Err(InspectError::Refused(refusal)) => Some(refusal.code),
            _ => None,
        };
        assert_eq!(code(read(&bytes, "z", 1000)), Some(RefusalCode::Truncated));
        assert_eq!(code(read(&bytes, "a", 2)), Some(RefusalCode::TooLarge));
        assert_eq!(code(read(&bytes, "a/\u{e9}", 1000)), Some(RefusalCode::Corrupt));
    }

    #[test]
    fn an_archive_cut_anywhere_in_its_table_is_refused() {
        let bytes = archive(TABLE, b"");
        for cut in 0..bytes.len() {
            assert!(Xar::open(&mut Memory(&bytes[..cut])).is_err(), "{cut}");
        }
    }

    #[test]
    fn a_wrong_length_of_the_toc_does_not_matter() {
        let mut bytes = archive(TABLE, b"hhabc");
        bytes[16..24].copy_from_slice(&(1_u64 << 40).to_be_bytes());
        assert_eq!(read(&bytes, "a", 3), Ok(b"abc".to_vec()));
        assert_eq!(Xar::open(&mut Memory(&bytes)).ok().and_then(|xar| xar.wrong_toc_len), Some(1 << 40));
    }
}

//! How much of an untrusted package may be read, inflated or walked.
//!
//! Counts and sizes in a package are hints, never orders. A header of 30 bytes can claim four billion entries or an
//! entry of 4 GiB: a reader that allocates what is claimed is killed by a file of 100 bytes, and one that loops as
//! often as is claimed does not return. So readers allocate what is there, loop while bytes are left, and count
//! every loop that the package controls against one of these limits.

/// Bytes of a package fetched in all: 24 MiB. With what is unpacked of them a parse stays below 96 MiB of memory: a
/// Cloudflare Worker has 128 MB.
pub const MAX_BYTES_READ: u64 = 24 << 20;

/// Bytes of a usual package fetched in all. Up to here readers also fetch what is probably needed next.
pub const USUAL_BYTES_READ: u64 = 400_000;

/// Ranges of a package fetched in all. A usual package needs 1 to 6; a Windows installer of 1 GiB keeps the list of
/// where its allocation table lies in 129 places.
pub const MAX_READS: u32 = 192;

/// Ranges after which the icon is left out, so that everything else can still be reported.
pub const MAX_READS_FOR_ICON: u32 = 24;

/// Ranges after which names in resource tables are left out too, so that the identity can still be reported.
pub const MAX_READS_FOR_RESOURCES: u32 = 32;

/// Computed bytes that are kept while more of a package is fetched: 36 MiB, for the largest directory and the largest
/// resource table.
pub const MAX_KEPT: usize = 36 << 20;

/// Bytes of a zip's central directory: 12 MiB, about 150,000 entries with usual names. The directory of a package
/// with 70,000 entries has 6 MiB.
pub const MAX_DIRECTORY: u64 = 12 << 20;

/// Entries of a zip's central directory that are looked at.
pub const MAX_ENTRIES: usize = 1_000_000;

/// Inflated bytes of a manifest: 8 MiB. Large real ones have 0.2 MiB.
pub const MAX_MANIFEST: u64 = 8 << 20;

/// Inflated bytes of a resource table: 24 MiB. Large real ones have 12 MiB, and are not packed since Android 11.
pub const MAX_RESOURCES: u64 = 24 << 20;

/// Bytes of an `Info.plist`, a profile or an XML document: 4 MiB.
pub const MAX_DOCUMENT: u64 = 4 << 20;

/// Bytes of an icon: 8 MiB.
pub const MAX_ICON: u64 = 8 << 20;

/// Elements of a document inside each other.
pub const MAX_DEPTH: usize = 64;

/// Chunks of a resource table that all lookups for one purpose may step over together.
///
/// A budget for each lookup would not do: an icon may refer to 256 resources, each reference starts a walk over the
/// table, and a table of 24 MiB has room for three million empty chunks. Because all lookups for the names share one
/// budget, and all for the icon another, the work stays bounded however many references a package makes.
pub const MAX_CHUNKS: u32 = 100_000;

/// Values of one resource for different devices that are looked at. A name in every language has about 90.
pub const MAX_CONFIGURATIONS: usize = 256;

/// Bytes of a name in one of many languages.
pub const MAX_LABEL: usize = 1 << 10;

/// References followed from one resource to the next before the chain counts as a loop.
pub const MAX_REFERENCES: u32 = 20;

/// Bytes of one string. Longer ones are cut: no app has such a name.
pub const MAX_STRING: usize = 32 << 10;

/// Bytes of a disk image's index: 16 MiB. That of an image of 1 GB has 0.3 MiB.
pub const MAX_IMAGE_INDEX: u64 = 16 << 20;

/// Unpacked bytes of one run of a disk image: 16 MiB. Usual ones have 0.25 to 1 MiB.
pub const MAX_RUN: usize = 16 << 20;

/// Unpacked bytes of a disk image in all: 72 MiB. Half of them are kept and not unpacked again; usual images take
/// 2 to 20 MiB.
pub const MAX_EXPANDED: usize = 2 * MAX_KEPT;

/// Nodes of a disk's trees and entries of its folders that are looked at.
pub const MAX_DISK_STEPS: u32 = 100_000;

/// Bytes of a disk's trees that are looked at, each time that they are: 64 MiB. The tree of a usual image has
/// 0.1 to 4 MiB, and a file is found with three or four of its nodes, of 4 or 8 KiB each.
pub const MAX_TREE_BYTES: usize = 64 << 20;

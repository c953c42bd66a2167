//! Counts over the whole central directory, and examples of what is unusual in it.

use crate::container::zip::{Archive, RawEntry};
use crate::report::quantity::count;
use crate::sorting;

/// Counts of entries and bytes, and the first example of each irregularity.
#[derive(Clone, Debug, Default)]
pub(crate) struct ArchiveSummary {
    /// Entries that are no folders.
    pub(crate) n_files: usize,
    /// Bytes of all files, uncompressed, as the directory declares.
    pub(crate) size: u64,
    /// Bytes of all files, compressed.
    pub(crate) packed: u64,
    /// Files whose header says that they are encrypted.
    pub(crate) n_encrypted: usize,
    /// Entries with the name of an earlier one.
    pub(crate) n_duplicates: usize,
    pub(crate) n_links: usize,
    /// A name that leads out of the folder where it is extracted, or cannot be written there.
    pub(crate) unsafe_name: Option<String>,
    /// A file compressed by a method other than stored and deflated.
    pub(crate) unusual_method: Option<(String, u16)>,
    /// An entry whose data would not end before the directory begins.
    pub(crate) past_end: Option<String>,
    /// A deflated entry whose declared size is larger than deflate can produce from its data.
    pub(crate) impossible_size: Option<String>,
    /// Some header is not where the lengths of the header before it say.
    pub(crate) is_inconsistent: bool,
}

/// Fixed part of a local header. Its name may be another one than the directory's, so it does not count here.
const LOCAL_LEN: u64 = 30;

/// The message about an archive with repeated names.
pub(crate) fn repeated_names_message(n_duplicates: usize) -> String {
    let names = count(n_duplicates as u64, "repeated name", "repeated names");
    format!("expected every name once in the archive, got {names}")
}

/// How many of these names repeat another one.
pub(crate) fn count_duplicates(names: Vec<&[u8]>) -> usize {
    // Names differ most at their ends: whole numbers are compared in a fraction of the time that names take.
    let end = |name: &[u8]| name.last_chunk().map_or(0, |end| u128::from_le_bytes(*end));
    let mut names: Vec<(u128, &[u8])> = names.into_iter().map(|name| (end(name), name)).collect();
    names.sort_unstable();
    names.windows(2).filter(|pair| pair[0] == pair[1]).count()
}

/// The name of an entry whose data overlaps that of another one.
///
/// No tool writes such archives by accident. If a thousand entries share one compressed block, an archive of 10 MB
/// extracts to 281 TB without a compression ratio that would look suspicious (David Fifield, "A better zip bomb",
/// 2019). The sum of the declared sizes does not show it; the overlap does.
pub(crate) fn overlapping_entry(archive: &Archive) -> Option<String> {
    // Offsets that have lost their upper half tell nothing about each other.
    if archive.directory.is_wrapped {
        return None;
    }
    let span = |raw: RawEntry<'_>| {
        let start = raw.entry.header_offset.saturating_add(archive.directory.prefix);
        (start, start.saturating_add(LOCAL_LEN).saturating_add(raw.entry.compressed))
    };
    let mut spans: Vec<_> = archive.entries().map(|raw| (span(raw), raw.name)).collect();
    // Mostly they are in order, which sorting notices.
    spans.sort_unstable();
    spans.windows(2).find(|pair| pair[1].0.0 < pair[0].0.1).map(|pair| printable(pair[1].1))
}

impl ArchiveSummary {
    /// Goes once through the directory.
    pub(crate) fn of(archive: &Archive) -> Self {
        let mut summary = Self::default();
        let mut names = Vec::new();
        for raw in archive.entries() {
            summary.add(&raw);
            names.push(raw.name);
            let start = raw.entry.header_offset.saturating_add(archive.directory.prefix);
            let end = start.saturating_add(LOCAL_LEN).saturating_add(raw.entry.compressed);
            if end > archive.directory.offset && summary.past_end.is_none() {
                summary.past_end = Some(raw.text());
            }
        }
        summary.n_duplicates = count_duplicates(names);
        summary
    }

    fn add(&mut self, raw: &RawEntry<'_>) {
        /// The most that deflate makes of one byte, and some for its headers.
        const MAX_RATIO: u64 = 1032;
        const SLACK: u64 = 1024;
        let entry = &raw.entry;
        self.is_inconsistent |= raw.is_inconsistent;
        self.n_links += usize::from(raw.is_link());
        if self.unsafe_name.is_none() && raw.is_unsafe() {
            self.unsafe_name = Some(raw.text());
        }
        if raw.name.ends_with(b"/") {
            return;
        }
        self.n_files += 1;
        self.size = self.size.saturating_add(entry.size);
        self.packed = self.packed.saturating_add(entry.compressed);
        self.n_encrypted += usize::from(entry.claims_encryption());
        if self.unusual_method.is_none() && entry.is_method_unknown() && !entry.claims_encryption() {
            self.unusual_method = Some((raw.text(), entry.method));
        }
        let possible = entry.compressed.saturating_mul(MAX_RATIO).saturating_add(SLACK);
        if self.impossible_size.is_none() && entry.method == 8 && entry.size > possible {
            self.impossible_size = Some(raw.text());
        }
    }
}

/// A name that equals another one if case is ignored, as on Windows and macOS, also that of a file and a folder. Exact
/// duplicates are counted elsewhere.
pub(crate) fn case_collision(archive: &Archive) -> Option<String> {
    let folded = |name: &[u8]| name.strip_suffix(b"/").unwrap_or(name).to_ascii_lowercase();
    let mut names: Vec<(Vec<u8>, &[u8])> =
        archive.entries().map(|raw| (folded(raw.name), raw.name)).collect();
    sorting::sort(&mut names);
    let is_clash = |pair: &&[(Vec<u8>, &[u8])]| pair[0].0 == pair[1].0 && pair[0].1 != pair[1].1;
    names.windows(2).find(is_clash).map(|pair| printable(pair[1].1))
}

fn printable(name: &[u8]) -> String {
    String::from_utf8_lossy(name).escape_debug().take(100).collect()
}

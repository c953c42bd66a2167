//! One text in every language.

use std::collections::BTreeMap;

use crate::android::arsc::{Config, Table};
use crate::android::string_pool::StringPool;
use crate::android::value::{Scalar, Value};
use crate::limits::{MAX_LABEL, MAX_REFERENCES};
use crate::{Miss, Source};

/// How far a search may go in a table that is not in memory as a whole. All distances are in bytes.
///
/// The texts of 90 languages may lie all over a stored table of 12 MiB, and each of them may cost a read. So only those
/// near the default text count. A small or an unpacked table is in memory, and all of it counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SearchRange {
    /// From the first chunk of a type to the last that counts.
    pub(crate) chunks: u64,
    /// From the table's start to the last offset of a string that counts.
    pub(crate) offsets: u64,
    /// From the text in the default language to another one, either way.
    pub(crate) texts: u64,
}

impl SearchRange {
    /// All of the table.
    pub(crate) const WHOLE: Self = Self { chunks: u64::MAX, offsets: u64::MAX, texts: u64::MAX };

    /// What is mostly fetched anyway to find one text, and up to 128 KiB of texts in the same range as that text.
    pub(crate) const NEAR: Self = Self { chunks: 32 << 10, offsets: 48 << 10, texts: 64 << 10 };
}

impl Table<'_> {
    /// A text by BCP 47 tag, in the languages for which the table has it within `range`. The default is not
    /// among them.
    pub(crate) fn labels(&mut self, id: u32, range: SearchRange) -> Result<BTreeMap<String, String>, Miss> {
        let mut id = id;
        for _ in 0..MAX_REFERENCES {
            let (pool, scalars) = self.scalars(id, range.chunks)?;
            let default = scalars.iter().find(|(config, _)| *config == Config::default());
            match (default.map(|(_, scalar)| scalar), pool) {
                (Some(Scalar::Value(Value::Reference(next))), _) => id = *next,
                (Some(Scalar::Text(default)), Some(pool)) => {
                    return texts(self.source, pool, *default, &scalars, range);
                }
                _ => break,
            }
        }
        Ok(BTreeMap::new())
    }
}

fn texts(
    source: &mut dyn Source,
    pool: StringPool,
    default: u32,
    scalars: &[(Config, Scalar)],
    range: SearchRange,
) -> Result<BTreeMap<String, String>, Miss> {
    let mut labels = BTreeMap::new();
    let Some(centre) = pool.place(source, default)? else { return Ok(labels) };
    let mut wanted = Vec::new();
    for (config, scalar) in scalars.iter().filter(|(config, _)| config.is_only_locale()) {
        let (Scalar::Text(index), Some(locale)) = (scalar, &config.locale) else { continue };
        if pool.offset_place(*index) > range.offsets {
            continue;
        }
        let place = pool.place(source, *index)?.filter(|place| place.abs_diff(centre) <= range.texts);
        wanted.extend(place.map(|place| (place, locale, *index)));
    }
    // One range for all of them, and for the default.
    let first = wanted.iter().map(|(place, ..)| *place).fold(centre, u64::min);
    let last = wanted.iter().map(|(place, ..)| *place).fold(centre, u64::max);
    if range.texts < u64::MAX {
        source.prefetch(first, usize::try_from(last - first + 256).unwrap_or(usize::MAX))?;
    }
    for (_, locale, index) in wanted {
        let text = pool.text(source, index, MAX_LABEL)?.filter(|text| !text.trim().is_empty());
        if let Some(text) = text {
            labels.entry(locale.clone()).or_insert(text);
        }
    }
    Ok(labels)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::zip::Archive;
    use crate::limits::MAX_CHUNKS;
    use crate::source::Memory;

    const PACKAGE: &[u8] = include_bytes!("../../../tests/fixtures/drawables/drawables.apk");
    const NAME: u32 = 0x7f05_0000;

    fn table() -> Vec<u8> {
        let mut source = Memory(PACKAGE);
        let read =
            |archive: Archive| archive.read(&archive.find("resources.arsc")?, &mut source, 1 << 20).ok();
        Archive::open(&mut Memory(PACKAGE)).ok().and_then(read).unwrap_or_default()
    }

    fn labels(table: &[u8], range: SearchRange) -> Vec<String> {
        let labels = Table::new(&mut Memory(table), MAX_CHUNKS).labels(NAME, range).unwrap_or_default();
        labels.into_iter().map(|(tag, label)| format!("{tag}: {label}")).collect()
    }

    #[test]
    fn a_name_is_found_in_all_languages() {
        let expected = ["de: Anwendung", "sr-Latn: Aplikacija", "zh-TW: 應用程式"];
        assert_eq!(labels(&table(), SearchRange::WHOLE), expected);
        assert_eq!(labels(&table(), SearchRange::NEAR), expected);
    }

    #[test]
    fn what_lies_out_of_reach_is_left_out() {
        let table = table();
        for range in [
            SearchRange { chunks: 0, ..SearchRange::WHOLE },
            SearchRange { offsets: 0, ..SearchRange::WHOLE },
            SearchRange { texts: 0, ..SearchRange::WHOLE },
        ] {
            assert_eq!(labels(&table, range), [""; 0], "{range:?}");
        }
    }

    #[test]
    fn a_table_cut_anywhere_is_no_panic() {
        let table = table();
        for len in (0..table.len()).step_by(7) {
            let _ = labels(&table[..len], SearchRange::WHOLE);
            let _ = Table::new(&mut Memory(&table[..len]), MAX_CHUNKS).choices(NAME);
        }
    }
}

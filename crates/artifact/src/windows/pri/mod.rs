//! `resources.pri`, the index of a Windows package's resources: texts by name, one for each language.
//!
//! Source: the structures of Microsoft's own reader in the Windows App SDK (`FileBase.h`, `HNamesSection.h`,
//! `MrmFiles.h` of MRT Core). A file is sections; a resource map points each name of a schema to a decision, which
//! is sets of qualifiers, and to one candidate for each set. Numbers are little-endian. Maps of more than 65,535
//! resources, and candidates in other files, are not read.

use std::cell::Cell;

use crate::encoding::bytes::{u16_at, u32_at};

/// What every index begins with. The next byte depends on the version of Windows.
const MAGIC: &[u8] = b"mrm_pri";

/// Sections that are looked at. Real files have up to a few hundred: one for the texts of each language.
const MAX_SECTIONS: usize = 4096;

/// Scopes inside each other.
const MAX_SCOPES: usize = 64;

/// Candidates of one resource that are compared: real ones have one for each of about 100 languages.
const MAX_CANDIDATES: usize = 1000;

/// Resource maps that are looked at. Real files have one for the application and one for each framework merged in.
const MAX_MAPS: usize = 16;

/// The budget for all texts of a file. A node visited, a name compared, and 2 bytes of a name or a text are one step
/// each. A schema without wide numbers, the only kind that is read, has up to 65,536 resources.
const MAX_STEPS: usize = 2_000_000;

/// Bytes of a section's header, before its data.
const SECTION_HEADER: usize = 32;

/// An open index: its sections, and the budget for lookups.
#[derive(Clone, Debug)]
pub(crate) struct Pri<'a> {
    sections: Vec<Section<'a>>,
    steps: LookupBudget,
}

/// Steps that are left for lookups.
///
/// The table of sections may name one section 4,096 times, and sections may overlap, so a file of 100 KB can stand for
/// any number of names, each of which a lookup compares. One budget for all texts of the file bounds the work. When it
/// is used up, the name is missing and the identity of the package is still read.
#[derive(Clone, Debug)]
struct LookupBudget(Cell<usize>);

impl LookupBudget {
    /// Takes one step, and one for each 2 bytes. `None` if the budget is used up.
    fn take(&self, n_bytes: usize) -> Option<()> {
        let left = self.0.get().checked_sub(1 + n_bytes / 2);
        self.0.set(left.unwrap_or(0));
        left.map(drop)
    }
}

#[derive(Clone, Copy, Debug)]
struct Section<'a> {
    kind: &'a [u8],
    data: &'a [u8],
}

impl<'a> Pri<'a> {
    /// Reads the table of sections (`DEFFILE_HEADER`, `DEFFILE_TOC_ENTRY`). `None` if the bytes are no index.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        const TOC_ENTRY: usize = 32;
        if !bytes.starts_with(MAGIC) {
            return None;
        }
        let (toc, data) = (u32_at(bytes, 16)? as usize, u32_at(bytes, 20)? as usize);
        let n_sections = usize::from(u16_at(bytes, 24)?);
        let entries = bytes.get(toc..)?.chunks_exact(TOC_ENTRY).take(n_sections.min(MAX_SECTIONS));
        let section = |entry: &'a [u8]| {
            let start = (u32_at(entry, 24)? as usize).checked_add(data)?.checked_add(SECTION_HEADER)?;
            let len = (u32_at(entry, 28)? as usize).checked_sub(SECTION_HEADER)?;
            let data = slice(bytes, start, len)?;
            Some(Section { kind: entry.get(..15)?, data })
        };
        // Sections are referred to by their index in the table, so a damaged one stays in it as an empty one.
        let sections =
            entries.map(|entry| section(entry).unwrap_or(Section { kind: &[], data: &[] })).collect();
        Some(Self { sections, steps: LookupBudget(Cell::new(MAX_STEPS)) })
    }

    /// The text of a resource in the default language. The path has `/` between its parts.
    pub(crate) fn text(&self, path: &str) -> Option<String> {
        let path: Vec<String> =
            path.split('/').map(|part| part.chars().flat_map(case_folded).collect()).collect();
        let maps = self.sections.iter().filter(|section| {
            section.kind.starts_with(b"[mrm_res_map__]") || section.kind.starts_with(b"[mrm_res_map2_]")
        });
        // Maps may share a schema. It is searched once.
        let mut searched: Vec<(usize, Option<usize>)> = Vec::new();
        maps.take(MAX_MAPS).filter_map(|section| ResourceMap::parse(section.data)).find_map(|map| {
            let known = searched.iter().find(|(schema, _)| *schema == map.schema);
            let resource = known.map(|(_, resource)| *resource).unwrap_or_else(|| {
                let found = self.resource(map.schema, &path);
                searched.push((map.schema, found));
                found
            });
            self.text_in(&map, resource?)
        })
    }

    /// The number of the resource at a path, by the schema.
    fn resource(&self, schema: usize, path: &[String]) -> Option<usize> {
        SchemaNames::parse(self.sections.get(schema)?)?.find(path, &self.steps)
    }

    fn text_in(&self, map: &ResourceMap<'_>, resource: usize) -> Option<String> {
        let item = map.item(resource)?;
        let decisions = DecisionInfo::parse(self.sections.get(map.decisions)?.data)?;
        let scores = decisions.scores(item.decision);
        let candidates =
            scores.enumerate().filter_map(|(n, score)| Some((score, self.candidate(map, item.first + n)?)));
        // Of equally good candidates the first one counts.
        candidates.reduce(|best, other| if other.0 > best.0 { other } else { best }).map(|(_, text)| text)
    }

    /// The text of a candidate (`MRMFILE_MAP_VALUE`), unless it is something else or in another file.
    fn candidate(&self, map: &ResourceMap<'_>, n: usize) -> Option<String> {
        const IN_MAP: u8 = 0;
        const IN_DATA: u8 = 1;
        let value = map.values.get(n.checked_mul(8)?..)?;
        let (&locator, &kind) = (value.first()?, value.get(1)?);
        let (detail, low, high) = (u16_at(value, 2)?, u16_at(value, 4)?, u16_at(value, 6)?);
        let bytes = match locator {
            IN_MAP => slice(map.data, usize::from(low) | usize::from(high) << 16, detail.into())?,
            // The detail is the number of the file: 0 is this one.
            IN_DATA if detail == 0 => data_item(self.sections.get(usize::from(high))?, low.into())?,
            _ => return None,
        };
        self.steps.take(bytes.len())?;
        let text = match u32_at(map.kinds, usize::from(kind).checked_mul(8)?.checked_add(4)?)? {
            0 => utf16(bytes)?,
            3 | 4 => std::str::from_utf8(bytes).ok()?.to_owned(),
            _ => return None,
        };
        Some(text.trim_end_matches('\0').to_owned())
    }
}

/// A resource map (`MRMFILE_RESOURCE_MAP_HEADER`), whose parts follow each other.
struct ResourceMap<'a> {
    /// Index of the schema's section.
    schema: usize,
    decisions: usize,
    /// Types of values: 8 bytes each.
    kinds: &'a [u8],
    /// 4 bytes each: the first resource, and a range or an item.
    directory: &'a [u8],
    /// 4 bytes each: number of items, and the first one.
    ranges: &'a [u8],
    /// 4 bytes each: decision and first candidate.
    items: &'a [u8],
    /// 8 bytes each.
    values: &'a [u8],
    /// The data of values that are in the map itself.
    data: &'a [u8],
}

/// A resource's decision and its first candidate.
struct MapItem {
    decision: usize,
    first: usize,
}

impl<'a> ResourceMap<'a> {
    fn parse(section: &'a [u8]) -> Option<Self> {
        const HEADER: usize = 32;
        let short = |at| u16_at(section, at).map(usize::from);
        let long = |at| u32_at(section, at).map(|number| number as usize);
        let mut rest = section.get(HEADER..)?;
        let mut next = |n: usize, len: usize| {
            let (part, behind) = rest.split_at_checked(n.checked_mul(len)?)?;
            rest = behind;
            Some(part)
        };
        // The environments, and the schema of another file.
        next(short(0)?, 1)?;
        next(short(6)?, 1)?;
        let (kinds, directory) = (next(short(10)?, 8)?, next(short(12)?, 4)?);
        let (ranges, items) = (next(short(14)?, 4)?, next(short(16)?, 4)?);
        // Tables with wide numbers.
        next(long(28)?, 1)?;
        let values = next(long(20)?, 8)?;
        Some(Self {
            schema: short(4)?,
            decisions: short(8)?,
            kinds,
            directory,
            ranges,
            items,
            values,
            data: rest,
        })
    }

    /// The item of a resource, by the directory's ranges.
    fn item(&self, resource: usize) -> Option<MapItem> {
        let n_ranges = self.ranges.len() / 4;
        let n = self.directory.chunks_exact(4).find_map(|entry| {
            let (start, target) = (usize::from(u16_at(entry, 0)?), usize::from(u16_at(entry, 2)?));
            let (len, first) = match target.checked_sub(n_ranges) {
                Some(item) => (1, item),
                None => {
                    let range = self.ranges.get(target * 4..)?;
                    (usize::from(u16_at(range, 0)?), usize::from(u16_at(range, 2)?))
                }
            };
            let skipped = resource.checked_sub(start).filter(|skipped| *skipped < len)?;
            Some(first + skipped)
        })?;
        let item = self.items.get(n.checked_mul(4)?..)?;
        Some(MapItem { decision: u16_at(item, 0)?.into(), first: u16_at(item, 2)?.into() })
    }
}

/// The names of a schema (`MRMFILE_HSCHEMA_HEADER`, `DEFFILE_HNAMES_HEADER`): a tree of scopes and resources.
struct SchemaNames<'a> {
    nodes: &'a [u8],
    wide: &'a [u8],
    ascii: &'a [u8],
}

/// Bytes of a node (`DEFFILE_HNAMES_NODE`).
const NODE: usize = 12;

impl<'a> SchemaNames<'a> {
    fn parse(section: &Section<'a>) -> Option<Self> {
        const VERSION: usize = 20;
        const HAS_WIDE_NUMBERS: u16 = 1;
        let data = section.data;
        let is_extended = section.kind.starts_with(b"[mrm_hschemaex]");
        if !is_extended && !section.kind.starts_with(b"[mrm_hschema]") {
            return None;
        }
        let has_ascii = is_extended && data.get(8..)?.starts_with(b"[def_hnamesx]");
        let (n_versions, n_chars) =
            (u16_at(data, 0)?, u32::from(u16_at(data, 2)?) + u32::from(u16_at(data, 4)?));
        let names =
            if is_extended { 24 } else { 8 } + usize::from(n_versions) * VERSION + n_chars as usize * 2;
        let header = data.get(names.next_multiple_of(4)..)?;
        if u16_at(header, 2)? & HAS_WIDE_NUMBERS != 0 {
            return None;
        }
        let long = |at| u32_at(header, at).map(|number| number as usize);
        let mut rest = header.get(if has_ascii { 28 } else { 24 }..)?;
        let mut next = |n: usize, len: usize| {
            let (part, behind) = rest.split_at_checked(n.checked_mul(len)?)?;
            rest = behind;
            Some(part)
        };
        let nodes = next(long(4)?, NODE)?;
        // Scopes and items, which point back to the nodes.
        next(long(8)?, 8)?;
        next(long(12)?, 2)?;
        let wide = next(long(16)?, 2)?;
        Some(Self { nodes, wide, ascii: if has_ascii { rest } else { &[] } })
    }

    /// The number of the resource at a [`case_folded`] path.
    fn find(&self, path: &[String], steps: &LookupBudget) -> Option<usize> {
        const IS_SCOPE: u8 = 0x10;
        let is_resource = |node: &&[u8]| node.get(7).is_some_and(|flags| flags & IS_SCOPE == 0);
        let nodes = self.nodes.chunks_exact(NODE).map_while(|node| steps.take(0).map(|()| node));
        let found = nodes.filter(is_resource).find(|node| self.is_at(node, path, steps).unwrap_or(false))?;
        u16_at(found, 10).map(usize::from)
    }

    /// Whether the names of a node and of the scopes around it are this path. It is compared from its end.
    fn is_at(&self, node: &[u8], path: &[String], steps: &LookupBudget) -> Option<bool> {
        const ROOT: u16 = 0;
        let mut parent = u16_at(node, 0)?;
        let mut node = node;
        for (n, part) in path.iter().rev().enumerate().take(MAX_SCOPES) {
            if n > 0 {
                if parent == ROOT {
                    return Some(false);
                }
                node = self.nodes.get(usize::from(parent) * NODE..)?;
                parent = u16_at(node, 0)?;
            }
            if !self.is_named(node, part, steps)? {
                return Some(false);
            }
        }
        Some(parent == ROOT)
    }

    fn is_named(&self, node: &[u8], name: &str, steps: &LookupBudget) -> Option<bool> {
        const IS_ASCII: u8 = 0x20;
        // The node has the first letter in upper case: most names need not be read.
        let initial = u16_at(node, 4)?;
        let (flags, low) = (*node.get(7)?, u16_at(node, 8)?);
        let first = name.chars().next()?;
        if first.is_ascii_alphanumeric() && u32::from(initial) != u32::from(first.to_ascii_uppercase()) {
            return Some(false);
        }
        steps.take(name.len())?;
        let high = usize::from(flags & 0xf) | usize::from(flags & 0xc0) >> 2;
        let at = high << 16 | usize::from(low);
        if flags & IS_ASCII != 0 {
            let (found, behind) = self.ascii.get(at..)?.split_at_checked(name.len())?;
            let is_end = behind.first().is_none_or(|&byte| byte == 0);
            return Some(is_end && found.eq_ignore_ascii_case(name.as_bytes()));
        }
        let units = self.wide.get(at.checked_mul(2)?..)?.chunks_exact(2);
        let units = units.filter_map(|unit| u16_at(unit, 0)).take_while(|&unit| unit != 0);
        let found = char::decode_utf16(units).map(|char| char.unwrap_or('\u{fffd}'));
        Some(found.flat_map(case_folded).eq(name.chars()))
    }
}

/// Decisions: which candidate counts in which context (`MRMFILE_DECISION_INFO_HEADER`).
struct DecisionInfo<'a> {
    decisions: &'a [u8],
    sets: &'a [u8],
    qualifiers: &'a [u8],
    references: &'a [u8],
}

impl<'a> DecisionInfo<'a> {
    fn parse(section: &'a [u8]) -> Option<Self> {
        const HEADER: usize = 12;
        let number = |at| u16_at(section, at).map(usize::from);
        let mut rest = section.get(HEADER..)?;
        let mut next = |n: usize, len: usize| {
            let (part, behind) = rest.split_at_checked(n * len)?;
            rest = behind;
            Some(part)
        };
        let (decisions, sets) = (next(number(6)?, 4)?, next(number(4)?, 4)?);
        let qualifiers = next(number(2)?, 8)?;
        // The texts of the qualifiers are not needed, only their scores.
        next(number(0)?, 12)?;
        Some(Self { decisions, sets, qualifiers, references: next(number(8)?, 2)? })
    }

    /// The fallback score of each qualifier set of a decision: 1000 if it always fits, as for the default language.
    fn scores(&self, decision: usize) -> impl Iterator<Item = u16> {
        self.references_of(self.decisions, decision).map(|set| {
            let qualifiers = self.references_of(self.sets, usize::from(set)).take(16);
            let scores = qualifiers.filter_map(|n| u16_at(self.qualifiers.get(usize::from(n) * 8..)?, 4));
            scores.min().unwrap_or(1000)
        })
    }

    /// The references of an entry, which has the index of the first one and their number.
    fn references_of(&self, table: &[u8], n: usize) -> impl Iterator<Item = u16> {
        let entry = n.checked_mul(4).and_then(|at| table.get(at..)).unwrap_or_default();
        let first = u16_at(entry, 0).map_or(0, usize::from);
        let len = u16_at(entry, 2).map_or(0, usize::from).min(MAX_CANDIDATES);
        let references = self.references.get(first * 2..).unwrap_or_default();
        references.chunks_exact(2).take(len).filter_map(|reference| u16_at(reference, 0))
    }
}

/// An item of a data section. Texts with 16-bit offsets come first, then larger items.
fn data_item<'a>(section: &Section<'a>, n: usize) -> Option<&'a [u8]> {
    const HEADER: usize = 12;
    if !section.kind.starts_with(b"[mrm_dataitem]") {
        return None;
    }
    let data = section.data;
    let (n_texts, n_pieces) = (usize::from(u16_at(data, 4)?), usize::from(u16_at(data, 6)?));
    let pieces = HEADER + n_texts * 4;
    let (start, len) = if n < n_texts {
        let at = HEADER + n * 4;
        (u16_at(data, at)?.into(), u16_at(data, at + 2)?.into())
    } else {
        let at = pieces + (n - n_texts) * 8;
        (u32_at(data, at)? as usize, u32_at(data, at + 4)? as usize)
    };
    slice(data.get(pieces + n_pieces * 8..)?, start, len)
}

fn slice(bytes: &[u8], start: usize, len: usize) -> Option<&[u8]> {
    bytes.get(start..start.checked_add(len)?)
}

/// The case-folded form of a letter. Final sigma counts as sigma.
fn case_folded(char: char) -> impl Iterator<Item = char> {
    char.to_lowercase().map(|char| if char == 'ς' { 'σ' } else { char })
}

fn utf16(bytes: &[u8]) -> Option<String> {
    let units: Vec<u16> = bytes.chunks_exact(2).filter_map(|unit| u16_at(unit, 0)).collect();
    String::from_utf16(&units).ok()
}

#[cfg(test)]
mod tests;

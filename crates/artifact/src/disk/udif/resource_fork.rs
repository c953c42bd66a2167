//! Resource forks: where images made before Mac OS X 10.2 have their tables.
//!
//! Source: Inside Macintosh, More Macintosh Toolbox, "Resource File Format".

use crate::encoding::big_endian::{u16_at, u32_at};

/// The resources of one type: name and content. Resources that do not fit the fork are left out.
pub(super) fn resources<'a>(fork: &'a [u8], kind: &[u8; 4]) -> Vec<(String, &'a [u8])> {
    find_resources(fork, kind).unwrap_or_default()
}

fn find_resources<'a>(fork: &'a [u8], kind: &[u8; 4]) -> Option<Vec<(String, &'a [u8])>> {
    let contents = fork.get(u32_at(fork, 0)? as usize..)?;
    let map = fork.get(u32_at(fork, 4)? as usize..)?;
    let types = map.get(usize::from(u16_at(map, 24)?)..)?;
    let names = map.get(usize::from(u16_at(map, 26)?)..)?;
    // Counts are stored less one; no type at all is -1.
    let n_types = usize::from(u16_at(types, 0)?.wrapping_add(1));
    let entry = types.get(2..)?.chunks_exact(8).take(n_types).find(|entry| entry.starts_with(kind))?;
    let n_resources = usize::from(u16_at(entry, 4)?) + 1;
    let references = types.get(usize::from(u16_at(entry, 6)?)..)?;
    let resource = |reference: &[u8]| {
        // The first byte has attributes.
        let content = contents.get((u32_at(reference, 4)? & 0x00ff_ffff) as usize..)?;
        let len = u32_at(content, 0)? as usize;
        let content = content.get(4..)?.get(..len)?;
        let name =
            u16_at(reference, 2).filter(|&at| at != 0xffff).and_then(|at| names.get(usize::from(at)..));
        let name = name.and_then(|name| name.get(1..1 + usize::from(*name.first()?))).unwrap_or_default();
        Some((String::from_utf8_lossy(name).into_owned(), content))
    };
    Some(references.chunks_exact(12).take(n_resources).filter_map(resource).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One resource `blkx` 128, `a`, with the content `xyz`.
    fn fork() -> Vec<u8> {
        let mut fork = Vec::new();
        fork.extend([0, 0, 0, 16, 0, 0, 0, 23, 0, 0, 0, 7, 0, 0, 0, 52]);
        fork.extend([0, 0, 0, 3, b'x', b'y', b'z']);
        fork.extend([0; 24]);
        fork.extend([0, 28, 0, 50]);
        fork.extend([0, 0, b'b', b'l', b'k', b'x', 0, 0, 0, 10]);
        fork.extend([0, 128, 0, 0, 0x50, 0, 0, 0, 0, 0, 0, 0]);
        fork.extend([1, b'a']);
        fork
    }

    #[test]
    fn a_resource_is_found_by_its_type() {
        assert_eq!(resources(&fork(), b"blkx"), [("a".to_owned(), &b"xyz"[..])]);
        assert_eq!(resources(&fork(), b"plst"), []);
    }

    #[test]
    fn a_fork_cut_anywhere_has_no_half_resources() {
        let fork = fork();
        for len in 0..fork.len() {
            assert!(resources(&fork[..len], b"blkx").iter().all(|(_, content)| *content == b"xyz"), "{len}");
        }
    }
}

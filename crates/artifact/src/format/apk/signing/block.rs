//! The APK Signing Block: signatures over a whole package, between its entries and its zip directory.
//!
//! Source: "APK Signature Scheme v2" of the Android Open Source Project.

use crate::container::zip::Directory;
use crate::encoding::bytes::{u32_at, u64_at};
use crate::{Miss, Source};

/// A length and the magic word end the block.
const FOOTER_LEN: u64 = 24;
const MAGIC: &[u8] = b"APK Sig Block 42";

/// Bytes of a block: 1 MiB. Real ones have 4 to 40 KiB.
pub(super) const MAX_BLOCK: u64 = 1 << 20;

/// Pairs of an id and a value in a block. Real ones have up to 8.
const MAX_PAIRS: usize = 256;

/// The signatures in a block by their scheme. What else stores put into it does not matter: stamps of the source,
/// lists of dependencies, padding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SigningBlock {
    pub(super) v2: Option<Vec<u8>>,
    pub(super) v3: Option<Vec<u8>>,
    pub(super) v3_1: Option<Vec<u8>>,
    /// It is too long to be read: its length in bytes.
    pub(super) too_long: Option<u64>,
}

/// Reads the block before a directory. One that Android does not find is none.
pub(super) fn read(source: &mut dyn Source, directory: &Directory) -> Result<SigningBlock, Miss> {
    let none = SigningBlock::default();
    let Some(footer_at) = directory.offset.checked_sub(FOOTER_LEN) else {
        return Ok(none);
    };
    let footer = source.get(footer_at, FOOTER_LEN as usize)?;
    let len = u64_at(footer, 0).filter(|_| footer.ends_with(MAGIC));
    // The length counts all but its first statement.
    let Some(start) = len.and_then(|len| directory.offset.checked_sub(len.checked_add(8)?)) else {
        return Ok(none);
    };
    let whole = directory.offset - start;
    if whole > MAX_BLOCK {
        return Ok(SigningBlock { too_long: Some(whole), ..none });
    }
    let block = source.get(start, whole as usize)?;
    // A length of 0 stands for less than the footer.
    let pairs = block.get(8..whole.saturating_sub(FOOTER_LEN) as usize);
    Ok(match pairs.filter(|_| u64_at(block, 0) == len) {
        Some(pairs) => sort_pairs(pairs),
        None => none,
    })
}

/// Of pairs with the same id the first counts, as in Android.
fn sort_pairs(mut pairs: &[u8]) -> SigningBlock {
    let mut block = SigningBlock::default();
    for _ in 0..MAX_PAIRS {
        let Some((id, value, rest)) = pair(pairs) else { break };
        let place = match id {
            0x7109_871a => Some(&mut block.v2),
            0xf053_68c0 => Some(&mut block.v3),
            0x1b93_ad61 => Some(&mut block.v3_1),
            _ => None,
        };
        if let Some(place) = place.filter(|place| place.is_none()) {
            *place = Some(value.to_vec());
        }
        pairs = rest;
    }
    block
}

fn pair(pairs: &[u8]) -> Option<(u32, &[u8], &[u8])> {
    let len = usize::try_from(u64_at(pairs, 0)?).ok()?;
    let (pair, rest) = pairs.get(8..)?.split_at_checked(len)?;
    Some((u32_at(pair, 0)?, pair.get(4..)?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Memory;

    fn block(pairs: &[(u32, &[u8])]) -> Vec<u8> {
        let mut inside = Vec::new();
        for (id, value) in pairs {
            inside.extend((value.len() as u64 + 4).to_le_bytes());
            inside.extend(id.to_le_bytes());
            inside.extend_from_slice(value);
        }
        let len = (inside.len() as u64 + FOOTER_LEN).to_le_bytes();
        [&b"before"[..], &len, &inside, &len, MAGIC].concat()
    }

    fn read_all(bytes: &[u8]) -> SigningBlock {
        let directory = Directory { offset: bytes.len() as u64, ..Directory::default() };
        read(&mut Memory(bytes), &directory).unwrap_or_else(|miss| panic!("{miss}"))
    }

    #[test]
    fn the_first_pair_of_each_scheme_counts() {
        let pairs: &[(u32, &[u8])] = &[
            (0x4272_6577, b"padding"),
            (0x7109_871a, b"two"),
            (0x6dff_800d, b"stamp"),
            (0xf053_68c0, b"three"),
            (0x7109_871a, b"another"),
        ];
        let expected = SigningBlock {
            v2: Some(b"two".to_vec()),
            v3: Some(b"three".to_vec()),
            ..SigningBlock::default()
        };
        assert_eq!(read_all(&block(pairs)), expected);
    }

    #[test]
    fn a_pair_that_lies_about_its_length_ends_the_list() {
        let mut bytes = block(&[(0x7109_871a, b"two"), (0xf053_68c0, b"three")]);
        let second = 6 + 8 + 8 + 4 + 3;
        for lie in [0_u64, 3, 10, 1 << 40, u64::MAX] {
            bytes[second..second + 8].copy_from_slice(&lie.to_le_bytes());
            assert_eq!(read_all(&bytes).v2.as_deref(), Some(&b"two"[..]));
            assert_eq!(read_all(&bytes).v3, None, "{lie}");
        }
    }

    #[test]
    fn a_block_shorter_than_its_footer_is_none() {
        for len in 0..24_u64 {
            let len = len.to_le_bytes();
            assert_eq!(read_all(&[&[0; 32][..], &len, &len, MAGIC].concat()), SigningBlock::default());
        }
    }

    #[test]
    fn a_block_whose_lengths_disagree_is_none() {
        let bytes = block(&[(0x7109_871a, b"two")]);
        for at in [6, bytes.len() - 24] {
            let mut bytes = bytes.clone();
            bytes[at] ^= 1;
            assert_eq!(read_all(&bytes), SigningBlock::default());
        }
        for from in 1..bytes.len() {
            read_all(&bytes[from..]);
            read_all(&bytes[..from]);
        }
    }

    #[test]
    fn a_block_that_is_too_long_differs_from_none() {
        let bytes = block(&[(0x4272_6577, &vec![0; 1 << 20])]);
        assert_eq!(read_all(&bytes).too_long, Some(bytes.len() as u64 - 6));
    }
}

//! B-trees of APFS (`btree_node_phys_t`). Nodes are named by their block, or by an object id that an object map
//! resolves to a block.

use std::cmp::Ordering;

use crate::InspectError;
use crate::disk::block_device::{Disk, StepBudget, damaged_image};
use crate::encoding::bytes::{u16_at, u32_at, u64_at};

/// Levels of a tree at the most.
const MAX_LEVELS: usize = 16;

/// Bytes before a node's table of contents: `btree_node_phys_t`.
const NODE_HEADER_LEN: usize = 56;

/// Bytes of `btree_info_t`, at the end of a root node.
const BTREE_INFO_LEN: usize = 40;

/// Reads blocks of the container and takes each from the budget.
pub(super) struct BlockReader<'a> {
    pub(super) disk: &'a mut dyn Disk,
    pub(super) steps: &'a mut StepBudget,
    /// In bytes.
    pub(super) block_size: u32,
}

impl BlockReader<'_> {
    /// A block by its number.
    pub(super) fn block(&mut self, number: u64) -> Result<Vec<u8>, InspectError> {
        self.steps.take_node(self.block_size as usize)?;
        let offset = number.saturating_mul(u64::from(self.block_size));
        self.disk.read_exact(offset, self.block_size as usize)
    }

    /// A block by its number, if its checksum is right.
    pub(super) fn object(&mut self, number: u64) -> Result<Vec<u8>, InspectError> {
        let block = self.block(number)?;
        if has_checksum(&block) {
            return Ok(block);
        }
        Err(damaged_image(format!("expected block {number} of the volume to have its checksum, got another")))
    }
}

/// Whether the first 8 bytes of a block are the Fletcher-64 checksum of all others.
pub(super) fn has_checksum(block: &[u8]) -> bool {
    const MODULUS: u64 = 0xffff_ffff;
    let Some((checksum, rest)) = block.split_first_chunk::<8>() else {
        return false;
    };
    let (mut low, mut high) = (0_u64, 0_u64);
    for word in rest.as_chunks::<4>().0 {
        low = (low + u64::from(u32::from_le_bytes(*word))) % MODULUS;
        high = (high + low) % MODULUS;
    }
    let first = MODULUS - (low + high) % MODULUS;
    let second = MODULUS - (low + first) % MODULUS;
    u64::from_le_bytes(*checksum) == (second << 32 | first)
}

/// An object map: from object ids to blocks, as of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ObjectMap {
    /// The block of its tree's root.
    pub(super) tree: u64,
    pub(super) xid: u64,
}

impl ObjectMap {
    /// Reads `omap_phys_t`.
    pub(super) fn read(blocks: &mut BlockReader<'_>, place: u64, xid: u64) -> Result<Self, InspectError> {
        let block = blocks.object(place)?;
        let tree = u64_at(&block, 48).unwrap_or(0);
        Ok(Self { tree, xid })
    }

    /// The block of an object: the newest version that is not newer than the transaction.
    pub(super) fn resolve(&self, blocks: &mut BlockReader<'_>, id: u64) -> Result<u64, InspectError> {
        let tree = BTree { root: self.tree, objects: None };
        let xid = self.xid;
        let order = |key: &[u8]| u64_at(key, 0).cmp(&Some(id)).then(u64_at(key, 8).cmp(&Some(xid)));
        let mut place = None;
        tree.last_not_after(blocks, &order, &mut |key, value| {
            // `omap_val_t`: flags, size, block. The first flag means that the object is deleted.
            let is_there = u64_at(key, 0) == Some(id) && u32_at(value, 0).is_some_and(|flags| flags & 1 == 0);
            place = u64_at(value, 8).filter(|_| is_there);
        })?;
        place.ok_or_else(|| damaged_image(format!("expected object {id} in the map of the volume, got none")))
    }
}

/// Compares a key with the wanted one.
type KeyOrder<'a> = &'a dyn Fn(&[u8]) -> Ordering;

/// A tree, by its root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BTree {
    /// A block, or an object id if there is an object map.
    pub(super) root: u64,
    pub(super) objects: Option<ObjectMap>,
}

impl BTree {
    fn node(&self, blocks: &mut BlockReader<'_>, number: u64) -> Result<Node, InspectError> {
        let place = match self.objects {
            Some(objects) => objects.resolve(blocks, number)?,
            None => number,
        };
        blocks.object(place).map(Node)
    }

    /// Calls `visit` with the last record whose key is not greater than the wanted one.
    fn last_not_after(
        &self,
        blocks: &mut BlockReader<'_>,
        order: KeyOrder<'_>,
        visit: &mut dyn FnMut(&[u8], &[u8]),
    ) -> Result<(), InspectError> {
        let mut number = self.root;
        for _ in 0..MAX_LEVELS {
            let node = self.node(blocks, number)?;
            let Some(at) = node.n_before(order, Ordering::Greater).checked_sub(1) else {
                return Ok(());
            };
            let (Some(key), Some(value)) = (node.key(at), node.value(at)) else {
                return Err(bad_node());
            };
            if node.is_leaf() {
                visit(key, value);
                return Ok(());
            }
            number = u64_at(value, 0).ok_or_else(bad_node)?;
        }
        Err(too_deep())
    }

    /// Calls `visit` with the records from the first on whose key is not less than the wanted one, until it returns
    /// `false`.
    pub(super) fn walk(
        &self,
        blocks: &mut BlockReader<'_>,
        order: KeyOrder<'_>,
        visit: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<(), InspectError> {
        // The nodes from the root down, and the index of the next record of each: leaves have no links to each other.
        let mut path: Vec<(Node, usize)> = Vec::new();
        let mut child = Some(self.root);
        loop {
            if let Some(number) = child.take() {
                if path.len() >= MAX_LEVELS {
                    return Err(too_deep());
                }
                let node = self.node(blocks, number)?;
                let first = match node.is_leaf() {
                    true => node.n_before(order, Ordering::Equal),
                    // The wanted record may be the last one below the key before.
                    false => node.n_before(order, Ordering::Equal).saturating_sub(1),
                };
                path.push((node, first));
            }
            let Some((node, next)) = path.last_mut() else {
                return Ok(());
            };
            let at = *next;
            if at >= node.n_records() {
                path.pop();
                continue;
            }
            blocks.steps.take()?;
            *next += 1;
            let (Some(key), Some(value)) = (node.key(at), node.value(at)) else {
                return Err(bad_node());
            };
            if !node.is_leaf() {
                child = Some(u64_at(value, 0).ok_or_else(bad_node)?);
            } else if !visit(key, value) {
                return Ok(());
            }
        }
    }
}

fn bad_node() -> InspectError {
    damaged_image("expected records in a node of the volume's tree, got damaged ones")
}

fn too_deep() -> InspectError {
    damaged_image(format!("expected at most {MAX_LEVELS} levels in a tree of the volume, got more"))
}

/// A node's block.
struct Node(Vec<u8>);

impl Node {
    fn flags(&self) -> u16 {
        u16_at(&self.0, 32).unwrap_or(0)
    }

    /// `BTNODE_LEAF`
    fn is_leaf(&self) -> bool {
        self.flags() & 2 != 0
    }

    /// `BTNODE_FIXED_KV_SIZE`
    fn has_fixed_sizes(&self) -> bool {
        self.flags() & 4 != 0
    }

    fn n_records(&self) -> usize {
        let n_records = u32_at(&self.0, 36).map_or(0, |n_records| n_records as usize);
        n_records.min(self.0.len() / 4)
    }

    /// How many records come before the wanted one.
    fn n_before(&self, order: KeyOrder<'_>, end: Ordering) -> usize {
        (0..self.n_records()).take_while(|&n| self.key(n).is_some_and(|key| order(key) < end)).count()
    }

    /// Offset and length of a record's key, then those of its value. With fixed sizes the lengths are not stated.
    fn location(&self, n: usize) -> Option<[usize; 4]> {
        let contents = NODE_HEADER_LEN + usize::from(u16_at(&self.0, 40)?);
        let number = |at: usize| u16_at(&self.0, contents + at).map(usize::from);
        match self.has_fixed_sizes() {
            true => Some([number(4 * n)?, usize::MAX, number(4 * n + 2)?, usize::MAX]),
            false => Some([number(8 * n)?, number(8 * n + 2)?, number(8 * n + 4)?, number(8 * n + 6)?]),
        }
    }

    fn key(&self, n: usize) -> Option<&[u8]> {
        let [offset, len, ..] = self.location(n)?;
        // Keys follow the table of contents.
        let keys = NODE_HEADER_LEN + usize::from(u16_at(&self.0, 40)?) + usize::from(u16_at(&self.0, 42)?);
        let key = self.0.get(keys + offset..)?;
        Some(key.get(..len).unwrap_or(key))
    }

    fn value(&self, n: usize) -> Option<&[u8]> {
        const IS_ROOT: u16 = 1;
        let [_, _, offset, len] = self.location(n)?;
        // Offsets of values count backwards from the end.
        let end = self.0.len() - if self.flags() & IS_ROOT != 0 { BTREE_INFO_LEN } else { 0 };
        let value = self.0.get(end.checked_sub(offset)?..end)?;
        Some(value.get(..len).unwrap_or(value))
    }
}

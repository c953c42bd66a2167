//! B-trees of HFS+: nodes of one size, keys in order, leaves linked to each other.

use std::cmp::Ordering;

use crate::InspectError;
use crate::disk::block_device::{Disk, Extents, StepBudget, damaged_image};
use crate::encoding::big_endian::{u16_at, u32_at};
use crate::report::quantity::Size;

/// Levels at the most: with 8 keys a node, 2^32 records need 11.
const MAX_LEVELS: u32 = 16;

/// Bytes of a node descriptor.
const NODE_DESCRIPTOR_LEN: usize = 14;

/// Kinds of nodes, in the field `kind` of the node descriptor.
const LEAF_NODE: u8 = 0xff;
const INDEX_NODE: u8 = 0;

/// A tree, by the extents of its fork.
#[derive(Clone, Debug)]
pub(super) struct BTree {
    extents: Extents,
    node_size: usize,
    root: u32,
    /// Whether upper and lower case differ in keys (`keyCompareType` `0xBC`).
    pub(super) is_binary: bool,
}

/// A leaf node, and the index of a record in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct LeafPosition {
    node: u32,
    record: usize,
}

impl BTree {
    /// Reads the header node.
    pub(super) fn open(disk: &mut dyn Disk, extents: Extents) -> Result<Self, InspectError> {
        let header = extents.read(disk, 0, 128)?;
        let node_size = u16_at(&header, 32).map_or(0, usize::from);
        if !node_size.is_power_of_two() || !(512..=32_768).contains(&node_size) {
            let got = Size(node_size as u64);
            let message = format!("expected tree nodes of 512 to 32,768 bytes on the volume, got {got}");
            return Err(damaged_image(message));
        }
        let root = u32_at(&header, 16).unwrap_or(0);
        Ok(Self { extents, node_size, root, is_binary: header.get(51) == Some(&0xbc) })
    }

    /// The position of the first record whose key is not less than the wanted one. `order` compares a key with that.
    /// A tree without records has no position.
    pub(super) fn find(
        &self,
        disk: &mut dyn Disk,
        steps: &mut StepBudget,
        order: &dyn Fn(&[u8]) -> Ordering,
    ) -> Result<Option<LeafPosition>, InspectError> {
        // Node 0 is the header.
        let mut number = self.root;
        for _ in 0..MAX_LEVELS {
            if number == 0 {
                return Ok(None);
            }
            let node = self.node(disk, steps, number)?;
            let n_records = node.n_records();
            let not_after =
                |end| (0..n_records).take_while(|&n| node.key(n).is_some_and(|key| order(key) < end)).count();
            match node.kind() {
                LEAF_NODE => {
                    return Ok(Some(LeafPosition { node: number, record: not_after(Ordering::Equal) }));
                }
                INDEX_NODE => {
                    let child = not_after(Ordering::Greater).saturating_sub(1);
                    number = node.data(child).and_then(|data| u32_at(data, 0)).unwrap_or(0);
                }
                _ => {
                    return Err(damaged_image(
                        "expected a node of a volume's tree, got another kind of node",
                    ));
                }
            }
        }
        Err(damaged_image(format!("expected at most {MAX_LEVELS} levels in a volume's tree, got more")))
    }

    /// Calls `visit` with the records from a position on, until it returns `false`.
    pub(super) fn walk(
        &self,
        disk: &mut dyn Disk,
        steps: &mut StepBudget,
        from: LeafPosition,
        visit: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<(), InspectError> {
        let mut place = from;
        while place.node != 0 {
            let node = self.node(disk, steps, place.node)?;
            for n in place.record..node.n_records() {
                steps.take()?;
                let (Some(key), Some(data)) = (node.key(n), node.data(n)) else {
                    return Err(damaged_image(
                        "expected records in a node of a volume's tree, got damaged ones",
                    ));
                };
                if !visit(key, data) {
                    return Ok(());
                }
            }
            place = LeafPosition { node: node.next(), record: 0 };
        }
        Ok(())
    }

    /// The data of the record with the wanted key.
    pub(super) fn get(
        &self,
        disk: &mut dyn Disk,
        steps: &mut StepBudget,
        order: &dyn Fn(&[u8]) -> Ordering,
    ) -> Result<Option<Vec<u8>>, InspectError> {
        let Some(place) = self.find(disk, steps, order)? else {
            return Ok(None);
        };
        let mut found = None;
        self.walk(disk, steps, place, &mut |key, data| {
            if order(key) == Ordering::Equal {
                found = Some(data.to_vec());
            }
            false
        })?;
        Ok(found)
    }

    fn node(&self, disk: &mut dyn Disk, steps: &mut StepBudget, number: u32) -> Result<Node, InspectError> {
        steps.take_node(self.node_size)?;
        let offset = u64::from(number).saturating_mul(self.node_size as u64);
        let bytes = self.extents.read(disk, offset, self.node_size)?;
        if bytes.len() < self.node_size {
            return Err(damaged_image(format!("expected node {number} in a volume's tree, got its end")));
        }
        Ok(Node(bytes))
    }
}

/// A node's bytes.
struct Node(Vec<u8>);

impl Node {
    fn kind(&self) -> u8 {
        self.0.get(8).copied().unwrap_or(0)
    }

    fn next(&self) -> u32 {
        u32_at(&self.0, 0).unwrap_or(0)
    }

    fn n_records(&self) -> usize {
        // Each record has an offset of 2 bytes at the end of the node: no more records fit than that.
        u16_at(&self.0, 10).map_or(0, usize::from).min((self.0.len() - NODE_DESCRIPTOR_LEN) / 2)
    }

    fn record(&self, n: usize) -> Option<&[u8]> {
        let offset = |n: usize| u16_at(&self.0, self.0.len().checked_sub(2 * (n + 1))?).map(usize::from);
        self.0.get(offset(n)?..offset(n + 1)?)
    }

    /// The key without its length.
    fn key(&self, n: usize) -> Option<&[u8]> {
        let record = self.record(n)?;
        record.get(2..2 + usize::from(u16_at(record, 0)?))
    }

    /// What follows the key, on an even offset.
    fn data(&self, n: usize) -> Option<&[u8]> {
        let record = self.record(n)?;
        record.get((2 + usize::from(u16_at(record, 0)?)).next_multiple_of(2)..)
    }
}

//! Disks: random access to blocks whose bytes may still have to be fetched or decompressed.

use crate::limits::MAX_TREE_BYTES;
use crate::report::quantity::sizes;
use crate::source::{Span, prefetch_blocks};
use crate::{InspectError, Refusal, RefusalCode, Source};

/// A random-access disk. The source under it can miss, so every read can.
pub(crate) trait Disk {
    /// Length in bytes, as the image declares it: it may be any number.
    fn len(&self) -> u64;

    /// The bytes from `offset` on: `len` of them, or fewer where the disk ends.
    fn read(&mut self, offset: u64, len: usize) -> Result<Vec<u8>, InspectError>;

    /// As [`read`](Self::read); a disk that ends too early is corrupt.
    fn read_exact(&mut self, offset: u64, len: usize) -> Result<Vec<u8>, InspectError> {
        let bytes = self.read(offset, len)?;
        if bytes.len() == len {
            return Ok(bytes);
        }
        let (expected, got) = sizes(offset.saturating_add(len as u64), self.len());
        Err(Refusal::corrupt(format!("expected a disk of at least {expected}, got one of {got}")).into())
    }
}

/// A disk whose blocks are in the file unchanged.
pub(crate) struct RawDisk<'a>(pub(crate) &'a mut dyn Source);

impl Disk for RawDisk<'_> {
    fn len(&self) -> u64 {
        self.0.len()
    }

    fn read(&mut self, offset: u64, len: usize) -> Result<Vec<u8>, InspectError> {
        prefetch_blocks(self.0, offset, len, BLOCK)?;
        Ok(self.0.get(offset, len)?.to_vec())
    }
}

/// Bytes fetched at once, 128 KiB: nodes of a tree are close together, and a usual compressed run is as long.
pub(crate) const BLOCK: u64 = 128 << 10;

/// A range of a disk, such as a partition, as a disk of its own.
pub(crate) struct DiskSlice<'a> {
    disk: &'a mut dyn Disk,
    span: Span,
}

impl<'a> DiskSlice<'a> {
    /// The range of `len` bytes from `start` on, clipped to the disk.
    pub(crate) fn new(disk: &'a mut dyn Disk, start: u64, len: u64) -> Self {
        let span = Span::new(start, len, disk.len());
        Self { disk, span }
    }
}

impl Disk for DiskSlice<'_> {
    fn len(&self) -> u64 {
        self.span.len
    }

    fn read(&mut self, offset: u64, len: usize) -> Result<Vec<u8>, InspectError> {
        match self.span.part(offset, len) {
            Some((offset, len)) => self.disk.read(offset, len),
            None => Ok(Vec::new()),
        }
    }
}

/// The extents of a file: where on the disk its content is, in pieces in the file's order.
///
/// The pieces come from the volume and may contradict `size` or the disk. They are checked where they are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extents {
    /// Length of the content in bytes.
    pub(crate) size: u64,
    /// The start of each piece on the disk (`None` for a hole of zeros) and its length, both in bytes.
    pub(crate) pieces: Vec<(Option<u64>, u64)>,
}

impl Extents {
    /// The content from `offset` on: `len` bytes, or fewer where it ends. Missing pieces are an error.
    pub(crate) fn read(&self, disk: &mut dyn Disk, offset: u64, len: usize) -> Result<Vec<u8>, InspectError> {
        let end = offset.saturating_add(len as u64).min(self.size);
        let mut out = Vec::new();
        let (mut at, mut piece_start) = (offset, 0_u64);
        for &(start, piece_len) in &self.pieces {
            let piece_end = piece_start.saturating_add(piece_len);
            if at >= end {
                break;
            }
            if at < piece_end {
                let wanted = (piece_end.min(end) - at) as usize;
                match start {
                    Some(start) => {
                        let from = start.saturating_add(at - piece_start);
                        out.extend_from_slice(&disk.read_exact(from, wanted)?);
                    }
                    None => out.resize(out.len() + wanted, 0),
                }
                at += wanted as u64;
            }
            piece_start = piece_end;
        }
        if at < end {
            let (expected, got) = sizes(self.size, at);
            let message = format!("expected {expected} of a file on the disk, got {got} at most");
            return Err(Refusal::corrupt(message).into());
        }
        Ok(out)
    }
}

/// The budget of one volume: tree nodes and records that may still be read.
///
/// A B-tree is a graph of block numbers from an untrusted file. A leaf may name itself as the next one, an index node
/// may point to its parent, and a short tree may share nodes so that a walk visits billions of records. A depth limit
/// stops the second, but not the others, and a set of visited nodes would refuse nothing and cost memory. A budget for
/// all lookups on a volume bounds the time, and a limit on bytes the memory, whatever the graph is.
#[derive(Debug)]
pub(crate) struct StepBudget {
    left: u32,
    /// Bytes of trees that may still be read.
    bytes_left: usize,
}

impl StepBudget {
    pub(crate) fn new(steps: u32) -> Self {
        Self { left: steps, bytes_left: MAX_TREE_BYTES }
    }

    /// Takes one step.
    pub(crate) fn take(&mut self) -> Result<(), InspectError> {
        self.take_node(0)
    }

    /// Takes one step for a node of this many bytes.
    pub(crate) fn take_node(&mut self, len: usize) -> Result<(), InspectError> {
        match (self.left.checked_sub(1), self.bytes_left.checked_sub(len)) {
            (Some(left), Some(bytes_left)) => {
                *self = Self { left, bytes_left };
                Ok(())
            }
            _ => Err(too_large(
                "expected a disk of moderate size, got more folders and tree nodes than are searched",
            )),
        }
    }
}

/// The refusal of an image that would take too much time or memory.
pub(crate) fn too_large(message: impl Into<String>) -> InspectError {
    let fix = "check that the image opens on a Mac: images are not usually laid out like this";
    Refusal::new(RefusalCode::TooLarge, message, fix).into()
}

/// The refusal of an image whose structures are damaged.
pub(crate) fn damaged_image(message: impl Into<String>) -> InspectError {
    let fix = "make the image again and check that it opens on a Mac, or copy it again";
    Refusal::new(RefusalCode::Corrupt, message, fix).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Memory;

    #[test]
    fn a_slice_never_shows_bytes_outside_of_it() {
        let mut memory = Memory(b"abcdef");
        let mut raw = RawDisk(&mut memory);
        let mut part = DiskSlice::new(&mut raw, 2, 3);
        assert_eq!(part.read(1, 100), Ok(b"de".to_vec()));
        assert_eq!(part.read(3, 1), Ok(Vec::new()));
        assert!(part.read_exact(0, 4).is_err());
        assert_eq!(DiskSlice::new(&mut raw, 5, u64::MAX).len(), 1);
    }

    #[test]
    fn extents_join_pieces_and_holes() {
        let mut memory = Memory(b"abcdef");
        let mut raw = RawDisk(&mut memory);
        let layout = Extents { size: 7, pieces: vec![(Some(4), 2), (None, 2), (Some(0), 100)] };
        assert_eq!(layout.read(&mut raw, 0, 100), Ok(b"ef\0\0abc".to_vec()));
        assert_eq!(layout.read(&mut raw, 1, 4), Ok(b"f\0\0a".to_vec()));
        assert_eq!(layout.read(&mut raw, 7, 4), Ok(Vec::new()));
        let lying = Extents { size: 100, pieces: vec![(Some(0), 3)] };
        assert!(lying.read(&mut raw, 0, 100).is_err());
        let outside = Extents { size: 8, pieces: vec![(Some(u64::MAX), 8)] };
        assert!(outside.read(&mut raw, 0, 8).is_err());
    }

    #[test]
    fn a_budget_comes_to_an_end() {
        let mut steps = StepBudget::new(2);
        assert!(steps.take().is_ok() && steps.take().is_ok() && steps.take().is_err());
        let mut steps = StepBudget::new(100);
        assert!(steps.take_node(MAX_TREE_BYTES - 1).is_ok() && steps.take_node(2).is_err());
        assert!(steps.take_node(1).is_ok() && steps.take().is_ok() && steps.take_node(1).is_err());
    }
}

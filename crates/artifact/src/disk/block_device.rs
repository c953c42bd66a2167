//! Disks: blocks behind which the bytes may still have to be fetched or unpacked.

use crate::limits::MAX_TREE_BYTES;
use crate::report::quantity::sizes;
use crate::source::{Span, prefetch_blocks};
use crate::{InspectError, Refusal, RefusalCode, Source};

/// A random-access disk. What it is read from can miss, so reading it can as well.
pub(crate) trait Disk {
    /// Length in bytes. An image may claim any.
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

/// A disk whose blocks are in the file as they are.
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

/// What is read of a disk at once, 128 KiB: nodes of a tree lie side by side, and a usual packed run is as long.
pub(crate) const BLOCK: u64 = 128 << 10;

/// A part of a disk.
pub(crate) struct DiskSlice<'a> {
    disk: &'a mut dyn Disk,
    span: Span,
}

impl<'a> DiskSlice<'a> {
    /// The part of `len` bytes from `start` on, clipped to the disk.
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

/// Where on a disk the content of a file lies: pieces in the file's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extents {
    /// Length of the content in bytes.
    pub(crate) size: u64,
    /// Where each piece begins on the disk, `None` being a hole of zeros, and its length, both in bytes.
    pub(crate) pieces: Vec<(Option<u64>, u64)>,
}

impl Extents {
    /// The content from `offset` on: `len` bytes, or fewer where it ends. Pieces that are not there are corrupt.
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

/// Steps that may be taken on one disk: what loops comes to an end.
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

    /// Takes one.
    pub(crate) fn take(&mut self) -> Result<(), InspectError> {
        self.take_node(0)
    }

    /// Takes one for a node of this many bytes.
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

/// A refusal of what would take too long or too much memory.
pub(crate) fn too_large(message: impl Into<String>) -> InspectError {
    let fix = "check that the image opens on a Mac: images are not usually laid out like this";
    Refusal::new(RefusalCode::TooLarge, message, fix).into()
}

/// A refusal of what contradicts itself.
pub(crate) fn damaged(message: impl Into<String>) -> InspectError {
    let fix = "make the image again and check that it opens on a Mac, or copy it again";
    Refusal::new(RefusalCode::Corrupt, message, fix).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Memory;

    #[test]
    fn a_part_never_shows_what_lies_outside() {
        let mut memory = Memory(b"abcdef");
        let mut raw = RawDisk(&mut memory);
        let mut part = DiskSlice::new(&mut raw, 2, 3);
        assert_eq!(part.read(1, 100), Ok(b"de".to_vec()));
        assert_eq!(part.read(3, 1), Ok(Vec::new()));
        assert!(part.read_exact(0, 4).is_err());
        assert_eq!(DiskSlice::new(&mut raw, 5, u64::MAX).len(), 1);
    }

    #[test]
    fn a_layout_joins_pieces_and_holes() {
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
    fn steps_come_to_an_end() {
        let mut steps = StepBudget::new(2);
        assert!(steps.take().is_ok() && steps.take().is_ok() && steps.take().is_err());
        let mut steps = StepBudget::new(100);
        assert!(steps.take_node(MAX_TREE_BYTES - 1).is_ok() && steps.take_node(2).is_err());
        assert!(steps.take_node(1).is_ok() && steps.take().is_ok() && steps.take_node(1).is_err());
    }
}

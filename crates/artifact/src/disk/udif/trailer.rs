//! The trailer of an image: `koly`, 512 bytes.

use crate::disk::block_device::damaged_image;
use crate::encoding::big_endian::{u32_at, u64_at};
use crate::report::quantity::sizes;
use crate::{InspectError, Refusal, RefusalCode, Source};

/// Length of a trailer.
const LEN: u64 = 512;

/// Where the parts of an image are, as offset and length in bytes. Offsets count from the start of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Trailer {
    /// The offset that offsets of runs count from.
    pub(crate) data_offset: u64,
    /// The property list; its length is 0 if there is none.
    pub(super) plist: (u64, u64),
    /// The resource fork of an old image; its length is 0 if there is none.
    pub(super) resource_fork: (u64, u64),
    /// The code signature. Writers other than Apple's leave arbitrary numbers here.
    pub(crate) signature: (u64, u64),
    /// Bytes after the trailer.
    pub(crate) trailing_len: u64,
}

impl Trailer {
    /// Reads the trailer at `offset`.
    pub(crate) fn read(source: &mut dyn Source, offset: u64) -> Result<Self, InspectError> {
        let len = source.len();
        let bytes = source.get(offset, LEN as usize)?;
        let long = |at| u64_at(bytes, at).unwrap_or(0);
        let n_segments = u32_at(bytes, 60).unwrap_or(0);
        if n_segments > 1 {
            let segment = u32_at(bytes, 56).unwrap_or(0);
            let message = format!("expected an image in one file, got segment {segment} of {n_segments}");
            let fix = "join the segments: hdiutil convert -format UDZO first.dmg -o whole.dmg";
            return Err(Refusal::new(RefusalCode::NotAPackage, message, fix).into());
        }
        let trailer = Self {
            data_offset: long(24),
            plist: (long(216), long(224)),
            resource_fork: (long(40), long(48)),
            signature: (long(296), long(304)),
            trailing_len: len.saturating_sub(offset.saturating_add(LEN)),
        };
        for (start, part_len) in [trailer.plist, trailer.resource_fork] {
            let end = start.saturating_add(part_len);
            if end > len {
                let (expected, got) = sizes(end, len);
                let message = format!("expected an image of at least {expected} by its index, got {got}");
                let fix = "copy the image again: a part of it is missing";
                return Err(Refusal::new(RefusalCode::Truncated, message, fix).into());
            }
        }
        if trailer.plist.1 == 0 && trailer.resource_fork.1 == 0 {
            return Err(damaged_image("expected an index in the image, got none"));
        }
        Ok(trailer)
    }
}

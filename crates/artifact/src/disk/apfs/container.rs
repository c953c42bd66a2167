//! The container: its newest superblock, its object map and its volumes (`nx_superblock_t`, `apfs_superblock_t`).

use crate::disk::apfs::btree::{BlockReader, ObjectMap, has_checksum};
use crate::disk::block_device::{Disk, StepBudget, damaged_image, too_large};
use crate::encoding::bytes::{u32_at, u64_at};
use crate::report::quantity::Size;
use crate::{InspectError, Refusal, RefusalCode};

/// Blocks of the checkpoint descriptor area that are read. `hdiutil` makes 8, large disks have a few hundred.
const MAX_CHECKPOINTS: u32 = 4096;

/// Volumes in a container at the most (`NX_MAX_FILE_SYSTEMS`).
const MAX_VOLUMES: usize = 100;

/// The fields of a volume's superblock that are needed to find files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct VolumeSuperblock {
    pub(super) label: Option<String>,
    /// The block of the root of the volume's object map.
    pub(super) object_tree: u64,
    /// The object id of the root of the volume's tree.
    pub(super) root_tree: u64,
    /// The transaction that wrote it.
    pub(super) xid: u64,
    /// Whether names ignore case.
    pub(super) folds_case: bool,
    /// Whether directory entries are sorted by a hash of their names.
    pub(super) has_hashed_names: bool,
}

/// Reads the container: its block size, and its first volume that can be read.
pub(super) fn open(
    disk: &mut dyn Disk,
    steps: &mut StepBudget,
) -> Result<(u32, VolumeSuperblock), InspectError> {
    let head = disk.read_exact(0, 4096)?;
    let block_size = u32_at(&head, 36).unwrap_or(0);
    if !block_size.is_power_of_two() || !(4096..=65_536).contains(&block_size) {
        let (least, most, got) = (Size(4096), Size(65_536), Size(block_size.into()));
        let message = format!("expected blocks of {least} to {most} in the container, got {got}");
        return Err(damaged_image(message));
    }
    let mut blocks = BlockReader { disk, steps, block_size };
    let container = newest_superblock(&mut blocks)?;
    let xid = u64_at(&container, 16).unwrap_or(0);
    let objects = ObjectMap::read(&mut blocks, u64_at(&container, 160).unwrap_or(0), xid)?;
    let ids = container.get(184..).unwrap_or_default().as_chunks::<8>().0.iter().take(MAX_VOLUMES);
    let mut n_encrypted = 0;
    for id in ids.map(|&id| u64::from_le_bytes(id)).filter(|&id| id != 0) {
        let place = objects.resolve(&mut blocks, id)?;
        let block = blocks.object(place)?;
        if block.get(32..36) != Some(b"APSB") {
            return Err(damaged_image(format!(
                "expected a volume in block {place} of the container, got none"
            )));
        }
        // `APFS_FS_UNENCRYPTED`
        if u64_at(&block, 264).unwrap_or(0) & 1 == 0 {
            n_encrypted += 1;
            continue;
        }
        return Ok((block_size, volume_superblock(&mut blocks, &block, xid)?));
    }
    if n_encrypted == 0 {
        return Err(damaged_image("expected a volume in the container, got none"));
    }
    let message = "expected a volume that can be read, got an encrypted one";
    let fix = "make the image without encryption: testers have no password for it";
    Err(Refusal::new(RefusalCode::Encrypted, message, fix).into())
}

/// The container superblock of the newest valid checkpoint.
///
/// APFS never overwrites: each transaction writes a new superblock into a ring, and block 0 is a copy that may be
/// older. If a disk is detached during a write, its newest superblock is only partly written. So all are read: the one
/// with the highest transaction and a right checksum counts. With block 0 alone a file that was added last would be
/// missing, and with the last one in the ring a sound image would be refused.
fn newest_superblock(blocks: &mut BlockReader<'_>) -> Result<Vec<u8>, InspectError> {
    let first = blocks.block(0)?;
    let (n_blocks, base) = (u32_at(&first, 104).unwrap_or(0), u64_at(&first, 112).unwrap_or(0));
    // The highest bit means that the area is not contiguous, but listed in a tree.
    let is_scattered = n_blocks >> 31 == 1;
    if n_blocks > MAX_CHECKPOINTS && !is_scattered {
        let message =
            format!("expected at most {MAX_CHECKPOINTS} checkpoint blocks in the container, got {n_blocks}");
        return Err(too_large(message));
    }
    let n_blocks = if is_scattered { 0 } else { n_blocks };
    let mut newest = Some(first).filter(|block| is_container_superblock(block));
    for n in 0..n_blocks {
        let block = blocks.block(base.saturating_add(n.into()))?;
        let xid = |block: &[u8]| u64_at(block, 16);
        if newest.as_deref().and_then(xid) < xid(&block) && is_container_superblock(&block) {
            newest = Some(block);
        }
    }
    newest.ok_or_else(|| damaged_image("expected a whole checkpoint in the container, got none"))
}

fn is_container_superblock(block: &[u8]) -> bool {
    block.get(32..36) == Some(b"NXSB") && has_checksum(block)
}

fn volume_superblock(
    blocks: &mut BlockReader<'_>,
    block: &[u8],
    xid: u64,
) -> Result<VolumeSuperblock, InspectError> {
    // `APFS_INCOMPAT_CASE_INSENSITIVE` and `APFS_INCOMPAT_NORMALIZATION_INSENSITIVE`
    const FOLDS_CASE: u64 = 1;
    const FOLDS_FORMS: u64 = 8;
    let features = u64_at(block, 56).unwrap_or(0);
    let objects = ObjectMap::read(blocks, u64_at(block, 128).unwrap_or(0), xid)?;
    let label = block.get(704..960).and_then(|label| label.split(|&byte| byte == 0).next());
    let label = label.map(|label| String::from_utf8_lossy(label).into_owned());
    Ok(VolumeSuperblock {
        label: label.filter(|label| !label.is_empty()),
        object_tree: objects.tree,
        root_tree: u64_at(block, 136).unwrap_or(0),
        xid,
        folds_case: features & FOLDS_CASE != 0,
        has_hashed_names: features & (FOLDS_CASE | FOLDS_FORMS) != 0,
    })
}

//! Mach-O executables: the headers and load commands, one slice for each architecture.
//!
//! Sources: `mach-o/loader.h`, `mach-o/fat.h` and `mach/machine.h` of Apple's cctools and xnu. Only the first bytes of
//! a file are given: of a slice that begins after them no more than the architecture is known.

/// Slices of a file at the most. Java's class files begin with the same magic number as a fat file, and have their
/// version, 45 or more, where a fat file has the number of slices.
const MAX_SLICES: usize = 32;

/// Load commands of a slice that are looked at.
const MAX_COMMANDS: usize = 1000;

// Load commands, by their names in `mach-o/loader.h`.
const LC_UUID: u32 = 0x1b;
const LC_CODE_SIGNATURE: u32 = 0x1d;
const LC_ENCRYPTION_INFO: u32 = 0x21;
const LC_VERSION_MIN_MACOSX: u32 = 0x24;
const LC_VERSION_MIN_IPHONEOS: u32 = 0x25;
const LC_ENCRYPTION_INFO_64: u32 = 0x2c;
const LC_VERSION_MIN_TVOS: u32 = 0x2f;
const LC_VERSION_MIN_WATCHOS: u32 = 0x30;
const LC_BUILD_VERSION: u32 = 0x32;

/// One slice of an executable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MachSlice {
    /// As `arm64`.
    pub(crate) architecture: String,
    /// `LC_UUID`, lower-case hex without hyphens.
    pub(crate) uuid: Option<String>,
    /// `cryptid` of `LC_ENCRYPTION_INFO` is not 0.
    pub(crate) is_encrypted: bool,
    /// `LC_CODE_SIGNATURE` is there.
    pub(crate) has_signature: bool,
    pub(crate) platform: Option<Platform>,
    /// From `LC_BUILD_VERSION` or `LC_VERSION_MIN_…`, as `13.1`.
    pub(crate) min_os: Option<String>,
    /// Whether all load commands of the slice were read.
    pub(crate) is_complete: bool,
}

/// What a slice was linked for (`PLATFORM_…` of `mach-o/loader.h`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Platform {
    MacOs,
    Ios,
    TvOs,
    WatchOs,
    VisionOs,
    Simulator,
    Other,
}

impl MachSlice {
    /// Whether the architecture has pointers of 32 bits.
    pub(crate) fn is_32_bit(&self) -> bool {
        matches!(self.architecture.as_str(), "i386" | "ppc") || self.architecture.starts_with("armv")
    }
}

/// The slices of a file that begins with these bytes; none if it is not an executable.
pub(crate) fn parse(head: &[u8]) -> Vec<MachSlice> {
    if matches!(head, [0xca, 0xfe, 0xba, 0xbe | 0xbf, ..]) {
        return fat_entries(head).filter_map(|entry| fat_slice(head, entry)).collect();
    }
    parse_slice(head).into_iter().collect()
}

/// How many bytes of a file contain the load commands of every slice, if these do not contain all of them.
///
/// The slices of a fat file follow each other, each with all of its code: the second may begin 100 MB after the first.
/// A read of the whole file to look at a few kilobytes of each would use up the budget of the package. So the caller
/// reads the head twice at most, and only if all slices are near. Other slices stay incomplete: what only their load
/// commands say (encryption, platform) is then unknown, and must not be reported as absent.
pub(crate) fn needed_len(head: &[u8]) -> Option<usize> {
    /// Load commands of a slice take 2 to 20 KiB.
    const COMMANDS: usize = 32 << 10;
    let offsets = fat_entries(head).filter_map(|entry| usize::try_from(slice_offset(entry)?).ok());
    let end = offsets.max()?.checked_add(COMMANDS)?;
    parse(head).iter().any(|slice| !slice.is_complete).then_some(end)
}

/// The entries in the header of a fat file (`fat_arch`).
fn fat_entries(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    let entry_len = match head.first_chunk::<4>() {
        Some([0xca, 0xfe, 0xba, 0xbe]) => 20,
        Some([0xca, 0xfe, 0xba, 0xbf]) => 32,
        _ => usize::MAX,
    };
    let n_slices = uint_be(head, 4, 4).map_or(0, |count| count as usize);
    let n_slices = if n_slices > MAX_SLICES { 0 } else { n_slices };
    head.get(8..).unwrap_or_default().chunks_exact(entry_len).take(n_slices)
}

fn slice_offset(entry: &[u8]) -> Option<u64> {
    if entry.len() == 20 { uint_be(entry, 8, 4) } else { uint_be(entry, 8, 8) }
}

/// A slice by its entry in the header of a fat file.
fn fat_slice(head: &[u8], entry: &[u8]) -> Option<MachSlice> {
    let (cpu, subtype) = (uint_be(entry, 0, 4)? as u32, uint_be(entry, 4, 4)? as u32);
    let inside = usize::try_from(slice_offset(entry)?)
        .ok()
        .and_then(|offset| head.get(offset..))
        .and_then(parse_slice);
    let unknown = || MachSlice { architecture: architecture_name(cpu, subtype), ..MachSlice::default() };
    Some(inside.unwrap_or_else(unknown))
}

/// Reads a 32-bit number in a slice's byte order.
type ReadWord = fn(&[u8], usize) -> Option<u32>;

/// The slice that begins with these bytes (`mach_header`).
fn parse_slice(bytes: &[u8]) -> Option<MachSlice> {
    let (read, header_len): (ReadWord, usize) = match bytes.first_chunk::<4>()? {
        [0xce, 0xfa, 0xed, 0xfe] => (u32_le, 28),
        [0xcf, 0xfa, 0xed, 0xfe] => (u32_le, 32),
        [0xfe, 0xed, 0xfa, 0xce] => (u32_be, 28),
        [0xfe, 0xed, 0xfa, 0xcf] => (u32_be, 32),
        _ => return None,
    };
    let mut slice = MachSlice {
        architecture: architecture_name(read(bytes, 4)?, read(bytes, 8)?),
        is_complete: true,
        ..MachSlice::default()
    };
    let n_commands = read(bytes, 16)? as usize;
    let mut at = header_len;
    for _ in 0..n_commands.min(MAX_COMMANDS) {
        let command = bytes.get(at..).and_then(|rest| Some((read(rest, 0)?, read(rest, 4)? as usize)));
        let Some((id, len)) = command.filter(|&(_, len)| len >= 8) else {
            slice.is_complete = false;
            break;
        };
        let Some(body) = at.checked_add(len).and_then(|end| bytes.get(at..end)) else {
            slice.is_complete = false;
            break;
        };
        // The highest bit, `LC_REQ_DYLD`, is not part of the command's number.
        apply_load_command(&mut slice, id & 0x7fff_ffff, body, read);
        at += len;
    }
    Some(slice)
}

fn apply_load_command(slice: &mut MachSlice, id: u32, body: &[u8], read: ReadWord) {
    let mut linked_for = |platform: Platform, min_os: Option<u32>| {
        slice.platform = Some(platform);
        slice.min_os = min_os.map(version_text);
    };
    match id {
        LC_UUID => slice.uuid = body.get(8..24).map(crate::encoding::bytes::hex),
        LC_CODE_SIGNATURE => slice.has_signature = true,
        LC_ENCRYPTION_INFO | LC_ENCRYPTION_INFO_64 => {
            slice.is_encrypted = read(body, 16).is_some_and(|id| id != 0);
        }
        LC_VERSION_MIN_MACOSX => linked_for(Platform::MacOs, read(body, 8)),
        LC_VERSION_MIN_IPHONEOS => linked_for(Platform::Ios, read(body, 8)),
        LC_VERSION_MIN_TVOS => linked_for(Platform::TvOs, read(body, 8)),
        LC_VERSION_MIN_WATCHOS => linked_for(Platform::WatchOs, read(body, 8)),
        LC_BUILD_VERSION => {
            let platform = match read(body, 8) {
                Some(1) => Platform::MacOs,
                Some(2) => Platform::Ios,
                Some(3) => Platform::TvOs,
                Some(4) => Platform::WatchOs,
                Some(11) => Platform::VisionOs,
                Some(7 | 8 | 9 | 12) => Platform::Simulator,
                _ => Platform::Other,
            };
            linked_for(platform, read(body, 12));
        }
        _ => {}
    }
}

/// A version packed as `xxxx.yy.zz` in nibbles. The last part is left out if it is 0.
fn version_text(packed: u32) -> String {
    let (major, minor, patch) = (packed >> 16, packed >> 8 & 0xff, packed & 0xff);
    if patch == 0 { format!("{major}.{minor}") } else { format!("{major}.{minor}.{patch}") }
}

/// The name that `lipo` and `dwarfdump` show for an architecture.
fn architecture_name(cpu: u32, subtype: u32) -> String {
    // The highest byte has the capabilities.
    let name = match (cpu, subtype & 0x00ff_ffff) {
        (7, _) => "i386",
        (0x0100_0007, 8) => "x86_64h",
        (0x0100_0007, _) => "x86_64",
        (12, 6) => "armv6",
        (12, 9) => "armv7",
        (12, 11) => "armv7s",
        (12, 12) => "armv7k",
        (12, _) => "arm",
        (0x0100_000c, 2) => "arm64e",
        (0x0100_000c, _) => "arm64",
        (0x0200_000c, _) => "arm64_32",
        (18, _) => "ppc",
        (0x0100_0012, _) => "ppc64",
        _ => return format!("cpu-{cpu}-{subtype}"),
    };
    name.to_owned()
}

fn u32_le(bytes: &[u8], at: usize) -> Option<u32> {
    crate::encoding::bytes::u32_at(bytes, at)
}

fn u32_be(bytes: &[u8], at: usize) -> Option<u32> {
    uint_be(bytes, at, 4).map(|number| number as u32)
}

fn uint_be(bytes: &[u8], at: usize, len: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(len)?)?;
    Some(bytes.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A 64-bit slice with these commands, each an id and what follows its length.
    pub(crate) fn thin(cpu: u32, commands: &[(u32, Vec<u8>)]) -> Vec<u8> {
        let mut bytes =
            [0xfeed_facf, cpu, 0, 2, commands.len() as u32, 0, 0, 0].map(u32::to_le_bytes).concat();
        for (id, body) in commands {
            bytes.extend([*id, 8 + body.len() as u32].map(u32::to_le_bytes).concat());
            bytes.extend(body);
        }
        bytes
    }

    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    fn arm64() -> Vec<u8> {
        let commands = [
            (LC_UUID, (0..16).collect()),
            (LC_ENCRYPTION_INFO_64, words(&[0x4000, 0x4000, 1, 0])),
            (LC_BUILD_VERSION, words(&[2, 0x000d_0100, 0x0010_0000, 0])),
            (0x8000_0022, vec![0; 40]),
            (LC_CODE_SIGNATURE, words(&[1, 2])),
        ];
        thin(0x0100_000c, &commands)
    }

    #[test]
    fn a_slice_has_uuid_encryption_signature_and_platform() {
        let expected = MachSlice {
            architecture: "arm64".to_owned(),
            uuid: Some("000102030405060708090a0b0c0d0e0f".to_owned()),
            is_encrypted: true,
            has_signature: true,
            platform: Some(Platform::Ios),
            min_os: Some("13.1".to_owned()),
            is_complete: true,
        };
        assert_eq!(parse(&arm64()), [expected]);
    }

    #[test]
    fn of_a_slice_after_the_head_only_the_architecture_is_known() {
        let entries = [[12, 9, 48, 100, 0], [0x0100_000c, 0, 1 << 20, 100, 0]];
        let mut head = [0xcafe_babe, 2].map(u32::to_be_bytes).concat();
        head.extend(entries.concat().into_iter().flat_map(u32::to_be_bytes));
        head.extend(arm64());
        let slices = parse(&head);
        assert_eq!(
            slices.iter().map(|slice| slice.architecture.as_str()).collect::<Vec<_>>(),
            ["arm64", "arm64"]
        );
        assert_eq!(slices.iter().map(|slice| slice.uuid.is_some()).collect::<Vec<_>>(), [true, false]);
        assert_eq!(needed_len(&head), Some((1 << 20) + (32 << 10)));
        assert_eq!(needed_len(&arm64()), None);
    }

    #[test]
    fn other_files_have_no_slices() {
        let java = [0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61, 0, 30];
        for bytes in [&b""[..], b"#!/bin/sh\n", b"\xcf\xfa", &java] {
            assert_eq!(parse(bytes), []);
        }
    }

    #[test]
    fn a_slice_cut_or_changed_anywhere_never_panics() {
        let whole = arm64();
        for at in 0..whole.len() {
            parse(&whole[..at]);
            for byte in [0, 1, 0x7f, 0x80, 0xff] {
                let mut changed = whole.clone();
                changed[at] = byte;
                parse(&changed);
            }
        }
        assert!(!parse(&whole[..40])[0].is_complete);
    }
}

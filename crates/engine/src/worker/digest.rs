use js_sys::Uint8Array;
use md5::{Digest as _, Md5};

/// How much of a chunk is in Wasm memory at once, in bytes: that memory never shrinks again.
const SCRATCH_BYTES: u32 = 256 * 1024;

/// The MD5 of a file, from chunks in ascending order as they are first read.
///
/// A chunk that was taken before is skipped. One that comes too early is skipped too, and then there will be
/// no digest: the server checks the length all the same.
pub(super) struct Digest {
    hasher: Md5,
    taken: u64,
    file_size: u64,
    scratch: Vec<u8>,
}

impl Digest {
    pub(super) fn new(file_size: u64) -> Digest {
        Digest { hasher: Md5::new(), taken: 0, file_size, scratch: Vec::new() }
    }

    /// Takes a chunk; gives the digest in lower-case hex with the last one.
    pub(super) fn take(&mut self, offset: u64, bytes: &Uint8Array) -> Option<String> {
        if offset != self.taken {
            return None;
        }
        self.scratch.resize(SCRATCH_BYTES as usize, 0);
        for start in (0..bytes.length()).step_by(SCRATCH_BYTES as usize) {
            let part = bytes.subarray(start, bytes.length().min(start + SCRATCH_BYTES));
            let scratch = &mut self.scratch[..part.length() as usize];
            part.copy_to(scratch);
            self.hasher.update(scratch);
        }
        self.taken += u64::from(bytes.length());
        (self.taken == self.file_size).then(|| hex(&self.hasher.finalize_reset()))
    }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

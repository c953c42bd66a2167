use js_sys::Uint8Array;
use upload::{Hasher, Md5};

/// How much of a part is in Wasm memory at once, in bytes: that memory never shrinks again.
const SCRATCH_BYTES: u32 = 256 * 1024;

/// The MD5 of each part of a file and of the whole file, in one pass over the parts as they are read.
pub(super) struct Hashing {
    whole: Hasher,
    taken: u64,
    file_size: u64,
    scratch: Vec<u8>,
}

/// What the MD5 of a part is, and with the last one of the whole file.
pub(super) struct Hashed {
    pub(super) part: Md5,
    pub(super) whole: Option<Md5>,
}

impl Hashing {
    pub(super) fn new(file_size: u64) -> Hashing {
        Hashing { whole: Hasher::default(), taken: 0, file_size, scratch: vec![0; SCRATCH_BYTES as usize] }
    }

    /// Hashes the part of the file at `offset`. The whole file's hasher takes parts in ascending order, and each once: of
    /// one that is read again, only its own MD5 is wanted.
    pub(super) fn take(&mut self, offset: u64, bytes: &Uint8Array) -> Hashed {
        let is_next = offset == self.taken;
        let mut part = Hasher::default();
        for start in (0..bytes.length()).step_by(SCRATCH_BYTES as usize) {
            let piece = bytes.subarray(start, bytes.length().min(start + SCRATCH_BYTES));
            let scratch = &mut self.scratch[..piece.length() as usize];
            piece.copy_to(scratch);
            if is_next {
                part.update_both(&mut self.whole, scratch);
            } else {
                part.update(scratch);
            }
        }
        if is_next {
            self.taken += u64::from(bytes.length());
        }
        let is_last = is_next && self.taken == self.file_size;
        let whole = is_last.then(|| std::mem::take(&mut self.whole).finish());
        Hashed { part: part.finish(), whole }
    }
}

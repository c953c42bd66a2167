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

    /// Hashes the part of the file at `offset`. The whole file's hasher takes each byte once, in ascending order: of a part
    /// that is read again, only its own MD5 is wanted.
    pub(super) fn take(&mut self, offset: u64, bytes: &Uint8Array) -> Hashed {
        let mut part = Hasher::default();
        let before = self.taken;
        for start in (0..bytes.length()).step_by(SCRATCH_BYTES as usize) {
            let piece = bytes.subarray(start, bytes.length().min(start + SCRATCH_BYTES));
            self.take_piece(offset + u64::from(start), &piece, &mut part);
        }
        let is_last = self.taken == self.file_size && before < self.taken;
        let whole = is_last.then(|| std::mem::take(&mut self.whole).finish());
        Hashed { part: part.finish(), whole }
    }

    fn take_piece(&mut self, at: u64, piece: &Uint8Array, part: &mut Hasher) {
        let scratch = &mut self.scratch[..piece.length() as usize];
        piece.copy_to(scratch);
        let end = at + u64::from(piece.length());
        if at == self.taken {
            part.update_both(&mut self.whole, scratch);
            self.taken = end;
            return;
        }
        part.update(scratch);
        // Parts of another length than before may begin with what was taken already.
        if (at..end).contains(&self.taken) {
            self.whole.update(&scratch[(self.taken - at) as usize..]);
            self.taken = end;
        }
    }
}

use js_sys::Uint8Array;
use upload::{Hasher, Md5};

/// How much of a piece is in Wasm memory at once, in bytes: that memory never shrinks again.
const SCRATCH_BYTES: u32 = 256 * 1024;

/// The MD5 of each part of a file and of the whole file, in one pass over the parts as they are read.
pub(super) struct Hashing {
    whole: Whole,
    file_size: u64,
    scratch: Vec<u8>,
}

/// The whole file's hasher takes each byte once, in ascending order.
#[derive(Clone, Default)]
struct Whole {
    hasher: Hasher,
    taken: u64,
}

/// A part that is being read.
pub(super) struct PartHashing {
    part: Hasher,
    /// Becomes that of the file when all of the part was read: what broke off leaves no trace.
    whole: Whole,
    /// Where the next piece begins.
    at: u64,
}

/// What the MD5 of a part is, and with the last one of the whole file.
pub(super) struct Hashed {
    pub(super) part: Md5,
    pub(super) whole: Option<Md5>,
}

impl Hashing {
    pub(super) fn new(file_size: u64) -> Hashing {
        Hashing { whole: Whole::default(), file_size, scratch: vec![0; SCRATCH_BYTES as usize] }
    }

    /// Begins the part of the file at `offset`.
    pub(super) fn begin(&self, offset: u64) -> PartHashing {
        PartHashing { part: Hasher::default(), whole: self.whole.clone(), at: offset }
    }

    /// Takes the next bytes of a part.
    pub(super) fn take(&mut self, part: &mut PartHashing, bytes: &Uint8Array) {
        for start in (0..bytes.length()).step_by(SCRATCH_BYTES as usize) {
            let piece = bytes.subarray(start, bytes.length().min(start + SCRATCH_BYTES));
            let scratch = &mut self.scratch[..piece.length() as usize];
            piece.copy_to(scratch);
            part.take(scratch);
        }
    }

    /// All of the part was taken.
    pub(super) fn end(&mut self, part: PartHashing) -> Hashed {
        let is_last = part.whole.taken == self.file_size && self.whole.taken < self.file_size;
        self.whole = part.whole;
        Hashed {
            part: part.part.finish(),
            whole: is_last.then(|| std::mem::take(&mut self.whole.hasher).finish()),
        }
    }
}

impl PartHashing {
    /// Of a part that is read again, only its own MD5 is wanted.
    fn take(&mut self, piece: &[u8]) {
        let end = self.at + piece.len() as u64;
        let whole = &mut self.whole;
        if self.at == whole.taken {
            self.part.update_both(&mut whole.hasher, piece);
            whole.taken = end;
        } else {
            self.part.update(piece);
            // Parts of another length than before may begin with what was taken already.
            if (self.at..end).contains(&whole.taken) {
                whole.hasher.update(&piece[(whole.taken - self.at) as usize..]);
                whole.taken = end;
            }
        }
        self.at = end;
    }

    /// Where the next piece begins, in bytes from the file's start.
    pub(super) fn at(&self) -> u64 {
        self.at
    }
}

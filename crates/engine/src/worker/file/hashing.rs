use js_sys::Uint8Array;
use upload::{ChunkDigests, ChunkHasher, FileHasher};

/// How much of a piece is in Wasm memory at once, in bytes: that memory never shrinks again.
const SCRATCH_BYTES: u32 = 256 * 1024;

/// A [`FileHasher`] for bytes that JavaScript holds.
pub(in crate::worker) struct JsFileHasher {
    file: FileHasher,
    scratch: Vec<u8>,
}

impl JsFileHasher {
    pub(in crate::worker) fn new(file_size: u64) -> JsFileHasher {
        JsFileHasher { file: FileHasher::new(file_size), scratch: vec![0; SCRATCH_BYTES as usize] }
    }

    pub(in crate::worker) fn begin_chunk(&self, offset: u64) -> ChunkHasher {
        self.file.begin_chunk(offset)
    }

    pub(in crate::worker) fn update(&mut self, chunk: &mut ChunkHasher, bytes: &Uint8Array) {
        for start in (0..bytes.length()).step_by(SCRATCH_BYTES as usize) {
            let piece = bytes.subarray(start, bytes.length().min(start + SCRATCH_BYTES));
            let scratch = &mut self.scratch[..piece.length() as usize];
            piece.copy_to(scratch);
            chunk.update(scratch);
        }
    }

    pub(in crate::worker) fn finish_chunk(&mut self, chunk: ChunkHasher) -> ChunkDigests {
        self.file.finish_chunk(chunk)
    }
}

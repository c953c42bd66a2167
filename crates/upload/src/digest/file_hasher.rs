use super::hasher::Hasher;
use super::md5::Md5;

/// The MD5 of each chunk of a file and of the whole file, in one pass over the chunks as they are read.
///
/// Chunks may be read in any order, and again. The whole file's MD5 takes each byte once, in ascending order, so chunks
/// that are read out of order belong to it only when they are read again.
#[derive(Clone, Debug)]
pub struct FileHasher {
    whole: WholeFileHasher,
    file_size: u64,
}

#[derive(Clone, Debug, Default)]
struct WholeFileHasher {
    hasher: Hasher,
    /// Bytes taken, from the file's start.
    taken: u64,
}

/// A chunk that is being read.
#[derive(Clone, Debug)]
pub struct ChunkHasher {
    hasher: Hasher,
    /// Becomes that of the file when all of the chunk was read: a chunk that is not read to its end leaves no trace.
    whole: WholeFileHasher,
    at: u64,
}

/// What is known once a chunk was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkDigests {
    /// The MD5 of the chunk.
    pub chunk: Md5,
    /// The MD5 of the whole file, once, with the chunk that completes it.
    pub whole_file: Option<Md5>,
}

impl FileHasher {
    /// For a file of that many bytes.
    pub fn new(file_size: u64) -> FileHasher {
        FileHasher { whole: WholeFileHasher::default(), file_size }
    }

    /// Begins the chunk at that offset, in bytes from the file's start.
    pub fn begin_chunk(&self, offset: u64) -> ChunkHasher {
        ChunkHasher { hasher: Hasher::default(), whole: self.whole.clone(), at: offset }
    }

    /// All of the chunk was read. No other chunk may have ended since it began.
    pub fn finish_chunk(&mut self, chunk: ChunkHasher) -> ChunkDigests {
        let is_last = chunk.whole.taken == self.file_size && self.whole.taken < self.file_size;
        self.whole = chunk.whole;
        ChunkDigests {
            chunk: chunk.hasher.finish(),
            whole_file: is_last.then(|| std::mem::take(&mut self.whole.hasher).finish()),
        }
    }
}

impl ChunkHasher {
    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        let end = self.at + bytes.len() as u64;
        let whole = &mut self.whole;
        if self.at == whole.taken {
            self.hasher.update_both(&mut whole.hasher, bytes);
            whole.taken = end;
        } else {
            self.hasher.update(bytes);
            // Chunks of another length than before may begin with what was taken already.
            if (self.at..end).contains(&whole.taken) {
                whole.hasher.update(&bytes[(whole.taken - self.at) as usize..]);
                whole.taken = end;
            }
        }
        self.at = end;
    }

    /// Where the next bytes are, from the file's start.
    pub fn position(&self) -> u64 {
        self.at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn md5(bytes: &[u8]) -> Md5 {
        let mut hasher = Hasher::default();
        hasher.update(bytes);
        hasher.finish()
    }

    /// A chunk that is read in two pieces.
    fn read(file: &mut FileHasher, offset: u64, bytes: &[u8]) -> Option<Md5> {
        let mut chunk = file.begin_chunk(offset);
        let (first, rest) = bytes.split_at(bytes.len() / 2);
        chunk.update(first);
        chunk.update(rest);
        assert_eq!(chunk.position(), offset + bytes.len() as u64);
        let hashed = file.finish_chunk(chunk);
        assert_eq!(hashed.chunk, md5(bytes));
        hashed.whole_file
    }

    #[test]
    fn the_whole_is_what_comes_in_order_whatever_comes_again() {
        let mut file = FileHasher::new(6);
        assert_eq!(read(&mut file, 0, b"ab"), None);
        assert_eq!(read(&mut file, 0, b"ab"), None);
        assert_eq!(read(&mut file, 4, b"ef"), None);
        assert_eq!(read(&mut file, 1, b"bcd"), None);
        assert_eq!(read(&mut file, 4, b"ef"), Some(md5(b"abcdef")));
        assert_eq!(read(&mut file, 4, b"ef"), None);
    }

    #[test]
    fn a_chunk_that_is_not_read_to_its_end_leaves_no_trace() {
        let mut file = FileHasher::new(4);
        file.begin_chunk(0).update(b"xy");
        assert_eq!(read(&mut file, 0, b"ab"), None);
        assert_eq!(read(&mut file, 2, b"cd"), Some(md5(b"abcd")));
    }
}

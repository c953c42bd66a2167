use std::collections::BTreeMap;

use protocol::limit;

use crate::digest::Md5;
use crate::error::StepError;
use crate::http::ChunkList;
use crate::retry::Attempts;

/// The chunks of the file, and how far each is.
///
/// Every chunk is read at least once by this run, in ascending order and without a gap, also one that the server has
/// already. For that there are two reasons. The MD5 of the whole file takes the bytes in their order, and needs all of
/// them. And an upload that is resumed compares every stored chunk with the file before it sends any other: a file of
/// the same name that was built anew would else become a mixture of two packages.
#[derive(Clone, Debug, Default)]
pub(super) struct Chunks {
    file_size: u64,
    chunk_size: u64,
    chunks: Vec<Chunk>,
    n_stored: usize,
    stored_bytes: u64,
    /// How many chunks, from the first on, were read at least once.
    n_read: usize,
    /// Whether all of them have to be read a second time after the last one was.
    ///
    /// Firefox and `WebKit` read whatever is in a file by now, and do not say that it was changed since it was chosen. A
    /// build that writes its package while the upload reads it would give one chunk of the old and the next of the new
    /// package. If the second reading finds every chunk as the first one did, then at the moment between the two the
    /// file was exactly what was sent.
    needs_second_reading: bool,
    /// How many were, from the first on.
    n_read_twice: usize,
}

#[derive(Clone, Copy, Debug)]
struct Chunk {
    state: ChunkState,
    /// Of the bytes as they were first read, or else as the server or an earlier run says that they were.
    md5: Option<Md5>,
    /// Whether it is an earlier run that says so: then these bytes are what the upload began with.
    is_md5_of_earlier_run: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ChunkState {
    /// To be read and sent.
    Queued(Attempts),
    /// Being read, waiting to be sent, or in flight.
    InProgress(Attempts),
    Stored,
}

/// What the bytes of a chunk turn out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReadOutcome {
    ToSend,
    /// Those that the server has.
    AlreadyStored,
    /// The file was changed since they were first read.
    Changed,
}

impl Chunk {
    fn new() -> Chunk {
        Chunk { state: ChunkState::Queued(Attempts::default()), md5: None, is_md5_of_earlier_run: false }
    }

    fn is_stored(&self) -> bool {
        self.state == ChunkState::Stored
    }

    fn is_due(&self, now: u64) -> bool {
        matches!(self.state, ChunkState::Queued(attempts) if attempts.not_before <= now)
    }

    fn attempts(&self) -> Option<Attempts> {
        match self.state {
            ChunkState::Queued(attempts) | ChunkState::InProgress(attempts) => Some(attempts),
            ChunkState::Stored => None,
        }
    }
}

impl Chunks {
    /// Of a file of which nothing is known yet.
    pub(super) fn new(needs_second_reading: bool) -> Chunks {
        Chunks { needs_second_reading, ..Chunks::default() }
    }

    /// The same for another upload of the file.
    pub(super) fn for_new_upload(&self) -> Chunks {
        Chunks::new(self.needs_second_reading)
    }

    /// Takes the server's list. On a second list, what is known of the bytes stays.
    pub(super) fn apply_list(&mut self, file_size: u64, list: &ChunkList) -> Result<(), StepError> {
        let n_chunks = match list.chunk_size {
            0 => u64::MAX,
            chunk_size => file_size.div_ceil(chunk_size),
        };
        let is_same_size = self.chunk_size == 0 || self.chunk_size == list.chunk_size;
        let is_chunk = |number: u32| (1..=n_chunks).contains(&number.into());
        let fits_file = list.wanted.iter().all(|&number| is_chunk(number));
        if n_chunks > limit::CHUNKS.into() || !is_same_size || !fits_file {
            return Err(StepError::UnexpectedResponse { expected: "a list of this file's chunks" });
        }
        (self.file_size, self.chunk_size) = (file_size, list.chunk_size);
        // At most limit::CHUNKS.
        self.chunks.resize(n_chunks as usize, Chunk::new());
        self.mark_wanted(&list.wanted);
        for stored in list.stored.iter().filter(|stored| is_chunk(stored.chunk_num)) {
            if let Ok(md5) = stored.md5.parse() {
                self.compare_stored(stored.chunk_num, md5);
            }
        }
        self.count_stored();
        Ok(())
    }

    /// Everything that is not listed is stored, also if its receipt was lost on the way.
    fn mark_wanted(&mut self, numbers: &[u32]) {
        let mut is_wanted = vec![false; self.chunks.len()];
        for &number in numbers {
            is_wanted[number as usize - 1] = true;
        }
        for (chunk, is_wanted) in self.chunks.iter_mut().zip(is_wanted) {
            chunk.state =
                if is_wanted { ChunkState::Queued(Attempts::default()) } else { ChunkState::Stored };
        }
    }

    /// The server says what it has of a chunk. If that is not what was sent, the chunk has to be sent again.
    fn compare_stored(&mut self, number: u32, server_md5: Md5) {
        let chunk = self.chunk_mut(number);
        match chunk.md5 {
            Some(md5) if md5 != server_md5 => chunk.state = ChunkState::Queued(Attempts::default()),
            Some(_) => {}
            None => chunk.md5 = Some(server_md5),
        }
    }

    /// What an earlier run knew of the chunks that it had stored.
    pub(super) fn restore(&mut self, chunk_size: u64, file_size: u64, md5s: &BTreeMap<u32, Md5>) {
        let n_chunks = file_size.checked_div(chunk_size).map_or(0, |_| file_size.div_ceil(chunk_size));
        if n_chunks == 0 || n_chunks > limit::CHUNKS.into() {
            return;
        }
        (self.file_size, self.chunk_size) = (file_size, chunk_size);
        self.chunks = vec![Chunk::new(); n_chunks as usize];
        for (&number, &md5) in md5s {
            if let Some(chunk) = (number as usize).checked_sub(1).and_then(|i| self.chunks.get_mut(i)) {
                *chunk = Chunk { state: ChunkState::Stored, md5: Some(md5), is_md5_of_earlier_run: true };
            }
        }
        self.count_stored();
    }

    fn count_stored(&mut self) {
        let stored: Vec<u32> = (1..=self.total()).filter(|&number| self.chunk(number).is_stored()).collect();
        self.stored_bytes = stored.iter().map(|&number| self.range(number).1).sum();
        self.n_stored = stored.len();
    }

    /// The chunk to be read next: the lowest that has to be read again, else the first that never was.
    ///
    /// No chunk is skipped, not even one whose backoff is not over: see [`Chunks`].
    pub(super) fn next_to_read(&self, now: u64) -> Option<u32> {
        let again = self.chunks[..self.n_read].iter().position(|chunk| chunk.is_due(now));
        let first = || {
            let chunk = self.chunks.get(self.n_read)?;
            (chunk.is_due(now) || chunk.is_stored()).then_some(self.n_read)
        };
        let second = (self.are_read_and_stored() && !self.are_done()).then_some(self.n_read_twice);
        again.or_else(first).or(second).map(|i| i as u32 + 1)
    }

    /// When the next chunk may be read that waits for its backoff, in milliseconds.
    pub(super) fn next_read_at(&self) -> Option<u64> {
        let due_at = |chunk: &Chunk| match chunk.state {
            ChunkState::Queued(attempts) => Some(attempts.not_before),
            ChunkState::InProgress(_) | ChunkState::Stored => None,
        };
        self.chunks.iter().take(self.n_read + 1).filter_map(due_at).min()
    }

    /// Whether a chunk is stored already and only read for its digest.
    pub(super) fn is_stored(&self, number: u32) -> bool {
        self.chunk(number).is_stored()
    }

    /// Offset and length in the file, in bytes.
    pub(super) fn range(&self, number: u32) -> (u64, u64) {
        let offset = u64::from(number - 1) * self.chunk_size;
        (offset, self.chunk_size.min(self.file_size - offset))
    }

    /// A chunk is being read.
    pub(super) fn start_reading(&mut self, number: u32) {
        let chunk = self.chunk_mut(number);
        if let ChunkState::Queued(attempts) = chunk.state {
            chunk.state = ChunkState::InProgress(attempts);
        }
    }

    /// The bytes of a chunk were read.
    pub(super) fn on_read(&mut self, number: u32, md5: Md5) -> ReadOutcome {
        let i = number as usize - 1;
        let is_first = i >= self.n_read;
        let is_second = self.are_read_and_stored() && i == self.n_read_twice;
        self.n_read = self.n_read.max(i + 1);
        let chunk = &mut self.chunks[i];
        let is_same = chunk.md5.is_none_or(|known| known == md5);
        if !is_same && (!is_first || chunk.is_md5_of_earlier_run) {
            return ReadOutcome::Changed;
        }
        chunk.md5 = Some(md5);
        if !chunk.is_stored() {
            return ReadOutcome::ToSend;
        }
        if is_same {
            self.n_read_twice += usize::from(is_second);
            return ReadOutcome::AlreadyStored;
        }
        // The server has other bytes than the file, of a chunk that no checkpoint says was sent.
        chunk.state = ChunkState::InProgress(Attempts::default());
        self.count_stored();
        ReadOutcome::ToSend
    }

    /// As it was read, or as the server or an earlier run says.
    pub(super) fn md5(&self, number: u32) -> Option<Md5> {
        self.chunk(number).md5
    }

    /// The server has confirmed a chunk.
    pub(super) fn on_stored(&mut self, number: u32) {
        let chunk = self.chunk_mut(number);
        if !chunk.is_stored() {
            chunk.state = ChunkState::Stored;
            self.n_stored += 1;
            self.stored_bytes += self.range(number).1;
        }
    }

    /// A chunk that was in progress has to be read and sent again. Returns its attempts; none if it is stored.
    pub(super) fn return_to_queue(&mut self, number: u32) -> Option<&mut Attempts> {
        let chunk = self.chunks.get_mut(number as usize - 1)?;
        if let ChunkState::InProgress(attempts) = chunk.state {
            chunk.state = ChunkState::Queued(attempts);
        }
        match &mut chunk.state {
            ChunkState::Queued(attempts) => Some(attempts),
            ChunkState::InProgress(_) | ChunkState::Stored => None,
        }
    }

    /// The server has lost these. False if the file has no such chunks.
    pub(super) fn mark_missing(&mut self, numbers: &[u32]) -> bool {
        let n_chunks = self.chunks.len();
        let are_known = numbers.iter().all(|&number| number >= 1 && number as usize <= n_chunks);
        if are_known {
            for &number in numbers {
                self.chunk_mut(number).state = ChunkState::Queued(Attempts::default());
            }
            self.count_stored();
        }
        are_known
    }

    /// Ends every wait.
    pub(super) fn clear_backoffs(&mut self, now: u64) {
        for chunk in &mut self.chunks {
            if let ChunkState::Queued(attempts) = &mut chunk.state {
                attempts.clear_backoff(now);
            }
        }
    }

    /// How often a chunk failed.
    pub(super) fn failures(&self, number: u32) -> u32 {
        self.chunk(number).attempts().map_or(0, |attempts| attempts.failures)
    }

    /// The attempts of the chunk that failed most often and is not stored yet.
    pub(super) fn most_failed(&self) -> Option<Attempts> {
        self.chunks.iter().filter_map(Chunk::attempts).max_by_key(|attempts| attempts.failures)
    }

    /// Every chunk is stored, and was read as often as it has to be, so that the whole file's digest is known.
    pub(super) fn are_done(&self) -> bool {
        self.are_read_and_stored() && (!self.needs_second_reading || self.n_read_twice == self.chunks.len())
    }

    fn are_read_and_stored(&self) -> bool {
        self.n_stored == self.chunks.len() && self.n_read == self.chunks.len()
    }

    /// Bytes that were read at least once.
    pub(super) fn read_bytes(&self) -> u64 {
        (self.n_read as u64).saturating_mul(self.chunk_size).min(self.file_size)
    }

    /// The MD5 of each stored chunk, where it is known.
    pub(super) fn stored_md5s(&self) -> BTreeMap<u32, Md5> {
        let mut md5s = BTreeMap::new();
        // One by one: to collect them would sort them first, with code that nothing else needs.
        for (chunk, number) in self.chunks.iter().zip(1..).filter(|(chunk, _)| chunk.is_stored()) {
            chunk.md5.map(|md5| md5s.insert(number, md5));
        }
        md5s
    }

    pub(super) fn chunk_size(&self) -> u64 {
        self.chunk_size
    }

    pub(super) fn n_stored(&self) -> u32 {
        self.n_stored as u32
    }

    pub(super) fn total(&self) -> u32 {
        self.chunks.len() as u32
    }

    pub(super) fn stored_bytes(&self) -> u64 {
        self.stored_bytes
    }

    fn chunk(&self, number: u32) -> &Chunk {
        &self.chunks[number as usize - 1]
    }

    fn chunk_mut(&mut self, number: u32) -> &mut Chunk {
        &mut self.chunks[number as usize - 1]
    }
}

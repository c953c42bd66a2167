use std::collections::BTreeMap;

use protocol::limit;

use crate::digest::Md5;
use crate::error::StepError;
use crate::http::Listing;
use crate::retry::Attempts;

/// The file in parts, and how far each is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chunks {
    file_size: u64,
    chunk_size: u64,
    slots: Vec<Slot>,
    stored: usize,
    stored_bytes: u64,
    /// How many parts, from the first on, were read at least once.
    read: usize,
    /// Whether all of them have to be read once more after the last one was: each is then what it was at first, so that
    /// between the two the file was what was sent.
    needs_proof: bool,
    /// How many were, from the first on.
    proven: usize,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    state: State,
    /// Of the bytes as they were first read, or else as the server or an earlier run says that they were.
    md5: Option<Md5>,
    /// Whether it is an earlier run that says so: then these bytes are what the upload began with.
    is_ours: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Wanted(Attempts),
    /// Being read, or waiting to be sent, or on its way.
    Taken(Attempts),
    Stored,
}

/// What the bytes of a part turn out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// To be sent.
    Wanted,
    /// Those that the server has.
    Confirmed,
    /// The file was changed since they were first read.
    Changed,
}

impl Chunks {
    /// Of a file of which nothing is known yet.
    pub(crate) fn new(needs_proof: bool) -> Chunks {
        Chunks { needs_proof, ..Chunks::default() }
    }

    /// The same for another upload of the file.
    pub(crate) fn anew(&self) -> Chunks {
        Chunks::new(self.needs_proof)
    }

    /// Takes the server's list. On a second list, what is known of the bytes stays.
    pub(crate) fn describe(&mut self, file_size: u64, listing: &Listing) -> Result<(), StepError> {
        let n_chunks = match listing.chunk_size {
            0 => u64::MAX,
            chunk_size => file_size.div_ceil(chunk_size),
        };
        let is_known = self.chunk_size != 0;
        let is_same = !is_known || self.chunk_size == listing.chunk_size;
        let is_there = |number: u32| (1..=n_chunks).contains(&number.into());
        let is_listed = listing.wanted.iter().all(|&number| is_there(number));
        if n_chunks > limit::CHUNKS.into() || !is_same || !is_listed {
            return Err(StepError::UnexpectedResponse { expected: "a list of this file's chunks" });
        }
        (self.file_size, self.chunk_size) = (file_size, listing.chunk_size);
        // At most limit::CHUNKS.
        self.slots.resize(n_chunks as usize, Slot { state: State::Stored, md5: None, is_ours: false });
        self.take_list(&listing.wanted);
        for stored in listing.stored.iter().filter(|stored| is_there(stored.chunk_num)) {
            if let Ok(md5) = stored.md5.parse() {
                self.confirm(stored.chunk_num, md5);
            }
        }
        self.count();
        Ok(())
    }

    /// Everything that is not listed is stored, also if its receipt was lost on the way.
    fn take_list(&mut self, listed: &[u32]) {
        let mut is_listed = vec![false; self.slots.len()];
        for &number in listed {
            is_listed[number as usize - 1] = true;
        }
        for (slot, is_listed) in self.slots.iter_mut().zip(is_listed) {
            slot.state = if is_listed { State::Wanted(Attempts::default()) } else { State::Stored };
        }
    }

    /// The server says what it has of a part. If that is not what was sent, it has to be sent again.
    fn confirm(&mut self, number: u32, theirs: Md5) {
        let slot = &mut self.slots[number as usize - 1];
        match slot.md5 {
            Some(ours) if ours != theirs => slot.state = State::Wanted(Attempts::default()),
            Some(_) => {}
            None => slot.md5 = Some(theirs),
        }
    }

    /// What an earlier run knew of the parts that it had stored.
    pub(crate) fn recall(&mut self, chunk_size: u64, file_size: u64, parts: &BTreeMap<u32, Md5>) {
        let n_chunks = file_size.checked_div(chunk_size).map_or(0, |_| file_size.div_ceil(chunk_size));
        if n_chunks == 0 || n_chunks > limit::CHUNKS.into() {
            return;
        }
        (self.file_size, self.chunk_size) = (file_size, chunk_size);
        let slot = Slot { state: State::Wanted(Attempts::default()), md5: None, is_ours: false };
        self.slots = vec![slot; n_chunks as usize];
        for (&number, &md5) in parts {
            if let Some(slot) = (number as usize).checked_sub(1).and_then(|i| self.slots.get_mut(i)) {
                *slot = Slot { state: State::Stored, md5: Some(md5), is_ours: true };
            }
        }
        self.count();
    }

    fn count(&mut self) {
        let is_stored = |i: &usize| self.slots[*i].state == State::Stored;
        let stored: Vec<usize> = (0..self.slots.len()).filter(is_stored).collect();
        self.stored_bytes = stored.iter().map(|&i| self.range(i as u32 + 1).1).sum();
        self.stored = stored.len();
    }

    /// The part to be read next: the lowest that has to be read again, else the first that never was.
    ///
    /// None is passed over: a digest of the whole file takes them in their order.
    pub(crate) fn next(&self, now: u64) -> Option<u32> {
        let is_due =
            |slot: &Slot| matches!(slot.state, State::Wanted(attempts) if attempts.not_before <= now);
        let again = self.slots[..self.read].iter().position(is_due);
        let first = || self.slots.get(self.read).filter(|slot| is_due(slot) || slot.state == State::Stored);
        let proof = (self.are_read_and_stored() && !self.are_done()).then_some(self.proven);
        again.or_else(|| first().map(|_| self.read)).or(proof).map(|i| i as u32 + 1)
    }

    /// When the next part that waits may be read, in milliseconds.
    pub(crate) fn soonest(&self) -> Option<u64> {
        let due = |slot: &Slot| match slot.state {
            State::Wanted(attempts) => Some(attempts.not_before),
            _ => None,
        };
        self.slots.iter().take(self.read + 1).filter_map(due).min()
    }

    /// Whether a part is stored already and only read for its digest.
    pub(crate) fn is_stored(&self, number: u32) -> bool {
        self.slots[number as usize - 1].state == State::Stored
    }

    /// Offset and length in the file, in bytes.
    pub(crate) fn range(&self, number: u32) -> (u64, u64) {
        let offset = u64::from(number - 1) * self.chunk_size;
        (offset, self.chunk_size.min(self.file_size - offset))
    }

    /// A part is being read.
    pub(crate) fn take(&mut self, number: u32) {
        let slot = &mut self.slots[number as usize - 1];
        if let State::Wanted(attempts) = slot.state {
            slot.state = State::Taken(attempts);
        }
    }

    /// The bytes of a part were read.
    pub(crate) fn read(&mut self, number: u32, md5: Md5) -> Reading {
        let i = number as usize - 1;
        let is_first = i >= self.read;
        let is_proof = self.are_read_and_stored() && i == self.proven;
        self.read = self.read.max(i + 1);
        let slot = &mut self.slots[i];
        let is_same = slot.md5.is_none_or(|known| known == md5);
        if !is_same && (!is_first || slot.is_ours) {
            return Reading::Changed;
        }
        slot.md5 = Some(md5);
        if slot.state != State::Stored {
            return Reading::Wanted;
        }
        if is_same {
            self.proven += usize::from(is_proof);
            return Reading::Confirmed;
        }
        // The server has other bytes than the file, of a part that nobody remembers to have sent.
        slot.state = State::Taken(Attempts::default());
        self.count();
        Reading::Wanted
    }

    /// As it was read, or is known from elsewhere.
    pub(crate) fn md5(&self, number: u32) -> Option<Md5> {
        self.slots[number as usize - 1].md5
    }

    pub(crate) fn store(&mut self, number: u32) {
        let slot = &mut self.slots[number as usize - 1];
        if slot.state != State::Stored {
            slot.state = State::Stored;
            self.stored += 1;
            self.stored_bytes += self.range(number).1;
        }
    }

    /// The failures of a part that was taken; it is wanted again from here on.
    pub(crate) fn put_back(&mut self, number: u32) -> Option<&mut Attempts> {
        let slot = self.slots.get_mut(number as usize - 1)?;
        if let State::Taken(attempts) = slot.state {
            slot.state = State::Wanted(attempts);
        }
        match &mut slot.state {
            State::Wanted(attempts) => Some(attempts),
            _ => None,
        }
    }

    /// The server has lost these. False if the file has no such parts.
    pub(crate) fn lose(&mut self, numbers: &[u32]) -> bool {
        let n_chunks = self.slots.len();
        let is_known = numbers.iter().all(|&number| number >= 1 && number as usize <= n_chunks);
        if is_known {
            for &number in numbers {
                self.slots[number as usize - 1].state = State::Wanted(Attempts::default());
            }
            self.count();
        }
        is_known
    }

    /// Ends every wait.
    pub(crate) fn hurry(&mut self, now: u64) {
        for slot in &mut self.slots {
            if let State::Wanted(attempts) = &mut slot.state {
                attempts.clear_backoff(now);
            }
        }
    }

    /// How often a part failed.
    pub(crate) fn failures(&self, number: u32) -> u32 {
        self.attempts(number).map_or(0, |attempts| attempts.failures)
    }

    fn attempts(&self, number: u32) -> Option<Attempts> {
        match self.slots.get(number as usize - 1)?.state {
            State::Wanted(attempts) | State::Taken(attempts) => Some(attempts),
            State::Stored => None,
        }
    }

    /// The failures of the part that has most of them and is not stored yet.
    pub(crate) fn worst(&self) -> Option<Attempts> {
        let numbers = 1..=self.total();
        numbers.filter_map(|number| self.attempts(number)).max_by_key(|attempts| attempts.failures)
    }

    /// Every part is stored, and was read as often as it has to be, so that the whole file's digest is known.
    pub(crate) fn are_done(&self) -> bool {
        self.are_read_and_stored() && (!self.needs_proof || self.proven == self.slots.len())
    }

    fn are_read_and_stored(&self) -> bool {
        self.stored == self.slots.len() && self.read == self.slots.len()
    }

    /// Bytes that were read at least once.
    pub(crate) fn read_bytes(&self) -> u64 {
        (self.read as u64).saturating_mul(self.chunk_size).min(self.file_size)
    }

    /// Each stored part whose digest is known.
    pub(crate) fn digests(&self) -> BTreeMap<u32, Md5> {
        let mut digests = BTreeMap::new();
        // One by one: to collect them would sort them first, with code that nothing else needs.
        for (slot, number) in self.slots.iter().zip(1..).filter(|(slot, _)| slot.state == State::Stored) {
            slot.md5.map(|md5| digests.insert(number, md5));
        }
        digests
    }

    pub(crate) fn chunk_size(&self) -> u64 {
        self.chunk_size
    }

    pub(crate) fn stored(&self) -> u32 {
        self.stored as u32
    }

    pub(crate) fn total(&self) -> u32 {
        self.slots.len() as u32
    }

    pub(crate) fn stored_bytes(&self) -> u64 {
        self.stored_bytes
    }
}

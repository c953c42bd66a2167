use protocol::{SetMetadataResponse, limit};

use crate::error::Fault;
use crate::pace::Tries;

/// The file in chunks, and how far each is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chunks {
    file_size: u64,
    chunk_size: u64,
    slots: Vec<Slot>,
    stored: usize,
    stored_bytes: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    Wanted(Tries),
    Sending(Tries),
    Stored,
}

impl Chunks {
    /// Takes the server's list. On a second list, what is known to be stored stays so.
    pub(crate) fn describe(&mut self, file_size: u64, response: &SetMetadataResponse) -> Result<(), Fault> {
        let n_chunks = match response.chunk_size {
            0 => u64::MAX,
            chunk_size => file_size.div_ceil(chunk_size),
        };
        let is_known = !self.slots.is_empty();
        let is_same = !is_known || self.chunk_size == response.chunk_size;
        let is_listed = response.chunk_list.iter().all(|&number| (1..=n_chunks).contains(&number.into()));
        if n_chunks > limit::CHUNKS.into() || !is_same || !is_listed {
            return Err(Fault::Unintelligible { expected: "a list of this file's chunks" });
        }
        let before = std::mem::take(&mut self.slots);
        *self = Chunks { file_size, chunk_size: response.chunk_size, ..Chunks::default() };
        // Everything not listed is stored; the number of chunks is at most limit::CHUNKS here.
        self.slots = if is_known { before } else { vec![Slot::Stored; n_chunks as usize] };
        for &number in &response.chunk_list {
            self.listed(number, is_known);
        }
        if is_known {
            self.drop_unlisted(&response.chunk_list);
        }
        self.count();
        Ok(())
    }

    fn listed(&mut self, number: u32, is_known: bool) {
        let slot = &mut self.slots[number as usize - 1];
        if !(is_known && *slot == Slot::Stored) {
            *slot = Slot::Wanted(Tries::default());
        }
    }

    /// A chunk whose receipt was lost on the way is stored all the same, and the new list says so.
    fn drop_unlisted(&mut self, listed: &[u32]) {
        let mut is_listed = vec![false; self.slots.len()];
        for &number in listed {
            is_listed[number as usize - 1] = true;
        }
        for (slot, is_listed) in self.slots.iter_mut().zip(is_listed) {
            if !is_listed {
                *slot = Slot::Stored;
            }
        }
    }

    fn count(&mut self) {
        let is_stored = |i: &usize| self.slots[*i] == Slot::Stored;
        let stored: Vec<usize> = (0..self.slots.len()).filter(is_stored).collect();
        self.stored_bytes = stored.iter().map(|&i| self.range(i as u32 + 1).1).sum();
        self.stored = stored.len();
    }

    /// The lowest chunk that may be sent now.
    pub(crate) fn next(&self, now: u64) -> Option<u32> {
        let is_due = |slot: &Slot| matches!(slot, Slot::Wanted(tries) if tries.not_before <= now);
        self.slots.iter().position(is_due).map(|i| i as u32 + 1)
    }

    /// When the next waiting chunk may be sent, in milliseconds.
    pub(crate) fn soonest(&self) -> Option<u64> {
        let due = |slot: &Slot| match slot {
            Slot::Wanted(tries) => Some(tries.not_before),
            _ => None,
        };
        self.slots.iter().filter_map(due).min()
    }

    /// Offset and length in the file, in bytes.
    pub(crate) fn range(&self, number: u32) -> (u64, u64) {
        let offset = u64::from(number - 1) * self.chunk_size;
        (offset, self.chunk_size.min(self.file_size - offset))
    }

    pub(crate) fn start(&mut self, number: u32) {
        if let Slot::Wanted(tries) = self.slots[number as usize - 1] {
            self.slots[number as usize - 1] = Slot::Sending(tries);
        }
    }

    pub(crate) fn store(&mut self, number: u32) {
        let slot = &mut self.slots[number as usize - 1];
        if *slot != Slot::Stored {
            *slot = Slot::Stored;
            self.stored += 1;
            self.stored_bytes += self.range(number).1;
        }
    }

    /// The failures of a chunk that is being sent; it is wanted again from here on.
    pub(crate) fn put_back(&mut self, number: u32) -> Option<&mut Tries> {
        let slot = &mut self.slots[number as usize - 1];
        if let Slot::Sending(tries) = *slot {
            *slot = Slot::Wanted(tries);
        }
        match slot {
            Slot::Wanted(tries) => Some(tries),
            _ => None,
        }
    }

    /// The server has lost these. False if the file has no such chunks.
    pub(crate) fn lose(&mut self, numbers: &[u32]) -> bool {
        let n_chunks = self.slots.len();
        let is_known = numbers.iter().all(|&number| number >= 1 && number as usize <= n_chunks);
        if is_known {
            for &number in numbers {
                self.slots[number as usize - 1] = Slot::Wanted(Tries::default());
            }
            self.count();
        }
        is_known
    }

    /// Ends every wait.
    pub(crate) fn hurry(&mut self, now: u64) {
        for slot in &mut self.slots {
            if let Slot::Wanted(tries) = slot {
                tries.not_before = tries.not_before.min(now);
            }
        }
    }

    /// The failures of the chunk that has most of them and is not stored yet.
    pub(crate) fn worst(&self) -> Option<Tries> {
        let tries = |slot: &Slot| match *slot {
            Slot::Wanted(tries) | Slot::Sending(tries) => Some(tries),
            Slot::Stored => None,
        };
        self.slots.iter().filter_map(tries).max_by_key(|tries| tries.used)
    }

    pub(crate) fn are_stored(&self) -> bool {
        self.stored == self.slots.len()
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

//! Damage that can be repeated.

/// Marsaglia's xorshift64: enough to choose places.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }

    /// A copy with a few bits or numbers changed, a piece missing or a piece twice.
    ///
    /// If `tail` is not 0, half of the changes are in that many bytes at the end.
    pub(crate) fn mutant(&mut self, bytes: &[u8], tail: usize) -> Vec<u8> {
        let mut mutant = bytes.to_vec();
        for _ in 0..=self.below(4) {
            let at_end = tail > 0 && self.below(2) == 0;
            let from = if at_end { mutant.len().saturating_sub(tail) } else { 0 };
            let at = from + self.below(mutant.len() - from);
            self.damage(&mut mutant, at);
            if mutant.is_empty() {
                break;
            }
        }
        mutant
    }

    fn damage(&mut self, mutant: &mut Vec<u8>, at: usize) {
        let end = (at + 1 + self.below(64)).min(mutant.len());
        match self.below(8) {
            0 => mutant.truncate(at),
            1 => drop(mutant.drain(at..end)),
            2 => {
                let piece = mutant[at..end].to_vec();
                mutant.splice(at..at, piece);
            }
            3 => mutant[at..].iter_mut().take(4).for_each(|byte| *byte = 0xff),
            4 => mutant[at..].iter_mut().take(4).for_each(|byte| *byte = 0),
            _ => mutant[at] ^= 1 << self.below(8),
        }
    }
}

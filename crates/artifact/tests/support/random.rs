//! Random but reproducible damage.

/// Marsaglia's xorshift64: enough to choose places.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number less than `end`; 0 if there is none.
    pub(crate) fn below(&mut self, end: usize) -> usize {
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
            let at = self.place(&mutant, tail);
            if mutant.is_empty() {
                break;
            }
            self.damage(&mut mutant, at);
        }
        mutant
    }

    /// A copy in which a few numbers of 1, 2, 4 or 8 bytes are ones that break arithmetic.
    ///
    /// If `tail` is not 0, half of them are in that many bytes at the end.
    pub(crate) fn with_odd_numbers(&mut self, bytes: &[u8], tail: usize) -> Vec<u8> {
        let mut mutant = bytes.to_vec();
        for _ in 0..=self.below(3) {
            let at = self.place(&mutant, tail);
            let number = self.odd_number(mutant.len() as u64);
            let number = if self.below(2) == 0 { number.to_le_bytes() } else { number.to_be_bytes() };
            let width = 1 << self.below(4);
            // The low bytes of either order.
            let number = if number[0] == 0 { &number[8 - width..] } else { &number[..width] };
            mutant[at..].iter_mut().zip(number).for_each(|(byte, new)| *byte = *new);
        }
        mutant
    }

    /// A place in bytes; half of the time, if `tail` is not 0, in that many bytes at the end. One among zeros is
    /// moved to what follows them: disks are nearly empty.
    fn place(&mut self, bytes: &[u8], tail: usize) -> usize {
        let at_end = tail > 0 && self.below(2) == 0;
        let from = if at_end { bytes.len().saturating_sub(tail) } else { 0 };
        let at = from + self.below(bytes.len() - from);
        let is_empty = bytes.get(at..at + 64).is_some_and(|near| near.iter().all(|byte| *byte == 0));
        let next = bytes.iter().skip(at).position(|byte| *byte != 0).filter(|_| is_empty);
        next.map_or(at, |skipped| (at + skipped + self.below(64)).min(bytes.len() - 1))
    }

    fn odd_number(&mut self, len: u64) -> u64 {
        let numbers = [
            0,
            1,
            0x7f,
            0xff,
            0x7fff,
            0xffff,
            0x7fff_ffff,
            0x8000_0000,
            0xffff_fffe,
            0xffff_ffff,
            0x7fff_ffff_ffff_ffff,
            u64::MAX,
            u64::MAX - 3,
            len,
            len + 1,
            len.saturating_sub(1),
        ];
        numbers[self.below(numbers.len())]
    }

    /// A copy of markup with an element missing, many times or elsewhere, or with text that no parser expects.
    pub(crate) fn markup_mutant(&mut self, text: &[u8]) -> Vec<u8> {
        let mut mutant = text.to_vec();
        for _ in 0..=self.below(3) {
            let start = self.next(&mutant, b'<');
            let end = start + self.next(&mutant[start..], b'>') + 1;
            let tag = start..end.min(mutant.len());
            match self.below(6) {
                0 => drop(mutant.drain(tag)),
                1 => {
                    let many = mutant[tag].repeat(1 + self.below(100));
                    mutant.splice(start..start, many);
                }
                2 => {
                    let moved: Vec<u8> = mutant.drain(tag).collect();
                    let at = self.below(mutant.len() + 1);
                    mutant.splice(at..at, moved);
                }
                3 => {
                    let at = start + self.next(&mutant[start..], b'"');
                    let at = (at + 1).min(mutant.len());
                    let end = at + mutant[at..].iter().position(|byte| *byte == b'"').unwrap_or(0);
                    let odd = self.odd_text();
                    mutant.splice(at..end, odd);
                }
                4 => {
                    let at = end.min(mutant.len());
                    let end = at + mutant[at..].iter().position(|byte| *byte == b'<').unwrap_or(0);
                    let odd = self.odd_text();
                    mutant.splice(at..end, odd);
                }
                _ => {
                    let at = self.below(mutant.len() + 1);
                    let odd = self.odd_text();
                    mutant.splice(at..at, odd);
                }
            }
        }
        mutant
    }

    /// Where this byte is next after a random place; the end if it is not.
    fn next(&mut self, bytes: &[u8], wanted: u8) -> usize {
        let from = self.below(bytes.len());
        let found = bytes[from.min(bytes.len())..].iter().position(|byte| *byte == wanted);
        found.map_or(bytes.len(), |at| from + at)
    }

    fn odd_text(&mut self) -> Vec<u8> {
        const TEXTS: [&str; 20] = [
            "",
            "0",
            "-1",
            "99999999999999999999",
            "1.2.3.4.5",
            "65536.65536.65536.65536",
            "&x;",
            "&#x110000;",
            "&#0;",
            "<![CDATA[",
            "]]>",
            "<!DOCTYPE a [<!ENTITY b 'c'>]>",
            "../../a",
            "a/b\\c%00%ff%",
            "\u{0}\u{202e}\u{feff}",
            "ms-resource:///a/b",
            "[[[[{{{{",
            "AAAA=",
            "<a>",
            "x",
        ];
        let text = TEXTS[self.below(TEXTS.len())];
        match self.below(8) {
            0 => text.repeat(1 + self.below(20_000)).into_bytes(),
            _ => text.as_bytes().to_vec(),
        }
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

use super::md5::Md5;

/// Bytes of a block, which MD5 takes at once.
const BLOCK: usize = 64;

/// What MD5 keeps from block to block: the words A, B, C and D of RFC 1321.
type State = [u32; 4];

/// The initial values of RFC 1321, 3.3.
const START: State = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];

/// Takes bytes as they come, and gives their MD5 (RFC 1321).
///
/// An upload has two of them, that of a chunk and that of the whole file, which take the same bytes at the same time:
/// [`Hasher::update_both`]. Each step of MD5 waits for the one before, so one alone leaves most of a processor idle;
/// two together cost little more than one.
#[derive(Clone, Debug)]
pub struct Hasher {
    state: State,
    /// Bytes taken.
    len: u64,
    /// The bytes of the block that is not full yet.
    block: [u8; BLOCK],
}

impl Default for Hasher {
    fn default() -> Hasher {
        Hasher { state: START, len: 0, block: [0; BLOCK] }
    }
}

impl Hasher {
    /// Takes bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        let rest = self.fill_up(bytes);
        let (blocks, tail) = rest.as_chunks();
        compress(&mut self.state, blocks);
        self.keep(rest.len(), tail);
    }

    /// Lets both take the same bytes.
    pub fn update_both(&mut self, other: &mut Hasher, bytes: &[u8]) {
        if self.n_in_block() + other.n_in_block() > 0 {
            self.update(bytes);
            return other.update(bytes);
        }
        let (blocks, tail) = bytes.as_chunks();
        compress_both(&mut self.state, &mut other.state, blocks);
        self.keep(bytes.len(), tail);
        other.keep(bytes.len(), tail);
    }

    /// The MD5 of what was taken.
    pub fn finish(mut self) -> Md5 {
        let n_bits = self.len.wrapping_mul(8);
        // A one bit, and zeros up to the last eight bytes of a block, which are for the length.
        let mut padding = [0; BLOCK];
        padding[0] = 0x80;
        let n_padding = 1 + (2 * BLOCK - 9 - self.n_in_block()) % BLOCK;
        self.update(&padding[..n_padding]);
        self.update(&n_bits.to_le_bytes());
        let mut md5 = [0; 16];
        for (bytes, word) in md5.chunks_mut(4).zip(self.state) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        Md5(md5)
    }

    /// Bytes in the block that is not full yet.
    fn n_in_block(&self) -> usize {
        (self.len % BLOCK as u64) as usize
    }

    /// Takes what a block that was begun lacks, and returns the rest, which begins a new block or is empty.
    fn fill_up<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let n_in_block = self.n_in_block();
        if n_in_block == 0 {
            return bytes;
        }
        let (first, rest) = bytes.split_at(bytes.len().min(BLOCK - n_in_block));
        self.block[n_in_block..n_in_block + first.len()].copy_from_slice(first);
        self.len += first.len() as u64;
        if self.n_in_block() == 0 {
            compress(&mut self.state, &[self.block]);
        }
        rest
    }

    /// Notes that so many bytes were taken, of which these begin a block.
    fn keep(&mut self, taken: usize, tail: &[u8]) {
        if taken > 0 {
            self.block[..tail.len()].copy_from_slice(tail);
            self.len += taken as u64;
        }
    }
}

/// Steps for some states at once: for each the number of the word, the constant to be added, and how far to turn.
macro_rules! steps {
    ($mix:ident, $words:ident, $states:tt: $($word:literal $sine:literal $turn:literal,)*) => {
        $(
            let added = $words[$word].wrapping_add($sine);
            each!($mix, added, $turn, $states);
        )*
    };
}

macro_rules! each {
    ($mix:ident, $added:ident, $turn:literal, [$($state:ident)*]) => {
        $($state = step($mix, $state, $added, $turn);)*
    };
}

/// The steps of RFC 1321, 3.4, for one block. Written out, because a compiler that is told to make small code would not
/// unroll them.
macro_rules! all_steps {
    ($words:ident, $states:tt) => {
        steps! { choose, $words, $states:
            0 0xd76a_a478 7, 1 0xe8c7_b756 12, 2 0x2420_70db 17, 3 0xc1bd_ceee 22,
            4 0xf57c_0faf 7, 5 0x4787_c62a 12, 6 0xa830_4613 17, 7 0xfd46_9501 22,
            8 0x6980_98d8 7, 9 0x8b44_f7af 12, 10 0xffff_5bb1 17, 11 0x895c_d7be 22,
            12 0x6b90_1122 7, 13 0xfd98_7193 12, 14 0xa679_438e 17, 15 0x49b4_0821 22,
        }
        steps! { choose_by_last, $words, $states:
            1 0xf61e_2562 5, 6 0xc040_b340 9, 11 0x265e_5a51 14, 0 0xe9b6_c7aa 20,
            5 0xd62f_105d 5, 10 0x0244_1453 9, 15 0xd8a1_e681 14, 4 0xe7d3_fbc8 20,
            9 0x21e1_cde6 5, 14 0xc337_07d6 9, 3 0xf4d5_0d87 14, 8 0x455a_14ed 20,
            13 0xa9e3_e905 5, 2 0xfcef_a3f8 9, 7 0x676f_02d9 14, 12 0x8d2a_4c8a 20,
        }
        steps! { parity, $words, $states:
            5 0xfffa_3942 4, 8 0x8771_f681 11, 11 0x6d9d_6122 16, 14 0xfde5_380c 23,
            1 0xa4be_ea44 4, 4 0x4bde_cfa9 11, 7 0xf6bb_4b60 16, 10 0xbebf_bc70 23,
            13 0x289b_7ec6 4, 0 0xeaa1_27fa 11, 3 0xd4ef_3085 16, 6 0x0488_1d05 23,
            9 0xd9d4_d039 4, 12 0xe6db_99e5 11, 15 0x1fa2_7cf8 16, 2 0xc4ac_5665 23,
        }
        steps! { blend, $words, $states:
            0 0xf429_2244 6, 7 0x432a_ff97 10, 14 0xab94_23a7 15, 5 0xfc93_a039 21,
            12 0x655b_59c3 6, 3 0x8f0c_cc92 10, 10 0xffef_f47d 15, 1 0x8584_5dd1 21,
            8 0x6fa8_7e4f 6, 15 0xfe2c_e6e0 10, 6 0xa301_4314 15, 13 0x4e08_11a1 21,
            4 0xf753_7e82 6, 11 0xbd3a_f235 10, 2 0x2ad7_d2bb 15, 9 0xeb86_d391 21,
        }
    };
}

fn compress(state: &mut State, blocks: &[[u8; BLOCK]]) {
    for block in blocks {
        let words = words(block);
        let mut x = *state;
        all_steps!(words, [x]);
        *state = sum(*state, x);
    }
}

/// The same for two states. While the one waits for its last step, the other has work for the processor.
fn compress_both(one: &mut State, other: &mut State, blocks: &[[u8; BLOCK]]) {
    for block in blocks {
        let words = words(block);
        let (mut x, mut y) = (*one, *other);
        all_steps!(words, [x y]);
        *one = sum(*one, x);
        *other = sum(*other, y);
    }
}

#[inline(always)]
fn words(block: &[u8; BLOCK]) -> [u32; 16] {
    let ([a, b, c, d], [e, f, g, h]) = (quarter(block, 0), quarter(block, 4));
    let ([i, j, k, l], [m, n, o, p]) = (quarter(block, 8), quarter(block, 12));
    [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]
}

#[inline(always)]
fn quarter(block: &[u8; BLOCK], i: usize) -> [u32; 4] {
    [word(block, i), word(block, i + 1), word(block, i + 2), word(block, i + 3)]
}

#[inline(always)]
fn word(block: &[u8; BLOCK], i: usize) -> u32 {
    let (words, _) = block.as_chunks();
    u32::from_le_bytes(words[i])
}

#[inline(always)]
fn sum([a, b, c, d]: State, [e, f, g, h]: State) -> State {
    [a.wrapping_add(e), b.wrapping_add(f), c.wrapping_add(g), d.wrapping_add(h)]
}

#[inline(always)]
fn step(mix: fn(u32, u32, u32, u32) -> u32, [a, b, c, d]: State, added: u32, turn: u32) -> State {
    let sum = mix(a.wrapping_add(added), b, c, d);
    [d, sum.rotate_left(turn).wrapping_add(b), b, c]
}

/// `sum` and F of the RFC. In this and the others, what does not need `b`, which is known last, comes first.
#[inline(always)]
fn choose(sum: u32, b: u32, c: u32, d: u32) -> u32 {
    sum.wrapping_add(d ^ (b & (c ^ d)))
}

/// `sum` and G of the RFC, whose two halves never have a bit in common.
#[inline(always)]
fn choose_by_last(sum: u32, b: u32, c: u32, d: u32) -> u32 {
    sum.wrapping_add(c & !d).wrapping_add(b & d)
}

/// `sum` and H of the RFC.
#[inline(always)]
fn parity(sum: u32, b: u32, c: u32, d: u32) -> u32 {
    sum.wrapping_add(b ^ (c ^ d))
}

/// `sum` and I of the RFC.
#[inline(always)]
fn blend(sum: u32, b: u32, c: u32, d: u32) -> u32 {
    sum.wrapping_add(c ^ (b | !d))
}

#[cfg(test)]
mod tests {
    use md5::Digest as _;
    use proptest::prelude::*;

    use super::*;

    fn md5(bytes: &[u8]) -> String {
        let mut hasher = Hasher::default();
        hasher.update(bytes);
        hasher.finish().to_string()
    }

    #[test]
    fn the_vectors_of_rfc_1321_come_out() {
        let digits = "12345678901234567890123456789012345678901234567890123456789012345678901234567890";
        for (text, expected) in [
            ("", "d41d8cd98f00b204e9800998ecf8427e"),
            ("a", "0cc175b9c0f1b6a831c399e269772661"),
            ("abc", "900150983cd24fb0d6963f7d28e17f72"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
            ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
            (
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
                "d174ab98d277d9f5a5611c2c9f419d9f",
            ),
            (digits, "57edf4a22be3c955ac49da2e2107b67a"),
        ] {
            assert_eq!(md5(text.as_bytes()), expected, "{text}");
        }
    }

    fn theirs(bytes: &[u8]) -> Md5 {
        Md5(md5::Md5::digest(bytes).into())
    }

    proptest! {
        #[test]
        fn two_at_once_are_as_two_apart_wherever_the_bytes_are_cut(
            before in proptest::collection::vec(any::<u8>(), 0..200),
            pieces in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..300), 0..6),
        ) {
            let (mut whole, mut part) = (Hasher::default(), Hasher::default());
            whole.update(&before);
            for piece in &pieces {
                part.update_both(&mut whole, piece);
            }
            let bytes = pieces.concat();
            prop_assert_eq!(part.finish(), theirs(&bytes));
            prop_assert_eq!(whole.finish(), theirs(&[before, bytes].concat()));
        }
    }
}

use super::*;
use crate::Pages;
use crate::source::Memory;
use miniz_oxide::deflate::compress_to_vec_zlib;

/// Type, sectors and bytes in the file of a run.
type Piece = (u32, u64, Vec<u8>);

const ZERO: u32 = 0;
const RAW: u32 = 1;
const ADC: u32 = 0x8000_0004;
const ZLIB: u32 = 0x8000_0005;

/// An image as it was made before Mac OS X 10.2, its index in a resource fork; runs begin at 100.
fn image(pieces: &[Piece]) -> (Vec<u8>, Trailer) {
    let mut file = vec![0xee; 100];
    let (mut runs, mut sector) = (Vec::new(), 0_u64);
    for (kind, n_sectors, bytes) in pieces {
        // Offsets count from the trailer's 60 and the table's 30.
        let numbers = [sector, *n_sectors, file.len() as u64 - 90, bytes.len() as u64];
        runs.extend([kind.to_be_bytes(), [0; 4]].concat());
        runs.extend(numbers.iter().flat_map(|number| number.to_be_bytes()));
        file.extend(bytes);
        sector += n_sectors;
    }
    runs.extend(u32::MAX.to_be_bytes());
    runs.resize(runs.len() + 36, 0);
    let mut table = [&b"mish\0\0\0\x01"[..], &[0; 8], &sector.to_be_bytes(), &30_u64.to_be_bytes()].concat();
    table.resize(204, 0);
    table.extend(runs);
    let len = table.len() as u32;
    let fork_start = file.len() as u64;
    let mut fork =
        [16, 20 + len, 4 + len, 50].iter().flat_map(|number: &u32| number.to_be_bytes()).collect::<Vec<u8>>();
    fork.extend(len.to_be_bytes());
    fork.extend(&table);
    fork.extend([0; 24]);
    fork.extend([0, 28, 0, 50, 0, 0, b'b', b'l', b'k', b'x', 0, 0, 0, 10]);
    fork.extend([0, 128, 0, 0, 0x50, 0, 0, 0, 0, 0, 0, 0, 1, b'a']);
    file.extend(&fork);
    let fork = (fork_start, fork.len() as u64);
    (
        file,
        Trailer { data_offset: 60, plist: (0, 0), resource_fork: fork, signature: (0, 0), trailing_len: 0 },
    )
}

fn sectors(n: u64, byte: u8) -> Vec<u8> {
    vec![byte; n as usize * 512]
}

fn zlib(n: u64, byte: u8) -> Piece {
    (ZLIB, n, compress_to_vec_zlib(&sectors(n, byte), 6))
}

fn read(pieces: &[Piece], offset: u64, len: usize) -> Result<Vec<u8>, InspectError> {
    let (file, trailer) = image(pieces);
    Image::open(&mut Memory(&file), &trailer)?.read(offset, len)
}

#[test]
fn a_read_joins_runs_of_all_kinds() {
    let adc = [&[0x80, 5][..], &[0x7f, 0, 0].repeat(8)].concat();
    let pieces = [(RAW, 1, sectors(1, 1)), (ZERO, 2, Vec::new()), zlib(3, 4), (ADC, 1, adc)];
    let whole = [sectors(1, 1), sectors(2, 0), sectors(3, 4), sectors(1, 5)].concat();
    assert_eq!(read(&pieces, 0, usize::MAX), Ok(whole.clone()));
    assert_eq!(read(&pieces, 500, 2000), Ok(whole[500..2500].to_vec()));
    assert_eq!(read(&pieces, 3584, 10), Ok(Vec::new()));
    let (file, trailer) = image(&pieces);
    let mut memory = Memory(&file);
    let image = Image::open(&mut memory, &trailer).expect("an image");
    assert_eq!(image.run_types(), [RunType::Zero, RunType::Raw, RunType::Adc, RunType::Zlib]);
    assert_eq!(image.tables, [RunTable { name: "a".to_owned(), start: 0, len: 7 * 512 }]);
}

#[test]
fn a_run_that_is_cut_short_or_of_another_length_is_refused() {
    let (kind, n, bytes) = zlib(3, 4);
    assert!(read(&[(kind, n, bytes[..bytes.len() - 6].to_vec())], 0, 10).is_err());
    assert!(read(&[(kind, n + 1, bytes.clone())], 0, 10).is_err());
    assert!(read(&[(kind, n - 1, bytes)], 0, 10).is_err());
    assert!(read(&[(0x8000_0099, 1, Vec::new())], 0, 10).is_err());
}

#[test]
fn a_run_is_only_unpacked_when_it_is_read() {
    let pieces = [(ZLIB, 3, vec![0xff; 100]), zlib(3, 4)];
    assert_eq!(read(&pieces, 1536, 4), Ok(vec![4; 4]));
    assert!(read(&pieces, 1535, 4).is_err());
}

#[test]
fn runs_that_claim_too_much_are_refused_before_they_are_unpacked() {
    let bytes = zlib(1, 4).2;
    assert!(read(&[(ZLIB, MAX_RUN as u64 / 512 + 1, bytes.clone())], 0, 10).is_err());
    assert!(read(&[(ZLIB, u64::MAX, bytes)], 0, 10).is_err());
    let zeros = read(&[(ZERO, u64::MAX / 512, Vec::new())], u64::MAX - 600, 10);
    assert_eq!(zeros, Ok(vec![0; 10]));
}

#[test]
fn all_runs_together_have_a_budget() {
    let n = MAX_RUN as u64 / 512;
    let (file, trailer) = image(&vec![zlib(n, 4); MAX_EXPANDED / MAX_RUN + 1]);
    let mut memory = Memory(&file);
    let mut image = Image::open(&mut memory, &trailer).expect("an image");
    for n in 0..(MAX_EXPANDED / MAX_RUN) as u64 {
        assert_eq!(image.read(n * MAX_RUN as u64, 2), Ok(vec![4; 2]));
        assert_eq!(image.read(n * MAX_RUN as u64 + 9, 2), Ok(vec![4; 2]));
    }
    assert!(image.read(MAX_EXPANDED as u64, 1).is_err());
}

#[test]
fn a_restart_recalls_what_was_unpacked() {
    let (file, trailer) = image(&[zlib(8, 4)]);
    let mut pages = Pages::new(file.len() as u64);
    pages.insert(0, &file);
    assert!(Image::open(&mut pages, &trailer).and_then(|mut image| image.read(0, 1)).is_ok());
    assert_eq!(pages.recall(100).map(|bytes| bytes.len()), Some(8 * 512));
    assert!(pages.recall(trailer.resource_fork.0).is_some());
}

#[test]
fn an_image_cut_anywhere_is_refused_or_reads_the_same() {
    let pieces = [(RAW, 1, sectors(1, 1)), zlib(3, 4)];
    let (file, trailer) = image(&pieces);
    let whole = read(&pieces, 0, 2048);
    for len in 0..file.len() {
        let mut memory = Memory(&file[..len]);
        let outcome = Image::open(&mut memory, &trailer).and_then(|mut image| image.read(0, 2048));
        assert!(outcome.is_err() || outcome == whole, "{len}");
    }
}

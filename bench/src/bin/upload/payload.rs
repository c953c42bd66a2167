//! The packages that all clients upload.

use std::fs::{self, File};
use std::io::{self, BufWriter, Cursor, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use testkit::package::{HELLO_WORLD, corpus, noise};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// One package, on disk.
pub(crate) struct Payload {
    /// Its name in the tables, such as `200 MB`.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) n_bytes: u64,
    pub(crate) sha256: String,
}

impl Payload {
    /// A real APK with that many megabytes of stored noise in it, the same bytes every time.
    pub(crate) fn make(folder: &Path, megabytes: u64) -> Payload {
        let path = folder.join(format!("{megabytes}.apk"));
        padded(&path, megabytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = if megabytes.is_multiple_of(1000) {
            format!("{} GB", megabytes / 1000)
        } else {
            format!("{megabytes} MB")
        };
        // All clients read it from the page cache.
        let sha256 = File::open(&path).and_then(sha256).expect("what was written can be read");
        let n_bytes = fs::metadata(&path).map_or(0, |metadata| metadata.len());
        Payload { name, path, n_bytes, sha256 }
    }

    /// Megabytes a second of an upload that took so long.
    pub(crate) fn rate(&self, seconds: f64) -> f64 {
        self.n_bytes as f64 / 1e6 / seconds
    }
}

fn padded(path: &Path, megabytes: u64) -> zip::result::ZipResult<()> {
    let mut source = ZipArchive::new(Cursor::new(corpus(HELLO_WORLD)))?;
    let mut target = ZipWriter::new(BufWriter::with_capacity(1 << 20, File::create(path)?));
    for index in 0..source.len() {
        target.raw_copy_file(source.by_index_raw(index)?)?;
    }
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    target.start_file("assets/padding.bin", stored.large_file(true))?;
    // A megabyte of noise that begins a little later each time: nothing in it comes twice at the same place.
    let block = noise(1_000_000);
    for number in 0..megabytes {
        let at = usize::try_from(number * 997).unwrap_or(0) % block.len();
        target.write_all(&block[at..])?;
        target.write_all(&block[..at])?;
    }
    target.finish()?.flush()?;
    Ok(())
}

/// SHA-256 of everything that can be read, in lower-case hex.
pub(crate) fn sha256(mut from: impl Read) -> io::Result<String> {
    let mut digest = Sha256::new();
    let mut block = vec![0; 1 << 20];
    loop {
        match from.read(&mut block)? {
            0 => break,
            n_bytes => digest.update(&block[..n_bytes]),
        }
    }
    Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

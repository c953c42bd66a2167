//! Packages: real ones of the shared corpus, and large ones made of them.

mod sparse;

use std::io::{Cursor, Seek, Write};
use std::path::PathBuf;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use md5::Md5;
use sha2::{Digest, Sha256};
pub use sparse::LargePackage;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// A small real APK: `com.example.helloworld`, version 1.0 (1), for API level 15.
pub const HELLO_WORLD: &str = "apk/androidbinary__helloworld.apk";

/// A larger real APK of another app: `com.icyleaf.appinfodemo`, version 2.1.0 (10), for API level 14.
pub const APP_INFO: &str = "apk/app-info__android.apk";

/// Where a file of the shared corpus is.
pub fn corpus_path(file: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus").join(file);
    // A browser takes no path with dots.
    path.canonicalize().unwrap_or(path)
}

/// A file of the shared corpus.
pub fn corpus(file: &str) -> Vec<u8> {
    let path = corpus_path(file);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A row of the corpus's table, `INDEX.tsv`.
pub struct CorpusRow(Vec<String>);

impl CorpusRow {
    /// The cell of this column; empty if there is none.
    pub fn cell(&self, column: usize) -> &str {
        self.0.get(column).map_or("", String::as_str)
    }

    /// The path in the corpus.
    pub fn file(&self) -> &str {
        self.cell(0)
    }

    /// Bytes of the file.
    pub fn n_bytes(&self) -> u64 {
        self.cell(2).parse().unwrap_or(0)
    }

    /// Its extension, if it is a package.
    pub fn format(&self) -> &str {
        self.cell(3)
    }
}

/// The corpus's table of files and of what is known about them.
pub fn corpus_rows() -> Vec<CorpusRow> {
    // A cell in quotes has its quotes doubled.
    let unquoted = |cell: &str| match cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => cell.to_owned(),
    };
    let table = String::from_utf8(corpus("INDEX.tsv")).expect("the table is text");
    table.lines().skip(1).map(|line| CorpusRow(line.split('\t').map(unquoted).collect())).collect()
}

/// A real APK with as many more bytes in it, which do not compress.
pub fn padded_apk(file: &str, padding: usize) -> Vec<u8> {
    let target = Cursor::new(Vec::with_capacity(padding + (1 << 20)));
    apk_with(file, target, |target| target.write_all(&noise(padding))).into_inner()
}

/// Writes a real APK with one more entry, which is stored and not compressed.
fn apk_with<W: Write + Seek>(
    file: &str,
    target: W,
    write_entry: impl FnOnce(&mut ZipWriter<W>) -> std::io::Result<()>,
) -> W {
    let mut source = ZipArchive::new(Cursor::new(corpus(file))).expect("a corpus APK is a zip");
    let mut target = ZipWriter::new(target);
    for index in 0..source.len() {
        target.raw_copy_file(source.by_index_raw(index).expect("an entry")).expect("an entry is copied");
    }
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    target.start_file("assets/padding.bin", stored.large_file(true)).expect("an entry is begun");
    write_entry(&mut target).expect("an entry is written");
    target.finish().expect("the directory is written")
}

/// A small archive that is no package.
pub fn plain_zip() -> Vec<u8> {
    let mut target = ZipWriter::new(Cursor::new(Vec::new()));
    for name in ["tools/readme.txt", "tools/run.sh"] {
        target.start_file(name, SimpleFileOptions::default()).expect("an entry is begun");
        target.write_all(name.as_bytes()).expect("an entry is written");
    }
    target.finish().expect("the directory is written").into_inner()
}

/// Bytes without a pattern, the same ones every time.
pub fn noise(n_bytes: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut bytes = Vec::with_capacity(n_bytes + 8);
    while bytes.len() < n_bytes {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(n_bytes);
    bytes
}

/// MD5 in lower-case hex.
pub fn md5(bytes: &[u8]) -> String {
    Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// MD5 as the header `Content-MD5` has it: in base64.
pub fn content_md5(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(Md5::digest(bytes))
}

/// SHA-256 in lower-case hex.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

//! Packages of gigabytes in sparse files, which take next to no disk.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{apk_with, noise};

/// The distance of the marks that make every chunk of a package different.
const STRIDE: u64 = 1 << 20;

/// A mark: one block of a file system.
const MARK: usize = 4096;

/// What is between two marks.
static ZEROS: [u8; STRIDE as usize - MARK] = [0; STRIDE as usize - MARK];

/// A large package on disk.
#[derive(Clone, Debug)]
pub struct LargePackage {
    /// Where it is.
    pub path: PathBuf,
    /// How long it is.
    pub n_bytes: u64,
}

impl LargePackage {
    /// Writes a real APK with about as many more bytes in it: zeros, and a mark in every MiB that is only there.
    pub fn write(path: &Path, file: &str, padding: u64) -> LargePackage {
        let target = SparseFile(File::create(path).expect("a file can be made"));
        let target = apk_with(file, target, |target| {
            let mut mark = noise(MARK);
            for n in 0..padding / STRIDE {
                mark[..8].copy_from_slice(&n.to_le_bytes());
                target.write_all(&mark)?;
                target.write_all(&ZEROS)?;
            }
            Ok(())
        });
        let n_bytes = target.0.metadata().expect("a file has a length").len();
        LargePackage { path: path.to_owned(), n_bytes }
    }

    /// The bytes of this range, or those up to the end.
    pub fn range(&self, offset: u64, n_bytes: u64) -> Vec<u8> {
        let mut file = self.open();
        file.seek(SeekFrom::Start(offset)).expect("a file can be read anywhere");
        let mut bytes = Vec::new();
        file.take(n_bytes).read_to_end(&mut bytes).expect("the package can be read");
        bytes
    }

    /// Its SHA-256 in lower-case hex.
    pub fn sha256(&self) -> String {
        let (mut file, mut sha256, mut buffer) = (self.open(), Sha256::new(), vec![0; STRIDE as usize]);
        loop {
            match file.read(&mut buffer).expect("the package can be read") {
                0 => return sha256.finalize().iter().map(|byte| format!("{byte:02x}")).collect(),
                n_bytes => sha256.update(&buffer[..n_bytes]),
            }
        }
    }

    fn open(&self) -> File {
        File::open(&self.path).expect("the package is there")
    }
}

/// A file that is sparse between the marks.
struct SparseFile(File);

impl Write for SparseFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if bytes == ZEROS {
            self.0.seek(SeekFrom::Current(bytes.len() as i64))?;
            return Ok(bytes.len());
        }
        self.0.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

impl Seek for SparseFile {
    fn seek(&mut self, position: SeekFrom) -> std::io::Result<u64> {
        self.0.seek(position)
    }
}

#[cfg(test)]
mod tests {
    use zip::ZipArchive;

    use super::*;
    use crate::package::{HELLO_WORLD, sha256};
    use crate::temp_folder::TempFolder;

    #[test]
    fn a_large_package_is_a_sparse_zip_whose_chunks_differ() {
        let folder = TempFolder::new("sparse");
        let package = LargePackage::write(&folder.path().join("a.apk"), HELLO_WORLD, 20 << 20);
        let bytes = std::fs::read(&package.path).unwrap();
        assert_eq!(bytes.len() as u64, package.n_bytes);
        assert_eq!(sha256(&bytes), package.sha256());
        assert_eq!(package.range(5, 100), bytes[5..105]);
        assert_ne!(package.range(4 << 20, 1 << 20), package.range(5 << 20, 1 << 20));
        let mut zip = ZipArchive::new(File::open(&package.path).unwrap()).unwrap();
        let mut padding = zip.by_name("assets/padding.bin").unwrap();
        // Fails if the checksum is not that of the bytes.
        assert_eq!(std::io::copy(&mut padding, &mut std::io::sink()).unwrap(), 20 << 20);
    }
}

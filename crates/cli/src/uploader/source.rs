//! The file that is uploaded, and proof that it stays the same.

use std::fmt;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use upload::{Fingerprint, Hasher, sample_ranges};

use crate::error::CliError;
use crate::package::{FileError, open_regular_file, read_range};

/// The open file, with what tells whether it changed.
///
/// A build may run again while its last package is uploaded, and write to the very file. Chunks of both builds would then
/// make a package that no build produced, and that testers may even be able to install. The file's size, time and
/// inode are compared before and after each read, so a chunk has bytes of one state of the file only. The path is looked
/// up as well, because a build tool may rename a new file over it: the open file stays as it was then, but releasing it
/// would release a package that the user has replaced.
#[derive(Debug)]
pub(super) struct SourceFile {
    path: PathBuf,
    file: File,
    stamp: FileStamp,
    fingerprint: Fingerprint,
}

/// What differs after a file was written to or replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
struct FileStamp {
    size: u64,
    modified: Option<SystemTime>,
    /// Device and inode number: another file of the same name has other ones.
    inode: Option<(u64, u64)>,
}

/// Why the file can no longer be uploaded.
#[derive(Debug)]
pub(super) enum FileChange {
    /// It was written to, or replaced by another file.
    Changed,
    /// It was moved or deleted.
    Gone,
    /// It exists, but cannot be read.
    Unreadable(io::Error),
}

impl fmt::Display for FileChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FileChange::Changed => f.write_str("it was changed or replaced"),
            FileChange::Gone => f.write_str("it was moved or deleted"),
            FileChange::Unreadable(error) => write!(f, "it cannot be read: {error}"),
        }
    }
}

impl SourceFile {
    /// Opens a file and samples it.
    pub(super) fn open(path: &Path) -> Result<Self, CliError> {
        let (file, _) = open_regular_file(path).map_err(CliError::from)?;
        let to_error = |error: io::Error| CliError::from(FileError::io(&error));
        let metadata = file.metadata().map_err(to_error)?;
        let fingerprint = compute_fingerprint(path, &file, &metadata).map_err(to_error)?;
        Ok(Self { path: path.to_owned(), file, stamp: FileStamp::of(&metadata), fingerprint })
    }

    /// What identifies the file without reading all of it.
    pub(super) fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    /// Reads a range, and checks before and after that the file is the same.
    pub(super) fn read(&self, offset: u64, len: u64) -> Result<Vec<u8>, FileChange> {
        self.check_unchanged()?;
        // A chunk has 64 MiB at most unless the user asks for more, and is always held in memory.
        let len =
            usize::try_from(len).map_err(|_| FileChange::Unreadable(io::ErrorKind::OutOfMemory.into()))?;
        let bytes = read_range(&self.file, offset, len).map_err(FileChange::Unreadable)?;
        self.check_unchanged()?;
        if bytes.len() == len { Ok(bytes) } else { Err(FileChange::Changed) }
    }

    /// Compares the open file, and the file at its path, with the file that was opened.
    fn check_unchanged(&self) -> Result<(), FileChange> {
        let open = self.file.metadata().map_err(FileChange::Unreadable)?;
        let named = fs::metadata(&self.path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => FileChange::Gone,
            _ => FileChange::Unreadable(error),
        })?;
        let is_same = [open, named].iter().all(|metadata| FileStamp::of(metadata) == self.stamp);
        if is_same { Ok(()) } else { Err(FileChange::Changed) }
    }
}

impl FileStamp {
    fn of(metadata: &Metadata) -> Self {
        Self { size: metadata.len(), modified: metadata.modified().ok(), inode: inode(metadata) }
    }
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> Option<(u64, u64)> {
    None
}

fn compute_fingerprint(path: &Path, file: &File, metadata: &Metadata) -> io::Result<Fingerprint> {
    let mut hasher = Hasher::default();
    for (offset, len) in sample_ranges(metadata.len()) {
        // Half a mebibyte at most.
        hasher.update(&read_range(file, offset, len as usize)?);
    }
    Ok(Fingerprint {
        name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        size: metadata.len(),
        modified_ms: metadata.modified().map_or(0, unix_milliseconds),
        sample: hasher.finish(),
    })
}

/// Milliseconds since 1970, negative before.
fn unix_milliseconds(time: SystemTime) -> i64 {
    let after = time.duration_since(SystemTime::UNIX_EPOCH);
    let ms = |duration: std::time::Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    after.map_or_else(|before| -ms(before.duration()), ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("slipway-source-{name}-{}", std::process::id()));
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("app.apk"), b"0123456789").unwrap();
            Self(folder)
        }

        fn path(&self) -> PathBuf {
            self.0.join("app.apk")
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn an_unchanged_file_is_read_again_and_again() {
        let scratch = Scratch::new("unchanged");
        let source = SourceFile::open(&scratch.path()).unwrap();
        assert_eq!(source.read(2, 3).unwrap(), b"234");
        assert_eq!(source.read(0, 10).unwrap(), b"0123456789");
        assert_eq!(source.fingerprint().name, "app.apk");
        assert_eq!(source.fingerprint().size, 10);
    }

    #[test]
    fn a_file_that_grows_shrinks_is_replaced_or_deleted_is_noticed() {
        type Action = fn(&Path);
        let changes: [(&str, Action); 3] = [
            ("grows", |path| fs::write(path, b"0123456789a").unwrap()),
            ("shrinks", |path| fs::write(path, b"012").unwrap()),
            ("replaced", |path| {
                fs::write(path.with_extension("new"), b"0123456789").unwrap();
                fs::rename(path.with_extension("new"), path).unwrap();
            }),
        ];
        for (name, change) in changes {
            let scratch = Scratch::new(name);
            let source = SourceFile::open(&scratch.path()).unwrap();
            change(&scratch.path());
            assert!(matches!(source.read(0, 3), Err(FileChange::Changed)), "{name}");
        }
        let scratch = Scratch::new("deleted");
        let source = SourceFile::open(&scratch.path()).unwrap();
        fs::remove_file(scratch.path()).unwrap();
        assert!(matches!(source.read(0, 3), Err(FileChange::Gone)));
    }

    #[test]
    fn the_sample_tells_files_of_one_length_apart() {
        let scratch = Scratch::new("sample");
        let first = SourceFile::open(&scratch.path()).unwrap().fingerprint;
        fs::write(scratch.path(), b"9876543210").unwrap();
        let second = SourceFile::open(&scratch.path()).unwrap().fingerprint;
        assert_eq!(first.compare(&second), upload::FingerprintMatch::Other);
    }
}

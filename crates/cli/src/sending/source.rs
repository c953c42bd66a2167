use std::fmt;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use upload::{Fingerprint, Hasher, sample_ranges};

use crate::file;
use crate::report::Failure;
use crate::trouble::Trouble;

/// The file that is sent, and proof that it is still the same.
#[derive(Debug)]
pub(super) struct Source {
    path: PathBuf,
    file: File,
    stamp: Stamp,
    identity: Fingerprint,
}

/// What changes when a file is written or replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stamp {
    size: u64,
    modified: Option<SystemTime>,
    /// Device and number: another one of the same name is another file.
    inode: Option<(u64, u64)>,
}

/// Why a file can no longer be sent.
#[derive(Debug)]
pub(super) enum Change {
    /// It was written to, or replaced by another one.
    Changed,
    /// It is not there any more.
    Gone,
    /// The disk does not give it.
    Unreadable(io::Error),
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::Changed => f.write_str("it was changed or replaced"),
            Change::Gone => f.write_str("it is not there any more"),
            Change::Unreadable(error) => write!(f, "it cannot be read: {error}"),
        }
    }
}

impl Source {
    /// Opens a file and samples it.
    pub(super) fn open(path: &Path) -> Result<Self, Trouble> {
        let (file, _) = file::open(path).map_err(Trouble::from)?;
        let complain = |error: io::Error| Trouble::from(Failure::io(&error));
        let metadata = file.metadata().map_err(complain)?;
        let identity = identity(path, &file, &metadata).map_err(complain)?;
        Ok(Self { path: path.to_owned(), file, stamp: Stamp::of(&metadata), identity })
    }

    /// What tells it from other files.
    pub(super) fn identity(&self) -> &Fingerprint {
        &self.identity
    }

    /// A range of it. The file is looked at before and after, so that no part has bytes of two files.
    pub(super) fn read(&self, offset: u64, len: u64) -> Result<Vec<u8>, Change> {
        self.check()?;
        // A part is at most 64 MiB unless somebody asks for more, and always in memory.
        let len = usize::try_from(len).map_err(|_| Change::Unreadable(io::ErrorKind::OutOfMemory.into()))?;
        let bytes = file::range(&self.file, offset, len).map_err(Change::Unreadable)?;
        self.check()?;
        if bytes.len() == len { Ok(bytes) } else { Err(Change::Changed) }
    }

    /// Whether the open file and the one of that name are still the one that was opened.
    fn check(&self) -> Result<(), Change> {
        let open = self.file.metadata().map_err(Change::Unreadable)?;
        let named = fs::metadata(&self.path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Change::Gone,
            _ => Change::Unreadable(error),
        })?;
        let is_same = [open, named].iter().all(|metadata| Stamp::of(metadata) == self.stamp);
        if is_same { Ok(()) } else { Err(Change::Changed) }
    }
}

impl Stamp {
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

fn identity(path: &Path, file: &File, metadata: &Metadata) -> io::Result<Fingerprint> {
    let mut hasher = Hasher::default();
    for (offset, len) in sample_ranges(metadata.len()) {
        // Half a mebibyte at the most.
        hasher.update(&file::range(file, offset, len as usize)?);
    }
    Ok(Fingerprint {
        name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        size: metadata.len(),
        modified_ms: metadata.modified().map_or(0, milliseconds),
        sample: hasher.finish(),
    })
}

/// Since 1970, also before.
fn milliseconds(time: SystemTime) -> i64 {
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
    fn a_file_that_stays_is_read_again_and_again() {
        let scratch = Scratch::new("stays");
        let source = Source::open(&scratch.path()).unwrap();
        assert_eq!(source.read(2, 3).unwrap(), b"234");
        assert_eq!(source.read(0, 10).unwrap(), b"0123456789");
        assert_eq!(source.identity().name, "app.apk");
        assert_eq!(source.identity().size, 10);
    }

    #[test]
    fn a_file_that_grows_shrinks_is_replaced_or_goes_is_noticed() {
        type Do = fn(&Path);
        let changes: [(&str, Do); 3] = [
            ("grows", |path| fs::write(path, b"0123456789a").unwrap()),
            ("shrinks", |path| fs::write(path, b"012").unwrap()),
            ("replaced", |path| {
                fs::write(path.with_extension("new"), b"0123456789").unwrap();
                fs::rename(path.with_extension("new"), path).unwrap();
            }),
        ];
        for (name, change) in changes {
            let scratch = Scratch::new(name);
            let source = Source::open(&scratch.path()).unwrap();
            change(&scratch.path());
            assert!(matches!(source.read(0, 3), Err(Change::Changed)), "{name}");
        }
        let scratch = Scratch::new("goes");
        let source = Source::open(&scratch.path()).unwrap();
        fs::remove_file(scratch.path()).unwrap();
        assert!(matches!(source.read(0, 3), Err(Change::Gone)));
    }

    #[test]
    fn the_sample_tells_files_of_one_length_apart() {
        let scratch = Scratch::new("sample");
        let first = Source::open(&scratch.path()).unwrap().identity;
        fs::write(scratch.path(), b"9876543210").unwrap();
        let second = Source::open(&scratch.path()).unwrap().identity;
        assert_eq!(first.compare(&second), upload::FingerprintMatch::Other);
    }
}

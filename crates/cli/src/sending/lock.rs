use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use crate::place;
use crate::trouble::{Exit, Trouble};

/// That no other process is at an upload. Dropping it lets go.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    file: File,
}

impl Lock {
    /// A file beside the record, because the record itself is replaced. The system lets go of it when the process ends,
    /// however it does.
    pub(super) fn take(record: &Path) -> Result<Self, Trouble> {
        let path = record.with_extension("lock");
        let complain = |error: io::Error| Trouble::own_file("lock", &path, &error);
        loop {
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true).truncate(false);
            let mut file = place::private_file(&mut options, &path).map_err(complain)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(taken(&mut file)),
                Err(TryLockError::Error(error)) => return Err(complain(error)),
            }
            if is_at(&file, &path) {
                // For whoever finds it taken; without it they learn less.
                let _ = file.set_len(0).and_then(|()| write!(file, "{}", std::process::id()));
                return Ok(Self { path, file });
            }
            // Whoever had it before us has removed it since we opened it.
        }
    }

    /// Lets go, and leaves nothing.
    pub(super) fn remove(self) {
        // First the name and then the lock: nobody gets the one without the other.
        let _ = fs::remove_file(&self.path);
        drop(self.file);
    }
}

fn taken(file: &mut File) -> Trouble {
    let mut process = String::new();
    let _ = file.rewind().and_then(|()| file.read_to_string(&mut process));
    let who = if process.is_empty() { String::new() } else { format!(", process {process},") };
    let message = format!("another slipway{who} uploads this file to this app");
    Trouble::new(Exit::Busy, "upload-is-taken", message, "wait for it, or end it and give the command again")
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let number = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    file.metadata().ok().map(number) == fs::metadata(path).ok().map(number)
}

/// Elsewhere it is taken to be: two processes at one upload, one of which just ends, would store some parts twice.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

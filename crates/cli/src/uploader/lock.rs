//! One process for each upload.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use crate::error::{CliError, ExitReason};
use crate::private_files;

/// Holds other processes off an upload. Dropping it releases the lock.
///
/// Two jobs of a CI machine may start the same command. Without the lock both would continue the same upload, each would
/// overwrite the other's record, and the second to finish would find an upload that is gone. A file with the process id
/// would not do: after a crash it stays, and the id may be another program's by then. The system releases a lock when the
/// process ends, however it ends.
#[derive(Debug)]
pub(super) struct UploadLock {
    path: PathBuf,
    file: File,
}

impl UploadLock {
    /// Locks a file beside the record. The record itself is replaced by renaming, and a lock stays with the old file.
    pub(super) fn take(record: &Path) -> Result<Self, CliError> {
        let path = record.with_extension("lock");
        let to_error = |error: io::Error| CliError::own_file("lock", &path, &error);
        loop {
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true).truncate(false);
            let mut file = private_files::open_private(&mut options, &path).map_err(to_error)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(in_use_error(&mut file)),
                Err(TryLockError::Error(error)) => return Err(to_error(error)),
            }
            if is_file_at(&file, &path) {
                // For the error of the next process. If it cannot be written, that error has no process id.
                let _ = file.set_len(0).and_then(|()| write!(file, "{}", std::process::id()));
                return Ok(Self { path, file });
            }
            // The process that had the lock removed the file after we opened it: lock the new one.
        }
    }

    /// Releases the lock and removes its file.
    pub(super) fn remove(self) {
        // In this order: otherwise another process could lock the file between the two, and a third one a new file.
        let _ = fs::remove_file(&self.path);
        drop(self.file);
    }
}

fn in_use_error(file: &mut File) -> CliError {
    let mut process = String::new();
    let _ = file.rewind().and_then(|()| file.read_to_string(&mut process));
    let id = if process.is_empty() { String::new() } else { format!(" (process {process})") };
    let message = format!("another slipway{id} is uploading this file to this app");
    let fix = "wait until it ends, or end it and run the command again";
    CliError::new(ExitReason::UploadInUse, "upload-is-taken", "Upload is already running", message, fix)
}

/// Whether the open file is still the one at that path.
#[cfg(unix)]
fn is_file_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let number = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    file.metadata().ok().map(number) == fs::metadata(path).ok().map(number)
}

/// Elsewhere it is assumed. The price is small: two processes, one of which is ending, send some chunks twice.
#[cfg(not(unix))]
fn is_file_at(_: &File, _: &Path) -> bool {
    true
}

//! A file on disk, opened and read by ranges.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::error::FileError;

/// Opens a regular file. Anything else is refused before it is opened: opening a pipe can block for ever.
pub(crate) fn open_regular_file(path: &Path) -> Result<(File, u64), FileError> {
    let metadata = fs::metadata(path).map_err(|error| FileError::io(&error))?;
    if metadata.is_dir() {
        let fix = match path.extension() {
            Some(extension) if extension == "app" => "zip the app, or make a dmg or a pkg of it",
            _ => "name the packages in it one by one",
        };
        return Err(FileError::new("not-a-file", "it is a folder", fix));
    }
    if !metadata.is_file() {
        let message = "it is a pipe or a device";
        return Err(FileError::new("not-a-file", message, "save the package to a file first"));
    }
    let file = File::open(path).map_err(|error| FileError::io(&error))?;
    Ok((file, metadata.len()))
}

/// Reads a range of the file, less of it if the file is shorter by now.
pub(crate) fn read_range(file: &File, offset: u64, len: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; len];
    let mut filled = 0;
    while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match read_at(file, rest, offset + filled as u64) {
            Ok(0) => break,
            Ok(n_bytes) => filled += n_bytes,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

#[cfg(not(any(unix, windows)))]
fn read_at(mut file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    io::Seek::seek(&mut file, io::SeekFrom::Start(offset))?;
    io::Read::read(&mut file, buffer)
}

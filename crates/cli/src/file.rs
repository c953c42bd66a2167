//! A package on disk, read by ranges.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use artifact::{Digester, Digests, Format, Hints, inspect_sync};

use crate::progress::Progress;
use crate::report::{Failure, Report};

/// Bytes read at a time for digests: 1 MiB.
const PIECE: usize = 1 << 20;

/// Finds out what the file is. `now` in seconds since 1970-01-01T00:00:00Z.
pub(crate) fn read(path: &Path, now: i64, with_digests: bool) -> Report {
    let mut report = Report {
        file: path.to_owned(),
        artifact: None,
        digests: None,
        size: None,
        bytes_read: 0,
        reads: 0,
        failure: None,
    };
    let (file, size) = match open(path) {
        Ok(opened) => opened,
        Err(failure) => {
            report.failure = Some(failure);
            return report;
        }
    };
    report.size = Some(size);
    if let Err(failure) = inspect(&file, now, &mut report) {
        report.failure = Some(failure);
    }
    if with_digests {
        match digests(&file, size, &mut Progress::of(path, size)) {
            Ok(digests) => report.digests = Some(digests),
            Err(error) => {
                report.failure.get_or_insert_with(|| Failure::io(&error));
            }
        }
    }
    report
}

/// Opens a regular file; anything else is refused before it could block.
pub(crate) fn open(path: &Path) -> Result<(File, u64), Failure> {
    let metadata = fs::metadata(path).map_err(|error| Failure::io(&error))?;
    if metadata.is_dir() {
        let fix = match path.extension() {
            Some(extension) if extension == "app" => "zip the app, or make a dmg or a pkg of it",
            _ => "name the packages in it",
        };
        return Err(Failure::new("not-a-file", "expected a file, got a folder", fix));
    }
    if !metadata.is_file() {
        let message = "expected a regular file, got a pipe or a device";
        return Err(Failure::new("not-a-file", message, "save the package to a file first"));
    }
    let file = File::open(path).map_err(|error| Failure::io(&error))?;
    Ok((file, metadata.len()))
}

fn inspect(file: &File, now: i64, report: &mut Report) -> Result<(), Failure> {
    let file_name = report.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let hints = Hints { file_name: &file_name, now };
    let artifact = inspect_sync(&hints, report.size.unwrap_or_default(), |miss| {
        report.reads = report.reads.saturating_add(1);
        report.bytes_read = report.bytes_read.saturating_add(miss.len as u64);
        range(file, miss.offset, miss.len)
    })?;
    report.artifact = Some(artifact);
    report.note_v4_signature();
    Ok(())
}

impl Report {
    /// Scheme v4 signs an Android package in a file of its own: `app.apk.idsig` beside `app.apk`.
    fn note_v4_signature(&mut self) {
        /// Bytes of it that matter; the rest is a tree of hashes.
        const HEAD: u64 = 64 << 10;
        let Some(artifact) = self.artifact.as_mut().filter(|artifact| artifact.format == Format::Apk) else {
            return;
        };
        let mut name = self.file.clone().into_os_string();
        name.push(".idsig");
        // Most packages have none, and one that cannot be read is none.
        let Ok((file, _)) = open(Path::new(&name)) else { return };
        let mut head = Vec::new();
        if file.take(HEAD).read_to_end(&mut head).is_ok() {
            artifact.note_v4_signature(&head);
        }
    }
}

/// A range of the file; less of it if the file has become shorter.
pub(crate) fn range(file: &File, offset: u64, len: usize) -> io::Result<Vec<u8>> {
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
    file.read(buffer)
}

/// Reads the whole file once, from its beginning.
fn digests(mut file: &File, size: u64, progress: &mut Progress) -> io::Result<Digests> {
    io::Seek::rewind(&mut file)?;
    let mut digester = Digester::new();
    // No longer than it was: a file that is being appended to would never end.
    let mut rest = file.take(size);
    let mut piece = vec![0; PIECE];
    loop {
        match rest.read(&mut piece) {
            Ok(0) => break,
            Ok(n_bytes) => {
                digester.update(piece.get(..n_bytes).unwrap_or_default());
                progress.advance(n_bytes as u64);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let digests = digester.finish();
    if digests.size != size {
        let message = format!("the file had {size} bytes and now has {}", digests.size);
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, message));
    }
    Ok(digests)
}

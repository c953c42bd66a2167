//! Finds out what a file is: `artifact` asks for ranges, and digests read all of it.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use artifact::{Digester, Digests, Format, Hints, inspect_sync};

use super::error::FileError;
use super::file::{open_regular_file, read_range};
use super::report::PackageReport;
use crate::output::DigestProgress;

/// Bytes read at a time for digests: 1 MiB.
const BLOCK_BYTES: usize = 1 << 20;

/// Finds out what the file is, as of now. With digests it is read from beginning to end.
pub(crate) fn inspect_file(path: &Path, with_digests: bool) -> PackageReport {
    let mut report = PackageReport {
        file: path.to_owned(),
        artifact: None,
        digests: None,
        size: None,
        bytes_read: 0,
        reads: 0,
        error: None,
    };
    let (file, size) = match open_regular_file(path) {
        Ok(opened) => opened,
        Err(error) => {
            report.error = Some(error);
            return report;
        }
    };
    report.size = Some(size);
    if let Err(error) = read_artifact(&file, &mut report) {
        report.error = Some(error);
    }
    if with_digests {
        match compute_digests(&file, size, &mut DigestProgress::start(path, size)) {
            Ok(digests) => report.digests = Some(digests),
            Err(error) => {
                report.error.get_or_insert_with(|| FileError::io(&error));
            }
        }
    }
    report
}

fn read_artifact(file: &File, report: &mut PackageReport) -> Result<(), FileError> {
    let file_name = report.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let hints = Hints { file_name: &file_name, now: unix_seconds() };
    let artifact = inspect_sync(&hints, report.size.unwrap_or_default(), |miss| {
        report.reads = report.reads.saturating_add(1);
        report.bytes_read = report.bytes_read.saturating_add(miss.len as u64);
        read_range(file, miss.offset, miss.len)
    })?;
    report.artifact = Some(artifact);
    report.note_v4_signature();
    Ok(())
}

/// Now, in seconds since 1970-01-01T00:00:00Z. A clock that is set to an earlier time counts as 0.
fn unix_seconds() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

impl PackageReport {
    /// Scheme v4 signs an Android package in a file of its own: `app.apk.idsig` beside `app.apk`.
    fn note_v4_signature(&mut self) {
        /// The signature is in the first bytes; the rest is a tree of hashes.
        const HEAD_BYTES: u64 = 64 << 10;
        let Some(artifact) = self.artifact.as_mut().filter(|artifact| artifact.format == Format::Apk) else {
            return;
        };
        let mut name = self.file.clone().into_os_string();
        name.push(".idsig");
        // Most packages have no such file, and one that cannot be read counts as none.
        let Ok((file, _)) = open_regular_file(Path::new(&name)) else { return };
        let mut head = Vec::new();
        if file.take(HEAD_BYTES).read_to_end(&mut head).is_ok() {
            artifact.note_v4_signature(&head);
        }
    }
}

/// Reads the whole file once, from its beginning.
fn compute_digests(mut file: &File, size: u64, progress: &mut DigestProgress) -> io::Result<Digests> {
    io::Seek::rewind(&mut file)?;
    let mut digester = Digester::new();
    // Only as far as it reached when it was opened: a file that another program appends to would never end.
    let mut rest = file.take(size);
    let mut block = vec![0; BLOCK_BYTES];
    loop {
        match rest.read(&mut block) {
            Ok(0) => break,
            Ok(n_bytes) => {
                digester.update(block.get(..n_bytes).unwrap_or_default());
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

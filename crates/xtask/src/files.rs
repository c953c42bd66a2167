//! Writing files so that others never see half of one, and finding them.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::error::{Error, Result};

/// Writes a file so that a watcher sees either the old or the new content, never a part.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(Error::file("create", folder))?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let fresh = path.with_file_name(name);
    fs::write(&fresh, bytes).map_err(Error::file("write", &fresh))?;
    fs::rename(&fresh, path).map_err(Error::file("write", path))
}

/// Writes a new file that only its owner can read.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(Error::file("create", folder))?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path);
    file.and_then(|mut file| file.write_all(bytes)).map_err(Error::file("write", path))
}

/// Every file below a folder with the time of its last change, in the order of their names. A folder that is not
/// there has none; hidden files are editors' and tools' own.
pub(crate) fn list(folder: &Path) -> Result<BTreeMap<PathBuf, Option<SystemTime>>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(Error::file("list", &folder)(error)),
        };
        for entry in entries.flatten() {
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(_) => {
                    found.insert(entry.path(), entry.metadata().and_then(|facts| facts.modified()).ok());
                }
                // Deleted between the listing and now: an editor's temporary file.
                Err(_) => {}
            }
        }
    }
    Ok(found)
}

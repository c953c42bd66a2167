//! Remembering what a step was last given, so that it is skipped when nothing changed.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// A 64-bit digest of a step's inputs. Guards against forgetting, not against forgery.
#[derive(Default)]
pub(crate) struct Inputs(DefaultHasher);

impl Inputs {
    /// Inputs that also change with this program, whose code decides what a step makes of them.
    pub(crate) fn of_this_program() -> Self {
        let mut inputs = Self::default();
        let built = std::env::current_exe().and_then(fs::metadata).and_then(|facts| facts.modified());
        inputs.text(&format!("{built:?}"));
        inputs
    }

    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.bytes(text.as_bytes())
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        // The length separates neighbours: "ab" and "c" must not equal "a" and "bc".
        self.0.write_usize(bytes.len());
        self.0.write(bytes);
        self
    }

    /// A file's content; a missing file is an input too.
    pub(crate) fn file(&mut self, path: &Path) -> &mut Self {
        self.bytes(&fs::read(path).unwrap_or_default())
    }

    /// Every file below a folder, with its name.
    pub(crate) fn folder(&mut self, folder: &Path) -> Result<&mut Self> {
        for (path, _) in files(folder)? {
            self.text(&path.to_string_lossy()).file(&path);
        }
        Ok(self)
    }

    pub(crate) fn digest(&self) -> String {
        format!("{:016x}", self.0.finish())
    }
}

/// The short digest that names a file which may be cached for ever.
pub(crate) fn content_hash(bytes: &[u8]) -> String {
    Inputs::default().bytes(bytes).digest()[..10].to_owned()
}

/// Whether `stamp` says that a step already ran with these inputs.
pub(crate) fn is_current(stamp: &Path, inputs: &Inputs) -> bool {
    fs::read_to_string(stamp).is_ok_and(|digest| digest == inputs.digest())
}

/// Notes that a step ran with these inputs.
pub(crate) fn note(stamp: &Path, inputs: &Inputs) -> Result<()> {
    write(stamp, inputs.digest().as_bytes())
}

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
pub(crate) fn files(folder: &Path) -> Result<BTreeMap<PathBuf, Option<std::time::SystemTime>>> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_inputs_do_not_run_together() {
        let digest = |a: &str, b: &str| Inputs::default().text(a).text(b).digest();
        assert_ne!(digest("ab", "c"), digest("a", "bc"));
    }

    #[test]
    fn a_content_hash_depends_on_the_content_alone() {
        assert_eq!(content_hash(b"x"), content_hash(b"x"));
        assert_ne!(content_hash(b"x"), content_hash(b"y"));
    }
}

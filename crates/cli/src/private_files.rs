//! The program's own files: where they are, and how they are written so that only their owner reads them.

use std::env;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::error::{CliError, ExitReason};

/// The config file: `$XDG_CONFIG_HOME/slipway/config.json`, by default below `~/.config`; on Windows below `%APPDATA%`.
pub(crate) fn config_file() -> Result<PathBuf, CliError> {
    Ok(user_folder("XDG_CONFIG_HOME", ".config", "APPDATA")?.join("slipway").join("config.json"))
}

/// The records of uploads that are not complete: `$XDG_STATE_HOME/slipway/uploads`, by default below `~/.local/state`; on Windows below
/// `%LOCALAPPDATA%`.
pub(crate) fn uploads_folder() -> Result<PathBuf, CliError> {
    Ok(user_folder("XDG_STATE_HOME", ".local/state", "LOCALAPPDATA")?.join("slipway").join("uploads"))
}

fn user_folder(variable: &str, below_home: &str, on_windows: &str) -> Result<PathBuf, CliError> {
    // A relative path there is to be ignored (XDG Base Directory Specification).
    let named = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let on_windows = || cfg!(windows).then(|| named(on_windows)).flatten();
    let at_home = || named("HOME").map(|home| home.join(below_home));
    named(variable).or_else(on_windows).or_else(at_home).ok_or_else(|| {
        let message = format!("there is no place for Slipway's files: neither {variable} nor HOME is set");
        let fix = format!("set {variable} to a folder that only you can read");
        CliError::new(ExitReason::Failed, "no-home", "No home folder found", message, fix)
    })
}

/// Replaces a file at once, readable by its owner only, as are the folders that are made for it.
///
/// The text is written to a new file, which is then renamed. Writing in place would leave half a file if the process ended
/// or the disk filled up meanwhile: a config file without its tokens, or an upload that cannot continue. The new file has
/// mode 0600 from its creation. Written first and changed by `chmod` afterwards, the token in it could be read by other
/// users in between. It is created with `O_EXCL`, because a file of that name that is already there keeps its own mode.
pub(crate) fn replace_file(path: &Path, text: &str) -> Result<(), CliError> {
    let to_error = |error: io::Error| CliError::own_file("write", path, &error);
    if let Some(folder) = path.parent() {
        create_private_folder(folder).map_err(to_error)?;
    }
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let new = PathBuf::from(name);
    let written = write_new(&new, text).and_then(|()| fs::rename(&new, path));
    if written.is_err() {
        // Half a file is of no use, and may hold half a token.
        let _ = fs::remove_file(&new);
    }
    written.map_err(to_error)
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    // A process with the same id left it, perhaps readable by others.
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    open_private(OpenOptions::new().write(true).create_new(true), path)?.write_all(text.as_bytes())
}

/// Opens a file; if that creates it, only its owner may read it.
pub(crate) fn open_private(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.open(path)
}

/// Creates a folder, and those above it, for its owner only.
pub(crate) fn create_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Whether other users than its owner may read or write the file.
pub(crate) fn is_accessible_to_others(file: &File) -> io::Result<bool> {
    #[cfg(unix)]
    return Ok(std::os::unix::fs::PermissionsExt::mode(&file.metadata()?.permissions()) & 0o077 != 0);
    // Windows does not let other users read below a user's profile.
    #[cfg(not(unix))]
    return file.metadata().map(|_| false);
}

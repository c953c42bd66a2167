//! Where the program keeps what it must remember.

use std::env;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::trouble::{Exit, Trouble};

/// The config file: `$XDG_CONFIG_HOME/slipway/config.json`, by default below `~/.config`; on Windows below `%APPDATA%`.
pub(crate) fn config_file() -> Result<PathBuf, Trouble> {
    Ok(folder("XDG_CONFIG_HOME", ".config", "APPDATA")?.join("slipway").join("config.json"))
}

/// Uploads that are not done: `$XDG_STATE_HOME/slipway/uploads`, by default below `~/.local/state`; on Windows below
/// `%LOCALAPPDATA%`.
pub(crate) fn uploads() -> Result<PathBuf, Trouble> {
    Ok(folder("XDG_STATE_HOME", ".local/state", "LOCALAPPDATA")?.join("slipway").join("uploads"))
}

fn folder(variable: &str, below_home: &str, on_windows: &str) -> Result<PathBuf, Trouble> {
    // A relative path there is to be ignored (XDG Base Directory Specification).
    let named = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let on_windows = || cfg!(windows).then(|| named(on_windows)).flatten();
    let at_home = || named("HOME").map(|home| home.join(below_home));
    named(variable).or_else(on_windows).or_else(at_home).ok_or_else(|| {
        let message = format!("expected a home folder, got neither {variable} nor HOME");
        Trouble::new(
            Exit::Failed,
            "no-home",
            message,
            format!("set {variable} to a folder that is yours alone"),
        )
    })
}

/// Replaces a file at once, so that a reader sees the old one or the new one, and never half of one. Only its owner may
/// read it, and the folders that are made for it.
pub(crate) fn replace(path: &Path, text: &str) -> Result<(), Trouble> {
    let complain = |error: io::Error| Trouble::own_file("write", path, &error);
    if let Some(folder) = path.parent() {
        private_folder(folder).map_err(complain)?;
    }
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let new = PathBuf::from(name);
    let written = write_new(&new, text).and_then(|()| fs::rename(&new, path));
    if written.is_err() {
        // What is left of it is of no use.
        let _ = fs::remove_file(&new);
    }
    written.map_err(complain)
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    // One that is there was left by a process of the same number, and may be anybody's to read.
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    private_file(OpenOptions::new().write(true).create_new(true), path)?.write_all(text.as_bytes())
}

/// Opens a file that only its owner may read if it is made now.
pub(crate) fn private_file(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.open(path)
}

/// Makes a folder, and those above it, for its owner alone.
pub(crate) fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Whether somebody else than its owner may read or write the file.
pub(crate) fn is_open_to_others(file: &File) -> io::Result<bool> {
    #[cfg(unix)]
    return Ok(std::os::unix::fs::PermissionsExt::mode(&file.metadata()?.permissions()) & 0o077 != 0);
    // Windows keeps what is below a user's profile from other users.
    #[cfg(not(unix))]
    return file.metadata().map(|_| false);
}

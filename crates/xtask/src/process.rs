//! Running other programs.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::error::{Error, Result};

/// Runs a program whose output goes straight to the terminal.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().map_err(start_error(command))?;
    if status.success() { Ok(()) } else { Err(Error::Failed { program: name(command), status }) }
}

/// Runs a program and returns its standard output; what it wrote is shown only if it failed.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let Output { status, stdout, stderr } =
        command.stdin(Stdio::null()).output().map_err(start_error(command))?;
    let stdout = String::from_utf8_lossy(&stdout).into_owned();
    if status.success() {
        return Ok(stdout);
    }
    eprint!("{stdout}{}", String::from_utf8_lossy(&stderr));
    Err(Error::Failed { program: name(command), status })
}

/// Whether a program can be run and succeeds. Says nothing.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|s| s.success())
}

/// The name that a message gives a program: its own and its first argument's, such as `npm install`.
pub(crate) fn name(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let first = command.get_args().next().filter(|arg| !arg.to_string_lossy().starts_with('-'));
    match first {
        Some(first) => format!("{} {}", program.to_string_lossy(), first.to_string_lossy()),
        None => program.to_string_lossy().into_owned(),
    }
}

/// Ties a failure to start to the program that was meant.
pub(crate) fn start_error(command: &Command) -> impl FnOnce(std::io::Error) -> Error {
    let program = name(command);
    move |source| Error::Start { program, source }
}

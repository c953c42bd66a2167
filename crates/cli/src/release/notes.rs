//! Release notes, from an argument or a file.

use std::fs;
use std::io::ErrorKind;

use protocol::limit;

use crate::args::NotesArgs;
use crate::error::{CliError, ExitReason};

/// Reads the release notes. Empty ones count as none.
pub(crate) fn read_release_notes(args: &NotesArgs) -> Result<Option<String>, CliError> {
    let notes = match &args.release_notes_file {
        None => args.release_notes.clone(),
        Some(path) => Some(fs::read_to_string(path).map_err(|error| {
            let exit =
                if error.kind() == ErrorKind::NotFound { ExitReason::NotFound } else { ExitReason::Failed };
            let message = format!("could not read {}: {error}", path.display());
            CliError::new(exit, "no-notes", "Cannot read release notes", message, "name a text file in UTF-8")
        })?),
    };
    let notes = notes.filter(|notes| !notes.trim().is_empty());
    let n_chars = notes.as_deref().map_or(0, |notes| notes.chars().count());
    if n_chars > limit::RELEASE_NOTES_CHARS {
        // The server would cut them without an error, as App Center did.
        let most = limit::RELEASE_NOTES_CHARS;
        let message = format!("release notes have {most} characters at most, these have {n_chars}");
        let (title, fix) = ("Release notes too long", "shorten them, or link to the rest");
        return Err(CliError::new(ExitReason::Usage, "long-notes", title, message, fix));
    }
    Ok(notes)
}

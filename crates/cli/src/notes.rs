//! Release notes, of an argument or a file.

use std::fs;
use std::io::ErrorKind;

use protocol::limit;

use crate::args::NotesArgs;
use crate::trouble::{Exit, Trouble};

/// The notes; none is as good as empty ones.
pub(crate) fn of(args: &NotesArgs) -> Result<Option<String>, Trouble> {
    let notes = match &args.release_notes_file {
        None => args.release_notes.clone(),
        Some(path) => Some(fs::read_to_string(path).map_err(|error| {
            let exit = if error.kind() == ErrorKind::NotFound { Exit::NotFound } else { Exit::Failed };
            let message = format!("could not read the release notes in {}: {error}", path.display());
            Trouble::new(exit, "no-notes", message, "name a text file in UTF-8")
        })?),
    };
    let notes = notes.filter(|notes| !notes.trim().is_empty());
    let n_chars = notes.as_deref().map_or(0, |notes| notes.chars().count());
    if n_chars > limit::RELEASE_NOTES_CHARS {
        // The server would cut them without a word, as App Center did.
        let message =
            format!("expected up to {} characters of notes, got {n_chars}", limit::RELEASE_NOTES_CHARS);
        return Err(Trouble::new(Exit::Usage, "long-notes", message, "shorten them, or link to the rest"));
    }
    Ok(notes)
}

//! The config file: which servers there are, and the token for each.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::place;
use crate::secret::Token;
use crate::trouble::{Exit, Trouble};

/// What `slipway login` keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Config {
    /// The server of the last sign-in: commands go there if nobody says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) server: Option<String>,
    /// By server. A token goes to the server that it was given for, and to no other.
    #[serde(default)]
    pub(crate) tokens: BTreeMap<String, Token>,
}

impl Config {
    /// Reads it; without a file it is empty.
    pub(crate) fn load(path: &Path) -> Result<Self, Trouble> {
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(Trouble::own_file("read", path, &error)),
        };
        let complain = |error: std::io::Error| Trouble::own_file("read", path, &error);
        if place::is_open_to_others(&file).map_err(complain)? {
            let message = format!("expected that only you may read {}, and others may, too", path.display());
            let fix =
                format!("chmod 600 {}, and make a new token if somebody may have read it", path.display());
            return Err(Trouble::new(Exit::Failed, "config-open-to-others", message, fix));
        }
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(complain)?;
        // What serde says may quote the file, and there are tokens in it.
        serde_json::from_str(&text).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let message =
                format!("expected settings in {}, got line {line}, column {column}", path.display());
            Trouble::new(
                Exit::Failed,
                "config-damaged",
                message,
                "remove the file and sign in again: slipway login",
            )
        })
    }

    /// Writes it, for this user alone.
    pub(crate) fn save(&self, path: &Path) -> Result<(), Trouble> {
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        place::replace(path, &format!("{text}\n"))
    }
}

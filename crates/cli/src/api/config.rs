//! The config file: servers, and the token for each.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::token::ApiToken;
use crate::error::{CliError, ExitReason};
use crate::private_files;

/// What `slipway login` stores.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Config {
    /// The server of the last `slipway login`. Commands use it unless an argument or a variable names another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) server: Option<String>,
    /// By server. A token is sent to the server that it was stored for, and to no other.
    #[serde(default)]
    pub(crate) tokens: BTreeMap<String, ApiToken>,
}

impl Config {
    /// Reads the file. Without one, the config is empty.
    pub(crate) fn load(path: &Path) -> Result<Self, CliError> {
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(CliError::own_file("read", path, &error)),
        };
        let to_error = |error: std::io::Error| CliError::own_file("read", path, &error);
        if private_files::is_accessible_to_others(&file).map_err(to_error)? {
            let path = path.display();
            let message = format!("other users may read {path}, which has your tokens");
            let fix = format!("run `chmod 600 {path}`; if another user may have read it, make a new token");
            let title = "Config file open to others";
            return Err(CliError::new(ExitReason::Failed, "config-open-to-others", title, message, fix));
        }
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(to_error)?;
        // serde's own message may quote the file, and tokens are in it.
        serde_json::from_str(&text).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let message = format!("{} cannot be read from line {line}, column {column} on", path.display());
            let fix = "delete the file, then run `slipway login`";
            CliError::new(ExitReason::Failed, "config-damaged", "Config file is damaged", message, fix)
        })
    }

    /// Writes the file, readable by this user only.
    pub(crate) fn save(&self, path: &Path) -> Result<(), CliError> {
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        private_files::replace_file(path, &format!("{text}\n"))
    }
}

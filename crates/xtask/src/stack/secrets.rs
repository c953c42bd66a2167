//! The keys of a local stack, made once and kept beside its data.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::files;

/// Keys as the Workers get them, in lower-case hex.
#[derive(Clone, PartialEq)]
pub(crate) struct Secrets {
    /// What the edge calls the service with: 20 random bytes, the length of an App Center token.
    pub(crate) api_token: String,
    /// Signs the edge's session cookies: 32 random bytes.
    pub(crate) session_key: String,
    /// Signs the service's download links: 32 random bytes.
    pub(crate) signing_key: String,
}

impl Secrets {
    /// Reads the keys of a data folder, or makes them.
    pub(crate) fn load_or_make(data: &Path) -> Result<Self> {
        let path = data.join("dev.json");
        if path.exists() {
            return Self::read(&path);
        }
        let secrets =
            Self { api_token: random_hex(20)?, session_key: random_hex(32)?, signing_key: random_hex(32)? };
        let json = json!({
            "api_token": secrets.api_token,
            "session_key": secrets.session_key,
            "signing_key": secrets.signing_key,
        });
        // The folder may lie anywhere in the checkout, and holds secrets.
        files::write(&data.join(".gitignore"), b"*\n")?;
        files::write_private(&path, format!("{json:#}\n").as_bytes())?;
        Ok(secrets)
    }

    fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).map_err(Error::file("read", path))?;
        let json: Value = serde_json::from_str(&text).unwrap_or_default();
        let key = |name: &str| {
            json[name].as_str().map(str::to_owned).ok_or_else(|| Error::Content {
                path: path.to_owned(),
                problem: format!("no {name}"),
                fix: "delete the file's folder; its apps and releases go with it".into(),
            })
        };
        Ok(Self {
            api_token: key("api_token")?,
            session_key: key("session_key")?,
            signing_key: key("signing_key")?,
        })
    }
}

/// So many random bytes, in lower-case hex.
pub(crate) fn random_hex(n_bytes: usize) -> Result<String> {
    let mut bytes = vec![0; n_bytes];
    fill(&mut bytes)?;
    Ok(hex(&bytes))
}

/// A new UUID.
pub(crate) fn random_uuid() -> Result<String> {
    let mut bytes = [0; 16];
    fill(&mut bytes)?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid().to_string())
}

fn fill(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|error| Error::Stack {
        what: format!("no random bytes: {error}"),
        fix: "check that the system has a source of randomness".into(),
    })
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_kept() {
        let data = std::env::temp_dir().join(format!("slipway-secrets-{}", std::process::id()));
        let first = Secrets::load_or_make(&data).unwrap();
        assert!(first == Secrets::load_or_make(&data).unwrap());
        assert_eq!(first.api_token.len(), 40);
        fs::remove_dir_all(&data).unwrap();
    }
}

//! Why a file cannot be released.

use serde::{Deserialize, Serialize};

/// Why a file is no package that can be released.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// For programs.
    pub code: RefusalCode,
    /// For people: what was found.
    pub message: String,
    /// For people: what to do about it.
    pub fix: String,
}

/// The kinds of [`Refusal`], kebab-case on the wire.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RefusalCode {
    /// The file has no bytes.
    Empty,
    /// The file begins as a package and ends too early.
    Truncated,
    /// The file is something else, or a package of a format that is not read yet.
    NotAPackage,
    /// The file is a package whose inside contradicts itself.
    Corrupt,
    /// What must be read is encrypted.
    Encrypted,
    /// Reading it would take more bytes or reads than a package is allowed.
    TooLarge,
    /// The file gave other bytes than it promised, as when it changes while it is read.
    Unreadable,
}

impl Refusal {
    pub(crate) fn new(code: RefusalCode, message: impl Into<String>, fix: &str) -> Self {
        Self { code, message: message.into(), fix: fix.to_owned() }
    }

    pub(crate) fn corrupt(message: impl Into<String>) -> Self {
        Self::new(
            RefusalCode::Corrupt,
            message,
            "build the package again, or copy it again from where it was built",
        )
    }
}

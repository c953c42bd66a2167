//! Why a file cannot be released.

use serde::{Deserialize, Serialize};

/// Why a file cannot be released as a package.
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
    /// The file is a package whose content contradicts itself.
    Corrupt,
    /// What must be read is encrypted.
    Encrypted,
    /// Reading it would take more bytes or reads than a package is allowed.
    TooLarge,
    /// The file returned other bytes than it announced, for example because it changed while it was read.
    Unreadable,
}

impl RefusalCode {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Empty,
        Self::Truncated,
        Self::NotAPackage,
        Self::Corrupt,
        Self::Encrypted,
        Self::TooLarge,
        Self::Unreadable,
    ];

    /// The code as it is on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Truncated => "truncated",
            Self::NotAPackage => "not-a-package",
            Self::Corrupt => "corrupt",
            Self::Encrypted => "encrypted",
            Self::TooLarge => "too-large",
            Self::Unreadable => "unreadable",
        }
    }

    /// Why the file is refused, in three to six words, for lists and chips.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Empty => "File is empty",
            Self::Truncated => "File is cut short",
            Self::NotAPackage => "Not an app package",
            Self::Corrupt => "Package is damaged",
            Self::Encrypted => "Content is encrypted",
            Self::TooLarge => "Too large to read",
            Self::Unreadable => "File cannot be read",
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_code_is_written_on_the_wire_as_it_is_named() {
        for code in RefusalCode::ALL {
            assert_eq!(serde_json::to_string(&code).ok(), Some(format!("\"{}\"", code.as_str())));
        }
    }
}

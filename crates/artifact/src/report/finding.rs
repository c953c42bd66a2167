//! What is odd about a package that can be released all the same.

use serde::{Deserialize, Serialize};

/// Something a release manager should know about a package.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// For programs: stable, kebab-case.
    pub code: String,
    /// For people: what was found.
    pub message: String,
    /// For people: what to do about it.
    pub fix: String,
}

/// How much a [`Finding`] matters, the most first.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Testers will not be able to install the package.
    Error,
    /// Probably not what was meant.
    Warning,
    /// Good to know.
    Info,
}

impl Finding {
    pub(crate) fn new(severity: Severity, code: &str, message: String, fix: &str) -> Self {
        Self { severity, code: code.to_owned(), message, fix: fix.to_owned() }
    }
}

//! Who signed a package.

use serde::{Deserialize, Serialize};

/// An X.509 certificate: the fields that say who signed. Nothing is verified.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// RFC 4514: `CN=Example, O=Example Inc., C=US`, in the certificate's order.
    pub subject: String,
    /// As `subject`.
    pub issuer: String,
    /// RFC 3339, UTC.
    pub not_before: String,
    /// RFC 3339, UTC.
    pub not_after: String,
    /// SHA-256 of the whole certificate, 64 lower-case hex digits.
    pub sha256: String,
}

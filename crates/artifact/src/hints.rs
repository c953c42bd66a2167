//! What is known about a file besides its bytes.

/// What a caller knows and the bytes do not tell.
#[derive(Clone, Copy, Debug)]
pub struct Hints<'a> {
    /// The file's name without folders. It is compared with the content, and decides only between names for
    /// the same content, as `.appx` and `.msix`.
    pub file_name: &'a str,
    /// Seconds since 1970-01-01T00:00:00Z: what has expired by then is a finding.
    pub now: i64,
}

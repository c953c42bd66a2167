//! Why there is no artifact, or not yet.

use crate::{Miss, Refusal};

/// Why [`inspect`](crate::inspect()) has no artifact.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InspectError {
    /// Fetch this range, [`Pages::insert`](crate::Pages::insert) it and call again.
    #[error(transparent)]
    Miss(#[from] Miss),
    /// The file cannot be released.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// This build has not the features `codecs` and `windows`, of which the file needs one: ask a build that has.
    #[error("expected a build that reads this format, got one without")]
    NeedsFullBuild,
}

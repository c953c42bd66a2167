//! Why there is no artifact, or not yet. It stands below all readers, because all of them return it.

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
    /// The file needs one of the features `mac-installers` and `windows`, and this build lacks it: use a build that
    /// has both.
    #[error("expected a build that reads this format, got one without")]
    NeedsFullBuild,
}

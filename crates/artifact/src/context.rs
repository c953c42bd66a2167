//! What every reader of a format is handed besides the bytes.

use crate::Hints;

/// One attempt at one file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InspectContext<'a> {
    pub(crate) hints: &'a Hints<'a>,
    pub(crate) depth: Depth,
}

/// How much of a package is read: the longer it takes, the less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Depth {
    /// Only what cannot be done without.
    IdentityOnly,
    /// With names that are kept in resource tables.
    NoIcon,
    /// With the icon.
    Full,
}

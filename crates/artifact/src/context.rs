//! What every reader of a format gets besides the bytes.

use crate::Hints;

/// What the caller knows about a file, and how much of it this attempt may read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InspectContext<'a> {
    pub(crate) hints: &'a Hints<'a>,
    pub(crate) depth: Depth,
}

/// How much of a package is read. It falls while an inspection goes on.
///
/// A package may be laid out so that an icon or a resource table costs hundreds of reads, by accident or by design.
/// After 24 reads the icon is left out, after 32 also the names in resource tables, so that an inspection that would
/// run into its limit and refuse the file still reports identity and version, with a finding for what is missing.
/// Depth never rises during an inspection, so an attempt never needs more than the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Depth {
    /// Only what identifies the app: everything else is optional.
    IdentityOnly,
    /// With names that are kept in resource tables.
    NoIcon,
    /// With the icon.
    Full,
}

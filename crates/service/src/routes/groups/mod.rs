//! Distribution groups: those of an app (`app_groups`), those that an organization shares among its apps (`org_groups`),
//! the `members` of both, and the `releases` that a group has.

pub(crate) mod app_groups;
pub(crate) mod members;
pub(crate) mod org_groups;
pub(crate) mod releases;

//! The handlers: a folder for each resource, one function for each call. A handler reads the request, calls down into
//! `uploads`, `releases`, `db`, …, and writes the response. `router.rs` says which call leads to which handler.

pub(crate) mod account;
pub(crate) mod apps;
pub(crate) mod groups;
pub(crate) mod invitations;
pub(crate) mod orgs;
pub(crate) mod public;
pub(crate) mod releases;
pub(crate) mod stores;
pub(crate) mod uploads;

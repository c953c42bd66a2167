//! The caller's own account: the `user`, and the `api_tokens` of a person and of an app.

pub(crate) mod api_tokens;
pub(crate) mod user;

//! One file for each resource, one function for each call.

pub(crate) mod apps;
pub(crate) mod download;
pub(crate) mod file;
mod file_refusal;
pub(crate) mod groups;
pub(crate) mod icon;
pub(crate) mod install;
pub(crate) mod install_links;
mod release_view;
pub(crate) mod releases;
pub(crate) mod uploads;
pub(crate) mod user;

pub use uploads::expire_upload;

/// Checks a name that people see and URLs carry.
fn checked_name<'a>(what: &str, name: &'a str) -> Result<&'a str, crate::error::ApiError> {
    let name = name.trim();
    let length = name.chars().count();
    if length == 0 || length > protocol::limit::NAME_CHARS {
        let limit = protocol::limit::NAME_CHARS;
        let message = format!("expected a {what} of 1 to {limit} characters, got {length}");
        return Err(crate::error::ApiError::bad_request(message));
    }
    if name.chars().any(char::is_control) {
        return Err(crate::error::ApiError::bad_request(format!("a {what} cannot have control characters")));
    }
    Ok(name)
}

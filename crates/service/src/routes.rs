//! One file for each resource, one function for each call.

pub(crate) mod api_tokens;
pub(crate) mod app_users;
pub(crate) mod apps;
pub(crate) mod avatar;
pub(crate) mod chunk;
pub(crate) mod destinations;
pub(crate) mod download;
pub(crate) mod file;
mod file_refusal;
pub(crate) mod group_releases;
pub(crate) mod groups;
pub(crate) mod icon;
pub(crate) mod install;
pub(crate) mod install_links;
pub(crate) mod invitation_links;
pub(crate) mod invitations;
pub(crate) mod members;
mod names;
pub(crate) mod org_groups;
pub(crate) mod orgs;
mod package_form;
pub(crate) mod release_uploads;
pub(crate) mod release_view;
pub(crate) mod releases;
pub(crate) mod stores;
pub(crate) mod testers;
pub(crate) mod unsubscribe;
pub(crate) mod uploads;
pub(crate) mod user;
pub(crate) mod webhooks;

pub use uploads::expire_upload;

use names::{checked_email, checked_name, checked_segment, checked_slug, checked_text, slug};

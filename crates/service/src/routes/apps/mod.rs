//! Apps: `create`, `list`, `update` (and delete), `transfer`; their picture (`avatar`), the people who work on them
//! (`collaborators`), the `testers` who get their releases, and their `webhooks`.

pub(crate) mod avatar;
pub(crate) mod collaborators;
mod create;
mod list;
pub(crate) mod testers;
mod transfer;
mod update;
pub(crate) mod view;
pub(crate) mod webhooks;

pub(crate) use create::{create, create_in_org};
pub(crate) use list::{list, list_of_member, list_of_org, show};
pub(crate) use transfer::{transfer, transfer_to_org};
pub(crate) use update::{delete, update};

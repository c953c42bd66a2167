//! Whom and what an app's releases reach, on the wire.
//!
//! - `group`: distribution groups and their members;
//! - `tester`: a person who gets releases;
//! - `store`: app stores that releases are published to;
//! - `install_link`: a link that installs one release without signing in;
//! - `webhook`: addresses of other programs that are notified of new releases.

mod group;
mod install_link;
mod store;
mod tester;
mod webhook;

pub use group::{
    AppName, COLLABORATORS, CreateGroupRequest, EmailResult, EmailsRequest, Group, GroupAppsRequest,
    GroupMember, NIL_GROUP_ID, UpdateGroupRequest,
};
pub use install_link::InstallLink;
pub use store::{
    CreateStoreRequest, PublishErrorDetails, PublishingStatus, Store, StoreKind, StorePublishing,
    StoreReleaseStatus, StoreServiceStatus, UpdateStoreRequest,
};
pub use tester::Tester;
pub use webhook::{CreateWebhookRequest, UpdateWebhookRequest, Webhook, WebhookDelivery, WebhookPayload};

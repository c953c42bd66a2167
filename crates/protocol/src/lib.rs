//! Every word on the wire: paths, headers, requests, responses, limits and error codes.
//!
//! In scope: the part of App Center's Distribute API (v0.1) that Slipway speaks, and Slipway's own additions
//! to it (sessions, install links), each marked as such. Clients and servers share these types, so a field is
//! spelled once. So is the one phrase that portal and install page have in common, [`oldest_system`].
//!
//! Out of scope: deciding anything. What a request may do is the service's business (the `service` crate), what
//! may pass the edge is the relay's.

mod account;
mod api_token;
mod app;
mod call;
mod error;
mod external_url;
mod group;
pub mod header;
mod install;
mod invitation;
pub mod limit;
pub mod name;
#[cfg(feature = "openapi")]
pub mod openapi;
mod org;
mod release;
pub mod route;
mod store;
mod system;
mod tester;
mod upload;
mod webhook;

pub use account::{Session, UpdateUserRequest, User};
pub use api_token::{ApiToken, CreateApiTokenRequest, NewApiToken, TokenScope};
pub use app::{App, CreateAppRequest, Os, Owner, OwnerKind, Platform, UpdateAppRequest};
pub use call::{Access, CALLS, Call, Right, Role, Verb};
pub use error::{ErrorBody, ErrorCode, NestedError};
pub use external_url::{ExternalUrl, ExternalUrlError};
pub use group::{
    AppName, COLLABORATORS, CreateGroupRequest, EmailResult, EmailsRequest, Group, GroupAppsRequest,
    GroupMember, NIL_GROUP_ID, UpdateGroupRequest,
};
pub use install::InstallLink;
pub use invitation::{
    AcceptAsNewcomerRequest, Invitation, InvitationDetails, InviteRequest, InvitedTo, PermissionsRequest,
};
pub use org::{AdministeredOrgs, GroupDetails, Org, OrgRequest, OrgTester, OrgUser, RoleRequest};
pub use release::{
    AddGroupRequest, AddGroupResponse, AddStoreRequest, AddTesterRequest, BasicRelease, Build,
    CreateReleaseRequest, Destination, DestinationKind, DestinationName, DistributeRequest, GroupRelease,
    ProvisioningProfile, ReleaseDetails, ReleaseGroup, ReleaseMetadata, ReleaseStore,
    UpdateDestinationRequest, UpdateReleaseRequest, UpdateReleaseResponse,
};
pub use store::{
    CreateStoreRequest, PublishErrorDetails, PublishingStatus, Store, StoreKind, StoreReleaseStatus,
    StoreServiceStatus, UpdateStoreRequest,
};
pub use system::oldest_system;
pub use tester::Tester;
pub use upload::{
    CancelUploadResponse, ChunkErrorCode, CreateReleaseUploadRequest, CreateReleaseUploadResponse,
    CreateUploadRequest, CreateUploadResponse, FinishUploadResponse, ReleaseUploadRequest,
    ReleaseUploadResponse, ReleaseUploadStatus, SetMetadataQuery, SetMetadataResponse, StoredChunk,
    UploadChunkQuery, UploadChunkResponse, UploadQuery, UploadState, UploadStatus, UploadStatusRequest,
    UploadStatusResponse,
};
pub use webhook::{CreateWebhookRequest, UpdateWebhookRequest, Webhook, WebhookDelivery, WebhookPayload};

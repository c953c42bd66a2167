//! Everything on the wire: paths, headers, requests, responses, limits and error codes.
//!
//! In scope: the part of App Center's Distribute API (v0.1) that Slipway speaks, and Slipway's own additions
//! to it (sessions, install links), each marked as such. Clients and servers share these types, so a field is
//! spelled once. So is the one phrase that portal and install page have in common, [`oldest_system`].
//!
//! Out of scope: deciding anything. What a request may do is the service's business (the `service` crate), what
//! may pass the edge is the relay's.

mod accounts;
mod app;
mod calls;
mod distribution;
mod error;
mod external_url;
pub mod header;
pub mod limit;
pub mod name;
#[cfg(feature = "openapi")]
pub mod openapi;
mod releases;
pub mod route;
mod system;
mod uploads;

pub use accounts::{
    AdministeredOrgs, ApiToken, CreateApiTokenRequest, GroupDetails, Invitation, InvitationDetails,
    InviteRequest, InvitedTo, NewApiToken, Org, OrgRequest, OrgTester, OrgUser, PermissionsRequest,
    RoleRequest, Session, SignUpRequest, TokenScope, UpdateUserRequest, User,
};
pub use app::{App, CreateAppRequest, Os, Owner, OwnerKind, Platform, UpdateAppRequest};
pub use calls::{Access, Answer, CALLS, Call, Right, Role, Verb};
pub use distribution::{
    AppName, COLLABORATORS, CreateGroupRequest, CreateStoreRequest, CreateWebhookRequest, EmailResult,
    EmailsRequest, Group, GroupAppsRequest, GroupMember, InstallLink, NIL_GROUP_ID, PublishErrorDetails,
    PublishingStatus, Store, StoreKind, StorePublishing, StoreReleaseStatus, StoreServiceStatus, Tester,
    UpdateGroupRequest, UpdateStoreRequest, UpdateWebhookRequest, Webhook, WebhookDelivery, WebhookPayload,
};
pub use error::{ErrorBody, ErrorCode, NestedError};
pub use external_url::{ExternalUrl, ExternalUrlError};
pub use releases::{
    AddGroupRequest, AddGroupResponse, AddStoreRequest, AddTesterRequest, BasicRelease, Build,
    CreateReleaseRequest, Destination, DestinationKind, DestinationName, DistributeRequest, GroupRelease,
    ProvisioningProfile, ReleaseDetails, ReleaseGroup, ReleaseMetadata, ReleaseStore,
    UpdateDestinationRequest, UpdateReleaseRequest, UpdateReleaseResponse,
};
pub use system::oldest_system;
pub use uploads::{
    CancelUploadResponse, ChunkErrorCode, CreateReleaseUploadRequest, CreateReleaseUploadResponse,
    CreateUploadRequest, CreateUploadResponse, FinishUploadResponse, ReleaseUploadRequest,
    ReleaseUploadResponse, ReleaseUploadStatus, SetMetadataQuery, SetMetadataResponse, StoredChunk,
    UploadChunkQuery, UploadChunkResponse, UploadQuery, UploadState, UploadStatus, UploadStatusRequest,
    UploadStatusResponse,
};

//! People and organizations on the wire.
//!
//! - `user`: a person with an account, and who is signed in;
//! - `api_token`: what programs call with;
//! - `org`: organizations and their members;
//! - `invitation`: how a person comes to an app, an organization or an account.

mod api_token;
mod invitation;
mod org;
mod user;

pub use api_token::{ApiToken, CreateApiTokenRequest, NewApiToken, TokenScope};
pub use invitation::{
    Invitation, InvitationDetails, InviteRequest, InvitedTo, PermissionsRequest, SignUpRequest,
};
pub use org::{AdministeredOrgs, GroupDetails, Org, OrgRequest, OrgTester, OrgUser, RoleRequest};
pub use user::{Session, UpdateUserRequest, User};

//! The table of calls: what the edge lets pass, what the service answers, what the tests of rights walk through and
//! what the `OpenAPI` document lists. A call that is not here exists nowhere.

mod access;

pub use access::{Access, Right, Role};

use crate::route as r;

/// One call: a method and a path, who may make it, and whether its answer is secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// The method.
    pub method: Verb,
    /// One of [`crate::route`]'s templates.
    pub path: &'static str,
    /// Who may make it.
    pub access: Access,
    /// Whether its answer may go to a signed-in browser.
    pub answer: Answer,
}

/// Whether the answer to a call may go to a signed-in browser.
///
/// A browser has a session and no API token. A script that came into one of our pages against our will can act while
/// that page is open, and no longer. If one call answered a session with an API token, the script could send the token
/// away, and its receiver could act as the account from anywhere, until its owner ends the token. So the edge lends
/// its own token to no call that is [`Answer::Secret`]: a client that makes one brings an API token of its own.
/// Tests of `relay` make every call of the table from a session; tests of the API want every answer in which an API
/// token stands to be marked here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It has nothing by which its reader could act as the caller.
    Public,
    /// It has an API token; or the call lists or ends API tokens, for a session does not manage what it must not hold.
    Secret,
    /// It has the first API token of an account that the call itself makes. The caller has no session whose rights the
    /// token could exceed, and the invitation's link is the permission to make the account.
    FirstToken,
}

/// The methods there are. HEAD may go wherever GET may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum Verb {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Verb {
    /// As it stands in a request.
    pub fn as_str(self) -> &'static str {
        match self {
            Verb::Get => "GET",
            Verb::Post => "POST",
            Verb::Put => "PUT",
            Verb::Patch => "PATCH",
            Verb::Delete => "DELETE",
        }
    }
}

const fn call(method: Verb, path: &'static str, access: Access) -> Call {
    Call { method, path, access, answer: Public }
}

impl Call {
    const fn answers(self, answer: Answer) -> Call {
        Call { answer, ..self }
    }
}

use Access::{Anyone, App, AppPerson, Org, Person, Upload};
use Answer::{FirstToken, Public, Secret};
use Right::{Develop, Manage, Read};
use Role::{Admin, Collaborator, Member};
use Verb::{Delete, Get, Patch, Post, Put};

/// Every call of the service.
pub const CALLS: &[Call] = &[
    call(Get, r::USER, Person),
    call(Patch, r::USER, Person),
    call(Get, r::API_TOKENS, Person).answers(Secret),
    call(Post, r::API_TOKENS, Person).answers(Secret),
    call(Delete, r::API_TOKEN, Person).answers(Secret),
    call(Get, r::ORGS, Person),
    call(Post, r::ORGS, Person),
    call(Get, r::ADMINISTERED_ORGS, Person),
    call(Get, r::ORG, Org(Member)),
    call(Patch, r::ORG, Org(Admin)),
    call(Delete, r::ORG, Org(Admin)),
    call(Get, r::ORG_USERS, Org(Member)),
    call(Get, r::ORG_USER, Org(Member)),
    call(Patch, r::ORG_USER, Org(Admin)),
    call(Delete, r::ORG_USER, Org(Admin)),
    call(Get, r::ORG_USER_APPS, Org(Admin)),
    call(Get, r::ORG_APPS, Org(Member)),
    call(Post, r::ORG_APPS, Org(Collaborator)),
    call(Get, r::ORG_TESTERS, Org(Admin)),
    call(Get, r::ORG_INVITATIONS, Org(Admin)),
    call(Post, r::ORG_INVITATIONS, Org(Admin)),
    call(Delete, r::ORG_INVITATIONS, Org(Admin)),
    call(Patch, r::ORG_INVITATION, Org(Admin)),
    call(Post, r::ORG_INVITATION_RESEND, Org(Admin)),
    call(Post, r::ORG_INVITATION_REVOKE, Org(Admin)),
    call(Get, r::ORG_GROUPS, Org(Member)),
    call(Post, r::ORG_GROUPS, Org(Admin)),
    call(Get, r::ORG_GROUPS_DETAILS, Org(Member)),
    call(Get, r::ORG_GROUP, Org(Member)),
    call(Patch, r::ORG_GROUP, Org(Admin)),
    call(Delete, r::ORG_GROUP, Org(Admin)),
    call(Get, r::ORG_GROUP_MEMBERS, Org(Member)),
    call(Post, r::ORG_GROUP_MEMBERS, Org(Admin)),
    call(Post, r::ORG_GROUP_BULK_DELETE, Org(Admin)),
    call(Post, r::ORG_GROUP_RESEND_INVITE, Org(Admin)),
    call(Get, r::ORG_GROUP_APPS, Org(Member)),
    call(Post, r::ORG_GROUP_APPS, Org(Admin)),
    call(Post, r::ORG_GROUP_APPS_BULK_DELETE, Org(Admin)),
    call(Get, r::INVITATIONS_SENT, Person),
    call(Post, r::APP_INVITATION_ACCEPT, Person),
    call(Post, r::APP_INVITATION_REJECT, Person),
    call(Post, r::ORG_INVITATION_ACCEPT, Person),
    call(Post, r::ORG_INVITATION_REJECT, Person),
    call(Get, r::INVITATION, Anyone),
    call(Post, r::SIGN_UP, Anyone).answers(FirstToken),
    call(Get, r::APPS, Person),
    call(Post, r::APPS, Person),
    call(Get, r::APP, App(Read)),
    call(Patch, r::APP, App(Manage)),
    call(Delete, r::APP, AppPerson(Manage)),
    call(Post, r::APP_AVATAR, App(Manage)),
    call(Delete, r::APP_AVATAR, App(Manage)),
    call(Post, r::APP_TRANSFER_TO_ORG, AppPerson(Manage)),
    call(Post, r::APP_TRANSFER, AppPerson(Manage)),
    call(Get, r::APP_TOKENS, AppPerson(Manage)).answers(Secret),
    call(Post, r::APP_TOKENS, AppPerson(Manage)).answers(Secret),
    call(Delete, r::APP_TOKEN, AppPerson(Manage)).answers(Secret),
    call(Get, r::APP_USERS, App(Read)),
    call(Patch, r::APP_USER, AppPerson(Manage)),
    call(Delete, r::APP_USER, AppPerson(Manage)),
    call(Get, r::APP_INVITATIONS, AppPerson(Manage)),
    call(Post, r::APP_INVITATIONS, AppPerson(Manage)),
    call(Post, r::APP_INVITATION, AppPerson(Manage)),
    call(Patch, r::APP_INVITATION, AppPerson(Manage)),
    call(Delete, r::APP_INVITATION, AppPerson(Manage)),
    call(Get, r::APP_TESTERS, App(Read)),
    call(Delete, r::APP_TESTER, App(Develop)),
    call(Post, r::UPLOADS, App(Develop)),
    call(Get, r::UPLOAD, App(Develop)),
    call(Patch, r::UPLOAD, App(Develop)),
    call(Post, r::RELEASE_UPLOADS, App(Develop)),
    call(Patch, r::RELEASE_UPLOAD, App(Develop)),
    call(Get, r::RELEASES, App(Read)),
    call(Post, r::RELEASES, App(Develop)),
    call(Get, r::RELEASES_BY_TESTER, App(Read)),
    call(Get, r::RECENT_RELEASES, App(Read)),
    call(Get, r::RELEASE, App(Read)),
    call(Put, r::RELEASE, App(Develop)),
    call(Patch, r::RELEASE, App(Develop)),
    call(Delete, r::RELEASE, App(Develop)),
    call(Get, r::PROVISIONING_PROFILE, App(Read)),
    call(Post, r::RELEASE_GROUPS, App(Develop)),
    call(Put, r::RELEASE_GROUP, App(Develop)),
    call(Delete, r::RELEASE_GROUP, App(Develop)),
    call(Post, r::RELEASE_TESTERS, App(Develop)),
    call(Put, r::RELEASE_TESTER, App(Develop)),
    call(Delete, r::RELEASE_TESTER, App(Develop)),
    call(Post, r::RELEASE_STORES, App(Develop)),
    call(Delete, r::RELEASE_STORE, App(Develop)),
    call(Get, r::INSTALL_LINKS, App(Read)),
    call(Post, r::INSTALL_LINKS, App(Develop)),
    call(Delete, r::INSTALL_LINK, App(Develop)),
    call(Get, r::GROUPS, App(Read)),
    call(Post, r::GROUPS, App(Develop)),
    call(Get, r::GROUP, App(Read)),
    call(Patch, r::GROUP, App(Develop)),
    call(Delete, r::GROUP, App(Develop)),
    call(Get, r::MEMBERS, App(Read)),
    call(Post, r::MEMBERS, App(Develop)),
    call(Post, r::MEMBERS_BULK_DELETE, App(Develop)),
    call(Post, r::RESEND_INVITE, App(Develop)),
    call(Get, r::GROUP_RELEASES, App(Read)),
    call(Get, r::GROUP_RELEASE, App(Read)),
    call(Delete, r::GROUP_RELEASE, App(Develop)),
    call(Get, r::STORES, App(Read)),
    call(Post, r::STORES, App(Manage)),
    call(Get, r::STORE, App(Read)),
    call(Patch, r::STORE, App(Manage)),
    call(Delete, r::STORE, App(Manage)),
    call(Get, r::STORE_RELEASES, App(Read)),
    call(Get, r::STORE_RELEASE, App(Read)),
    call(Delete, r::STORE_RELEASE, App(Develop)),
    call(Get, r::STORE_LATEST_RELEASE, App(Read)),
    call(Get, r::STORE_RELEASE_STATUS, App(Read)),
    call(Get, r::STORE_RELEASE_ERROR, App(Read)),
    call(Get, r::STORE_SERVICE_STATUS, App(Read)),
    call(Get, r::WEBHOOKS, AppPerson(Manage)),
    call(Post, r::WEBHOOKS, AppPerson(Manage)),
    call(Get, r::WEBHOOK, AppPerson(Manage)),
    call(Patch, r::WEBHOOK, AppPerson(Manage)),
    call(Delete, r::WEBHOOK, AppPerson(Manage)),
    call(Get, r::WEBHOOK_DELIVERIES, AppPerson(Manage)),
    call(Post, r::SET_METADATA, Upload),
    call(Post, r::UPLOAD_CHUNK, Upload),
    call(Post, r::FINISHED, Upload),
    call(Post, r::CANCEL, Upload),
    call(Post, r::WHOLE_FILE, Upload),
    call(Get, r::INSTALL_PAGE, Anyone),
    call(Get, r::INSTALL_DOWNLOAD, Anyone),
    call(Get, r::SIGNED_DOWNLOAD, Anyone),
    call(Get, r::ICON, Anyone),
    call(Get, r::UNSUBSCRIBE, Anyone),
    call(Post, r::UNSUBSCRIBE, Anyone),
];

//! The caller and their rights, as extractors. Having a [`Caller`] is having a person's token; having an [`AppFor`] is
//! having that right to the app in the path, and an [`OrgFor`] that role in the organization. `protocol::CALLS` says
//! which call wants which; a test walks through all of them with every kind of token.

use std::marker::PhantomData;

use axum::extract::{FromRequestParts, Path};
use http::Method;
use http::request::Parts;
use protocol::{ErrorCode, Right, Role, TokenScope, header};
use serde::Deserialize;

use crate::db::{self, AccessRow, AccountKind, AccountRow, AppRow, Bearer};
use crate::error::ApiError;
use crate::http::extract::text;
use crate::platform::{Platform, RateLimiter};
use crate::secret;

/// The person whose token came with the request.
pub(crate) struct Caller {
    pub(crate) user: AccountRow,
    pub(crate) token_id: String,
}

impl<P: Platform> FromRequestParts<P> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, platform: &P) -> Result<Caller, ApiError> {
        let bearer = bearer(parts, platform).await?;
        if bearer.app_id.is_some() {
            return Err(forbidden_error("the API token is for one app only; use a token of your account"));
        }
        check_may_change(parts, bearer.scope)?;
        Ok(Caller { user: bearer.user, token_id: bearer.token_id })
    }
}

/// Whom the request's token belongs to: a person or one app.
///
/// Why the rate limit counts by token, after the lookup: appcenter-cli makes some twenty calls for a release, and a CI server
/// runs many at once from one address. By address, one team would be refused for the load of another behind the same proxy.
/// The limit protects the database from a script in an endless loop, which has a token.
async fn bearer<P: Platform>(parts: &Parts, platform: &P) -> Result<Bearer, ApiError> {
    let unauthorized = |message: &str| ApiError::Refused(ErrorCode::Unauthorized, message.to_owned());
    let token = text(&parts.headers, header::API_TOKEN)
        .ok_or_else(|| unauthorized("missing valid authentication token: send it as X-API-Token"))?;
    let bearer = db::bearer_by_token(platform.database(), &secret::hash(token))
        .await?
        .ok_or_else(|| unauthorized("the API token is unknown or was revoked; create a new one"))?;
    if !platform.rate_limiter().admit(&bearer.token_id).await? {
        let message = "too many calls with this API token; wait a minute before the next";
        return Err(ApiError::Refused(ErrorCode::TooManyRequests, message.to_owned()));
    }
    Ok(bearer)
}

/// A viewer's token may only read.
fn check_may_change(parts: &Parts, scope: TokenScope) -> Result<(), ApiError> {
    let reads = matches!(parts.method, Method::GET | Method::HEAD);
    if scope == TokenScope::Viewer && !reads {
        return Err(forbidden_error("the API token may only read; use one of scope `all`"));
    }
    Ok(())
}

fn forbidden_error(message: impl Into<String>) -> ApiError {
    ApiError::Refused(ErrorCode::Forbidden, message.into())
}

/// A right, as a type.
pub(crate) trait NeededRight: Send + Sync {
    const RIGHT: Right;
    /// Whether a token of the app itself is refused.
    const NEEDS_PERSON: bool = false;
}

/// See [`protocol::Right`].
pub(crate) struct Read;
/// See [`protocol::Right`].
pub(crate) struct Develop;
/// See [`protocol::Right`].
pub(crate) struct Manage;
/// [`Manage`], and not with a token of the app: see [`protocol::Access::AppPerson`].
pub(crate) struct ManageAsPerson;

impl NeededRight for Read {
    const RIGHT: Right = Right::Read;
}
impl NeededRight for Develop {
    const RIGHT: Right = Right::Develop;
}
impl NeededRight for Manage {
    const RIGHT: Right = Right::Manage;
}
impl NeededRight for ManageAsPerson {
    const RIGHT: Right = Right::Manage;
    const NEEDS_PERSON: bool = true;
}

/// The app in the path, to which the caller has the right `R`.
pub(crate) struct AppFor<R> {
    /// The person, or for an app's token the person who created it.
    pub(crate) user: AccountRow,
    pub(crate) app: AppRow,
    /// The app's owner.
    pub(crate) owner: AppOwner,
    /// All that the caller may do with it.
    pub(crate) right: Right,
    needed: PhantomData<R>,
}

/// The owner of an app.
#[derive(Clone, Debug)]
pub(crate) struct AppOwner {
    pub(crate) id: String,
    pub(crate) kind: AccountKind,
    pub(crate) name: String,
    pub(crate) display_name: String,
    pub(crate) email: String,
}

impl AccessRow {
    /// The app and its owner.
    pub(crate) fn split(self) -> (AppRow, AppOwner) {
        let AccessRow { app, owner_kind: kind, owner_name: name, owner_display_name, owner_email, .. } = self;
        let id = app.owner_id.clone();
        (app, AppOwner { id, kind, name, display_name: owner_display_name, email: owner_email })
    }
}

impl From<AccountRow> for AppOwner {
    fn from(account: AccountRow) -> AppOwner {
        let AccountRow { id, kind, name, display_name, email, .. } = account;
        AppOwner { id, kind, name, display_name, email }
    }
}

#[derive(Deserialize)]
struct AppPath {
    owner: String,
    app: String,
}

impl<P: Platform, R: NeededRight> FromRequestParts<P> for AppFor<R> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, platform: &P) -> Result<AppFor<R>, ApiError> {
        let bearer = bearer(parts, platform).await?;
        let Path(path) = Path::<AppPath>::from_request_parts(parts, platform)
            .await
            .map_err(|_| ApiError::bad_request("expected /v0.1/apps/{owner}/{app}"))?;
        // An app to which the caller has no right is 404, like one that does not exist: a name must not leak.
        let missing = || ApiError::not_found(format!("there is no app `{}/{}`", path.owner, path.app));
        let access = db::access_to_app(platform.database(), &path.owner, &path.app, &bearer.user.id)
            .await?
            .ok_or_else(missing)?;
        let right = right_to(&access, &bearer).ok_or_else(missing)?;
        if R::NEEDS_PERSON && bearer.app_id.is_some() {
            return Err(forbidden_error(
                "a token of the app may not make this call; use a token of your account",
            ));
        }
        check_may_change(parts, bearer.scope)?;
        if right < R::RIGHT {
            return Err(forbidden_error(format!(
                "this call needs the permission `{}` in the app, you have `{}`; ask a manager of the app",
                R::RIGHT.as_str(),
                right.as_str()
            )));
        }
        let (app, owner) = access.split();
        Ok(AppFor { user: bearer.user, app, owner, right, needed: PhantomData })
    }
}

/// What the bearer may do with an app; `None` if they have no right to it.
fn right_to(access: &AccessRow, bearer: &Bearer) -> Option<Right> {
    if let Some(app_id) = &bearer.app_id {
        // The token is the app's: it stays valid when the person who created it leaves.
        return (*app_id == access.app.id).then_some(Right::Manage);
    }
    right_of(&access.app.owner_id, access.role, access.permission, &bearer.user.id)
}

/// What a person may do with an app: its owner and the admins of its organization may do everything, others what their
/// permission in the app says.
pub(crate) fn right_of(
    owner_id: &str,
    role: Option<Role>,
    permission: Option<Right>,
    user_id: &str,
) -> Option<Right> {
    if owner_id == user_id || role == Some(Role::Admin) { Some(Right::Manage) } else { permission }
}

/// A role, as a type.
pub(crate) trait NeededRole: Send + Sync {
    const ROLE: Role;
}

/// See [`protocol::Role`].
pub(crate) struct Member;
/// See [`protocol::Role`].
pub(crate) struct Collaborator;
/// See [`protocol::Role`].
pub(crate) struct Admin;

impl NeededRole for Member {
    const ROLE: Role = Role::Member;
}
impl NeededRole for Collaborator {
    const ROLE: Role = Role::Collaborator;
}
impl NeededRole for Admin {
    const ROLE: Role = Role::Admin;
}

/// The organization in the path, in which the caller has the role `R`.
pub(crate) struct OrgFor<R> {
    pub(crate) user: AccountRow,
    pub(crate) org: AccountRow,
    needed: PhantomData<R>,
}

impl<P: Platform, R: NeededRole> FromRequestParts<P> for OrgFor<R> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, platform: &P) -> Result<OrgFor<R>, ApiError> {
        #[derive(Deserialize)]
        struct OrgPath {
            org: String,
        }
        let caller = Caller::from_request_parts(parts, platform).await?;
        let Path(OrgPath { org: name }) = Path::<OrgPath>::from_request_parts(parts, platform)
            .await
            .map_err(|_| ApiError::bad_request("expected /v0.1/orgs/{org}"))?;
        let missing = || ApiError::not_found(format!("there is no organization `{name}`"));
        let (org, role) =
            db::membership(platform.database(), &name, &caller.user.id).await?.ok_or_else(missing)?;
        if role < R::ROLE {
            let needed = R::ROLE.as_str();
            return Err(forbidden_error(format!(
                "this call needs the role `{needed}` in the organization, you have `{}`; ask an admin",
                role.as_str()
            )));
        }
        Ok(OrgFor { user: caller.user, org, needed: PhantomData })
    }
}

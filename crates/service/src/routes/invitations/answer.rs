//! What the link of an invitation opens. Its token is the permission: it was sent to the invited address only.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use protocol::{InvitationDetails, InvitedTo, NewApiToken, SignUpRequest, TokenScope, limit};

use crate::db::{self, AccountKind, AccountRow, InvitationDetailsRow, InvitationRow, TokenRow};
use crate::error::ApiError;
use crate::http::access::Caller;
use crate::http::extract::Body;
use crate::platform::Platform;
use crate::routes::account::api_tokens;
use crate::secret;
use crate::time::iso;
use crate::validation::{checked_name, checked_slug};

/// Slipway's own, `GET /user/invitations/{token}`: what the invitation is to.
pub(crate) async fn show<P: Platform>(
    State(platform): State<P>,
    Path(token): Path<String>,
) -> Result<Json<InvitationDetails>, ApiError> {
    let hash = secret::hash(&token);
    let found = db::invitation_details_by_token(platform.database(), &hash, platform.now()).await?;
    let InvitationDetailsRow { invitation, target, sender, has_account } =
        found.ok_or_else(invitation_ended)?;
    Ok(Json(InvitationDetails {
        invited_by: sender,
        email: invitation.email,
        kind: if invitation.app_id.is_some() { InvitedTo::App } else { InvitedTo::Org },
        target,
        role: invitation.role,
        expires_at: iso(invitation.expires_at),
        has_account: has_account != 0,
    }))
}

/// `POST /user/invitations/{apps|orgs}/{token}/accept`: 204.
pub(crate) async fn accept<P: Platform>(
    State(platform): State<P>,
    Caller { user, .. }: Caller,
    Path(token): Path<String>,
) -> Result<StatusCode, ApiError> {
    let invitation = open_invitation(&platform, &token).await?;
    let accepted =
        db::accept_invitation(platform.database(), &invitation, &user.id, Vec::new(), platform.now())
            .await
            .map_err(|error| error.or_conflict(|| "you are a member already".to_owned()))?;
    accepted.then_some(StatusCode::NO_CONTENT).ok_or_else(invitation_ended)
}

/// `POST /user/invitations/{apps|orgs}/{token}/reject`: 204.
pub(crate) async fn reject<P: Platform>(
    State(platform): State<P>,
    _: Caller,
    Path(token): Path<String>,
) -> Result<StatusCode, ApiError> {
    let invitation = open_invitation(&platform, &token).await?;
    db::delete_invitation(platform.database(), &invitation.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Slipway's own, `POST /user/invitations/{token}/newcomer`: creates an account for the invited address, accepts the
/// invitation for it, and answers 201 with its first API token.
///
/// Called again within [`limit::SAME_CALL_MS`], because the response was lost, it returns the same token: the invitation is
/// used up, and without that token the user has no way into the account. That is why the token is derived from the
/// invitation's, by the signing key, and not random.
pub(crate) async fn sign_up<P: Platform>(
    State(platform): State<P>,
    Path(token): Path<String>,
    Body(request): Body<SignUpRequest>,
) -> Result<(StatusCode, Json<NewApiToken>), ApiError> {
    let api_token = secret::first_api_token(&platform, &token);
    if let Some(first) = token_made_just_now(&platform, &api_token).await? {
        return Ok((
            StatusCode::CREATED,
            Json(NewApiToken { token: api_tokens::token_view(first), api_token }),
        ));
    }
    let invitation = open_invitation(&platform, &token).await?;
    if db::user_by_email(platform.database(), &invitation.email).await?.is_some() {
        return Err(ApiError::conflict(
            "there is an account with the invited address already; accept the invitation with its API token",
        ));
    }
    let now = platform.now();
    let name = checked_slug(&request.name)?;
    let user = AccountRow {
        id: secret::uuid(&platform),
        kind: AccountKind::User,
        name: name.to_owned(),
        display_name: checked_name("display name", request.display_name.as_deref().unwrap_or(name))?
            .to_owned(),
        email: invitation.email.clone(),
        created_at: now,
        updated_at: now,
    };
    let first = TokenRow {
        id: secret::uuid(&platform),
        user_id: user.id.clone(),
        app_id: None,
        scope: TokenScope::All,
        description: Some("Made with the account".to_owned()),
        created_at: now,
    };
    let new_account = vec![db::insert_user(&user), db::insert_token(&first, &secret::hash(&api_token))];
    let accepted = db::accept_invitation(platform.database(), &invitation, &user.id, new_account, now)
        .await
        .map_err(|error| {
            error.or_conflict(|| format!("there is an account named `{name}` already; choose another name"))
        })?;
    if !accepted {
        return Err(invitation_ended());
    }
    Ok((StatusCode::CREATED, Json(NewApiToken { token: api_tokens::token_view(first), api_token })))
}

/// The token, if it was made within the last [`limit::SAME_CALL_MS`]. Later the link in the e-mail opens nothing any more.
async fn token_made_just_now<P: Platform>(
    platform: &P,
    api_token: &str,
) -> Result<Option<TokenRow>, ApiError> {
    let bearer = db::bearer_by_token(platform.database(), &secret::hash(api_token)).await?;
    let Some(bearer) = bearer else { return Ok(None) };
    let tokens = db::tokens_of(platform.database(), &bearer.user.id).await?;
    let is_first = |token: &TokenRow| {
        token.id == bearer.token_id && token.created_at > platform.now() - limit::SAME_CALL_MS
    };
    Ok(tokens.into_iter().find(is_first))
}

async fn open_invitation<P: Platform>(platform: &P, token: &str) -> Result<InvitationRow, ApiError> {
    db::invitation_by_token(platform.database(), &secret::hash(token), platform.now())
        .await?
        .ok_or_else(invitation_ended)
}

fn invitation_ended() -> ApiError {
    ApiError::not_found(
        "the invitation is no longer valid: it was answered, revoked, sent again or has expired",
    )
}

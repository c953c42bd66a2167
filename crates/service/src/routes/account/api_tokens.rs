//! API tokens, of a person and of an app. Only their SHA-256 is stored, so each is shown once.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use protocol::{ApiToken, CreateApiTokenRequest, NewApiToken, TokenScope, limit};

use crate::db::{self, TokenRow};
use crate::error::ApiError;
use crate::http::access::{AppFor, Caller, ManageAsPerson};
use crate::http::extract::OptionalBody;
use crate::platform::Platform;
use crate::secret;
use crate::time::iso;
use crate::validation::checked_text;

/// Longest description, in characters.
const DESCRIPTION_CHARS: usize = 200;

/// `GET /api_tokens`.
pub(crate) async fn list<P: Platform>(
    State(platform): State<P>,
    Caller { user, .. }: Caller,
) -> Result<Json<Vec<ApiToken>>, ApiError> {
    let tokens = db::tokens_of(platform.database(), &user.id).await?;
    Ok(Json(tokens.into_iter().map(token_view).collect()))
}

/// `POST /api_tokens`: 201 with the token, which is shown this once.
pub(crate) async fn create<P: Platform>(
    State(platform): State<P>,
    Caller { user, .. }: Caller,
    OptionalBody(request): OptionalBody<CreateApiTokenRequest>,
) -> Result<(StatusCode, Json<NewApiToken>), ApiError> {
    create_token(&platform, user.id, None, request).await
}

/// `DELETE /api_tokens/{id}`: 204. appcenter-cli logs out with the id `UserToken` or `current`: the token in use.
pub(crate) async fn delete<P: Platform>(
    State(platform): State<P>,
    Caller { user, token_id }: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let id = if matches!(id.as_str(), "UserToken" | "current") { token_id } else { id };
    let was_there = db::delete_token(platform.database(), &user.id, &id).await?;
    was_there.then_some(StatusCode::NO_CONTENT).ok_or_else(|| no_such_token(&id))
}

/// `GET …/api_tokens` of an app.
pub(crate) async fn list_of_app<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<ManageAsPerson>,
) -> Result<Json<Vec<ApiToken>>, ApiError> {
    let tokens = db::tokens_of_app(platform.database(), &app.id).await?;
    Ok(Json(tokens.into_iter().map(token_view).collect()))
}

/// `POST …/api_tokens` of an app: 201 with a token that is valid for this app only.
pub(crate) async fn create_for_app<P: Platform>(
    State(platform): State<P>,
    AppFor { user, app, .. }: AppFor<ManageAsPerson>,
    OptionalBody(request): OptionalBody<CreateApiTokenRequest>,
) -> Result<(StatusCode, Json<NewApiToken>), ApiError> {
    create_token(&platform, user.id, Some(app.id), request).await
}

/// `DELETE …/api_tokens/{id}` of an app: 204.
pub(crate) async fn delete_of_app<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<ManageAsPerson>,
    Path((_, _, id)): Path<(String, String, String)>,
) -> Result<StatusCode, ApiError> {
    let was_there = db::delete_token_of_app(platform.database(), &app.id, &id).await?;
    was_there.then_some(StatusCode::NO_CONTENT).ok_or_else(|| no_such_token(&id))
}

async fn create_token<P: Platform>(
    platform: &P,
    user_id: String,
    app_id: Option<String>,
    request: CreateApiTokenRequest,
) -> Result<(StatusCode, Json<NewApiToken>), ApiError> {
    let scope = match request.scope.as_deref() {
        None | Some([]) => TokenScope::All,
        // The narrowest of those that are named.
        Some(scopes) if scopes.contains(&TokenScope::Viewer) => TokenScope::Viewer,
        Some(_) => TokenScope::All,
    };
    let token = TokenRow {
        id: secret::uuid(platform),
        user_id,
        app_id,
        scope,
        description: request
            .description
            .map(|text| checked_text("description", &text, DESCRIPTION_CHARS))
            .transpose()?,
        created_at: platform.now(),
    };
    let api_token = secret::api_token(platform);
    if !db::add_token(platform.database(), &token, &secret::hash(&api_token)).await? {
        return Err(ApiError::limit_reached(limit::TOKENS_PER_ACCOUNT, "API tokens of your account"));
    }
    Ok((StatusCode::CREATED, Json(NewApiToken { token: token_view(token), api_token })))
}

fn no_such_token(id: &str) -> ApiError {
    ApiError::not_found(format!("there is no API token of id `{id}`, or it was revoked already"))
}

/// A token as the API shows it.
pub(crate) fn token_view(token: TokenRow) -> ApiToken {
    ApiToken {
        id: token.id,
        description: token.description,
        scope: vec![token.scope],
        created_at: iso(token.created_at),
    }
}

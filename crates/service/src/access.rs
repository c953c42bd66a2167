//! Who is calling and what they may touch. Having a [`Caller`] is having a valid token; having an [`OwnedApp`] is
//! having the right to the app in the path.

use std::convert::Infallible;

use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use http::request::Parts;
use http::{HeaderMap, Method};
use protocol::{ErrorCode, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::ApiError;
use crate::platform::Platform;
use crate::secret;
use crate::store::{self, AppRow, UserRow};

/// The owner of the token that came with the request.
pub(crate) struct Caller(pub(crate) UserRow);

impl<P: Platform> FromRequestParts<P> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, platform: &P) -> Result<Caller, ApiError> {
        let unauthorized = |message: &str| ApiError::Refused(ErrorCode::Unauthorized, message.to_owned());
        let token = text(&parts.headers, header::API_TOKEN)
            .ok_or_else(|| unauthorized("missing valid authentication token: send it as X-API-Token"))?;
        let (user, scope) = store::user_by_token(platform.database(), &secret::hash(token))
            .await?
            .ok_or_else(|| unauthorized("the API token is unknown or was revoked; create a new one"))?;
        if scope == "viewer" && !matches!(parts.method, Method::GET | Method::HEAD) {
            let message = "the API token may only read; use one of scope `all`";
            return Err(ApiError::Refused(ErrorCode::Forbidden, message.to_owned()));
        }
        Ok(Caller(user))
    }
}

/// The app in the path, which belongs to the caller.
pub(crate) struct OwnedApp {
    pub(crate) caller: UserRow,
    pub(crate) app: AppRow,
}

#[derive(Deserialize)]
struct AppPath {
    owner: String,
    app: String,
}

impl<P: Platform> FromRequestParts<P> for OwnedApp {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, platform: &P) -> Result<OwnedApp, ApiError> {
        let Caller(caller) = Caller::from_request_parts(parts, platform).await?;
        let Path(path) = Path::<AppPath>::from_request_parts(parts, platform)
            .await
            .map_err(|_| ApiError::bad_request("expected /v0.1/apps/{owner}/{app}"))?;
        let missing = || ApiError::not_found(format!("there is no app `{}/{}`", path.owner, path.app));
        // Another owner's app is as unknown as one that does not exist: names are nobody else's business.
        if !path.owner.eq_ignore_ascii_case(&caller.name) {
            return Err(missing());
        }
        let app =
            store::app_by_name(platform.database(), &caller.id, &path.app).await?.ok_or_else(missing)?;
        Ok(OwnedApp { caller, app })
    }
}

/// A JSON body, whatever its content type says.
pub(crate) struct Body<T>(pub(crate) T);

impl<P: Platform, T: DeserializeOwned> FromRequest<P> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, platform: &P) -> Result<Body<T>, ApiError> {
        let bytes = axum::body::Bytes::from_request(request, platform).await.map_err(|_| {
            ApiError::Refused(
                ErrorCode::TooLarge,
                "the request's body is too large or was cut off".to_owned(),
            )
        })?;
        serde_json::from_slice(&bytes)
            .map(Body)
            .map_err(|error| ApiError::bad_request(format!("the request's body is not as expected: {error}")))
    }
}

/// A header's value as text.
pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The query, refused in the protocol's own shape.
pub(crate) struct Query<T>(pub(crate) T);

impl<P: Platform, T: DeserializeOwned> FromRequestParts<P> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &P) -> Result<Query<T>, ApiError> {
        axum::extract::Query::try_from_uri(&parts.uri)
            .map(|axum::extract::Query(query)| Query(query))
            .map_err(|error| {
                ApiError::bad_request(format!("the query is not as expected: {}", error.body_text()))
            })
    }
}

/// What is kept of the token that came with a call under `/upload`: from the header, which stays out of logs, or
/// else from the query, and of nothing if there is none.
pub(crate) struct UploadTokenHash(pub(crate) String);

impl<P: Platform> FromRequestParts<P> for UploadTokenHash {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &P) -> Result<UploadTokenHash, Infallible> {
        if let Some(token) = text(&parts.headers, header::UPLOAD_TOKEN) {
            return Ok(UploadTokenHash(secret::hash(token)));
        }
        let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let token = pairs.ok().and_then(|pairs| pairs.0.into_iter().find(|(name, _)| name == "token"));
        Ok(UploadTokenHash(secret::hash(token.as_ref().map_or("", |(_, token)| token))))
    }
}

/// Where the client found us, such as `https://slipway.example`, without a trailing slash. The edge hands the
/// address through unchanged.
pub(crate) struct Origin(pub(crate) String);

impl<P: Platform> FromRequestParts<P> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &P) -> Result<Origin, Infallible> {
        let scheme = parts.uri.scheme_str().unwrap_or("https");
        let host = parts.uri.authority().map(|authority| authority.as_str());
        // Every HTTP/1.1 request names a host; platforms refuse those that do not.
        let host = host.or_else(|| text(&parts.headers, "host")).unwrap_or("localhost");
        Ok(Origin(format!("{scheme}://{host}")))
    }
}

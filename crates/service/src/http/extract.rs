//! What handlers take from a request, apart from the caller: see [`crate::http::access`].

use std::convert::Infallible;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use http::HeaderMap;
use http::request::Parts;
use protocol::{ErrorCode, header};
use serde::de::DeserializeOwned;

use crate::error::ApiError;
use crate::platform::Platform;
use crate::secret;

/// A JSON body, whatever its content type says.
pub(crate) struct Body<T>(pub(crate) T);

impl<P: Platform, T: DeserializeOwned> FromRequest<P> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, platform: &P) -> Result<Body<T>, ApiError> {
        parse_json(&bytes(request, platform).await?).map(Body)
    }
}

/// A JSON body that may be missing, as some clients' are: then it is the default.
pub(crate) struct OptionalBody<T>(pub(crate) T);

impl<P: Platform, T: DeserializeOwned + Default> FromRequest<P> for OptionalBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, platform: &P) -> Result<OptionalBody<T>, ApiError> {
        let bytes = bytes(request, platform).await?;
        if bytes.is_empty() { Ok(OptionalBody(T::default())) } else { parse_json(&bytes).map(OptionalBody) }
    }
}

/// A body that clients leave out or fill with anything, such as the word `POST`, which counts as no body. A JSON object is
/// intended, and must fit.
pub(crate) struct LenientBody<T>(pub(crate) T);

impl<P: Platform, T: DeserializeOwned + Default> FromRequest<P> for LenientBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, platform: &P) -> Result<LenientBody<T>, ApiError> {
        let bytes = bytes(request, platform).await?;
        match serde_json::from_slice::<serde_json::Value>(&bytes) {
            Ok(serde_json::Value::Object(_)) => parse_json(&bytes).map(LenientBody),
            _ => Ok(LenientBody(T::default())),
        }
    }
}

async fn bytes<P: Platform>(request: Request, platform: &P) -> Result<Bytes, ApiError> {
    Bytes::from_request(request, platform).await.map_err(|_| {
        ApiError::Refused(
            ErrorCode::TooLarge,
            "the request's body is longer than 256 KiB or was cut off".to_owned(),
        )
    })
}

fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(bytes)
        .map_err(|error| ApiError::bad_request(format!("the request's body cannot be read: {error}")))
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
                ApiError::bad_request(format!("the query cannot be read: {}", error.body_text()))
            })
    }
}

/// The hash of the token that came with a call under `/upload`: from the header, which stays out of logs, or else from the
/// query; the hash of an empty token if there is none.
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

/// The address at which the client reached us, such as `https://slipway.example`, without a trailing slash. The edge hands the
/// address through unchanged.
///
/// Behind a proxy that ends TLS the address says `http`, and `X-Forwarded-Proto` what the client sees. The header
/// can only make links safer: any client can send it, so that `http` in it is ignored.
pub(crate) struct Origin(pub(crate) String);

impl<P: Platform> FromRequestParts<P> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &P) -> Result<Origin, Infallible> {
        let is_forwarded = text(&parts.headers, "x-forwarded-proto") == Some("https");
        let scheme = if is_forwarded { "https" } else { parts.uri.scheme_str().unwrap_or("https") };
        let host = parts.uri.authority().map(|authority| authority.as_str());
        // Every HTTP/1.1 request names a host; platforms refuse those that do not.
        let host = host.or_else(|| text(&parts.headers, "host")).unwrap_or("localhost");
        Ok(Origin(format!("{scheme}://{host}")))
    }
}

//! A package's bytes, on their way out.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::error::ApiError;
use crate::http::body::ResponseStream;
use crate::http::extract::{Query, text};
use crate::platform::{ByteRange, ObjectKey, ObjectStorage, Platform};
use crate::secret::SignedLink;

/// The query of [`download_signed`].
#[derive(Deserialize)]
pub(crate) struct SignedQuery {
    expires: i64,
    signature: String,
    name: String,
}

/// `GET /download/{asset}?expires=…&signature=…`.
pub(crate) async fn download_signed<P: Platform>(
    State(platform): State<P>,
    Path(asset_id): Path<String>,
    Query(query): Query<SignedQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let link = SignedLink { asset_id: &asset_id, file_name: &query.name, expires_at: query.expires };
    if !link.is_signed(&platform, &query.signature) || platform.now() > query.expires {
        return Err(ApiError::not_found(
            "the download link is wrong or has expired; ask for the release again",
        ));
    }
    send_package(&platform, asset_id, &query.name, &headers).await
}

/// The package as an attachment, or the range of it that the client asks for.
pub(crate) async fn send_package<P: Platform>(
    platform: &P,
    asset_id: String,
    file_name: &str,
    request: &HeaderMap,
) -> Result<Response, ApiError> {
    let key = ObjectKey::Package(asset_id);
    let missing = || ApiError::not_found("the package no longer exists");
    let requested = text(request, "range").and_then(RequestedRange::parse);
    let (range, size) = match requested {
        None => (None, None),
        Some(requested) => {
            let size = platform.object_storage().size(&key).await?.ok_or_else(missing)?;
            match requested.within(size) {
                Some(range) => (Some(range), Some(size)),
                None => return Ok(not_satisfiable(size)),
            }
        }
    };
    let object = platform.object_storage().open(&key, range).await?.ok_or_else(missing)?;
    let mut response = StatusCode::OK.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, content_type(file_name));
    headers.insert(header::CONTENT_DISPOSITION, attachment(file_name));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::CONTENT_LENGTH, range.map_or(object.size, |range| range.length).into());
    if let (Some(range), Some(size)) = (range, size) {
        let last = range.offset + range.length - 1;
        if let Ok(value) = HeaderValue::from_str(&format!("bytes {}-{last}/{size}", range.offset)) {
            headers.insert(header::CONTENT_RANGE, value);
        }
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    response.extensions_mut().insert(ResponseStream(object.stream));
    Ok(response)
}

fn not_satisfiable(size: u64) -> Response {
    let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
    if let Ok(value) = HeaderValue::from_str(&format!("bytes */{size}")) {
        response.headers_mut().insert(header::CONTENT_RANGE, value);
    }
    response
}

/// What Android needs to see to offer an install; everything else is bytes.
fn content_type(file_name: &str) -> HeaderValue {
    let extension = file_name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let is_apk = extension.eq_ignore_ascii_case("apk");
    HeaderValue::from_static(if is_apk {
        "application/vnd.android.package-archive"
    } else {
        "application/octet-stream"
    })
}

/// RFC 6266: the name in ASCII for old clients, and in UTF-8 for the rest.
fn attachment(file_name: &str) -> HeaderValue {
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');
    let plain: String = file_name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | ' ') { c } else { '_' })
        .collect();
    let value = format!(
        "attachment; filename=\"{plain}\"; filename*=UTF-8''{}",
        utf8_percent_encode(file_name, KEPT)
    );
    HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static("attachment"))
}

/// One range as RFC 9110 has it. Several at once, or another unit, are ignored, which the RFC allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RequestedRange {
    From(u64),
    Between(u64, u64),
    Last(u64),
}

impl RequestedRange {
    fn parse(header: &str) -> Option<RequestedRange> {
        let (first, last) = header.strip_prefix("bytes=")?.trim().split_once('-')?;
        match (first.parse(), last.parse()) {
            (Ok(first), Ok(last)) if first <= last => Some(RequestedRange::Between(first, last)),
            (Ok(first), Err(_)) if last.is_empty() => Some(RequestedRange::From(first)),
            (Err(_), Ok(n)) if first.is_empty() => Some(RequestedRange::Last(n)),
            _ => None,
        }
    }

    /// The requested bytes of an object of `size`; `None` if there are none.
    fn within(self, size: u64) -> Option<ByteRange> {
        let (offset, end) = match self {
            RequestedRange::From(first) => (first, size),
            RequestedRange::Between(first, last) => (first, last.saturating_add(1).min(size)),
            RequestedRange::Last(n) => (size.saturating_sub(n), size),
        };
        (offset < end).then(|| ByteRange { offset, length: end - offset })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(header: &str, size: u64) -> Option<(u64, u64)> {
        RequestedRange::parse(header)?.within(size).map(|range| (range.offset, range.length))
    }

    #[test]
    fn a_range_is_cut_to_the_object() {
        assert_eq!(range("bytes=0-99", 10), Some((0, 10)));
        assert_eq!(range("bytes=4-", 10), Some((4, 6)));
        assert_eq!(range("bytes=-3", 10), Some((7, 3)));
        assert_eq!(range("bytes=10-", 10), None);
        assert_eq!(range("bytes=-0", 10), None);
        assert_eq!(range(&format!("bytes=0-{}", u64::MAX), 10), Some((0, 10)));
    }

    #[test]
    fn a_range_that_makes_no_sense_is_ignored() {
        for header in ["bytes=5-4", "bytes=a-b", "items=0-1", "bytes=0-1,3-4", "bytes="] {
            assert_eq!(RequestedRange::parse(header), None, "{header}");
        }
    }

    #[test]
    fn a_file_name_cannot_break_out_of_its_header() {
        let value = attachment("a\"; x=\"\r\né.apk");
        assert_eq!(
            value.to_str().unwrap_or_default(),
            "attachment; filename=\"a__ x_____.apk\"; filename*=UTF-8''a%22%3B%20x%3D%22%0D%0A%C3%A9.apk"
        );
    }
}

//! Header names, in the lower case that HTTP/2 and the `http` crate want.

/// App Center's API token. Set by clients, or by the edge on behalf of a signed-in browser.
pub const API_TOKEN: &str = "x-api-token";

/// Slipway's own: the token of one upload, in place of App Center's `?token=` so that it stays out of logs.
pub const UPLOAD_TOKEN: &str = "x-upload-token";

/// MD5 of a chunk's bytes in base64, as RFC 1864 has it. App Center's clients send none.
pub const CONTENT_MD5: &str = "content-md5";

/// Slipway's own: sent by our pages on every call that changes something.
///
/// A page of another origin cannot add it without a CORS preflight, which the edge never grants.
pub const REQUEST_MARK: &str = "x-slipway-request";

/// The value of [`REQUEST_MARK`].
pub const REQUEST_MARK_VALUE: &str = "1";

/// Slipway's own, on webhook deliveries: `t=<seconds since 1970>,v1=<hex>`, where the latter is the HMAC-SHA-256 with
/// the webhook's secret of the seconds, a dot and the body.
pub const SIGNATURE: &str = "x-slipway-signature";

/// Slipway's own, on webhook deliveries: the delivery's id.
pub const DELIVERY: &str = "x-slipway-delivery";

/// The id of a call: in its response, and in the log beside the error.
pub const CORRELATION_ID: &str = "x-correlation-id";

//! The defence against other sites that make a signed-in browser call us.

use http::{HeaderMap, Method};
use protocol::header;

/// Whether a call that rides on the session cookie comes from one of our own pages.
///
/// 1. Where the browser says which site asks (`Sec-Fetch-Site`), it must be this one, or nobody: an address typed
///    or a bookmark.
/// 2. A call that changes something must carry our own header, which another site cannot add without a CORS
///    preflight; the edge answers none.
pub(crate) fn is_from_our_page(method: &Method, headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").map(|site| site.as_bytes());
    let is_same_site = matches!(site, None | Some(b"same-origin" | b"none")); // 1.
    let is_marked = headers.get(header::REQUEST_MARK).is_some_and(|mark| mark == header::REQUEST_MARK_VALUE);
    is_same_site && (is_safe(method) || is_marked) // 2.
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

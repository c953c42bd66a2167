//! The defence against cross-site request forgery: other sites that make a signed-in browser call us.

use http::{HeaderMap, Method};
use protocol::header;

/// Whether a call that rides on the session cookie comes from one of our own pages.
///
/// 1. Where the browser says which site asks (`Sec-Fetch-Site`), it must be this one, or none: an address that the
///    user typed, or a bookmark.
/// 2. A call that changes something must carry our own header, which another site cannot add without a CORS
///    preflight; the edge answers none.
///
/// `SameSite=Strict` alone does not do: a site is a registrable domain, so a page at `evil.company.com` is of the same
/// site as a portal at `slipway.company.com`, and its form would send the cookie along. Rule 1 alone does not do
/// either: browsers before 2023 do not send the header, and calls without it must stay possible. With rule 2 a form, an
/// image or a link of another origin cannot delete an app, whatever the browser.
pub(crate) fn is_from_our_page(method: &Method, headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").map(|site| site.as_bytes());
    let is_same_origin = matches!(site, None | Some(b"same-origin" | b"none")); // 1.
    let is_marked = headers.get(header::REQUEST_MARK).is_some_and(|mark| mark == header::REQUEST_MARK_VALUE);
    is_same_origin && (is_safe(method) || is_marked) // 2.
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

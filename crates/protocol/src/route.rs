//! Paths: the templates that routers match, and the builders that clients call.
//!
//! Templates are in the syntax of `matchit`, which both axum and the relay use.

/// Who the token belongs to.
pub const USER: &str = "/v0.1/user";
/// The apps of the token's owner.
pub const APPS: &str = "/v0.1/apps";
/// One app.
pub const APP: &str = "/v0.1/apps/{owner}/{app}";
/// New uploads.
pub const UPLOADS: &str = "/v0.1/apps/{owner}/{app}/uploads/releases";
/// One upload.
pub const UPLOAD: &str = "/v0.1/apps/{owner}/{app}/uploads/releases/{upload}";
/// The releases of an app.
pub const RELEASES: &str = "/v0.1/apps/{owner}/{app}/releases";
/// One release, by number or `latest`.
pub const RELEASE: &str = "/v0.1/apps/{owner}/{app}/releases/{release}";
/// The groups that a release goes to.
pub const RELEASE_GROUPS: &str = "/v0.1/apps/{owner}/{app}/releases/{release}/groups";
/// Slipway's own: the install links of a release.
pub const INSTALL_LINKS: &str = "/v0.1/apps/{owner}/{app}/releases/{release}/install_links";
/// Slipway's own: one install link.
pub const INSTALL_LINK: &str = "/v0.1/apps/{owner}/{app}/releases/{release}/install_links/{link}";
/// The groups of an app.
pub const GROUPS: &str = "/v0.1/apps/{owner}/{app}/distribution_groups";
/// One group, by name.
pub const GROUP: &str = "/v0.1/apps/{owner}/{app}/distribution_groups/{group}";

/// Name and length of the file.
pub const SET_METADATA: &str = "/upload/set_metadata/{asset}";
/// One chunk.
pub const UPLOAD_CHUNK: &str = "/upload/upload_chunk/{asset}";
/// All chunks were sent.
pub const FINISHED: &str = "/upload/finished/{asset}";
/// The upload is given up.
pub const CANCEL: &str = "/upload/cancel/{asset}";

/// Slipway's own: who is signed in to the portal. Answered by the edge.
pub const SESSION: &str = "/session";
/// Slipway's own: the page that a tester opens.
pub const INSTALL_PAGE: &str = "/install/{token}";
/// Slipway's own: the package behind an install page.
pub const INSTALL_DOWNLOAD: &str = "/install/{token}/download";
/// Slipway's own: a package by a signed link that works for a limited time.
pub const SIGNED_DOWNLOAD: &str = "/download/{asset}";
/// Slipway's own: the icon found in a package.
pub const ICON: &str = "/icon/{asset}/{signature}";

/// Fills a template's `{…}` with percent-encoded segments, in their order.
///
/// A template with more places than segments keeps the rest as they are.
///
/// ```
/// use protocol::route;
/// assert_eq!(route::path(route::GROUP, &["ann", "app-one", "My Testers"]),
///            "/v0.1/apps/ann/app-one/distribution_groups/My%20Testers");
/// ```
pub fn path(template: &str, segments: &[&str]) -> String {
    let mut segments = segments.iter();
    let mut filled = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((_, tail)) = after.split_once('}') else { break };
        let Some(segment) = segments.next() else { break };
        filled.push_str(before);
        encode(segment, &mut filled);
        rest = tail;
    }
    filled.push_str(rest);
    filled
}

/// `value`, percent-encoded for use in a path segment or a query value.
pub fn encoded(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    encode(value, &mut out);
    out
}

/// Keeps RFC 3986's unreserved characters and encodes every other byte, which is right for a segment and for a
/// query value alike.
fn encode(value: &str, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_cannot_leave_its_place() {
        assert_eq!(path(APP, &["a/../b", "c?d#e"]), "/v0.1/apps/a%2F..%2Fb/c%3Fd%23e");
    }

    #[test]
    fn a_token_is_encoded_as_clients_paste_it() {
        assert_eq!(encoded("tok+en/="), "tok%2Ben%2F%3D");
    }

    #[test]
    fn names_beyond_ascii_are_encoded_as_utf_8() {
        assert_eq!(encoded("Ää"), "%C3%84%C3%A4");
    }
}

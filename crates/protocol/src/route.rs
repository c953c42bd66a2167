//! Paths: the templates that routers match, and the builders that clients call.
//!
//! Templates are in the syntax of `matchit`, which both axum and the relay use.

/// Who the token belongs to.
pub const USER: &str = "/v0.1/user";
/// The API tokens of the token's owner.
pub const API_TOKENS: &str = "/v0.1/api_tokens";
/// One API token, by its id.
pub const API_TOKEN: &str = "/v0.1/api_tokens/{token}";
/// The organizations of the token's owner.
pub const ORGS: &str = "/v0.1/orgs";
/// One organization.
pub const ORG: &str = "/v0.1/orgs/{org}";
/// The organizations that the token's owner administers.
pub const ADMINISTERED_ORGS: &str = "/v0.1/administeredOrgs";
/// The members of an organization.
pub const ORG_USERS: &str = "/v0.1/orgs/{org}/users";
/// One member, by name.
pub const ORG_USER: &str = "/v0.1/orgs/{org}/users/{user}";
/// The apps of an organization that a member may see.
pub const ORG_USER_APPS: &str = "/v0.1/orgs/{org}/users/{user}/apps";
/// The apps of an organization.
pub const ORG_APPS: &str = "/v0.1/orgs/{org}/apps";
/// The testers in the groups of an organization and of its apps.
pub const ORG_TESTERS: &str = "/v0.1/orgs/{org}/testers";
/// Invitations to an organization.
pub const ORG_INVITATIONS: &str = "/v0.1/orgs/{org}/invitations";
/// One invitation to an organization.
pub const ORG_INVITATION: &str = "/v0.1/orgs/{org}/invitations/{email}";
/// Sends an invitation again.
pub const ORG_INVITATION_RESEND: &str = "/v0.1/orgs/{org}/invitations/{email}/resend";
/// Revokes an invitation.
pub const ORG_INVITATION_REVOKE: &str = "/v0.1/orgs/{org}/invitations/{email}/revoke";
/// The groups that an organization shares among its apps.
pub const ORG_GROUPS: &str = "/v0.1/orgs/{org}/distribution_groups";
/// The same, with their apps and how many members they have.
pub const ORG_GROUPS_DETAILS: &str = "/v0.1/orgs/{org}/distribution_groups_details";
/// One shared group, by name.
pub const ORG_GROUP: &str = "/v0.1/orgs/{org}/distribution_groups/{group}";
/// The members of a shared group.
pub const ORG_GROUP_MEMBERS: &str = "/v0.1/orgs/{org}/distribution_groups/{group}/members";
/// Takes members out of a shared group.
pub const ORG_GROUP_BULK_DELETE: &str = "/v0.1/orgs/{org}/distribution_groups/{group}/members/bulk_delete";
/// Invites members of a shared group again.
pub const ORG_GROUP_RESEND_INVITE: &str = "/v0.1/orgs/{org}/distribution_groups/{group}/resend_invite";
/// The apps of a shared group.
pub const ORG_GROUP_APPS: &str = "/v0.1/orgs/{org}/distribution_groups/{group}/apps";
/// Takes apps out of a shared group.
pub const ORG_GROUP_APPS_BULK_DELETE: &str = "/v0.1/orgs/{org}/distribution_groups/{group}/apps/bulk_delete";
/// The invitations that the token's owner sent.
pub const INVITATIONS_SENT: &str = "/v0.1/invitations/sent";
/// Accepts an invitation to an app.
pub const APP_INVITATION_ACCEPT: &str = "/v0.1/user/invitations/apps/{invitation}/accept";
/// Rejects an invitation to an app.
pub const APP_INVITATION_REJECT: &str = "/v0.1/user/invitations/apps/{invitation}/reject";
/// Accepts an invitation to an organization.
pub const ORG_INVITATION_ACCEPT: &str = "/v0.1/user/invitations/orgs/{invitation}/accept";
/// Rejects an invitation to an organization.
pub const ORG_INVITATION_REJECT: &str = "/v0.1/user/invitations/orgs/{invitation}/reject";
/// Slipway's own: what an invitation is to, for the holder of its link.
pub const INVITATION: &str = "/v0.1/user/invitations/{invitation}";
/// Slipway's own: signs up by an invitation: accepts it and creates the account.
pub const SIGN_UP: &str = "/v0.1/user/invitations/{invitation}/newcomer";
/// The apps that the token's owner may see.
pub const APPS: &str = "/v0.1/apps";
/// One app.
pub const APP: &str = "/v0.1/apps/{owner}/{app}";
/// The picture of an app.
pub const APP_AVATAR: &str = "/v0.1/apps/{owner}/{app}/avatar";
/// Makes a new organization the owner of an app.
pub const APP_TRANSFER_TO_ORG: &str = "/v0.1/apps/{owner}/{app}/transfer_to_org";
/// Makes another account the owner of an app.
pub const APP_TRANSFER: &str = "/v0.1/apps/{owner}/{app}/transfer/{destination}";
/// The API tokens of one app.
pub const APP_TOKENS: &str = "/v0.1/apps/{owner}/{app}/api_tokens";
/// One API token of an app, by its id.
pub const APP_TOKEN: &str = "/v0.1/apps/{owner}/{app}/api_tokens/{token}";
/// Who may act on an app.
pub const APP_USERS: &str = "/v0.1/apps/{owner}/{app}/users";
/// One collaborator, by e-mail.
pub const APP_USER: &str = "/v0.1/apps/{owner}/{app}/users/{email}";
/// Invitations to an app.
pub const APP_INVITATIONS: &str = "/v0.1/apps/{owner}/{app}/invitations";
/// One invitation to an app.
pub const APP_INVITATION: &str = "/v0.1/apps/{owner}/{app}/invitations/{email}";
/// The testers of an app.
pub const APP_TESTERS: &str = "/v0.1/apps/{owner}/{app}/testers";
/// One tester, by id.
pub const APP_TESTER: &str = "/v0.1/apps/{owner}/{app}/testers/{tester}";
/// New uploads.
pub const UPLOADS: &str = "/v0.1/apps/{owner}/{app}/uploads/releases";
/// One upload.
pub const UPLOAD: &str = "/v0.1/apps/{owner}/{app}/uploads/releases/{upload}";
/// New uploads of the documented three calls.
pub const RELEASE_UPLOADS: &str = "/v0.1/apps/{owner}/{app}/release_uploads";
/// One upload of the documented three calls.
pub const RELEASE_UPLOAD: &str = "/v0.1/apps/{owner}/{app}/release_uploads/{upload}";
/// The releases of an app.
pub const RELEASES: &str = "/v0.1/apps/{owner}/{app}/releases";
/// The releases that the token's owner may test.
pub const RELEASES_BY_TESTER: &str = "/v0.1/apps/{owner}/{app}/releases/filter_by_tester";
/// The newest release of each group.
pub const RECENT_RELEASES: &str = "/v0.1/apps/{owner}/{app}/recent_releases";
/// One release, by number or `latest`.
pub const RELEASE: &str = "/v0.1/apps/{owner}/{app}/releases/{release}";
/// The provisioning profile in a release's ipa.
pub const PROVISIONING_PROFILE: &str = "/v0.1/apps/{owner}/{app}/releases/{release}/provisioning_profile";
/// The groups that a release goes to.
pub const RELEASE_GROUPS: &str = "/v0.1/apps/{owner}/{app}/releases/{release}/groups";
/// One group that has a release, by id.
pub const RELEASE_GROUP: &str = "/v0.1/apps/{owner}/{app}/releases/{release}/groups/{group}";
/// The testers that a release goes to.
pub const RELEASE_TESTERS: &str = "/v0.1/apps/{owner}/{app}/releases/{release}/testers";
/// One tester who has a release, by id.
pub const RELEASE_TESTER: &str = "/v0.1/apps/{owner}/{app}/releases/{release}/testers/{tester}";
/// The stores that a release goes to.
pub const RELEASE_STORES: &str = "/v0.1/apps/{owner}/{app}/releases/{release}/stores";
/// One store that has a release, by id.
pub const RELEASE_STORE: &str = "/v0.1/apps/{owner}/{app}/releases/{release}/stores/{store}";
/// Slipway's own: the install links of a release.
pub const INSTALL_LINKS: &str = "/v0.1/apps/{owner}/{app}/releases/{release}/install_links";
/// Slipway's own: one install link.
pub const INSTALL_LINK: &str = "/v0.1/apps/{owner}/{app}/releases/{release}/install_links/{link}";
/// The groups of an app.
pub const GROUPS: &str = "/v0.1/apps/{owner}/{app}/distribution_groups";
/// One group, by name.
pub const GROUP: &str = "/v0.1/apps/{owner}/{app}/distribution_groups/{group}";
/// The members of a group.
pub const MEMBERS: &str = "/v0.1/apps/{owner}/{app}/distribution_groups/{group}/members";
/// Takes members out of a group.
pub const MEMBERS_BULK_DELETE: &str =
    "/v0.1/apps/{owner}/{app}/distribution_groups/{group}/members/bulk_delete";
/// Invites members again.
pub const RESEND_INVITE: &str = "/v0.1/apps/{owner}/{app}/distribution_groups/{group}/resend_invite";
/// The releases that a group has.
pub const GROUP_RELEASES: &str = "/v0.1/apps/{owner}/{app}/distribution_groups/{group}/releases";
/// One release that a group has, by number or `latest`.
pub const GROUP_RELEASE: &str = "/v0.1/apps/{owner}/{app}/distribution_groups/{group}/releases/{release}";
/// The stores of an app.
pub const STORES: &str = "/v0.1/apps/{owner}/{app}/distribution_stores";
/// One store, by name.
pub const STORE: &str = "/v0.1/apps/{owner}/{app}/distribution_stores/{store}";
/// The releases that were submitted to a store.
pub const STORE_RELEASES: &str = "/v0.1/apps/{owner}/{app}/distribution_stores/{store}/releases";
/// One of them, by number.
pub const STORE_RELEASE: &str = "/v0.1/apps/{owner}/{app}/distribution_stores/{store}/releases/{release}";
/// The newest of them.
pub const STORE_LATEST_RELEASE: &str = "/v0.1/apps/{owner}/{app}/distribution_stores/{store}/latest_release";
/// How far a store is with a release.
pub const STORE_RELEASE_STATUS: &str =
    "/v0.1/apps/{owner}/{app}/distribution_stores/{store}/releases/{release}/realtimestatus";
/// Why a store does not have a release.
pub const STORE_RELEASE_ERROR: &str =
    "/v0.1/apps/{owner}/{app}/distribution_stores/{store}/releases/{release}/publish_error_details";
/// Whether publishing to stores works at all.
pub const STORE_SERVICE_STATUS: &str = "/v0.1/apps/{owner}/{app}/store_service_status";
/// Slipway's own: addresses that are notified of new releases.
pub const WEBHOOKS: &str = "/v0.1/apps/{owner}/{app}/webhooks";
/// Slipway's own: one such address.
pub const WEBHOOK: &str = "/v0.1/apps/{owner}/{app}/webhooks/{webhook}";
/// Slipway's own: the deliveries to it.
pub const WEBHOOK_DELIVERIES: &str = "/v0.1/apps/{owner}/{app}/webhooks/{webhook}/deliveries";

/// Name and length of the file.
pub const SET_METADATA: &str = "/upload/set_metadata/{asset}";
/// One chunk.
pub const UPLOAD_CHUNK: &str = "/upload/upload_chunk/{asset}";
/// All chunks were sent.
pub const FINISHED: &str = "/upload/finished/{asset}";
/// The upload is cancelled.
pub const CANCEL: &str = "/upload/cancel/{asset}";
/// The whole file as a form, of the documented three calls. Its query carries the permission.
pub const WHOLE_FILE: &str = "/upload/release/{asset}";

/// Slipway's own: ends the e-mails about an app to one address.
pub const UNSUBSCRIBE: &str = "/unsubscribe/{token}";
/// Slipway's own: who is signed in to the portal. Answered by the edge.
pub const SESSION: &str = "/session";
/// Slipway's own: the portal's page on which an invitation is answered.
pub const INVITATION_PAGE: &str = "/invitations/{invitation}";
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
pub fn percent_encode(value: &str) -> String {
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
        assert_eq!(percent_encode("tok+en/="), "tok%2Ben%2F%3D");
    }

    #[test]
    fn names_beyond_ascii_are_encoded_as_utf_8() {
        assert_eq!(percent_encode("Ää"), "%C3%84%C3%A4");
    }
}

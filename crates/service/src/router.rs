use axum::Router;
use axum::body::to_bytes;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{delete, get, patch, post, put};
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use protocol::{header, route};

use crate::error::{ApiError, Hidden};
use crate::platform::Platform;
use crate::routes::{
    api_tokens, app_users, apps, avatar, chunk, destinations, download, file, group_releases, groups, icon,
    install, install_links, invitation_links, invitations, members, org_groups, orgs, release_uploads,
    releases, stores, testers, unsubscribe, uploads, user, webhooks,
};
use crate::secret;

/// The request's body as the platform has it. The platform puts it into the request's extensions, so that a
/// chunk reaches the object store without being looked at.
#[derive(Clone, Debug)]
pub struct Incoming<S>(pub S);

/// The response's body as the platform has it, likewise in the extensions. The response's own body is empty then.
#[derive(Clone, Debug)]
pub struct Outgoing<S>(pub S);

/// Longest JSON body, in bytes. Release notes of 5000 characters, each escaped, are the longest honest one.
const JSON_BYTES: usize = 256 * 1024;

/// Every call that the service answers.
pub fn router<P: Platform>(platform: P) -> Router {
    Router::new()
        .merge(api())
        .merge(files())
        .merge(public())
        .fallback(|| async { ApiError::not_found("not found: there is no such call") })
        .method_not_allowed_fallback(|| async {
            ApiError::not_found("not found: no such call by this method")
        })
        .layer(middleware::map_response(typed))
        .layer(middleware::from_fn_with_state(platform.clone(), correlate::<P>))
        .layer(DefaultBodyLimit::max(JSON_BYTES))
        .with_state(platform)
}

/// Calls that need an API token.
fn api<P: Platform>() -> Router<P> {
    Router::new().merge(accounts()).merge(apps()).merge(releases()).merge(org_groups()).merge(stores())
}

/// People, organizations, and invitations to them.
fn accounts<P: Platform>() -> Router<P> {
    Router::new()
        .route(route::USER, get(user::show).patch(user::update::<P>))
        .route(route::API_TOKENS, get(api_tokens::list::<P>).post(api_tokens::create::<P>))
        .route(route::API_TOKEN, delete(api_tokens::delete::<P>))
        .route(route::ORGS, get(orgs::list::<P>).post(orgs::create::<P>))
        .route(route::ADMINISTERED_ORGS, get(orgs::administered::<P>))
        .route(route::ORG, get(orgs::show).patch(orgs::update::<P>).delete(orgs::delete::<P>))
        .route(route::ORG_USERS, get(orgs::users::<P>))
        .route(
            route::ORG_USER,
            get(orgs::show_user::<P>).patch(orgs::update_user::<P>).delete(orgs::remove_user::<P>),
        )
        .route(route::ORG_APPS, get(apps::list_of_org::<P>).post(apps::create_in_org::<P>))
        .route(route::ORG_USER_APPS, get(apps::list_of_member::<P>))
        .route(
            route::ORG_INVITATIONS,
            get(invitations::list_of_org::<P>)
                .post(invitations::invite_to_org::<P>)
                .delete(invitations::revoke_by_body::<P>),
        )
        .route(route::ORG_INVITATION, patch(invitations::update_of_org::<P>))
        .route(route::ORG_INVITATION_RESEND, post(invitations::resend::<P>))
        .route(route::ORG_INVITATION_REVOKE, post(invitations::revoke_of_org::<P>))
        .route(route::INVITATIONS_SENT, get(invitations::sent::<P>))
        .route(route::APP_INVITATION_ACCEPT, post(invitation_links::accept::<P>))
        .route(route::ORG_INVITATION_ACCEPT, post(invitation_links::accept::<P>))
        .route(route::APP_INVITATION_REJECT, post(invitation_links::reject::<P>))
        .route(route::ORG_INVITATION_REJECT, post(invitation_links::reject::<P>))
        .route(route::INVITATION, get(invitation_links::show::<P>))
        .route(route::ACCEPT_AS_NEWCOMER, post(invitation_links::accept_as_newcomer::<P>))
}

/// Apps, who works on them, and who gets their releases.
fn apps<P: Platform>() -> Router<P> {
    Router::new()
        .route(route::APP_TOKENS, get(api_tokens::list_of_app::<P>).post(api_tokens::create_for_app::<P>))
        .route(route::APP_TOKEN, delete(api_tokens::delete_of_app::<P>))
        .route(route::APPS, get(apps::list::<P>).post(apps::create::<P>))
        .route(route::APP, get(apps::show::<P>).patch(apps::update::<P>).delete(apps::delete::<P>))
        .route(route::APP_AVATAR, post(avatar::set::<P>).delete(avatar::remove::<P>))
        .route(route::APP_TRANSFER, post(apps::transfer::<P>))
        .route(route::APP_TRANSFER_TO_ORG, post(apps::transfer_to_org::<P>))
        .route(
            route::APP_INVITATIONS,
            get(invitations::list_of_app::<P>).post(invitations::invite_to_app::<P>),
        )
        .route(
            route::APP_INVITATION,
            post(invitations::invite_address_to_app::<P>)
                .patch(invitations::update_of_app::<P>)
                .delete(invitations::revoke_of_app::<P>),
        )
        .route(route::APP_USERS, get(app_users::list::<P>))
        .route(route::APP_USER, patch(app_users::update::<P>).delete(app_users::remove::<P>))
        .route(route::GROUPS, get(groups::list::<P>).post(groups::create::<P>))
        .route(route::GROUP, get(groups::show::<P>).patch(groups::update::<P>).delete(groups::delete::<P>))
        .route(route::MEMBERS, get(members::list::<P>).post(members::add::<P>))
        .route(route::MEMBERS_BULK_DELETE, post(members::bulk_delete::<P>))
        .route(route::RESEND_INVITE, post(members::resend_invite::<P>))
        .route(route::GROUP_RELEASES, get(group_releases::list::<P>))
        .route(route::GROUP_RELEASE, get(group_releases::show::<P>).delete(group_releases::remove::<P>))
        .route(route::APP_TESTERS, get(testers::list::<P>))
        .route(route::APP_TESTER, delete(testers::delete::<P>))
        .route(route::WEBHOOKS, get(webhooks::list::<P>).post(webhooks::create::<P>))
        .route(
            route::WEBHOOK,
            get(webhooks::show::<P>).patch(webhooks::update::<P>).delete(webhooks::delete::<P>),
        )
        .route(route::WEBHOOK_DELIVERIES, get(webhooks::deliveries::<P>))
}

/// Uploads, releases and where they go.
fn releases<P: Platform>() -> Router<P> {
    Router::new()
        .route(route::UPLOADS, post(uploads::create::<P>))
        .route(route::UPLOAD, patch(uploads::update::<P>).get(uploads::show::<P>))
        .route(route::RELEASE_UPLOADS, post(release_uploads::create::<P>))
        .route(route::RELEASE_UPLOAD, patch(release_uploads::update::<P>))
        .route(route::RELEASES, get(releases::list::<P>).post(releases::create_external::<P>))
        .route(route::RELEASES_BY_TESTER, get(releases::of_tester::<P>))
        .route(route::RECENT_RELEASES, get(releases::recent::<P>))
        .route(
            route::RELEASE,
            get(releases::show::<P>)
                .put(releases::update::<P>)
                .patch(destinations::distribute::<P>)
                .delete(releases::delete::<P>),
        )
        .route(route::PROVISIONING_PROFILE, get(releases::provisioning_profile::<P>))
        .route(route::RELEASE_GROUPS, post(destinations::add_group::<P>))
        .route(
            route::RELEASE_GROUP,
            put(destinations::update_group::<P>).delete(destinations::remove_group::<P>),
        )
        .route(route::RELEASE_TESTERS, post(destinations::add_tester::<P>))
        .route(
            route::RELEASE_TESTER,
            put(destinations::update_tester::<P>).delete(destinations::remove_tester::<P>),
        )
        .route(route::RELEASE_STORES, post(destinations::add_store::<P>))
        .route(route::RELEASE_STORE, delete(destinations::remove_store::<P>))
        .route(route::INSTALL_LINKS, get(install_links::list::<P>).post(install_links::create::<P>))
        .route(route::INSTALL_LINK, delete(install_links::revoke::<P>))
}

fn org_groups<P: Platform>() -> Router<P> {
    Router::new()
        .route(route::ORG_GROUPS, get(org_groups::list::<P>).post(org_groups::create::<P>))
        .route(route::ORG_GROUPS_DETAILS, get(org_groups::details::<P>))
        .route(
            route::ORG_GROUP,
            get(org_groups::show::<P>).patch(org_groups::update::<P>).delete(org_groups::delete::<P>),
        )
        .route(route::ORG_GROUP_MEMBERS, get(members::list_of_org::<P>).post(members::add_to_org::<P>))
        .route(route::ORG_GROUP_BULK_DELETE, post(members::bulk_delete_of_org::<P>))
        .route(route::ORG_GROUP_RESEND_INVITE, post(members::resend_invite_of_org::<P>))
        .route(route::ORG_GROUP_APPS, get(org_groups::apps_of::<P>).post(org_groups::add_apps::<P>))
        .route(route::ORG_GROUP_APPS_BULK_DELETE, post(org_groups::remove_apps::<P>))
        .route(route::ORG_TESTERS, get(org_groups::testers::<P>))
}

fn stores<P: Platform>() -> Router<P> {
    Router::new()
        .route(route::STORES, get(stores::list::<P>).post(stores::create::<P>))
        .route(route::STORE, get(stores::show::<P>).patch(stores::update::<P>).delete(stores::delete::<P>))
        .route(route::STORE_RELEASES, get(stores::releases::<P>))
        .route(route::STORE_LATEST_RELEASE, get(stores::latest_release::<P>))
        .route(route::STORE_RELEASE, get(stores::show_release::<P>).delete(stores::remove_release::<P>))
        .route(route::STORE_RELEASE_STATUS, get(stores::status::<P>))
        .route(route::STORE_RELEASE_ERROR, get(stores::error_details::<P>))
        .route(route::STORE_SERVICE_STATUS, get(stores::service_status::<P>))
}

/// Calls that need an upload's token.
fn files<P: Platform>() -> Router<P> {
    Router::new()
        .route(route::SET_METADATA, post(file::set_metadata::<P>))
        .route(route::UPLOAD_CHUNK, post(chunk::upload_chunk::<P>))
        .route(route::FINISHED, post(file::finished::<P>))
        .route(route::CANCEL, post(file::cancel::<P>))
        .route(route::WHOLE_FILE, post(release_uploads::receive::<P>))
}

/// Calls whose address is the permission.
fn public<P: Platform>() -> Router<P> {
    Router::new()
        .route(route::INSTALL_PAGE, get(install::page::<P>))
        .route(route::INSTALL_DOWNLOAD, get(install::download::<P>))
        .route(route::SIGNED_DOWNLOAD, get(download::signed::<P>))
        .route(route::ICON, get(icon::show::<P>))
        .route(route::UNSUBSCRIBE, get(unsubscribe::page::<P>).post(unsubscribe::end::<P>))
}

/// Gives each call an id, which its answer carries. What went wrong on our side is logged once, here, under that id,
/// with the call's template and never with its secrets; and the message says the id, for clients print no headers.
async fn correlate<P: Platform>(State(platform): State<P>, request: Request, next: Next) -> Response {
    let id = secret::uuid(&platform);
    let method = request.method().clone();
    let matched = request.extensions().get::<axum::extract::MatchedPath>().cloned();
    let mut response = next.run(request).await;
    if let Some(Hidden(error)) = response.extensions().get::<Hidden>() {
        let path = matched.as_ref().map_or("(unknown path)", |path| path.as_str());
        platform.log(&format!("{id} {method} {path}: {error}"));
        response = naming(response, &id).await;
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(header::CORRELATION_ID, id);
    }
    response
}

/// Gives an answer without a body a type, and one that nobody compresses. What has no type, wrangler's local server
/// marks as gzip, even a 204, and clients fail to unpack nothing: appcenter-cli 3 takes that for a failed call.
async fn typed(mut response: Response) -> Response {
    let kind = HeaderValue::from_static("application/octet-stream");
    response.headers_mut().entry(CONTENT_TYPE).or_insert(kind);
    response
}

/// The answer with the call's id in its message.
async fn naming(response: Response, id: &str) -> Response {
    /// Bytes; the messages are ours, and a few words long.
    const MOST: usize = 64 * 1024;
    let (mut parts, body) = response.into_parts();
    let bytes = to_bytes(body, MOST).await.unwrap_or_default();
    let Ok(mut json) = serde_json::from_slice::<serde_json::Value>(&bytes) else {
        return Response::from_parts(parts, bytes.into());
    };
    for path in ["/message", "/error/message"] {
        if let Some(serde_json::Value::String(message)) = json.pointer_mut(path) {
            message.push_str(&format!(" (correlation ID: {id})"));
        }
    }
    parts.headers.remove(http::header::CONTENT_LENGTH);
    Response::from_parts(parts, json.to_string().into())
}

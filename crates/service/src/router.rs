//! The table of all calls: which path and method leads to which handler. `protocol::CALLS` has the same calls with the
//! permission that each needs; a test compares them.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{delete, get, patch, post, put};
use protocol::route;

use crate::error::ApiError;
use crate::http::correlation::{correlate, ensure_content_type};
use crate::platform::Platform;
use crate::routes::account::{api_tokens, user};
use crate::routes::apps::{self, avatar, collaborators, testers, webhooks};
use crate::routes::groups::{app_groups, members, org_groups, releases as group_releases};
use crate::routes::invitations::{answer, invite};
use crate::routes::public::{download, icon, install, unsubscribe};
use crate::routes::releases::{self, destinations, install_links};
use crate::routes::uploads::{app_uploads, chunk, file, release_uploads};
use crate::routes::{orgs, stores};

/// Longest JSON body, in bytes. The longest legitimate one has release notes of 5000 characters, each of them escaped.
const JSON_BYTES: usize = 256 * 1024;

/// Every call that the service answers.
pub fn router<P: Platform>(platform: P) -> Router {
    Router::new()
        .merge(api())
        .merge(files())
        .merge(public())
        .fallback(|| async { ApiError::not_found("not found: there is no such call") })
        .method_not_allowed_fallback(|| async {
            ApiError::not_found("not found: there is no such call with this method")
        })
        .layer(middleware::map_response(ensure_content_type))
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
        .route(route::ADMINISTERED_ORGS, get(orgs::list_administered::<P>))
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
            get(invite::list_of_org::<P>)
                .post(invite::invite_to_org::<P>)
                .delete(invite::revoke_by_body::<P>),
        )
        .route(route::ORG_INVITATION, patch(invite::update_of_org::<P>))
        .route(route::ORG_INVITATION_RESEND, post(invite::resend::<P>))
        .route(route::ORG_INVITATION_REVOKE, post(invite::revoke_of_org::<P>))
        .route(route::INVITATIONS_SENT, get(invite::list_sent::<P>))
        .route(route::APP_INVITATION_ACCEPT, post(answer::accept::<P>))
        .route(route::ORG_INVITATION_ACCEPT, post(answer::accept::<P>))
        .route(route::APP_INVITATION_REJECT, post(answer::reject::<P>))
        .route(route::ORG_INVITATION_REJECT, post(answer::reject::<P>))
        .route(route::INVITATION, get(answer::show::<P>))
        .route(route::SIGN_UP, post(answer::sign_up::<P>))
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
        .route(route::APP_INVITATIONS, get(invite::list_of_app::<P>).post(invite::invite_to_app::<P>))
        .route(
            route::APP_INVITATION,
            post(invite::invite_address_to_app::<P>)
                .patch(invite::update_of_app::<P>)
                .delete(invite::revoke_of_app::<P>),
        )
        .route(route::APP_USERS, get(collaborators::list::<P>))
        .route(route::APP_USER, patch(collaborators::update::<P>).delete(collaborators::remove::<P>))
        .route(route::GROUPS, get(app_groups::list::<P>).post(app_groups::create::<P>))
        .route(
            route::GROUP,
            get(app_groups::show::<P>).patch(app_groups::update::<P>).delete(app_groups::delete::<P>),
        )
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
        .route(route::UPLOADS, post(app_uploads::create::<P>))
        .route(route::UPLOAD, patch(app_uploads::update::<P>).get(app_uploads::show::<P>))
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
        .route(route::FINISHED, post(file::finish::<P>))
        .route(route::CANCEL, post(file::cancel::<P>))
        .route(route::WHOLE_FILE, post(release_uploads::receive::<P>))
}

/// Calls whose address is the permission.
fn public<P: Platform>() -> Router<P> {
    Router::new()
        .route(route::INSTALL_PAGE, get(install::page::<P>))
        .route(route::INSTALL_DOWNLOAD, get(install::download::<P>))
        .route(route::SIGNED_DOWNLOAD, get(download::download_signed::<P>))
        .route(route::ICON, get(icon::show::<P>))
        .route(route::UNSUBSCRIBE, get(unsubscribe::page::<P>).post(unsubscribe::end::<P>))
}

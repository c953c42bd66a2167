//! The `OpenAPI` document: the table of calls with what each takes and gives, made of the types of the wire.
//!
//! `www/openapi.json` is its snapshot, which the edge serves as a file; a test compares them.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::Verb::{self, Delete, Get, Patch, Post, Put};
use crate::route as r;
#[allow(clippy::wildcard_imports, reason = "the document names every type of the wire")]
use crate::*;

/// A content type with its schema; schemas that it refers to are added to the list.
type Content = fn(&mut Schemas) -> (&'static str, Value);

type Schemas = Vec<(String, RefOr<Schema>)>;

fn one<T: ToSchema + PartialSchema>(schemas: &mut Schemas) -> (&'static str, Value) {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
    ("application/json", json!({ "$ref": format!("#/components/schemas/{}", T::name()) }))
}

fn list<T: ToSchema + PartialSchema>(schemas: &mut Schemas) -> (&'static str, Value) {
    let (kind, item) = one::<T>(schemas);
    (kind, json!({ "type": "array", "items": item }))
}

fn form(_: &mut Schemas) -> (&'static str, Value) {
    let part = json!({ "type": "string", "format": "binary" });
    ("multipart/form-data", json!({ "type": "object", "additionalProperties": part }))
}

fn bytes(_: &mut Schemas) -> (&'static str, Value) {
    ("application/octet-stream", json!({ "type": "string", "format": "binary" }))
}

fn html(_: &mut Schemas) -> (&'static str, Value) {
    ("text/html", json!({ "type": "string" }))
}

/// Method, path, what it takes, the status of success, what it gives, and what it is for.
type Operation = (Verb, &'static str, Option<Content>, u16, Option<Content>, &'static str);

const OPERATIONS: &[Operation] = &[
    (Get, r::USER, None, 200, Some(one::<User>), "Who the token belongs to."),
    (Patch, r::USER, Some(one::<UpdateUserRequest>), 200, Some(one::<User>), "Changes the name for people."),
    (Get, r::API_TOKENS, None, 200, Some(list::<ApiToken>), "Your API tokens."),
    (
        Post,
        r::API_TOKENS,
        Some(one::<CreateApiTokenRequest>),
        201,
        Some(one::<NewApiToken>),
        "Makes an API token, which is shown this once.",
    ),
    (Delete, r::API_TOKEN, None, 204, None, "Ends an API token; `current` is the one in use."),
    (Get, r::ORGS, None, 200, Some(list::<Org>), "Your organizations."),
    (Post, r::ORGS, Some(one::<OrgRequest>), 201, Some(one::<Org>), "Makes an organization."),
    (
        Get,
        r::ADMINISTERED_ORGS,
        None,
        200,
        Some(one::<AdministeredOrgs>),
        "The organizations that you administer.",
    ),
    (Get, r::ORG, None, 200, Some(one::<Org>), "One organization."),
    (Patch, r::ORG, Some(one::<OrgRequest>), 200, Some(one::<Org>), "Changes its names."),
    (Delete, r::ORG, None, 204, None, "Deletes an organization that owns no apps."),
    (Get, r::ORG_USERS, None, 200, Some(list::<OrgUser>), "Its members."),
    (Get, r::ORG_USER, None, 200, Some(one::<OrgUser>), "One member."),
    (Patch, r::ORG_USER, Some(one::<RoleRequest>), 200, Some(one::<OrgUser>), "Changes a member's role."),
    (Delete, r::ORG_USER, None, 204, None, "Takes a member out."),
    (Get, r::ORG_USER_APPS, None, 200, Some(list::<App>), "The organization's apps that a member may see."),
    (Get, r::ORG_APPS, None, 200, Some(list::<App>), "The organization's apps that you may see."),
    (
        Post,
        r::ORG_APPS,
        Some(one::<CreateAppRequest>),
        201,
        Some(one::<App>),
        "Makes an app of the organization.",
    ),
    (Get, r::ORG_TESTERS, None, 200, Some(list::<OrgTester>), "Everybody who gets releases of its apps."),
    (Get, r::ORG_INVITATIONS, None, 200, Some(list::<Invitation>), "Open invitations to it."),
    (Post, r::ORG_INVITATIONS, Some(one::<InviteRequest>), 204, None, "Invites somebody by mail."),
    (Delete, r::ORG_INVITATIONS, Some(one::<InviteRequest>), 204, None, "Takes an invitation back."),
    (
        Patch,
        r::ORG_INVITATION,
        Some(one::<RoleRequest>),
        204,
        None,
        "Changes what an invited person will be.",
    ),
    (
        Post,
        r::ORG_INVITATION_RESEND,
        None,
        204,
        None,
        "Sends an invitation again; the earlier link stops working.",
    ),
    (Post, r::ORG_INVITATION_REVOKE, None, 204, None, "Takes an invitation back."),
    (Get, r::ORG_GROUPS, None, 200, Some(list::<Group>), "The groups that it shares among its apps."),
    (Post, r::ORG_GROUPS, Some(one::<CreateGroupRequest>), 201, Some(one::<Group>), "Makes a shared group."),
    (
        Get,
        r::ORG_GROUPS_DETAILS,
        None,
        200,
        Some(list::<GroupDetails>),
        "The shared groups with their apps and how many members they have.",
    ),
    (Get, r::ORG_GROUP, None, 200, Some(one::<Group>), "One shared group."),
    (
        Patch,
        r::ORG_GROUP,
        Some(one::<UpdateGroupRequest>),
        200,
        Some(one::<Group>),
        "Changes a shared group.",
    ),
    (Delete, r::ORG_GROUP, None, 200, None, "Deletes a shared group."),
    (Get, r::ORG_GROUP_MEMBERS, None, 200, Some(list::<GroupMember>), "The members of a shared group."),
    (
        Post,
        r::ORG_GROUP_MEMBERS,
        Some(one::<EmailsRequest>),
        200,
        Some(list::<EmailResult>),
        "Adds members by address.",
    ),
    (Post, r::ORG_GROUP_BULK_DELETE, Some(one::<EmailsRequest>), 204, None, "Takes members out."),
    (Post, r::ORG_GROUP_RESEND_INVITE, Some(one::<EmailsRequest>), 204, None, "Writes to members again."),
    (Get, r::ORG_GROUP_APPS, None, 200, Some(list::<App>), "The apps of a shared group."),
    (Post, r::ORG_GROUP_APPS, Some(one::<GroupAppsRequest>), 204, None, "Shares a group with apps."),
    (
        Post,
        r::ORG_GROUP_APPS_BULK_DELETE,
        Some(one::<GroupAppsRequest>),
        204,
        None,
        "Stops sharing a group with apps.",
    ),
    (Get, r::INVITATIONS_SENT, None, 200, Some(list::<Invitation>), "The open invitations that you sent."),
    (Post, r::APP_INVITATION_ACCEPT, None, 204, None, "Accepts an invitation to an app."),
    (Post, r::APP_INVITATION_REJECT, None, 204, None, "Rejects it."),
    (Post, r::ORG_INVITATION_ACCEPT, None, 204, None, "Accepts an invitation to an organization."),
    (Post, r::ORG_INVITATION_REJECT, None, 204, None, "Rejects it."),
    (Get, r::INVITATION, None, 200, Some(one::<InvitationDetails>), "What an invitation is to."),
    (
        Post,
        r::ACCEPT_AS_NEWCOMER,
        Some(one::<AcceptAsNewcomerRequest>),
        201,
        Some(one::<NewApiToken>),
        "Accepts an invitation without an account: makes one, and its first API token.",
    ),
    (Get, r::APPS, None, 200, Some(list::<App>), "All apps that you may see."),
    (Post, r::APPS, Some(one::<CreateAppRequest>), 201, Some(one::<App>), "Makes an app."),
    (Get, r::APP, None, 200, Some(one::<App>), "One app."),
    (Patch, r::APP, Some(one::<UpdateAppRequest>), 200, Some(one::<App>), "Changes what people say of it."),
    (Delete, r::APP, None, 204, None, "Deletes an app with all its releases."),
    (
        Post,
        r::APP_AVATAR,
        Some(form),
        200,
        Some(one::<App>),
        "Gives an app a picture: a PNG, JPEG or WebP as the part `avatar` of a form.",
    ),
    (Delete, r::APP_AVATAR, None, 200, Some(one::<App>), "Shows the newest release's icon again."),
    (Post, r::APP_TRANSFER_TO_ORG, None, 200, Some(one::<App>), "Makes a new organization its owner."),
    (Post, r::APP_TRANSFER, None, 200, Some(one::<App>), "Makes another account of yours its owner."),
    (
        Get,
        r::APP_TOKENS,
        None,
        200,
        Some(list::<ApiToken>),
        "The API tokens that are good for this app alone.",
    ),
    (
        Post,
        r::APP_TOKENS,
        Some(one::<CreateApiTokenRequest>),
        201,
        Some(one::<NewApiToken>),
        "Makes one, which is shown this once.",
    ),
    (Delete, r::APP_TOKEN, None, 204, None, "Ends one."),
    (Get, r::APP_USERS, None, 200, Some(list::<User>), "Who may act on the app, and what they may."),
    (Patch, r::APP_USER, Some(one::<PermissionsRequest>), 204, None, "Changes what a collaborator may."),
    (Delete, r::APP_USER, None, 204, None, "Takes a collaborator out."),
    (Get, r::APP_INVITATIONS, None, 200, Some(list::<Invitation>), "Open invitations to the app."),
    (Post, r::APP_INVITATIONS, Some(one::<InviteRequest>), 204, None, "Invites a collaborator by mail."),
    (Post, r::APP_INVITATION, Some(one::<PermissionsRequest>), 204, None, "Invites this address."),
    (
        Patch,
        r::APP_INVITATION,
        Some(one::<PermissionsRequest>),
        204,
        None,
        "Changes what an invited person will be.",
    ),
    (Delete, r::APP_INVITATION, None, 204, None, "Takes an invitation back."),
    (Get, r::APP_TESTERS, None, 200, Some(list::<Tester>), "Everybody who gets releases of the app."),
    (Delete, r::APP_TESTER, None, 200, None, "Takes every release from a tester."),
    (
        Post,
        r::UPLOADS,
        Some(one::<CreateUploadRequest>),
        201,
        Some(one::<CreateUploadResponse>),
        "Begins an upload in chunks.",
    ),
    (Get, r::UPLOAD, None, 200, Some(one::<UploadStatusResponse>), "How far an upload is."),
    (
        Patch,
        r::UPLOAD,
        Some(one::<UploadStatusRequest>),
        200,
        Some(one::<UploadStatusResponse>),
        "Says that every chunk was sent, or gives the upload up.",
    ),
    (
        Post,
        r::RELEASE_UPLOADS,
        Some(one::<CreateReleaseUploadRequest>),
        201,
        Some(one::<CreateReleaseUploadResponse>),
        "Begins an upload in one request: the first of three calls.",
    ),
    (
        Patch,
        r::RELEASE_UPLOAD,
        Some(one::<ReleaseUploadRequest>),
        200,
        Some(one::<ReleaseUploadResponse>),
        "Makes a release of it, or gives it up: the last of three calls.",
    ),
    (Get, r::RELEASES, None, 200, Some(list::<BasicRelease>), "The app's releases, newest first."),
    (
        Post,
        r::RELEASES,
        Some(one::<CreateReleaseRequest>),
        201,
        Some(one::<ReleaseDetails>),
        "Makes a release of a build that is hosted elsewhere.",
    ),
    (
        Get,
        r::RELEASES_BY_TESTER,
        None,
        200,
        Some(list::<BasicRelease>),
        "The releases that you get as a tester.",
    ),
    (Get, r::RECENT_RELEASES, None, 200, Some(list::<BasicRelease>), "The newest release of each group."),
    (Get, r::RELEASE, None, 200, Some(one::<ReleaseDetails>), "One release, by its number or `latest`."),
    (
        Put,
        r::RELEASE,
        Some(one::<UpdateReleaseRequest>),
        200,
        Some(one::<UpdateReleaseResponse>),
        "Changes notes, source, and whether testers may get it.",
    ),
    (
        Patch,
        r::RELEASE,
        Some(one::<DistributeRequest>),
        200,
        Some(one::<UpdateReleaseResponse>),
        "Changes a release and gives it to several groups or stores.",
    ),
    (Delete, r::RELEASE, None, 200, None, "Deletes a release with its package."),
    (
        Get,
        r::PROVISIONING_PROFILE,
        None,
        200,
        Some(one::<ProvisioningProfile>),
        "The provisioning profile in an ipa.",
    ),
    (
        Post,
        r::RELEASE_GROUPS,
        Some(one::<AddGroupRequest>),
        201,
        Some(one::<AddGroupResponse>),
        "Gives a release to a group.",
    ),
    (
        Put,
        r::RELEASE_GROUP,
        Some(one::<UpdateDestinationRequest>),
        200,
        None,
        "Changes whether it is mandatory there.",
    ),
    (Delete, r::RELEASE_GROUP, None, 200, None, "Takes it from a group."),
    (
        Post,
        r::RELEASE_TESTERS,
        Some(one::<AddTesterRequest>),
        201,
        Some(one::<AddGroupResponse>),
        "Gives a release to one address.",
    ),
    (
        Put,
        r::RELEASE_TESTER,
        Some(one::<UpdateDestinationRequest>),
        200,
        None,
        "Changes whether it is mandatory there.",
    ),
    (Delete, r::RELEASE_TESTER, None, 200, None, "Takes it from a tester."),
    (
        Post,
        r::RELEASE_STORES,
        Some(one::<AddStoreRequest>),
        201,
        Some(one::<AddStoreRequest>),
        "Has a release published to a store.",
    ),
    (Delete, r::RELEASE_STORE, None, 200, None, "Forgets that a store was given a release."),
    (Get, r::INSTALL_LINKS, None, 200, Some(list::<InstallLink>), "The links that install a release."),
    (Post, r::INSTALL_LINKS, None, 201, Some(one::<InstallLink>), "Makes one."),
    (Delete, r::INSTALL_LINK, None, 204, None, "Ends one."),
    (Get, r::GROUPS, None, 200, Some(list::<Group>), "The app's groups."),
    (Post, r::GROUPS, Some(one::<CreateGroupRequest>), 201, Some(one::<Group>), "Makes a group."),
    (Get, r::GROUP, None, 200, Some(one::<Group>), "One group, by name."),
    (Patch, r::GROUP, Some(one::<UpdateGroupRequest>), 200, Some(one::<Group>), "Changes a group."),
    (Delete, r::GROUP, None, 204, None, "Deletes a group."),
    (Get, r::MEMBERS, None, 200, Some(list::<GroupMember>), "Its members."),
    (
        Post,
        r::MEMBERS,
        Some(one::<EmailsRequest>),
        200,
        Some(list::<EmailResult>),
        "Adds members by address.",
    ),
    (
        Post,
        r::MEMBERS_BULK_DELETE,
        Some(one::<EmailsRequest>),
        200,
        Some(list::<EmailResult>),
        "Takes members out.",
    ),
    (Post, r::RESEND_INVITE, Some(one::<EmailsRequest>), 204, None, "Writes to members again."),
    (Get, r::GROUP_RELEASES, None, 200, Some(list::<GroupRelease>), "The releases that a group has."),
    (
        Get,
        r::GROUP_RELEASE,
        None,
        200,
        Some(one::<ReleaseDetails>),
        "One of them, by its number or `latest`.",
    ),
    (Delete, r::GROUP_RELEASE, None, 200, None, "Takes a release from a group."),
    (Get, r::STORES, None, 200, Some(list::<Store>), "The app's stores."),
    (
        Post,
        r::STORES,
        Some(one::<CreateStoreRequest>),
        201,
        Some(one::<Store>),
        "Makes the record of a store.",
    ),
    (Get, r::STORE, None, 200, Some(one::<Store>), "One store, by name."),
    (Patch, r::STORE, Some(one::<UpdateStoreRequest>), 200, Some(one::<Store>), "Changes its connection."),
    (Delete, r::STORE, None, 204, None, "Deletes the record."),
    (Get, r::STORE_RELEASES, None, 200, Some(list::<GroupRelease>), "The releases that a store was given."),
    (Get, r::STORE_RELEASE, None, 200, Some(one::<GroupRelease>), "One of them."),
    (Delete, r::STORE_RELEASE, None, 204, None, "Forgets that it was given one."),
    (Get, r::STORE_LATEST_RELEASE, None, 200, Some(list::<GroupRelease>), "The newest of them, in a list."),
    (
        Get,
        r::STORE_RELEASE_STATUS,
        None,
        200,
        Some(one::<StoreReleaseStatus>),
        "How far the store is with a release.",
    ),
    (
        Get,
        r::STORE_RELEASE_ERROR,
        None,
        200,
        Some(one::<PublishErrorDetails>),
        "Why the store does not have it.",
    ),
    (
        Get,
        r::STORE_SERVICE_STATUS,
        None,
        200,
        Some(one::<StoreServiceStatus>),
        "Whether publishing to stores works at all.",
    ),
    (Get, r::WEBHOOKS, None, 200, Some(list::<Webhook>), "The addresses that are told of new releases."),
    (
        Post,
        r::WEBHOOKS,
        Some(one::<CreateWebhookRequest>),
        201,
        Some(one::<Webhook>),
        "Adds one; its secret is shown this once.",
    ),
    (Get, r::WEBHOOK, None, 200, Some(one::<Webhook>), "One of them."),
    (Patch, r::WEBHOOK, Some(one::<UpdateWebhookRequest>), 200, Some(one::<Webhook>), "Changes one."),
    (Delete, r::WEBHOOK, None, 204, None, "Deletes one."),
    (Get, r::WEBHOOK_DELIVERIES, None, 200, Some(list::<WebhookDelivery>), "What became of telling it."),
    (
        Post,
        r::SET_METADATA,
        None,
        200,
        Some(one::<SetMetadataResponse>),
        "Says what the file is, and learns which chunks to send.",
    ),
    (Post, r::UPLOAD_CHUNK, Some(bytes), 200, Some(one::<UploadChunkResponse>), "Sends one chunk."),
    (Post, r::FINISHED, None, 200, Some(one::<FinishUploadResponse>), "Says that every chunk was sent."),
    (Post, r::CANCEL, None, 200, Some(one::<CancelUploadResponse>), "Gives the upload up."),
    (
        Post,
        r::WHOLE_FILE,
        Some(form),
        204,
        None,
        "Sends the whole package as the part `ipa` of a form: the second of three calls.",
    ),
    (Get, r::INSTALL_PAGE, None, 200, Some(html), "The page that a tester opens."),
    (Get, r::INSTALL_DOWNLOAD, None, 200, Some(bytes), "The package behind it."),
    (Get, r::SIGNED_DOWNLOAD, None, 200, Some(bytes), "A package, by a signed link."),
    (Get, r::ICON, None, 200, Some(bytes), "An icon."),
    (Get, r::UNSUBSCRIBE, None, 200, Some(html), "Asks whether to end the letters about an app."),
    (Post, r::UNSUBSCRIBE, None, 200, Some(html), "Ends them."),
];

/// Parameters of queries: path, name, type, whether it is required, and what it is.
const QUERIES: &[(&str, &str, &str, bool, &str)] = &[
    (r::APPS, "$orderBy", "string", false, "`name` or `display_name`; else the order of their making"),
    (r::RELEASES, "published_only", "boolean", false, "only what was distributed"),
    (r::RELEASES, "top", "integer", false, "the newest so many"),
    (r::MEMBERS, "exclude_pending_invitations", "boolean", false, "only members with an account"),
    (r::ORG_GROUP_MEMBERS, "exclude_pending_invitations", "boolean", false, "only members with an account"),
    (r::ORG_GROUPS_DETAILS, "apps_limit", "integer", false, "at most so many apps of each group"),
    (r::SET_METADATA, "file_name", "string", true, "the file's name"),
    (r::SET_METADATA, "file_size", "integer", true, "its length, in bytes"),
    (r::SET_METADATA, "chunk_size", "integer", false, "the chunk size that the client would like, in bytes"),
    (r::UPLOAD_CHUNK, "block_number", "integer", true, "the chunk's number, from 1"),
    (r::SIGNED_DOWNLOAD, "expires", "integer", true, "milliseconds since 1970"),
    (r::SIGNED_DOWNLOAD, "signature", "string", true, "of all that the link says"),
    (r::SIGNED_DOWNLOAD, "name", "string", true, "the file's name"),
];

/// The document.
///
/// # Panics
/// If a call of the table has no operation here.
pub fn document() -> Value {
    let mut schemas = Schemas::new();
    let (_, error) = one::<ErrorBody>(&mut schemas);
    let mut paths: BTreeMap<&str, serde_json::Map<String, Value>> = BTreeMap::new();
    for call in CALLS {
        let operation =
            OPERATIONS.iter().find(|operation| (operation.0, operation.1) == (call.method, call.path));
        let operation = operation.unwrap_or_else(|| panic!("no operation for {call:?}"));
        let method = call.method.as_str().to_lowercase();
        paths.entry(call.path).or_default().insert(method, described(call, operation, &error, &mut schemas));
    }
    let schemas: BTreeMap<String, RefOr<Schema>> = schemas.into_iter().collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Slipway",
            "version": "v0.1",
            "description": "App Center's Distribute API, and what Slipway adds to it.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "ApiToken": { "type": "apiKey", "in": "header", "name": "X-API-Token" },
                "UploadToken": { "type": "apiKey", "in": "query", "name": "token" },
            },
        },
    })
}

fn described(call: &Call, operation: &Operation, error: &Value, schemas: &mut Schemas) -> Value {
    let (_, path, request, status, response, summary) = operation;
    let content = |content: &Option<Content>, schemas: &mut Schemas| {
        content.map(|content| {
            let (kind, schema) = content(schemas);
            json!({ kind: { "schema": schema } })
        })
    };
    let mut described = json!({
        "summary": summary,
        "operationId": operation_id(call),
        "parameters": parameters(path),
        "security": security(call.access),
        "responses": {
            status.to_string(): { "description": "done" },
            "default": { "description": "refused", "content": { "application/json": { "schema": error } } },
        },
    });
    if let Some(content) = content(response, schemas) {
        described["responses"][status.to_string()]["content"] = content;
    }
    if let Some(content) = content(request, schemas) {
        described["requestBody"] = json!({ "content": content });
    }
    described
}

/// As `get_apps_owner_app`.
fn operation_id(call: &Call) -> String {
    let words = call.path.trim_start_matches("/v0.1").replace(['{', '}'], "").replace(['/', '.'], "_");
    format!("{}{words}", call.method.as_str().to_lowercase())
}

fn parameters(path: &str) -> Vec<Value> {
    let in_path = path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(
        |(name, _)| json!({ "in": "path", "name": name, "required": true, "schema": { "type": "string" } }),
    );
    let in_query = QUERIES.iter().filter(|query| query.0 == path).map(|(_, name, kind, required, what)| {
        json!({ "in": "query", "name": name, "required": required, "description": what,
                "schema": { "type": kind } })
    });
    in_path.chain(in_query).collect()
}

fn security(access: Access) -> Value {
    match access {
        Access::Anyone => json!([]),
        Access::Upload => json!([{ "UploadToken": [] }]),
        Access::Person | Access::App(_) | Access::AppPerson(_) | Access::Org(_) => {
            json!([{ "ApiToken": [] }])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_a_call() {
        for operation in OPERATIONS {
            let is_call = CALLS.iter().any(|call| (call.method, call.path) == (operation.0, operation.1));
            assert!(is_call, "{} {}", operation.0.as_str(), operation.1);
        }
        assert_eq!(OPERATIONS.len(), CALLS.len());
    }

    #[test]
    fn every_query_is_of_a_call() {
        assert!(QUERIES.iter().all(|query| CALLS.iter().any(|call| call.path == query.0)));
    }
}

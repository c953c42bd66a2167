//! Accounts, organizations, collaborators, invitations and tokens.

use bytes::Bytes;
use http::Method;
use protocol::{header, route};
use serde_json::{Value, json};
use testkit::{Api, ApiResponse};

/// Calls with this token.
fn by(api: &Api, token: &str, method: Method, path: &str, body: &Value) -> ApiResponse {
    let bytes = if body.is_null() { Bytes::new() } else { body.to_string().into() };
    api.send(method, path, &[(header::API_TOKEN, token)], bytes)
}

/// The token in the link of the newest e-mail.
fn invitation_token(api: &Api) -> String {
    api.run_jobs();
    let email = api.platform.emails().pop().expect("an email");
    let link = email.text.lines().find(|line| line.contains("/invitations/")).expect("a link").to_owned();
    link.rsplit('/').next().expect("a token").to_owned()
}

/// Signs up an account that was invited to an organization of ann's; returns its API token.
fn sign_up(api: &Api, name: &str) -> String {
    let _ = api.post(route::ORGS, &json!({"name": "acme"}));
    let path = route::path(route::ORG_INVITATIONS, &["acme"]);
    assert_eq!(api.post(&path, &json!({"user_email": format!("{name}@slipway.example")})).status, 204);
    let path = route::path(route::SIGN_UP, &[&invitation_token(api)]);
    let response = api.send(Method::POST, &path, &[], json!({ "name": name }).to_string().into());
    assert_eq!(response.status, 201, "{}", response.text());
    response.json()["api_token"].as_str().expect("a token").to_owned()
}

#[test]
fn a_new_token_works_is_shown_once_and_kept_as_a_hash() {
    let api = Api::new();
    let made = api.post(route::API_TOKENS, &json!({"description": "CI"}));
    assert_eq!(made.status, 201);
    let token = made.json()["api_token"].as_str().unwrap().to_owned();
    assert!(token.len() == 40 && token.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_eq!(by(&api, &token, Method::GET, route::USER, &Value::Null).json()["name"], "ann");
    let listed = api.get(route::API_TOKENS).json();
    assert_eq!(listed[1]["description"], "CI");
    assert!(!listed.to_string().contains(&token));
    let hash = api.platform.sqlite().text("SELECT token_hash FROM api_tokens WHERE description = 'CI'");
    assert_eq!(hash, Some(service::token_hash(&token)));
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(api.call(Method::DELETE, &route::path(route::API_TOKEN, &[&id]), &Value::Null).status, 204);
    assert_eq!(by(&api, &token, Method::GET, route::USER, &Value::Null).status, 401);
    assert_eq!(api.call(Method::DELETE, &route::path(route::API_TOKEN, &[&id]), &Value::Null).status, 404);
}

#[test]
fn a_misspelt_scope_makes_no_token() {
    let api = Api::new();
    let response = api.post(route::API_TOKENS, &json!({"description": "CI", "scopes": ["viewer"]}));
    assert_eq!(response.status, 400);
    assert!(response.text().contains("scopes"), "{}", response.text());
    assert_eq!(api.get(route::API_TOKENS).json().as_array().unwrap().len(), 1, "only the one in use");
}

#[test]
fn logging_out_revokes_the_token_in_use() {
    for id in ["UserToken", "current"] {
        let api = Api::new();
        let token =
            api.post(route::API_TOKENS, &Value::Null).json()["api_token"].as_str().unwrap().to_owned();
        let path = route::path(route::API_TOKEN, &[id]);
        assert_eq!(by(&api, &token, Method::DELETE, &path, &Value::Null).status, 204);
        assert_eq!(by(&api, &token, Method::GET, route::USER, &Value::Null).status, 401);
        assert_eq!(api.get(route::USER).status, 200, "other tokens stay");
    }
}

#[test]
fn an_apps_token_is_good_for_that_app_only() {
    let api = Api::new();
    api.create_app("one", None);
    api.create_app("two", None);
    let path = route::path(route::APP_TOKENS, &["ann", "one"]);
    let token = api.post(&path, &json!({"scope": ["all"]})).json()["api_token"].as_str().unwrap().to_owned();
    let get = |path: &str| by(&api, &token, Method::GET, path, &Value::Null).status.as_u16();
    assert_eq!(get(&route::path(route::APP, &["ann", "one"])), 200);
    assert_eq!(get(&route::path(route::APP, &["ann", "two"])), 404);
    assert_eq!(get(route::APPS), 403);
    assert_eq!(by(&api, &token, Method::POST, &path, &Value::Null).status, 403, "it makes no other token");
    assert_eq!(api.get(&path).json().as_array().unwrap().len(), 1);
    assert_eq!(api.get(route::API_TOKENS).json().as_array().unwrap().len(), 1, "it is not ann's own");
}

#[test]
fn an_organization_has_apps_and_people_with_roles() {
    let api = Api::new();
    let made = api.post(route::ORGS, &json!({"display_name": "My Corp"}));
    assert_eq!((made.status.as_u16(), &made.json()["name"]), (201, &json!("My-Corp")));
    assert_eq!(api.post(route::ORGS, &json!({"name": "ann"})).status, 409, "people's names are taken");
    let app = json!({"display_name": "Calc", "os": "Android", "platform": "Java"});
    let created = api.post(&route::path(route::ORG_APPS, &["my-corp"]), &app);
    assert_eq!(created.status, 201);
    assert_eq!(created.json()["owner"]["type"], "org");
    assert_eq!(
        api.get(&route::path(route::APP, &["My-Corp", "Calc"])).json()["member_permissions"],
        json!(["manager"])
    );
    assert_eq!(api.get(route::APPS).json().as_array().unwrap().len(), 1);
    let users = api.get(&route::path(route::ORG_USERS, &["my-corp"])).json();
    assert_eq!((&users[0]["name"], &users[0]["role"]), (&json!("ann"), &json!("admin")));
    let me = route::path(route::ORG_USER, &["my-corp", "ann"]);
    assert_eq!(api.call(Method::PATCH, &me, &json!({"role": "member"})).status, 409, "an admin stays");
    assert_eq!(api.call(Method::DELETE, &me, &Value::Null).status, 409);
    let org = route::path(route::ORG, &["my-corp"]);
    assert_eq!(api.call(Method::DELETE, &org, &Value::Null).status, 409, "it has an app");
    assert_eq!(
        api.call(Method::DELETE, &route::path(route::APP, &["my-corp", "calc"]), &Value::Null).status,
        204
    );
    assert_eq!(api.call(Method::DELETE, &org, &Value::Null).status, 204);
    assert_eq!(api.get(&org).status, 404);
}

#[test]
fn an_invitation_makes_an_account_and_a_member() {
    let api = Api::new();
    let token = sign_up(&api, "bob");
    assert_eq!(
        by(&api, &token, Method::GET, route::USER, &Value::Null).json()["email"],
        "bob@slipway.example"
    );
    let users = api.get(&route::path(route::ORG_USERS, &["acme"])).json();
    assert_eq!((&users[1]["name"], &users[1]["role"]), (&json!("bob"), &json!("member")));
    assert_eq!(api.get(&route::path(route::ORG_INVITATIONS, &["acme"])).json(), json!([]));
}

#[test]
fn an_invitation_to_an_app_gives_the_permission_it_names() {
    let api = Api::new();
    api.create_app("one", None);
    let bob = sign_up(&api, "bob");
    let app = route::path(route::APP, &["ann", "one"]);
    assert_eq!(by(&api, &bob, Method::GET, &app, &Value::Null).status, 404);
    let invitations = route::path(route::APP_INVITATIONS, &["ann", "one"]);
    let invite = json!({"user_email": "Bob@Slipway.example", "role": "developer"});
    assert_eq!(api.post(&invitations, &invite).status, 204);
    assert_eq!(api.get(&invitations).json()[0]["permissions"], json!(["developer"]));
    assert_eq!(api.get(route::INVITATIONS_SENT).json()[0]["target"], "ann/one");
    let accept = route::path(route::APP_INVITATION_ACCEPT, &[&invitation_token(&api)]);
    assert_eq!(by(&api, &bob, Method::POST, &accept, &Value::Null).status, 204);
    assert_eq!(by(&api, &bob, Method::POST, &accept, &Value::Null).status, 404, "it was accepted before");
    assert_eq!(
        by(&api, &bob, Method::GET, &app, &Value::Null).json()["member_permissions"],
        json!(["developer"])
    );
    assert_eq!(by(&api, &bob, Method::DELETE, &app, &Value::Null).status, 403);
    let person = route::path(route::APP_USER, &["ann", "one", "bob@slipway.example"]);
    assert_eq!(api.call(Method::PATCH, &person, &json!({"permissions": ["viewer"]})).status, 204);
    let people = api.get(&route::path(route::APP_USERS, &["ann", "one"])).json();
    assert_eq!(people[1]["permissions"], json!(["viewer"]));
    assert_eq!(api.call(Method::DELETE, &person, &Value::Null).status, 204);
    assert_eq!(by(&api, &bob, Method::GET, &app, &Value::Null).status, 404);
}

#[test]
fn an_invitation_link_shows_the_invitation_until_it_is_answered() {
    let api = Api::new();
    api.create_app("one", None);
    let bob = sign_up(&api, "bob");
    let invitations = route::path(route::APP_INVITATIONS, &["ann", "one"]);
    let show =
        |token: &str| api.send(Method::GET, &route::path(route::INVITATION, &[token]), &[], Bytes::new());
    for (email, has_account) in [("tess@slipway.example", false), ("Bob@slipway.example", true)] {
        assert_eq!(api.post(&invitations, &json!({"user_email": email, "role": "developer"})).status, 204);
        let shown = show(&invitation_token(&api)).json();
        assert_eq!((&shown["invited_by"], &shown["email"]), (&json!("Ann"), &json!(email.to_lowercase())));
        assert_eq!(
            (&shown["kind"], &shown["target"], &shown["role"]),
            (&json!("app"), &json!("ann/one"), &json!("developer"))
        );
        assert_eq!(shown["has_account"], has_account);
    }
    let token = invitation_token(&api);
    let accept = route::path(route::APP_INVITATION_ACCEPT, &[&token]);
    assert_eq!(by(&api, &bob, Method::POST, &accept, &Value::Null).status, 204);
    let gone = http::StatusCode::NOT_FOUND;
    assert_eq!((show(&token).status, show("unknown").status), (gone, gone));

    let to_org = route::path(route::ORG_INVITATIONS, &["acme"]);
    assert_eq!(api.post(&to_org, &json!({"user_email": "tess@slipway.example"})).status, 204);
    let token = invitation_token(&api);
    let shown = show(&token).json();
    assert_eq!(
        (&shown["kind"], &shown["target"], &shown["role"]),
        (&json!("org"), &json!("acme"), &json!("member"))
    );
    api.platform.advance(30 * 24 * 60 * 60 * 1000);
    assert_eq!(show(&token).status, 404, "it has expired");
}

#[test]
fn only_the_newest_link_of_an_invitation_works_and_only_for_30_days() {
    let api = Api::new();
    let _ = api.post(route::ORGS, &json!({"name": "acme"}));
    let path = route::path(route::ORG_INVITATIONS, &["acme"]);
    assert_eq!(api.post(&path, &json!({"user_email": "eve@slipway.example", "role": "admin"})).status, 204);
    let first = invitation_token(&api);
    let resend = route::path(route::ORG_INVITATION_RESEND, &["acme", "eve@slipway.example"]);
    assert_eq!(api.post(&resend, &Value::Null).status, 204);
    let second = invitation_token(&api);
    let join = |token: &str| {
        let path = route::path(route::SIGN_UP, &[token]);
        api.send(Method::POST, &path, &[], Bytes::from(r#"{"name": "eve"}"#)).status.as_u16()
    };
    assert_eq!(join(&first), 404);
    api.platform.advance(31 * 24 * 60 * 60 * 1000);
    assert_eq!(join(&second), 404);
    assert_eq!(api.get(&path).json(), json!([]));
    assert_eq!(api.post(&path, &json!({"user_email": "no address"})).status, 400);
}

#[test]
fn a_transferred_app_is_the_organizations() {
    let api = Api::new();
    api.create_app("one", None);
    let _ = api.post(route::ORGS, &json!({"name": "acme"}));
    let transfer = route::path(route::APP_TRANSFER, &["ann", "one", "acme"]);
    assert_eq!(api.post(&transfer, &Value::Null).json()["owner"]["name"], "acme");
    assert_eq!(api.get(&route::path(route::APP, &["ann", "one"])).status, 404);
    assert_eq!(api.get(&route::path(route::APP, &["acme", "one"])).status, 200);
    assert_eq!(
        api.post(&route::path(route::APP_TRANSFER, &["acme", "one", "unknown"]), &Value::Null).status,
        404
    );
    let own = api.post(&route::path(route::APP_TRANSFER_TO_ORG, &["acme", "one"]), &Value::Null);
    assert_eq!(own.json()["owner"]["name"], "one-organization");
}

/// An app of the organization `acme`, which ann owns, and a member of it who manages the app.
fn managed_app(api: &Api) -> String {
    let token = sign_up(api, "bob");
    let app = json!({"display_name": "One", "name": "one", "os": "Android", "platform": "Java"});
    assert_eq!(api.post(&route::path(route::ORG_APPS, &["acme"]), &app).status, 201);
    let path = route::path(route::APP_INVITATIONS, &["acme", "one"]);
    assert_eq!(api.post(&path, &json!({"user_email": "bob@slipway.example", "role": "manager"})).status, 204);
    let path = route::path(route::APP_INVITATION_ACCEPT, &[&invitation_token(api)]);
    assert_eq!(by(api, &token, Method::POST, &path, &Value::Null).status, 204);
    token
}

#[test]
fn a_manager_may_not_transfer_an_app() {
    let api = Api::new();
    let bob = managed_app(&api);
    assert_eq!(by(&api, &bob, Method::POST, route::ORGS, &json!({"name": "bobs"})).status, 201);
    for path in [
        route::path(route::APP_TRANSFER, &["acme", "one", "bobs"]),
        route::path(route::APP_TRANSFER, &["acme", "one", "bob"]),
        route::path(route::APP_TRANSFER_TO_ORG, &["acme", "one"]),
    ] {
        assert_eq!(by(&api, &bob, Method::POST, &path, &Value::Null).status, 403, "{path}");
    }
}

#[test]
fn a_transferred_app_leaves_the_groups_of_its_former_organization() {
    let api = Api::new();
    managed_app(&api);
    let group = api.post(&route::path(route::ORG_GROUPS, &["acme"]), &json!({"name": "QA"})).json();
    let apps = route::path(route::ORG_GROUP_APPS, &["acme", "QA"]);
    assert_eq!(api.post(&apps, &json!({"apps": [{"name": "one"}]})).status, 204);
    let release = json!({"build_version": "1", "external_download_url": "https://dl.slipway.dev/1"});
    assert_eq!(api.post(&route::path(route::RELEASES, &["acme", "one"]), &release).status, 201);
    let groups = route::path(route::RELEASE_GROUPS, &["acme", "one", "1"]);
    assert_eq!(api.post(&groups, &json!({"id": group["id"]})).status, 201);

    let transfer = route::path(route::APP_TRANSFER, &["acme", "one", "ann"]);
    assert_eq!(api.post(&transfer, &Value::Null).status, 200);
    let group = route::path(route::GROUP, &["ann", "one", "QA"]);
    assert_eq!(api.get(&group).status, 404);
    let release = api.get(&route::path(route::RELEASE, &["ann", "one", "1"])).json();
    assert_eq!(release["destinations"], json!([]));
    let org = route::path(route::ORG, &["acme"]);
    assert_eq!(api.call(Method::DELETE, &org, &Value::Null).status, 204, "it owns no apps any more");
}

#[test]
fn the_user_who_transfers_an_app_to_an_organization_still_manages_it() {
    let api = Api::new();
    api.create_app("one", None);
    let bob = sign_up(&api, "bob");
    assert_eq!(by(&api, &bob, Method::POST, route::ORGS, &json!({"name": "bobs"})).status, 201);
    let path = route::path(route::ORG_INVITATIONS, &["bobs"]);
    let invite = json!({"user_email": "ann@slipway.example", "role": "collaborator"});
    assert_eq!(by(&api, &bob, Method::POST, &path, &invite).status, 204);
    let path = route::path(route::ORG_INVITATION_ACCEPT, &[&invitation_token(&api)]);
    assert_eq!(api.post(&path, &Value::Null).status, 204);
    assert_eq!(
        api.post(&route::path(route::APP_TRANSFER, &["ann", "one", "bobs"]), &Value::Null).status,
        200
    );
    let app = api.get(&route::path(route::APP, &["bobs", "one"]));
    assert_eq!((app.status.as_u16(), &app.json()["member_permissions"]), (200, &json!(["manager"])));
}

#[test]
fn accepting_an_invitation_never_lowers_a_role() {
    let api = Api::new();
    let bob = managed_app(&api);
    let path = route::path(route::APP_INVITATIONS, &["acme", "one"]);
    assert_eq!(api.post(&path, &json!({"user_email": "bob@slipway.example", "role": "viewer"})).status, 204);
    let path = route::path(route::APP_INVITATION_ACCEPT, &[&invitation_token(&api)]);
    assert_eq!(by(&api, &bob, Method::POST, &path, &Value::Null).status, 204);
    let app = route::path(route::APP, &["acme", "one"]);
    let permissions =
        |token| by(&api, token, Method::GET, &app, &Value::Null).json()["member_permissions"].clone();
    assert_eq!(permissions(&bob), json!(["manager"]));

    let path = route::path(route::ORG_INVITATIONS, &["acme"]);
    assert_eq!(api.post(&path, &json!({"user_email": "bob@slipway.example", "role": "admin"})).status, 204);
    let path = route::path(route::ORG_INVITATION_ACCEPT, &[&invitation_token(&api)]);
    assert_eq!(by(&api, &bob, Method::POST, &path, &Value::Null).status, 204);
    let role = api.get(&route::path(route::ORG_USER, &["acme", "bob"])).json()["role"].clone();
    assert_eq!(role, "admin", "but more, if that is what it says");
}

#[test]
fn a_deleted_app_leaves_nothing_in_object_storage() {
    let api = Api::new();
    api.create_app("one", None);
    api.release("one");
    assert_eq!(api.platform.object_storage().packages().len(), 1);
    assert_eq!(api.call(Method::DELETE, &route::path(route::APP, &["ann", "one"]), &Value::Null).status, 204);
    api.run_jobs();
    assert_eq!(api.platform.object_storage().paths(), Vec::<String>::new());
    assert_eq!(api.platform.sqlite().text("SELECT COUNT(*) || '' FROM garbage").as_deref(), Some("0"));
}

#[test]
fn an_app_can_be_changed_and_has_an_avatar() {
    let api = Api::new();
    api.create_app("one", None);
    let path = route::path(route::APP, &["ann", "one"]);
    let change = json!({"display_name": "Uno", "release_type": "Beta", "description": "counts"});
    let changed = api.call(Method::PATCH, &path, &change).json();
    assert_eq!((&changed["display_name"], &changed["release_type"]), (&json!("Uno"), &json!("Beta")));
    assert_eq!(api.call(Method::PATCH, &path, &json!({"release_type": "two words"})).status, 400);
    let form = ("content-type", "multipart/form-data; boundary=X");
    let send = |bytes: &[u8]| {
        let head =
            b"--X\r\nContent-Disposition: form-data; name=\"avatar\"; filename=\"a.png\"\r\n\r\n".as_slice();
        let body = [head, bytes, b"\r\n--X--\r\n"].concat();
        let path = route::path(route::APP_AVATAR, &["ann", "one"]);
        api.send(Method::POST, &path, &[form, (header::API_TOKEN, testkit::api::TOKEN)], body.into())
    };
    assert_eq!(send(b"<svg onload=alert(1)>").status, 400);
    let url = send(b"\x89PNG\r\n\x1a\n...").json()["icon_url"].as_str().unwrap().to_owned();
    let picture =
        api.send(Method::GET, url.strip_prefix("https://slipway.example").unwrap(), &[], Bytes::new());
    assert_eq!((picture.status.as_u16(), &picture.body[1..4]), (200, b"PNG".as_slice()));
    let gone = api.call(Method::DELETE, &route::path(route::APP_AVATAR, &["ann", "one"]), &Value::Null);
    assert_eq!(gone.json()["icon_url"], Value::Null);
    api.run_jobs();
    assert_eq!(api.platform.object_storage().paths(), Vec::<String>::new());
}

#[test]
fn too_many_calls_get_a_retry_after() {
    let api = Api::new();
    api.platform.limit_calls(1);
    assert_eq!(api.get(route::USER).status, 200);
    let refused = api.get(route::USER);
    assert_eq!((refused.status.as_u16(), refused.headers["retry-after"].to_str().unwrap()), (429, "60"));
    assert_eq!(refused.json()["statusCode"], 429);
}

#[test]
fn every_response_has_a_correlation_id_that_is_in_the_log() {
    let api = Api::new();
    let first = api.get(route::USER).headers[header::CORRELATION_ID].clone();
    assert_ne!(first, api.get("/v0.1/nothing").headers[header::CORRELATION_ID]);
    api.platform.fail(testkit::Fault { operation: "batch", when: testkit::When::Before, times: 1 });
    let failed = api.get(route::USER);
    assert_eq!(failed.status, 500);
    let id = failed.headers[header::CORRELATION_ID].to_str().unwrap().to_owned();
    assert!(
        api.platform.log_lines().iter().any(|line| line.starts_with(&id)),
        "{:?}",
        api.platform.log_lines()
    );
}

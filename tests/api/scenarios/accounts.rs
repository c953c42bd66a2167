//! Accounts, apps, and what belongs to an app besides its releases.

use bytes::Bytes;
use http::Method;
use protocol::{header, route as r};
use serde_json::{Value, json};

use super::{Client, acme, one, release_external, sql};

pub(super) fn profile(client: &Client) {
    client.count_writes();
    client.call("PATCH", r::USER, &[], &json!({"display_name": "Ann A."}));
}

pub(super) fn tokens(client: &Client) {
    client.count_writes();
    client.call("POST", r::API_TOKENS, &[], &json!({"description": "CI"}));
    client.call("POST", r::API_TOKENS, &[], &json!({"description": "old"}));
    for token in client.api.get(r::API_TOKENS).json().as_array().unwrap() {
        if token["description"] == "old" {
            client.call("DELETE", r::API_TOKEN, &[token["id"].as_str().unwrap()], &Value::Null);
        }
    }
}

pub(super) fn app_tokens(client: &Client) {
    client.api.create_app("one", None);
    client.count_writes();
    client.app("POST", r::APP_TOKENS, &[], json!({"description": "CI"}));
    client.app("POST", r::APP_TOKENS, &[], json!({"description": "old"}));
    for token in client.api.get(&one(r::APP_TOKENS, &[])).json().as_array().unwrap() {
        if token["description"] == "old" {
            client.app("DELETE", r::APP_TOKEN, &[token["id"].as_str().unwrap()], Value::Null);
        }
    }
}

pub(super) fn organization(client: &Client) {
    client.count_writes();
    client.call("POST", r::ORGS, &[], &json!({"name": "acme"}));
    client.call("PATCH", r::ORG, &["acme"], &json!({"display_name": "Acme Corp"}));
    client.call("POST", r::ORGS, &[], &json!({"name": "gone"}));
    client.call("DELETE", r::ORG, &["gone"], &Value::Null);
    client.call(
        "POST",
        r::ORG_APPS,
        &["acme"],
        &json!({"display_name": "a", "os": "iOS", "platform": "Unity"}),
    );
}

pub(super) fn org_people(client: &Client) {
    acme(client);
    client.count_writes();
    client.call("PATCH", r::ORG_USER, &["acme", "bob"], &json!({"role": "admin"}));
    client.call("DELETE", r::ORG_USER, &["acme", "bob"], &Value::Null);
}

pub(super) fn org_invitations(client: &Client) {
    client.api.post(r::ORGS, &json!({"name": "acme"}));
    client.count_writes();
    for email in ["eve@slipway.example", "joe@slipway.example", "kim@slipway.example"] {
        client.call("POST", r::ORG_INVITATIONS, &["acme"], &json!({"user_email": email}));
    }
    client.call("PATCH", r::ORG_INVITATION, &["acme", "eve@slipway.example"], &json!({"role": "admin"}));
    client.call("POST", r::ORG_INVITATION_RESEND, &["acme", "eve@slipway.example"], &Value::Null);
    client.call("POST", r::ORG_INVITATION_REVOKE, &["acme", "joe@slipway.example"], &Value::Null);
    client.call("DELETE", r::ORG_INVITATIONS, &["acme"], &json!({"user_email": "kim@slipway.example"}));
}

pub(super) fn app_invitations(client: &Client) {
    client.api.create_app("one", None);
    client.count_writes();
    client.app("POST", r::APP_INVITATIONS, &[], json!({"user_email": "eve@slipway.example"}));
    client.app("POST", r::APP_INVITATION, &["joe@slipway.example"], Value::Null);
    client.app("PATCH", r::APP_INVITATION, &["eve@slipway.example"], json!({"permissions": ["manager"]}));
    client.app("DELETE", r::APP_INVITATION, &["joe@slipway.example"], Value::Null);
}

fn respond_to_invitation(client: &Client, org: &'static str, app: &'static str) {
    sql(
        client,
        "INSERT INTO accounts (id, kind, name, display_name, email, created_at) \
         VALUES ('acme', 'org', 'acme', 'Acme', '', 0); \
         INSERT INTO apps (id, app_secret, owner_id, name, display_name, os, platform, created_at, updated_at) \
         VALUES ('two', 's', 'acme', 'two', 'two', 'Android', 'Java', 0, 0)",
    );
    for (column, id, role) in [("org_id", "acme", "member"), ("app_id", "two", "viewer")] {
        let hash = service::token_hash(id);
        sql(
            client,
            &format!(
                "INSERT INTO invitations (id, {column}, email, role, token_hash, invited_by, created_at, expires_at) \
                 VALUES ('{id}', '{id}', 'ann@slipway.example', '{role}', '{hash}', 'u1', 0, 9000000000000)"
            ),
        );
    }
    client.count_writes();
    client.call("POST", org, &["acme"], &Value::Null);
    client.call("POST", app, &["two"], &Value::Null);
}

pub(super) fn accepted(client: &Client) {
    respond_to_invitation(client, r::ORG_INVITATION_ACCEPT, r::APP_INVITATION_ACCEPT);
}

pub(super) fn rejected(client: &Client) {
    respond_to_invitation(client, r::ORG_INVITATION_REJECT, r::APP_INVITATION_REJECT);
}

pub(super) fn sign_up(client: &Client) {
    client.api.post(r::ORGS, &json!({"name": "acme"}));
    client.api.post(&r::path(r::ORG_INVITATIONS, &["acme"]), &json!({"user_email": "eve@slipway.example"}));
    let path = r::path(r::SIGN_UP, &[&client.invitation()]);
    client.count_writes();
    let response = client.send("POST", r::SIGN_UP, &path, &[], Bytes::from(r#"{"name": "eve"}"#));
    let token = response.json()["api_token"].as_str().expect("eve is not locked out").to_owned();
    let user = client.api.send(Method::GET, r::USER, &[(header::API_TOKEN, &token)], Bytes::new());
    assert_eq!(user.json()["name"], "eve");
}

pub(super) fn app_people(client: &Client) {
    acme(client);
    client.api.create_app("one", None);
    sql(client, "INSERT INTO app_collaborators SELECT id, 'bob', 'viewer', 0 FROM apps");
    client.count_writes();
    client.app("PATCH", r::APP_USER, &["bob@slipway.example"], json!({"permissions": ["developer"]}));
    client.app("DELETE", r::APP_USER, &["bob@slipway.example"], Value::Null);
}

pub(super) fn apps(client: &Client) {
    client.count_writes();
    client.call("POST", r::APPS, &[], &json!({"display_name": "one", "os": "Android", "platform": "Java"}));
    client.app("PATCH", r::APP, &[], json!({"description": "counts"}));
}

pub(super) fn deleted_app(client: &Client) {
    release_external(client);
    client.api.release("one");
    client.count_writes();
    client.app("DELETE", r::APP, &[], Value::Null);
}

pub(super) fn avatar(client: &Client) {
    client.api.create_app("one", None);
    client.count_writes();
    let set = || {
        let form = "--X\r\nContent-Disposition: form-data; name=\"avatar\"; filename=\"a\"\r\n\r\n";
        let body = [form.as_bytes(), b"\x89PNG\r\n\x1a\n", b"\r\n--X--\r\n"].concat();
        let headers =
            [("content-type", "multipart/form-data; boundary=X"), (header::API_TOKEN, testkit::api::TOKEN)];
        client.send("POST", r::APP_AVATAR, &one(r::APP_AVATAR, &[]), &headers, body);
    };
    set();
    client.app("DELETE", r::APP_AVATAR, &[], Value::Null);
    set();
    set();
}

pub(super) fn transferred(client: &Client) {
    acme(client);
    client.api.create_app("one", None);
    client.api.create_app("two", None);
    client.count_writes();
    client.app("POST", r::APP_TRANSFER, &["acme"], Value::Null);
    client.call("POST", r::APP_TRANSFER, &["acme", "one", "ann"], &Value::Null);
    client.call("POST", r::APP_TRANSFER_TO_ORG, &["ann", "two"], &Value::Null);
}

pub(super) fn install_links(client: &Client) {
    release_external(client);
    client.count_writes();
    client.app("POST", r::INSTALL_LINKS, &["1"], Value::Null);
    for link in client.api.get(&one(r::INSTALL_LINKS, &["1"])).json().as_array().unwrap() {
        client.app("DELETE", r::INSTALL_LINK, &["1", link["id"].as_str().unwrap()], Value::Null);
    }
}

pub(super) fn groups(client: &Client) {
    release_external(client);
    client.count_writes();
    client.app("POST", r::GROUPS, &[], json!({"name": "Beta"}));
    client.app("PATCH", r::GROUP, &["Beta"], json!({"name": "Gamma", "is_public": true}));
    client.app("DELETE", r::GROUP, &["QA"], Value::Null);
}

pub(super) fn members(client: &Client) {
    release_external(client);
    client.count_writes();
    let emails =
        json!({"user_emails": ["una@slipway.example", "uwe@slipway.example", "tom@slipway.example"]});
    client.app("POST", r::MEMBERS, &["QA"], emails);
    client.app("POST", r::MEMBERS_BULK_DELETE, &["QA"], json!({"user_emails": ["tess@slipway.example"]}));
    client.api.platform.advance(protocol::limit::SAME_EMAIL_MS + 1);
    client.app("POST", r::RESEND_INVITE, &["QA"], json!({"user_emails": ["tom@slipway.example"]}));
}

pub(super) fn shared_groups(client: &Client) {
    client.api.post(r::ORGS, &json!({"name": "acme"}));
    for name in ["one", "two"] {
        let app = json!({"display_name": name, "os": "Android", "platform": "Java"});
        client.api.post(&r::path(r::ORG_APPS, &["acme"]), &app);
    }
    client.count_writes();
    for name in ["Field", "Gone"] {
        client.call("POST", r::ORG_GROUPS, &["acme"], &json!({"name": name}));
    }
    client.call("PATCH", r::ORG_GROUP, &["acme", "Field"], &json!({"is_public": true}));
    client.call("DELETE", r::ORG_GROUP, &["acme", "Gone"], &Value::Null);
    let emails = json!({"user_emails": ["una@slipway.example", "uwe@slipway.example"]});
    client.call("POST", r::ORG_GROUP_MEMBERS, &["acme", "Field"], &emails);
    let uwe = json!({"user_emails": ["uwe@slipway.example"]});
    client.api.platform.advance(protocol::limit::SAME_EMAIL_MS + 1);
    client.call("POST", r::ORG_GROUP_RESEND_INVITE, &["acme", "Field"], &uwe);
    client.call("POST", r::ORG_GROUP_BULK_DELETE, &["acme", "Field"], &uwe);
    let apps = json!({"apps": [{"name": "one"}, {"name": "two"}]});
    client.call("POST", r::ORG_GROUP_APPS, &["acme", "Field"], &apps);
    let two = json!({"apps": [{"name": "two"}]});
    client.call("POST", r::ORG_GROUP_APPS_BULK_DELETE, &["acme", "Field"], &two);
}

pub(super) fn stores(client: &Client) {
    client.api.create_app("one", None);
    client.count_writes();
    client.app("POST", r::STORES, &[], json!({"type": "googleplay", "track": "beta"}));
    client.app("PATCH", r::STORE, &["Beta"], json!({"service_connection_id": "c"}));
    client.app("POST", r::STORES, &[], json!({"type": "googleplay", "track": "alpha"}));
    client.app("DELETE", r::STORE, &["Alpha"], Value::Null);
}

pub(super) fn webhooks(client: &Client) {
    client.api.create_app("one", None);
    client.count_writes();
    client.app("POST", r::WEBHOOKS, &[], json!({"name": "chat", "url": "https://hooks.mycorp.com/1"}));
    for webhook in client.api.get(&one(r::WEBHOOKS, &[])).json().as_array().unwrap() {
        client.app("PATCH", r::WEBHOOK, &[webhook["id"].as_str().unwrap()], json!({"enabled": false}));
    }
    client.app("POST", r::WEBHOOKS, &[], json!({"name": "gone", "url": "https://hooks.mycorp.com/2"}));
    for webhook in client.api.get(&one(r::WEBHOOKS, &[])).json().as_array().unwrap() {
        if webhook["name"] == "gone" {
            client.app("DELETE", r::WEBHOOK, &[webhook["id"].as_str().unwrap()], Value::Null);
        }
    }
}

pub(super) fn unsubscribed(client: &Client) {
    release_external(client);
    client.api.post(&one(r::RELEASE_GROUPS, &["1"]), &json!({"id": client.group("QA")}));
    client.api.run_jobs();
    let link = client.api.platform.emails().iter().find_map(|mail| mail.unsubscribe.clone()).unwrap();
    client.count_writes();
    let path = link.strip_prefix("https://slipway.example").unwrap();
    client.send("POST", r::UNSUBSCRIBE, path, &[], Bytes::from("List-Unsubscribe=One-Click"));
}

//! Every kind of write, told as clients make it: what there was before, and then the calls. A call that fails is made
//! again.

use std::cell::RefCell;
use std::collections::BTreeSet;

use bytes::Bytes;
use http::Method;
use protocol::{header, route as r};
use serde_json::{Value, json};
use testkit::package::{HELLO_WORLD, corpus};
use testkit::{Answer, Api, Strike, When};

/// A client that makes a call again when it fails.
pub struct Client {
    pub api: Api,
    strike: Option<Strike>,
    /// The method and the template of every call since [`Client::acts`].
    pub calls: RefCell<BTreeSet<(String, &'static str)>>,
}

/// One story.
pub type Story = fn(&Client);

/// All of them.
pub const STORIES: &[(&str, Story)] = &[
    ("profile", profile),
    ("tokens", tokens),
    ("app tokens", app_tokens),
    ("organization", organization),
    ("people of an organization", org_people),
    ("invitations to an organization", org_invitations),
    ("invitations to an app", app_invitations),
    ("accepted invitations", accepted),
    ("rejected invitations", rejected),
    ("newcomer", newcomer),
    ("people of an app", app_people),
    ("apps", apps),
    ("deleted app", deleted_app),
    ("app deleted under way", app_deleted_under_way),
    ("picture", picture),
    ("transferred apps", transferred),
    ("chunked upload", chunked),
    ("cancelled uploads", cancelled),
    ("abandoned uploads", abandoned),
    ("bad package", bad_package),
    ("three calls", three_calls),
    ("aborted three calls", aborted),
    ("replaced package", replaced),
    ("external release", external),
    ("edited release", edited),
    ("deleted release", deleted_release),
    ("release to groups", to_groups),
    ("release to testers", to_testers),
    ("release to stores", to_stores),
    ("release to several", to_several),
    ("install links", install_links),
    ("groups", groups),
    ("members", members),
    ("shared groups", shared_groups),
    ("stores", stores),
    ("webhooks", webhooks),
    ("unsubscribed", unsubscribed),
];

impl Client {
    pub fn new(strike: Option<Strike>) -> Client {
        Client { api: Api::new(), strike, calls: RefCell::default() }
    }

    /// What there was before is there: from here on writes are counted, and one may fail.
    fn acts(&self) {
        self.api.run_jobs();
        self.api.memory.strike(self.strike);
    }

    fn call(&self, method: &str, template: &'static str, segments: &[&str], body: &Value) -> Answer {
        let body = if body.is_null() { Bytes::new() } else { body.to_string().into() };
        self.send(method, template, &r::path(template, segments), &[(header::API_TOKEN, testkit::api::TOKEN)], body)
    }

    /// A call to ann's app `one`.
    fn app(&self, method: &str, template: &'static str, segments: &[&str], body: Value) -> Answer {
        self.call(method, template, &[&["ann", "one"], segments].concat(), &body)
    }

    fn send(
        &self,
        method: &str,
        template: &'static str,
        path: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Answer {
        self.calls.borrow_mut().insert((method.to_owned(), template));
        let make = || {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let answer = self.api.send(method, path, headers, body.clone());
            self.api.memory.revive();
            answer
        };
        let has_failed = |answer: &Answer| answer.status.is_server_error() || answer.json()["error"] == true;
        let answer = make();
        if !has_failed(&answer) {
            assert!(answer.status.as_u16() < 400, "{method} {path}: {answer:?}");
            return answer;
        }
        let again = make();
        // What took effect the first time may be refused now, and what is there afterwards is compared.
        let took_effect = self.strike.is_some_and(|strike| strike.when != When::Before);
        let is_fit = again.status.as_u16() < 400 && !has_failed(&again);
        assert!(is_fit || took_effect && again.status.is_client_error(), "{method} {path}: {answer:?} {again:?}");
        again
    }

    /// What a list of ann's app shows of the one that has this value.
    fn id(&self, path: &str, key: &str, value: &str) -> String {
        let list = self.api.get(path).json();
        let list = list.as_array().unwrap_or_else(|| panic!("{path}: {list}"));
        let found = list.iter().find(|item| item[key] == value).unwrap_or_else(|| panic!("{path}: {list:?}"));
        found["id"].as_str().unwrap().to_owned()
    }

    fn group(&self, name: &str) -> String {
        self.id(&one(r::GROUPS, &[]), "name", name)
    }

    /// The token in the newest letter that has an invitation.
    fn invitation(&self) -> String {
        self.api.run_jobs();
        let link = |text: &str| text.lines().find_map(|line| Some(line.split_once("/invitations/")?.1.to_owned()));
        self.api.memory.mail().iter().rev().find_map(|mail| link(&mail.text)).expect("an invitation")
    }
}

fn one(template: &str, segments: &[&str]) -> String {
    r::path(template, &[&["ann", "one"], segments].concat())
}

fn sql(client: &Client, sql: &str) {
    client.api.memory.sqlite().execute(sql);
}

/// Bob, who is in the organization `acme` of ann's.
fn acme(client: &Client) {
    client.api.post(r::ORGS, &json!({"name": "acme"}));
    sql(
        client,
        "INSERT INTO accounts (id, name, display_name, email, created_at) \
         VALUES ('bob', 'bob', 'Bob', 'bob@slipway.example', 0); \
         INSERT INTO org_members SELECT id, 'bob', 'member', 0 FROM accounts WHERE name = 'acme'",
    );
}

/// The app `one` with an external release, and with the group `QA` of two people.
fn released(client: &Client) {
    client.api.create_app("one", None);
    let external = json!({"external_download_url": "https://dl.mycorp.com/1", "build_version": "1.0"});
    assert_eq!(client.api.post(&one(r::RELEASES, &[]), &external).status, 201);
    client.api.post(&one(r::GROUPS, &[]), &json!({"name": "QA"}));
    let emails = json!({"user_emails": ["tess@slipway.example", "tom@slipway.example"]});
    client.api.post(&one(r::MEMBERS, &["QA"]), &emails);
}

fn profile(client: &Client) {
    client.acts();
    client.call("PATCH", r::USER, &[], &json!({"display_name": "Ann A."}));
}

fn tokens(client: &Client) {
    client.acts();
    client.call("POST", r::API_TOKENS, &[], &json!({"description": "CI"}));
    client.call("POST", r::API_TOKENS, &[], &json!({"description": "old"}));
    for token in client.api.get(r::API_TOKENS).json().as_array().unwrap() {
        if token["description"] == "old" {
            client.call("DELETE", r::API_TOKEN, &[token["id"].as_str().unwrap()], &Value::Null);
        }
    }
}

fn app_tokens(client: &Client) {
    client.api.create_app("one", None);
    client.acts();
    client.app("POST", r::APP_TOKENS, &[], json!({"description": "CI"}));
    client.app("POST", r::APP_TOKENS, &[], json!({"description": "old"}));
    for token in client.api.get(&one(r::APP_TOKENS, &[])).json().as_array().unwrap() {
        if token["description"] == "old" {
            client.app("DELETE", r::APP_TOKEN, &[token["id"].as_str().unwrap()], Value::Null);
        }
    }
}

fn organization(client: &Client) {
    client.acts();
    client.call("POST", r::ORGS, &[], &json!({"name": "acme"}));
    client.call("PATCH", r::ORG, &["acme"], &json!({"display_name": "Acme Corp"}));
    client.call("POST", r::ORGS, &[], &json!({"name": "gone"}));
    client.call("DELETE", r::ORG, &["gone"], &Value::Null);
    client.call("POST", r::ORG_APPS, &["acme"], &json!({"display_name": "a", "os": "iOS", "platform": "Unity"}));
}

fn org_people(client: &Client) {
    acme(client);
    client.acts();
    client.call("PATCH", r::ORG_USER, &["acme", "bob"], &json!({"role": "admin"}));
    client.call("DELETE", r::ORG_USER, &["acme", "bob"], &Value::Null);
}

fn org_invitations(client: &Client) {
    client.api.post(r::ORGS, &json!({"name": "acme"}));
    client.acts();
    for email in ["eve@slipway.example", "joe@slipway.example", "kim@slipway.example"] {
        client.call("POST", r::ORG_INVITATIONS, &["acme"], &json!({"user_email": email}));
    }
    client.call("PATCH", r::ORG_INVITATION, &["acme", "eve@slipway.example"], &json!({"role": "admin"}));
    client.call("POST", r::ORG_INVITATION_RESEND, &["acme", "eve@slipway.example"], &Value::Null);
    client.call("POST", r::ORG_INVITATION_REVOKE, &["acme", "joe@slipway.example"], &Value::Null);
    client.call("DELETE", r::ORG_INVITATIONS, &["acme"], &json!({"user_email": "kim@slipway.example"}));
}

fn app_invitations(client: &Client) {
    client.api.create_app("one", None);
    client.acts();
    client.app("POST", r::APP_INVITATIONS, &[], json!({"user_email": "eve@slipway.example"}));
    client.app("POST", r::APP_INVITATION, &["joe@slipway.example"], Value::Null);
    client.app("PATCH", r::APP_INVITATION, &["eve@slipway.example"], json!({"permissions": ["manager"]}));
    client.app("DELETE", r::APP_INVITATION, &["joe@slipway.example"], Value::Null);
}

fn answered(client: &Client, org: &'static str, app: &'static str) {
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
    client.acts();
    client.call("POST", org, &["acme"], &Value::Null);
    client.call("POST", app, &["two"], &Value::Null);
}

fn accepted(client: &Client) {
    answered(client, r::ORG_INVITATION_ACCEPT, r::APP_INVITATION_ACCEPT);
}

fn rejected(client: &Client) {
    answered(client, r::ORG_INVITATION_REJECT, r::APP_INVITATION_REJECT);
}

fn newcomer(client: &Client) {
    client.api.post(r::ORGS, &json!({"name": "acme"}));
    client.api.post(&r::path(r::ORG_INVITATIONS, &["acme"]), &json!({"user_email": "eve@slipway.example"}));
    let path = r::path(r::ACCEPT_AS_NEWCOMER, &[&client.invitation()]);
    client.acts();
    let answer = client.send("POST", r::ACCEPT_AS_NEWCOMER, &path, &[], Bytes::from(r#"{"name": "eve"}"#));
    let token = answer.json()["api_token"].as_str().expect("eve is not locked out").to_owned();
    let user = client.api.send(Method::GET, r::USER, &[(header::API_TOKEN, &token)], Bytes::new());
    assert_eq!(user.json()["name"], "eve");
}

fn app_people(client: &Client) {
    acme(client);
    client.api.create_app("one", None);
    sql(client, "INSERT INTO app_collaborators SELECT id, 'bob', 'viewer', 0 FROM apps");
    client.acts();
    client.app("PATCH", r::APP_USER, &["bob@slipway.example"], json!({"permissions": ["developer"]}));
    client.app("DELETE", r::APP_USER, &["bob@slipway.example"], Value::Null);
}

fn apps(client: &Client) {
    client.acts();
    client.call("POST", r::APPS, &[], &json!({"display_name": "one", "os": "Android", "platform": "Java"}));
    client.app("PATCH", r::APP, &[], json!({"description": "counts"}));
}

fn deleted_app(client: &Client) {
    released(client);
    client.api.release("one");
    client.acts();
    client.app("DELETE", r::APP, &[], Value::Null);
}

/// The app goes while a job makes a release of its first package.
fn app_deleted_under_way(client: &Client) {
    client.api.create_app("one", None);
    let upload = client.api.sent("one", "a.apk", &corpus(HELLO_WORLD));
    client.acts();
    client.app("PATCH", r::UPLOAD, &[&upload.created.id], json!({"upload_status": "uploadFinished"}));
    futures::executor::block_on(client.api.memory.try_job());
    client.app("DELETE", r::APP, &[], Value::Null);
}

fn picture(client: &Client) {
    client.api.create_app("one", None);
    client.acts();
    let set = || {
        let form = "--X\r\nContent-Disposition: form-data; name=\"avatar\"; filename=\"a\"\r\n\r\n";
        let body = [form.as_bytes(), b"\x89PNG\r\n\x1a\n", b"\r\n--X--\r\n"].concat();
        let headers =
            [("content-type", "multipart/form-data; boundary=X"), (header::API_TOKEN, testkit::api::TOKEN)];
        client.send("POST", r::APP_AVATAR, &one(r::APP_AVATAR, &[]), &headers, body.into());
    };
    set();
    client.app("DELETE", r::APP_AVATAR, &[], Value::Null);
    set();
    set();
}

fn transferred(client: &Client) {
    acme(client);
    client.api.create_app("one", None);
    client.api.create_app("two", None);
    client.acts();
    client.app("POST", r::APP_TRANSFER, &["acme"], Value::Null);
    client.call("POST", r::APP_TRANSFER_TO_ORG, &["ann", "two"], &Value::Null);
}

/// A new upload with all its chunks: its id, its asset and its token.
fn sent(client: &Client, file: &[u8]) -> [String; 3] {
    let created = client.app("POST", r::UPLOADS, &[], json!({})).json();
    let [id, asset, token] =
        ["id", "package_asset_id", "url_encoded_token"].map(|key| created[key].as_str().unwrap().to_owned());
    let query = format!("file_name=a.apk&file_size={}&token={token}", file.len());
    to_asset(client, r::SET_METADATA, &asset, &query, Bytes::new());
    let chunk = Bytes::copy_from_slice(file);
    to_asset(client, r::UPLOAD_CHUNK, &asset, &format!("block_number=1&token={token}"), chunk);
    [id, asset, token]
}

fn to_asset(client: &Client, template: &'static str, asset: &str, query: &str, body: Bytes) -> Answer {
    let path = format!("{}?{query}", r::path(template, &[asset]));
    client.send("POST", template, &path, &[], body)
}

fn chunked(client: &Client) {
    client.api.create_app("one", None);
    client.acts();
    let [id, asset, token] = sent(client, &corpus(HELLO_WORLD));
    to_asset(client, r::FINISHED, &asset, &format!("token={token}"), Bytes::new());
    client.app("PATCH", r::UPLOAD, &[&id], json!({"upload_status": "uploadFinished"}));
}

fn bad_package(client: &Client) {
    client.api.create_app("one", None);
    client.acts();
    let [id, asset, token] = sent(client, b"no package");
    to_asset(client, r::FINISHED, &asset, &format!("token={token}"), Bytes::new());
    client.app("PATCH", r::UPLOAD, &[&id], json!({"upload_status": "uploadFinished"}));
}

fn cancelled(client: &Client) {
    client.api.create_app("one", None);
    client.acts();
    let [_, asset, token] = sent(client, b"half");
    to_asset(client, r::CANCEL, &asset, &format!("token={token}"), Bytes::new());
    let [id, asset, token] = sent(client, b"all");
    to_asset(client, r::FINISHED, &asset, &format!("token={token}"), Bytes::new());
    client.app("PATCH", r::UPLOAD, &[&id], json!({"upload_status": "uploadCanceled"}));
}

fn abandoned(client: &Client) {
    client.api.create_app("one", None);
    client.acts();
    sent(client, b"half");
}

/// An upload by the documented three calls, without the third: its id.
fn whole(client: &Client, stated: Value) -> String {
    let created = client.app("POST", r::RELEASE_UPLOADS, &[], stated).json();
    let url = created["upload_url"].as_str().unwrap();
    let head = b"--X\r\nContent-Disposition: form-data; name=\"ipa\"; filename=\"a.apk\"\r\n\r\n";
    let body = [head, corpus(HELLO_WORLD).as_slice(), b"\r\n--X--\r\n"].concat();
    let headers = [("content-type", "multipart/form-data; boundary=X")];
    let path = url.strip_prefix("https://slipway.example").unwrap();
    client.send("POST", r::WHOLE_FILE, path, &headers, body.into());
    created["upload_id"].as_str().unwrap().to_owned()
}

fn three_calls(client: &Client) {
    client.api.create_app("one", None);
    client.acts();
    let id = whole(client, json!({}));
    client.app("PATCH", r::RELEASE_UPLOAD, &[&id], json!({"status": "committed"}));
}

fn aborted(client: &Client) {
    client.api.create_app("one", None);
    client.acts();
    let id = whole(client, json!({}));
    client.app("PATCH", r::RELEASE_UPLOAD, &[&id], json!({"status": "aborted"}));
}

fn replaced(client: &Client) {
    client.api.create_app("one", None);
    client.api.release("one");
    client.acts();
    let id = whole(client, json!({"release_id": 1}));
    client.app("PATCH", r::RELEASE_UPLOAD, &[&id], json!({"status": "committed"}));
}

fn external(client: &Client) {
    client.api.create_app("one", None);
    client.acts();
    for version in ["1", "2"] {
        let release = json!({"external_download_url": "https://dl.mycorp.com/1", "build_version": version});
        client.app("POST", r::RELEASES, &[], release);
    }
}

fn edited(client: &Client) {
    released(client);
    client.acts();
    client.app("PUT", r::RELEASE, &["1"], json!({"release_notes": "new", "enabled": false}));
}

fn deleted_release(client: &Client) {
    released(client);
    client.api.release("one");
    client.api.post(&one(r::RELEASE_GROUPS, &["2"]), &json!({"id": client.group("QA")}));
    client.acts();
    client.app("DELETE", r::RELEASE, &["2"], Value::Null);
}

fn to_groups(client: &Client) {
    released(client);
    client.api.post(&one(r::WEBHOOKS, &[]), &json!({"name": "chat", "url": "https://hooks.mycorp.com/1"}));
    let (qa, first) = (client.group("QA"), client.group("Collaborators"));
    client.acts();
    client.app("POST", r::RELEASE_GROUPS, &["1"], json!({"id": qa}));
    client.app("POST", r::RELEASE_GROUPS, &["1"], json!({"id": first, "notify_testers": false}));
    client.app("PUT", r::RELEASE_GROUP, &["1", &qa], json!({"mandatory_update": true}));
    client.app("DELETE", r::RELEASE_GROUP, &["1", &first], Value::Null);
    client.api.run_jobs();
    client.app("DELETE", r::GROUP_RELEASE, &["QA", "1"], Value::Null);
}

fn to_testers(client: &Client) {
    released(client);
    client.acts();
    for email in ["tina@slipway.example", "tim@slipway.example", "ted@slipway.example"] {
        client.app("POST", r::RELEASE_TESTERS, &["1"], json!({"email": email}));
        client.api.run_jobs();
    }
    let id = |email| {
        let sql = format!("SELECT id FROM testers WHERE email = '{email}@slipway.example'");
        client.api.memory.sqlite().text(&sql).unwrap()
    };
    client.app("PUT", r::RELEASE_TESTER, &["1", &id("tina")], json!({"mandatory_update": true}));
    client.app("DELETE", r::RELEASE_TESTER, &["1", &id("tim")], Value::Null);
    client.app("DELETE", r::APP_TESTER, &[&id("ted")], Value::Null);
}

fn to_stores(client: &Client) {
    released(client);
    client.api.release("one");
    for track in ["alpha", "beta", "production"] {
        client.api.post(&one(r::STORES, &[]), &json!({"type": "googleplay", "track": track}));
    }
    let id = |name: &str| client.id(&one(r::STORES, &[]), "name", name);
    client.acts();
    for name in ["Alpha", "Beta", "Production"] {
        client.app("POST", r::RELEASE_STORES, &["2"], json!({"id": id(name)}));
    }
    client.app("DELETE", r::RELEASE_STORE, &["2", &id("Alpha")], Value::Null);
    client.app("DELETE", r::STORE_RELEASE, &["Beta", "2"], Value::Null);
}

fn to_several(client: &Client) {
    released(client);
    client.acts();
    let body = json!({"destinations": [{"name": "QA"}, {"name": "Collaborators"}], "release_notes": "new"});
    client.app("PATCH", r::RELEASE, &["1"], body);
}

fn install_links(client: &Client) {
    released(client);
    client.acts();
    client.app("POST", r::INSTALL_LINKS, &["1"], Value::Null);
    for link in client.api.get(&one(r::INSTALL_LINKS, &["1"])).json().as_array().unwrap() {
        client.app("DELETE", r::INSTALL_LINK, &["1", link["id"].as_str().unwrap()], Value::Null);
    }
}

fn groups(client: &Client) {
    released(client);
    client.acts();
    client.app("POST", r::GROUPS, &[], json!({"name": "Beta"}));
    client.app("PATCH", r::GROUP, &["Beta"], json!({"name": "Gamma", "is_public": true}));
    client.app("DELETE", r::GROUP, &["QA"], Value::Null);
}

fn members(client: &Client) {
    released(client);
    client.acts();
    let emails = json!({"user_emails": ["una@slipway.example", "uwe@slipway.example", "tom@slipway.example"]});
    client.app("POST", r::MEMBERS, &["QA"], emails);
    client.app("POST", r::MEMBERS_BULK_DELETE, &["QA"], json!({"user_emails": ["tess@slipway.example"]}));
    client.app("POST", r::RESEND_INVITE, &["QA"], json!({"user_emails": ["tom@slipway.example"]}));
}

fn shared_groups(client: &Client) {
    client.api.post(r::ORGS, &json!({"name": "acme"}));
    for name in ["one", "two"] {
        let app = json!({"display_name": name, "os": "Android", "platform": "Java"});
        client.api.post(&r::path(r::ORG_APPS, &["acme"]), &app);
    }
    client.acts();
    for name in ["Field", "Gone"] {
        client.call("POST", r::ORG_GROUPS, &["acme"], &json!({"name": name}));
    }
    client.call("PATCH", r::ORG_GROUP, &["acme", "Field"], &json!({"is_public": true}));
    client.call("DELETE", r::ORG_GROUP, &["acme", "Gone"], &Value::Null);
    let emails = json!({"user_emails": ["una@slipway.example", "uwe@slipway.example"]});
    client.call("POST", r::ORG_GROUP_MEMBERS, &["acme", "Field"], &emails);
    let uwe = json!({"user_emails": ["uwe@slipway.example"]});
    client.call("POST", r::ORG_GROUP_RESEND_INVITE, &["acme", "Field"], &uwe);
    client.call("POST", r::ORG_GROUP_BULK_DELETE, &["acme", "Field"], &uwe);
    let apps = json!({"apps": [{"name": "one"}, {"name": "two"}]});
    client.call("POST", r::ORG_GROUP_APPS, &["acme", "Field"], &apps);
    let two = json!({"apps": [{"name": "two"}]});
    client.call("POST", r::ORG_GROUP_APPS_BULK_DELETE, &["acme", "Field"], &two);
}

fn stores(client: &Client) {
    client.api.create_app("one", None);
    client.acts();
    client.app("POST", r::STORES, &[], json!({"type": "googleplay", "track": "beta"}));
    client.app("PATCH", r::STORE, &["Beta"], json!({"service_connection_id": "c"}));
    client.app("POST", r::STORES, &[], json!({"type": "googleplay", "track": "alpha"}));
    client.app("DELETE", r::STORE, &["Alpha"], Value::Null);
}

fn webhooks(client: &Client) {
    client.api.create_app("one", None);
    client.acts();
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

fn unsubscribed(client: &Client) {
    released(client);
    client.api.post(&one(r::RELEASE_GROUPS, &["1"]), &json!({"id": client.group("QA")}));
    client.api.run_jobs();
    let link = client.api.memory.mail().iter().find_map(|mail| mail.unsubscribe.clone()).unwrap();
    client.acts();
    let path = link.strip_prefix("https://slipway.example").unwrap();
    client.send("POST", r::UNSUBSCRIBE, path, &[], Bytes::from("List-Unsubscribe=One-Click"));
}

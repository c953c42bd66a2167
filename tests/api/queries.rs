//! No statement scans a whole table: EXPLAIN QUERY PLAN of every statement that the service has.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::Method;
use protocol::{CALLS, header, route};
use serde_json::json;
use testkit::package::{HELLO_WORLD, corpus};
use testkit::{Api, Fault, When};

use crate::scenarios::{Client, SCENARIOS};

/// What may be scanned, by the beginning of its line in the plan, and why.
const BOUNDED: &[(&str, &str)] = &[
    // Names or addresses from the request, at most 500.
    ("SCAN json_each", "the values that came with the call"),
    ("SCAN sent VIRTUAL TABLE", "the same"),
    // Rows that another part of the same statement found by an index.
    ("SCAN CONSTANT ROW", "one row"),
    ("SCAN (subquery", "what another part of the statement found; its own lines say how"),
    ("SCAN people", "an app's or an organization's people, found by an index"),
    ("SCAN members", "a group's members, found by an index"),
];

/// Every statement that was executed by the scenarios, and by every call that reads.
fn executed_statements() -> BTreeSet<&'static str> {
    let mut executed = BTreeSet::new();
    for (_, scenario) in SCENARIOS {
        let client = Client::new(None);
        scenario(&client);
        client.api.run_jobs();
        executed.extend(client.api.platform.sqlite().statements());
    }
    let api = api_with_everything();
    let words = [
        ("owner", "ann"),
        ("app", "one"),
        ("org", "acme"),
        ("user", "ann"),
        ("release", "2"),
        ("group", "Field"),
        ("store", "Beta"),
    ];
    for call in CALLS.iter().filter(|call| call.method == protocol::Verb::Get) {
        let mut path = call.path.to_owned();
        for (name, word) in words {
            path = path.replace(&format!("{{{name}}}"), word);
        }
        // By number and by `latest`, of an app and of an organization's group.
        for path in [path.clone(), path.replace("/2", "/latest"), path.replace("Field", "QA")] {
            api.send(Method::GET, &path.replace(['{', '}'], ""), &token(), Bytes::new());
        }
    }
    open_links(&api);
    run_job_with_failures(&api);
    notify_many(&api);
    executed.extend(api.platform.sqlite().statements());
    executed
}

/// Notifies more people than one job writes e-mails to.
fn notify_many(api: &Api) {
    let group = api.post(&route::path(route::GROUPS, &["ann", "one"]), &json!({"name": "Many"})).json();
    let emails: Vec<String> = (0..101).map(|n| format!("tester{n}@slipway.example")).collect();
    api.post(&route::path(route::MEMBERS, &["ann", "one", "Many"]), &json!({ "user_emails": emails }));
    let distribution = json!({"id": group["id"], "notify_testers": true});
    api.post(&route::path(route::RELEASE_GROUPS, &["ann", "one", "2"]), &distribution);
    api.run_jobs();
}

/// Runs a job that succeeds only at its last attempt.
fn run_job_with_failures(api: &Api) {
    let upload = api.upload_uncommitted("one", "a.apk", &corpus(HELLO_WORLD));
    upload.patch(api, &json!({"upload_status": "uploadFinished"}));
    api.platform.fail(Fault { operation: "digest", when: When::Before, times: 4 });
    api.run_jobs();
}

fn token() -> [(&'static str, &'static str); 1] {
    [(header::API_TOKEN, testkit::api::TOKEN)]
}

/// A platform with one record of each kind.
fn api_with_everything() -> Api {
    let api = Api::new();
    api.create_app("one", None);
    let one = |template| route::path(template, &["ann", "one"]);
    let external = json!({"external_download_url": "https://dl.mycorp.com/1", "build_version": "1.0"});
    api.post(&one(route::RELEASES), &external);
    api.release("one");
    api.post(&one(route::GROUPS), &json!({"name": "QA"}));
    api.post(&one(route::STORES), &json!({"type": "googleplay", "track": "beta"}));
    api.post(&one(route::WEBHOOKS), &json!({"name": "chat", "url": "https://hooks.mycorp.com/1"}));
    let destinations = json!({"destinations": [{"name": "QA"}, {"name": "Beta"}]});
    api.call(Method::PATCH, &route::path(route::RELEASE, &["ann", "one", "2"]), &destinations);
    api.post(route::ORGS, &json!({"name": "acme"}));
    api.post(&route::path(route::ORG_GROUPS, &["acme"]), &json!({"name": "Field"}));
    api.run_jobs();
    api
}

/// Opens everything that has a link: an install page, a package, an icon, a webhook's delivery log.
fn open_links(api: &Api) {
    let get = |url: &str| {
        let path = url.strip_prefix("https://slipway.example").unwrap_or(url).to_owned();
        api.send(Method::GET, &path, &token(), Bytes::new())
    };
    let link = api.post(&route::path(route::INSTALL_LINKS, &["ann", "one", "2"]), &json!({})).json();
    let url = link["url"].as_str().unwrap();
    let download = get(&format!("{url}/download"));
    assert!(get(url).status.is_success() && !download.status.is_server_error());
    let release = get(&route::path(route::RELEASE, &["ann", "one", "2"])).json();
    for key in ["download_url", "app_icon_url"] {
        assert_eq!(get(release[key].as_str().unwrap()).status, 200, "{key}");
    }
    let webhooks = get(&route::path(route::WEBHOOKS, &["ann", "one"])).json();
    let id = webhooks[0]["id"].as_str().unwrap();
    assert_eq!(get(&route::path(route::WEBHOOK_DELIVERIES, &["ann", "one", id])).status, 200);
    assert_eq!(get(&route::path(route::WEBHOOK, &["ann", "one", id])).status, 200);
    let upload = api.create_upload("one");
    upload.status(api);
}

/// The pieces of SQL in the service's sources: every string that starts a statement or a condition of one.
fn statements_in_sources() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/service/src");
    let sources = sources(&folder);
    let text = |path: &PathBuf| std::fs::read_to_string(path).expect("a source is text");
    let is_sql = |piece: &String| {
        const WORDS: [&str; 5] = ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "REPLACE "];
        WORDS.iter().any(|word| piece.starts_with(word))
    };
    let pieces = sources.iter().flat_map(|path| {
        let text = text(path);
        let literals = literals(&text);
        // The arguments of the macros that complete a statement.
        let conditions =
            literals.iter().filter(|(before, _)| before.contains("select_")).map(|(_, piece)| piece);
        let statements = literals.iter().map(|(_, piece)| piece).filter(|piece| is_sql(piece));
        conditions.chain(statements).cloned().collect::<Vec<_>>()
    });
    pieces.map(|piece| piece.trim_end().to_owned()).collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the sources are there");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| !path.to_string_lossy().ends_with("_tests.rs"))
        .collect()
}

/// The string literals of a source, each with the code before it on its line. A backslash at the end of a line removes
/// the line break and the indentation of the next line.
fn literals(source: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for paragraph in without_comments(source).split("\n\n") {
        let mut rest = paragraph;
        while let Some((before, after)) = rest.split_once('"') {
            let end = closing(after);
            let mut lines = after[..end].split("\\\n");
            let first = lines.next().unwrap_or_default().to_owned();
            let literal = lines.fold(first, |text, line| text + line.trim_start());
            let before = before.rsplit('\n').next().unwrap_or_default().to_owned();
            found.push((before, literal));
            rest = after.get(end + 1..).unwrap_or_default();
        }
    }
    found
}

fn without_comments(source: &str) -> String {
    let lines = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n").replace("'\"'", "")
}

fn closing(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.bytes().position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    });
    end.unwrap_or(text.len())
}

#[test]
fn no_query_scans_a_table() {
    let api = Api::new();
    let mut scans = Vec::new();
    for sql in executed_statements() {
        for line in api.platform.sqlite().plan(sql) {
            let is_bounded = BOUNDED.iter().any(|(allowed, _)| line.starts_with(allowed));
            // An automatic index is built for one statement by reading the whole table.
            if (line.starts_with("SCAN") || line.contains("AUTOMATIC")) && !is_bounded {
                scans.push(format!("{line}: {sql}"));
            }
        }
    }
    assert!(scans.is_empty(), "{scans:#?}");
}

#[test]
fn every_statement_in_the_sources_is_explained() {
    let executed = executed_statements();
    let in_sources = statements_in_sources();
    assert!(in_sources.len() > 100, "the sources are read: {}", in_sources.len());
    let missing: Vec<_> =
        in_sources.iter().filter(|piece| !executed.iter().any(|sql| sql.contains(piece.as_str()))).collect();
    assert!(missing.is_empty(), "run by no test: {missing:#?}");
}

/// Checks that the checks above can fail.
#[test]
fn a_scan_is_detected() {
    let api = Api::new();
    assert_eq!(api.platform.sqlite().plan("SELECT * FROM uploads WHERE status = ?"), ["SCAN uploads"]);
    let source = "let sql = \"SELECT 1 \\\n          FROM x\";\nselect_apps!(\"id = ?\")";
    let found: Vec<String> = literals(source).into_iter().map(|(_, literal)| literal).collect();
    assert_eq!(found, ["SELECT 1 FROM x", "id = ?"]);
}

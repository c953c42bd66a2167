//! Every write of every scenario fails once, and the client's retries still reach the state of the failure-free run.
//!
//! A scenario runs once without a fault, which counts its writes: batches that change the database, changes to object
//! storage or a ledger, queue messages, e-mails and webhook requests. Then it runs again for each write, with that
//! write failing before it persists, after it, and with the service crashing right after it.
//!
//! The faults are placed by the number of a write and not by its name, because the writes that lose data are those that
//! no test names: one that was added between two others, or that runs twice. So a new write is tested here without a
//! change; and a new call, too, because every call that changes something must be in a scenario.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::executor::block_on;
use http::Method;
use protocol::{CALLS, Verb, route};
use serde_json::Value;
use service::{Job, JobV1};
use testkit::{Api, When, WriteFault};

use crate::scenarios::{Client, SCENARIOS, Scenario};

/// 25 hours: all uploads have expired by then, and all garbage is due.
const LATER_MS: i64 = 25 * 60 * 60 * 1000;

/// How a scenario ended.
struct Outcome {
    client: Client,
    /// The names of its writes.
    writes: Vec<&'static str>,
    /// Multipart uploads that are open after all uploads have expired.
    n_multiparts: usize,
}

fn run(scenario: Scenario, fault: Option<WriteFault>) -> Outcome {
    let client = Client::new(fault);
    scenario(&client);
    let platform = &client.api.platform;
    client.api.run_jobs();
    let writes = platform.writes();
    platform.count_writes(None);
    platform.advance(LATER_MS);
    block_on(platform.expire_uploads());
    client.api.run_jobs();
    block_on(platform.run_job(Job::V1(JobV1::SweepGarbage)));
    let n_multiparts = platform.object_storage().n_multiparts();
    Outcome { client, writes, n_multiparts }
}

/// The state as users see it, without ids and secrets.
///
/// A token, a webhook or an install link whose response was lost is in its list twice, because the client never got the
/// secret of the first one: both count as one.
fn visible_state(api: &Api) -> Vec<(&'static str, Vec<String>)> {
    const APP: &str = "(SELECT accounts.name || '/' || apps.name FROM apps JOIN accounts ON accounts.id = owner_id \
                       WHERE apps.id = app_id)";
    const GROUP: &str = "(SELECT name FROM distribution_groups WHERE id = group_id)";
    let queries = [
        ("accounts", "SELECT name, display_name, email FROM accounts".to_owned()),
        ("tokens", format!("SELECT DISTINCT user_id = 'u1', {APP}, scope, description FROM api_tokens")),
        (
            "people",
            "SELECT orgs.name, accounts.name, role FROM org_members JOIN accounts ON accounts.id = user_id \
             JOIN accounts AS orgs ON orgs.id = org_id"
                .to_owned(),
        ),
        ("collaborators", format!("SELECT {APP}, user_id, permission FROM app_collaborators WHERE user_id <> 'u1'")),
        ("invitations", "SELECT email, role, app_id IS NULL FROM invitations".to_owned()),
        (
            "apps",
            "SELECT accounts.name, apps.name, apps.description, bundle_identifier, last_release_id, \
             icon_asset_id IS NULL, avatar_asset_id IS NULL FROM apps JOIN accounts ON accounts.id = owner_id"
                .to_owned(),
        ),
        ("groups", format!("SELECT {APP}, name, is_public, org_id IS NULL FROM distribution_groups")),
        ("members", format!("SELECT {GROUP}, email, welcomed_at IS NULL FROM group_members")),
        ("shared", format!("SELECT {GROUP}, {APP} FROM shared_group_apps")),
        ("testers", format!("SELECT {APP}, email FROM testers")),
        ("stores", format!("SELECT {APP}, name, service_connection_id FROM stores")),
        ("unsubscribed", format!("SELECT {APP}, email FROM unsubscribed")),
        (
            "releases",
            format!(
                "SELECT {APP}, id, external_url, sha256, version, short_version, release_notes, enabled, \
                 mandatory_update FROM releases"
            ),
        ),
        (
            "destinations",
            "SELECT release_id, kind, COALESCE(distribution_groups.name, testers.email, stores.name), \
             release_destinations.mandatory_update, notify_testers, publishing_status, notified_at IS NULL \
             FROM release_destinations LEFT JOIN distribution_groups ON distribution_groups.id = destination_id \
             LEFT JOIN testers ON testers.id = destination_id LEFT JOIN stores ON stores.id = destination_id"
                .to_owned(),
        ),
        ("links", format!("SELECT DISTINCT {APP}, release_id, revoked_at IS NULL FROM install_links")),
        ("webhooks", format!("SELECT DISTINCT {APP}, name, url, enabled FROM webhooks")),
        ("deliveries", "SELECT release_id, delivered_at IS NULL FROM webhook_deliveries".to_owned()),
        ("failed", "SELECT DISTINCT error_details FROM uploads WHERE status = 'error'".to_owned()),
    ];
    let sorted = |sql: &str| {
        let mut rows = api.platform.sqlite().rows(sql);
        rows.sort();
        rows
    };
    queries.into_iter().map(|(what, sql)| (what, sorted(&sql))).collect()
}

/// Checks that every listed release is complete, every stored object has an owner, and no upload waits for ever.
fn check_consistency(api: &Api, name: &str) {
    let (sqlite, stored) = (api.platform.sqlite(), api.platform.object_storage());
    let mut owned = BTreeSet::new();
    let packages = "SELECT asset_id || ' ' || size || ' ' || (icon_type IS NOT NULL) || ' ' || (artifact IS NOT NULL) \
                    FROM releases WHERE asset_id IS NOT NULL";
    for row in sqlite.rows(packages) {
        let cells: Vec<&str> = row.trim_matches('"').split(' ').collect();
        let package = format!("packages/{}", cells[0]);
        assert_eq!(
            stored.n_bytes(&package).map(|n| n.to_string()).as_deref(),
            Some(cells[1]),
            "{name}: {row}"
        );
        assert_eq!(cells[3], "1", "{name}: a release has its facts");
        owned.insert(package);
        if cells[2] == "1" {
            owned.insert(format!("icons/{}", cells[0]));
        }
    }
    let pictures = "SELECT avatar_asset_id FROM apps WHERE avatar_asset_id IS NOT NULL \
                    UNION SELECT icon_asset_id FROM apps WHERE icon_asset_id IS NOT NULL";
    owned.extend(sqlite.rows(pictures).iter().map(|id| format!("icons/{}", id.trim_matches('"'))));
    assert_eq!(stored.paths().into_iter().collect::<BTreeSet<_>>(), owned, "{name}");
    assert_eq!(sqlite.rows("SELECT asset_id FROM garbage"), [""; 0], "{name}");
    let waiting = "SELECT id FROM uploads WHERE status IN ('uploadStarted', 'uploadFinished')";
    assert_eq!(sqlite.rows(waiting), [""; 0], "{name}: an upload that never ends");
}

/// How often each e-mail was sent.
fn email_counts(api: &Api) -> BTreeMap<(String, String), usize> {
    let mut emails = BTreeMap::new();
    for mail in api.platform.emails() {
        *emails.entry((mail.to, mail.subject)).or_default() += 1;
    }
    emails
}

fn check(name: &str, fault: WriteFault, failure_free: &Outcome, outcome: &Outcome) {
    let (api, operation) = (&outcome.client.api, failure_free.writes[fault.write]);
    let name = format!("{name}, {fault:?} {operation} of {:?}", failure_free.writes);
    assert_eq!(visible_state(api), visible_state(&failure_free.client.api), "{name}");
    check_consistency(api, &name);
    // R2 aborts a multipart upload that no ledger knows by itself: at most that one is left.
    let is_unknown = match fault.when {
        When::Before => false,
        When::After => operation == "begin",
        When::Crash => {
            let before = fault.write.checked_sub(1).map(|write| failure_free.writes[write]);
            // The fields of a form are stored after the package and before the ledger.
            matches!(operation, "begin" | "put_part") || (operation == "batch" && before == Some("put_part"))
        }
    };
    assert!(
        outcome.n_multiparts <= usize::from(is_unknown),
        "{name}: {} multipart uploads",
        outcome.n_multiparts
    );
    let (sent, expected) = (email_counts(api), email_counts(&failure_free.client.api));
    assert!(sent.keys().eq(expected.keys()), "{name}: {sent:?} {expected:?}");
    // An e-mail or message whose sending failed may have been sent; only that one is sent again.
    let most = usize::from(matches!(operation, "send" | "mail" | "batch" | "post"));
    assert!(sent.iter().all(|(email, n)| *n <= expected[email] + most), "{name}: {sent:?}");
    let deliveries = |api: &Api| -> BTreeSet<String> {
        api.platform.webhook_requests().into_iter().map(|request| request.headers[1].1.clone()).collect()
    };
    assert_eq!(
        deliveries(api).len(),
        deliveries(&failure_free.client.api).len(),
        "{name}: again has the same id"
    );
}

/// Runs a scenario with every possible fault, and returns how many there were.
fn run_with_every_fault(name: &str, scenario: Scenario) -> usize {
    let failure_free = run(scenario, None);
    check_consistency(&failure_free.client.api, name);
    assert_eq!(failure_free.n_multiparts, 0, "{name}");
    assert!(email_counts(&failure_free.client.api).values().all(|n| *n <= 2), "{name}");
    for write in 0..failure_free.writes.len() {
        for when in [When::Before, When::After, When::Crash] {
            let fault = WriteFault { write, when };
            check(name, fault, &failure_free, &run(scenario, Some(fault)));
        }
    }
    3 * failure_free.writes.len()
}

#[test]
fn no_failure_and_no_crash_between_two_writes_loses_or_duplicates_anything() {
    const THREADS: usize = 4;
    let (next, n_faults) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        while let Some((name, scenario)) = SCENARIOS.get(next.fetch_add(1, Ordering::Relaxed)) {
            n_faults.fetch_add(run_with_every_fault(name, *scenario), Ordering::Relaxed);
        }
    };
    std::thread::scope(|scope| (0..THREADS).for_each(|_| drop(scope.spawn(work))));
    println!("{} scenarios, {} faults", SCENARIOS.len(), n_faults.into_inner());
}

#[test]
fn a_repeated_delete_never_deletes_the_next_release() {
    let client = Client::new(None);
    client.api.create_app("one", None);
    client.api.release("one");
    let releases = route::path(route::RELEASES, &["ann", "one"]);
    for path in [
        format!("{releases}/latest"),
        route::path(route::GROUP_RELEASE, &["ann", "one", "Collaborators", "latest"]),
    ] {
        assert_eq!(client.api.call(Method::DELETE, &path, &Value::Null).status, 400, "{path}");
    }
    assert_eq!(client.api.get(&releases).json().as_array().unwrap().len(), 1);
}

#[test]
fn every_call_and_every_write_is_in_a_scenario() {
    let mut calls = BTreeSet::new();
    let mut writes = BTreeSet::new();
    for (_, scenario) in SCENARIOS {
        let outcome = run(*scenario, None);
        calls.extend(outcome.client.calls.take());
        writes.extend(outcome.writes);
    }
    let wanted = CALLS.iter().filter(|call| call.method != Verb::Get);
    let wanted: BTreeSet<_> = wanted.map(|call| (call.method.as_str().to_owned(), call.path)).collect();
    assert_eq!(wanted.difference(&calls).collect::<Vec<_>>(), Vec::<&_>::new());
    let expected = [
        "abort", "ask", "batch", "begin", "complete", "delete", "finish", "mail", "post", "put", "put_part",
        "record", "send",
    ];
    assert_eq!(writes.into_iter().collect::<Vec<_>>(), expected);
}

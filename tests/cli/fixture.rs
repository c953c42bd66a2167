//! What the tests begin with: a command line with an app of its own.

use std::sync::Arc;
use testkit::SharedStack;

use http::Method;
use protocol::route;
use serde_json::{Value, json};
use testkit::FaultyProxy;
use testkit::SlipwayCli;
use testkit::clients::http::get;
use testkit::package::sha256;

/// A command line, the stack it calls, and an Android app there.
pub(crate) struct Fixture {
    pub(crate) cli: SlipwayCli,
    pub(crate) shared: Arc<SharedStack>,
    pub(crate) owner: String,
    /// In front of the stack: it records every call, and gives faults to some.
    pub(crate) proxy: FaultyProxy,
}

impl Fixture {
    pub(crate) async fn new() -> Fixture {
        let shared = SharedStack::open();
        let proxy = FaultyProxy::start(shared.stack.authority()).await;
        let cli = SlipwayCli::new(&proxy.url, &shared.token);
        let owner = shared.new_owner().await;
        shared.new_app(&owner, "one", "Android").await;
        Fixture { cli, shared, owner, proxy }
    }

    /// The value for `--app`.
    pub(crate) fn app(&self) -> String {
        format!("{}/one", self.owner)
    }

    /// Creates a group of that app.
    pub(crate) async fn new_group(&self, name: &str) {
        let path = route::path(route::GROUPS, &[&self.owner, "one"]);
        self.shared.call(Method::POST, &path, &json!({ "name": name })).await;
    }

    /// A release as the service returns it.
    pub(crate) async fn release(&self, id: u64) -> Value {
        let path = route::path(route::RELEASE, &[&self.owner, "one", &id.to_string()]);
        self.shared.call(Method::GET, &path, &Value::Null).await
    }

    /// How many releases there are.
    pub(crate) async fn n_releases(&self) -> usize {
        let path = route::path(route::RELEASES, &[&self.owner, "one"]);
        let releases = self.shared.call(Method::GET, &path, &Value::Null).await;
        releases.as_array().map_or(0, Vec::len)
    }

    /// SHA-256 of what a tester downloads.
    pub(crate) async fn download(&self, id: u64) -> String {
        let release = self.release(id).await;
        let response = get(release["download_url"].as_str().expect("an address")).await;
        assert_eq!(response.status(), 200);
        sha256(response.body())
    }

    /// The number of every chunk that a call through the proxy stored, sorted; repeated if it was stored repeatedly.
    pub(crate) fn stored_chunks(&self) -> Vec<u32> {
        let requests = self.proxy.requests("/upload/upload_chunk/");
        let stored = requests.iter().filter(|request| request.status == Some(200));
        let number = |path: &str| path.split_once("block_number=")?.1.split('&').next()?.parse().ok();
        let mut numbers: Vec<u32> = stored.filter_map(|request| number(&request.path)).collect();
        numbers.sort_unstable();
        numbers
    }
}

//! What the tests begin with.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use fantoccini::wd::TimeoutConfiguration;
use http::{Method, Request};
use http_body_util::{BodyExt, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use sha2::{Digest, Sha256};
use testkit::TempFolder;
use testkit::browser::BrowserKind;
use testkit::network::NetworkProfile;
use testkit::package::{HELLO_WORLD, LargePackage};
use testkit::proxy::streaming::RecordedRequest;
use testkit::{Browser, FaultyNetwork, Stack, StreamingProxy};

/// Calls back as soon as a database of the page contains this text.
const WAIT_UNTIL_SAVED: &str = "
    const [text, done] = arguments;
    const all = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    const isSaved = async () => {
        for (const {name} of await indexedDB.databases()) {
            const database = await all(indexedDB.open(name));
            const values = await Promise.all([...database.objectStoreNames].map((store) =>
                all(database.transaction(store).objectStore(store).getAll())));
            database.close();
            if (JSON.stringify(values).includes(text)) return true;
        }
        return false;
    };
    const look = async () => (await isSaved()) ? done() : setTimeout(look, 20);
    look();";

pub(crate) const MIB: u64 = 1 << 20;

/// How long a page may take with gigabytes. Generous: a busy machine is no failure.
const TIMEOUT: Duration = Duration::from_mins(15);

/// A browser at the portal, a network with faults, a proxy, and a stack with empty data, in this order.
pub(crate) struct Fixture {
    pub(crate) browser: Browser,
    pub(crate) network: FaultyNetwork,
    pub(crate) proxy: StreamingProxy,
    /// For packages, and where the stack keeps its data.
    pub(crate) folder: TempFolder,
    // Dropped last: the browser may still call it until then.
    pub(crate) stack: Stack,
}

impl Fixture {
    pub(crate) async fn open(kind: BrowserKind) -> Fixture {
        Fixture::open_over(kind, NetworkProfile::default()).await
    }

    /// The same with that profile from the beginning: the upload uses connections that the page has opened before.
    pub(crate) async fn open_over(kind: BrowserKind, profile: NetworkProfile) -> Fixture {
        let folder = TempFolder::new("uploads");
        let stack = Stack::start(&folder.path().join("data"));
        let proxy = StreamingProxy::start(stack.authority()).await;
        let network = FaultyNetwork::start(proxy.authority(), 7, profile);
        let browser = Browser::open_kind(kind).await;
        let timeouts = TimeoutConfiguration::new(Some(TIMEOUT), None, None);
        browser.client.update_timeouts(timeouts).await.expect("the driver can wait longer");
        browser.go(&network.url).await;
        Fixture { browser, network, proxy, folder, stack }
    }

    /// A package in the fixture's folder.
    pub(crate) fn package(&self, name: &str, padding: u64) -> LargePackage {
        LargePackage::write(&self.folder.path().join(name), HELLO_WORLD, padding)
    }

    /// Chooses a package on the page that is open and makes an app of it.
    pub(crate) async fn begin_release(&self, file: &Path, app: &str) {
        self.browser.choose(file).await;
        let name = self.browser.find("app-name").await;
        name.clear().await.expect("the name can be changed");
        name.send_keys(app).await.expect("the name can be typed");
        self.browser.click("create-app").await;
    }

    /// Chooses the file of an unfinished upload.
    pub(crate) async fn resume(&self, file: &Path) {
        self.browser.type_into("unfinished-resume", &file.display().to_string()).await;
    }

    /// Goes from the current step to the last one, and distributes.
    pub(crate) async fn distribute(&self) {
        while !self.browser.has("distribute").await {
            self.browser.click("next").await;
        }
        self.browser.click("distribute").await;
    }

    /// SHA-256 of the tester's download, at the release page's link.
    pub(crate) async fn downloaded_sha256(&self) -> String {
        let link = self.browser.find("install-link").await;
        let link = link.attr("href").await.expect("a link's attribute").expect("a link has an address");
        // Without the network with faults: the upload is under test.
        let (_, path) = link.rsplit_once("/install/").expect("an install link");
        sha256_of(&format!("{}/install/{path}/download", self.stack.url)).await
    }

    /// Waits until every chunk is stored, and fails if the upload fails before.
    pub(crate) async fn wait_until_stored(&self) {
        let ends = "[data-phase=\"finishing\"], [data-phase=\"processing\"], [data-phase=\"ready\"]";
        self.browser.wait_for(&format!("{ends}, [data-test=\"upload-error\"]")).await;
        if self.browser.has("upload-error").await {
            panic!("{}", self.browser.text("upload-error").await);
        }
    }

    /// Waits until the draft is saved.
    pub(crate) async fn wait_until_saved(&self, text: &str) {
        self.browser.run_async(WAIT_UNTIL_SAVED, text.into()).await;
    }

    /// Forwards all chunks from now on, but not those that are held: their clients have aborted them.
    pub(crate) fn forward_all(&self) {
        self.proxy.drop_held();
        self.proxy.clear_faults();
    }

    /// Waits until all chunks up to this one are stored.
    pub(crate) async fn wait_for_chunks(&self, last: u32) {
        self.proxy.wait_until(|requests| (1..=last).all(|number| n_stored(requests, number) > 0)).await;
    }

    /// How often each chunk was stored, from the first to the last.
    pub(crate) fn times_stored(&self, n_chunks: u32) -> Vec<usize> {
        let requests = self.proxy.requests("/upload_chunk/");
        (1..=n_chunks).map(|number| n_stored(&requests, number)).collect()
    }

    /// The files in which the stack stores the bytes of packages and chunks.
    pub(crate) fn blobs(&self) -> Vec<PathBuf> {
        let folder = self.folder.path().join("data/state/v3/r2/slipway-packages/blobs");
        let entries = std::fs::read_dir(folder);
        entries.into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect()
    }

    pub(crate) async fn close(self) {
        self.browser.close().await;
    }
}

/// The number of the chunk in this request, if it has one.
pub(crate) fn chunk_number(request: &RecordedRequest) -> Option<u32> {
    let (_, query) = request.path.split_once("/upload_chunk/")?.1.split_once('?')?;
    query.split('&').find_map(|pair| pair.strip_prefix("block_number=")?.parse().ok())
}

fn n_stored(requests: &[RecordedRequest], number: u32) -> usize {
    requests
        .iter()
        .filter(|request| request.status == Some(200) && chunk_number(request) == Some(number))
        .count()
}

/// SHA-256 of a response's body, in lower-case hex, without holding it in memory.
async fn sha256_of(url: &str) -> String {
    let client = Client::builder(TokioExecutor::new()).build_http();
    let request = Request::builder().method(Method::GET).uri(url).body(Empty::<Bytes>::new());
    let response = client.request(request.expect("a well-formed request")).await.expect("a response");
    assert_eq!(response.status(), 200, "{url}");
    let (mut body, mut sha256) = (response.into_body(), Sha256::new());
    while let Some(frame) = body.frame().await {
        sha256.update(frame.expect("a whole body").into_data().unwrap_or_default());
    }
    sha256.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

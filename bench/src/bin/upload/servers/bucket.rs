//! A bucket of R2's simulation, through its S3 interface.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::is_freed;
use super::slipway::sha256_of_output;
use crate::environment::Environment;
use crate::node::{Node, SUPERVISE};

/// The id and the secret of the key that bench/peers/upload/store/wrangler.json names.
pub(crate) const CREDENTIALS: (&str, &str) = ("bench", "local-only");

/// The key under which every client stores its package.
pub(crate) const OBJECT_KEY: &str = "package.apk";

/// Where wrangler serves a bucket.
const PATH: &str = "/cdn-cgi/local/r2/s3/bench";

/// A running bucket.
pub(crate) struct Bucket {
    environment: Environment,
    folder: PathBuf,
    authority: String,
    /// Ends with it.
    node: Option<Node>,
}

impl Bucket {
    pub(crate) fn start(environment: &Environment, folder: &Path) -> Bucket {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("a bound address").port().to_string();
        drop(listener);
        let store = environment.peers.join("store");
        let mut command = environment.node();
        command
            .current_dir(&store)
            .args([
                "--input-type=module",
                "--eval",
                SUPERVISE,
                "--",
                "wrangler",
                "dev",
                "-c",
                "wrangler.json",
            ])
            .args(["--ip", "127.0.0.1", "--port", &port, "--inspector-port", "0"])
            .args(["--show-interactive-dev-session=false", "--persist-to"])
            .arg(folder)
            .env("WRANGLER_REGISTRY_PATH", folder.join("registry"));
        let (node, _) = Node::start(command, "Ready on");
        let authority = format!("127.0.0.1:{port}");
        Bucket { environment: environment.clone(), folder: folder.to_owned(), authority, node: Some(node) }
    }

    /// `host:port`.
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    /// The bucket's URL at this authority.
    pub(crate) fn url(authority: &str) -> String {
        format!("http://{authority}{PATH}")
    }

    /// curl's arguments for a signature without the body, as browsers make it.
    pub(crate) fn curl_args() -> [String; 6] {
        let (id, secret) = CREDENTIALS;
        [
            "--aws-sigv4".to_owned(),
            "aws:amz:auto:s3".to_owned(),
            "--user".to_owned(),
            format!("{id}:{secret}"),
            "--header".to_owned(),
            "x-amz-content-sha256: UNSIGNED-PAYLOAD".to_owned(),
        ]
    }

    pub(crate) fn sha256(&self, key: &str) -> Result<String, String> {
        let url = format!("{}/{key}", Bucket::url(&self.authority));
        sha256_of_output(Command::new("curl").args(["--silent", "--fail"]).args(Bucket::curl_args()).arg(url))
    }

    /// Deletes the objects. Parts of unfinished uploads are deleted with the whole server.
    pub(crate) async fn empty(&mut self) {
        let url = format!("{}/{}", Bucket::url(&self.authority), OBJECT_KEY);
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--request", "DELETE"]).args(Bucket::curl_args()).arg(url);
        // Deleting a missing key succeeds, too.
        let _ = curl.output();
        if is_freed(&self.folder).await {
            return;
        }
        drop(self.node.take());
        let _ = fs::remove_dir_all(&self.folder);
        *self = Bucket::start(&self.environment, &self.folder.with_extension("new"));
    }
}

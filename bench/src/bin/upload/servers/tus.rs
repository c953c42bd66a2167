//! The tus server from npm, which stores files on disk.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::environment::Environment;
use crate::node::Node;
use crate::payload;

/// A running server.
pub(crate) struct Tus {
    folder: PathBuf,
    authority: String,
    /// Ends with it.
    _node: Node,
}

impl Tus {
    pub(crate) fn start(environment: &Environment, folder: &Path) -> Tus {
        let mut command = environment.node();
        command.arg(environment.peers.join("tus_server.mjs")).arg(folder);
        let (node, port) = Node::start(command, "ready ");
        Tus { folder: folder.to_owned(), authority: format!("127.0.0.1:{port}"), _node: node }
    }

    /// `host:port`.
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    /// The URL for new uploads at this authority.
    pub(crate) fn url(authority: &str) -> String {
        format!("http://{authority}/files")
    }

    pub(crate) fn sha256(&self, id: &str) -> Result<String, String> {
        File::open(self.folder.join(id)).and_then(payload::sha256).map_err(|error| error.to_string())
    }

    pub(crate) fn empty(&self) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            // A file that is still open is freed when it is closed.
            let _ = fs::remove_file(entry.path());
        }
    }
}

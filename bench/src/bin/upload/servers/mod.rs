//! The servers: Slipway, a bucket with an S3 interface, a tus server. All of them store on this machine's disk.

mod bucket;
mod slipway;
mod tus;

use std::fs;
use std::path::Path;
use std::time::Duration;

use tokio::time::{interval, timeout};

pub(crate) use bucket::{Bucket, CREDENTIALS, OBJECT_KEY};
pub(crate) use slipway::Slipway;
pub(crate) use tus::Tus;

use crate::environment::Environment;

/// The most bytes of a server that counts as empty: databases, and the space that they keep.
const EMPTY: u64 = 48 << 20;

/// How long a server may take to free deleted bytes, before it is replaced by a new one.
const MAX_TIME_TO_FREE: Duration = Duration::from_secs(20);

/// How often the folder is measured.
const INTERVAL: Duration = Duration::from_millis(100);

/// The server of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Slipway,
    Bucket,
    Tus,
}

/// All servers that could be started.
pub(crate) struct Servers {
    pub(crate) slipway: Slipway,
    pub(crate) bucket: Option<Bucket>,
    pub(crate) tus: Option<Tus>,
}

impl Servers {
    /// Starts Slipway, and the peers' servers if their packages are there.
    pub(crate) async fn start(environment: &Environment, folder: &Path) -> Servers {
        let slipway = Slipway::start(&folder.join("slipway")).await;
        if !environment.has_peers() {
            return Servers { slipway, bucket: None, tus: None };
        }
        let bucket = Bucket::start(environment, &folder.join("bucket"));
        let tus = Tus::start(environment, &folder.join("tus"));
        Servers { slipway, bucket: Some(bucket), tus: Some(tus) }
    }

    /// `host:port` of a server that is running.
    pub(crate) fn authority(&self, endpoint: Endpoint) -> Option<&str> {
        match endpoint {
            Endpoint::Slipway => Some(self.slipway.authority()),
            Endpoint::Bucket => self.bucket.as_ref().map(Bucket::authority),
            Endpoint::Tus => self.tus.as_ref().map(Tus::authority),
        }
    }

    /// SHA-256 of an upload on its server.
    pub(crate) async fn sha256(&self, endpoint: Endpoint, stored: &str) -> Result<String, String> {
        let none = || Err("no such server".to_owned());
        match endpoint {
            Endpoint::Slipway => self.slipway.sha256().await,
            Endpoint::Bucket => self.bucket.as_ref().map_or_else(none, |bucket| bucket.sha256(stored)),
            Endpoint::Tus => self.tus.as_ref().map_or_else(none, |tus| tus.sha256(stored)),
        }
    }

    /// Waits until the server has processed an upload.
    pub(crate) async fn wait_until_processed(&self, endpoint: Endpoint) -> Result<(), String> {
        match endpoint {
            Endpoint::Slipway => self.slipway.wait_until_processed().await.map(drop),
            Endpoint::Bucket | Endpoint::Tus => Ok(()),
        }
    }

    /// Deletes all uploads.
    pub(crate) async fn empty(&mut self, endpoint: Endpoint) {
        match endpoint {
            Endpoint::Slipway => self.slipway.empty().await,
            Endpoint::Bucket => {
                if let Some(bucket) = &mut self.bucket {
                    bucket.empty().await;
                }
            }
            Endpoint::Tus => self.tus.iter().for_each(Tus::empty),
        }
    }
}

/// Waits until a folder is nearly empty; returns whether it is in time.
async fn is_freed(folder: &Path) -> bool {
    let freed = async {
        let mut look = interval(INTERVAL);
        while n_bytes(folder) > EMPTY {
            look.tick().await;
        }
    };
    timeout(MAX_TIME_TO_FREE, freed).await.is_ok()
}

/// Bytes of all files below a folder.
fn n_bytes(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => n_bytes(&entry.path()),
            Ok(metadata) => metadata.len(),
            // Deleted since the folder was read.
            Err(_) => 0,
        })
        .sum()
}

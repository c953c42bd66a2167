use std::future::Future;

use protocol::{PublishingStatus, StoreKind};

use super::{ObjectKey, PortError};

/// A release to hand to an app store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishRequest {
    /// Which store.
    pub store: StoreKind,
    /// Which track of it, such as `production`.
    pub track: Option<String>,
    /// The connection to the store that the user named.
    pub service_connection_id: Option<String>,
    /// The stored package.
    pub package: ObjectKey,
    /// Its file name.
    pub file_name: String,
}

/// What became of a release that was handed to a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishOutcome {
    /// How far the store is.
    pub status: PublishingStatus,
    /// If publishing failed: why, and what to do.
    pub error: Option<String>,
}

/// What hands releases to app stores.
pub trait Publisher: Send + Sync {
    /// Hands a release to a store. The same release may come twice.
    ///
    /// An error of the store is an outcome; a [`PortError`] is ours, and the job is tried again.
    fn publish(
        &self,
        request: &PublishRequest,
    ) -> impl Future<Output = Result<PublishOutcome, PortError>> + Send;
}

/// The publisher of a server that has no connector to any store: it says so. Slipway has no other yet.
#[derive(Clone, Copy, Debug)]
pub struct NoConnector;

impl Publisher for NoConnector {
    async fn publish(&self, request: &PublishRequest) -> Result<PublishOutcome, PortError> {
        let error = format!(
            "no connector to {} is configured on this server, so the release was not sent there; publish the package \
             by hand",
            request.store.display_name()
        );
        Ok(PublishOutcome { status: PublishingStatus::Failed, error: Some(error) })
    }
}

//! The draft's upload: started, paused, cancelled, retried.

use super::Draft;
use crate::release_wizard::state::{effect::Effect, transfer::Transfer, version::VersionSource};

impl Draft {
    /// Takes the version of a package that does not say its own.
    pub(crate) fn type_version(&mut self, version: &str, build: &str) -> Vec<Effect> {
        if self.version.is_asked() {
            self.version = VersionSource::typed(version, build, self.artifact.format);
        }
        self.start_upload()
    }

    /// The upload starts as soon as app and version are known, and once: nobody has to ask for it.
    pub(super) fn start_upload(&mut self) -> Vec<Effect> {
        match (self.target.key(), &self.transfer) {
            (Some(key), Transfer::Waiting) if !self.version.is_asked() => {
                self.transfer = Transfer::Starting;
                let version = self.version.for_upload();
                vec![
                    Effect::LoadReleases(key.clone()),
                    Effect::Upload(key.clone(), version),
                    Effect::LoadGroups(key.clone()),
                ]
            }
            _ => Vec::new(),
        }
    }

    /// Stops the upload unless it is too late for that; what was entered stays.
    pub(crate) fn cancel_upload(&mut self) -> Vec<Effect> {
        if !self.transfer.can_cancel() {
            return Vec::new();
        }
        self.transfer = Transfer::Cancelling;
        vec![Effect::CancelUpload]
    }

    /// Goes on with a failed upload, or starts a cancelled one again.
    pub(crate) fn retry_upload(&mut self) -> Vec<Effect> {
        match (&self.transfer, self.target.key()) {
            (Transfer::Failed { can_retry: true, .. }, _) => {
                self.transfer = Transfer::Starting;
                vec![Effect::RetryUpload]
            }
            (Transfer::Cancelled, Some(key)) => {
                self.transfer = Transfer::Starting;
                (self.is_saved, self.resumed_note) = (false, None);
                vec![Effect::Upload(key.clone(), self.version.for_upload())]
            }
            _ => Vec::new(),
        }
    }

    /// Stops the upload for now, or goes on with it.
    pub(crate) fn turn_pause(&mut self) -> Vec<Effect> {
        match &self.transfer {
            transfer if transfer.is_paused() => vec![Effect::UnpauseUpload],
            transfer if transfer.can_pause() => vec![Effect::PauseUpload],
            _ => Vec::new(),
        }
    }
}

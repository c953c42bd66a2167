//! The draft's upload: started, paused, cancelled, retried.

use super::Draft;
use crate::release_wizard::state::{effect::Effect, upload_state::UploadState, version::VersionSource};

impl Draft {
    /// Takes the version that the user entered for a package that does not say its own.
    pub(crate) fn enter_version(&mut self, version: &str, build: &str) -> Vec<Effect> {
        if self.version.is_asked() {
            self.version = VersionSource::from_entry(version, build, self.artifact.format);
        }
        self.start_upload()
    }

    /// Starts the upload as soon as app and version are known, and only once. The user need not ask for it.
    pub(super) fn start_upload(&mut self) -> Vec<Effect> {
        match (self.target.key(), &self.upload) {
            (Some(key), UploadState::NotStarted) if !self.version.is_asked() => {
                self.upload = UploadState::Starting;
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

    /// Cancels the upload unless it is too late for that. What the user entered stays.
    pub(crate) fn cancel_upload(&mut self) -> Vec<Effect> {
        if !self.upload.can_cancel() {
            return Vec::new();
        }
        self.upload = UploadState::Cancelling;
        vec![Effect::CancelUpload]
    }

    /// Continues a failed upload, or starts a cancelled one again.
    pub(crate) fn retry_upload(&mut self) -> Vec<Effect> {
        match (&self.upload, self.target.key()) {
            (UploadState::Failed { can_retry: true, .. }, _) => {
                self.upload = UploadState::Starting;
                vec![Effect::RetryUpload]
            }
            (UploadState::Cancelled, Some(key)) => {
                self.upload = UploadState::Starting;
                (self.is_saved, self.resumed) = (false, None);
                vec![Effect::Upload(key.clone(), self.version.for_upload())]
            }
            _ => Vec::new(),
        }
    }

    /// Pauses the upload, or resumes it.
    pub(crate) fn toggle_pause(&mut self) -> Vec<Effect> {
        match &self.upload {
            upload if upload.is_paused() => vec![Effect::UnpauseUpload],
            upload if upload.can_pause() => vec![Effect::PauseUpload],
            _ => Vec::new(),
        }
    }
}

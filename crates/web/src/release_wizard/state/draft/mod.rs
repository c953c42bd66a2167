//! A package on its way to a release, and everything that may be done with it.
//!
//! - here: the type [`Draft`].
//! - `app`: which app it goes to; `release`: the release it becomes.
//! - `upload`: starting, pausing, cancelling, retrying; `saved`: what survives a reload.
//! - `navigation`: the step on screen; `groups`, `distribution`: destinations and Distribute.

mod app;
mod distribution;
mod groups;
mod navigation;
mod release;
mod saved;
mod upload;

use artifact::Artifact;

use super::{
    destinations::Destinations, distribution::Distribution, step::WizardStep, target_app::TargetApp,
    upload_state::UploadState, version::VersionSource,
};
use crate::{
    api::types::{AppKey, BasicRelease},
    package::PickedFile,
};

/// What came back when an interrupted upload was resumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resumed {
    /// The upload alone.
    Upload,
    /// The upload and what the user had entered.
    UploadAndFields,
}

/// A package, and everything entered for its release.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Draft {
    /// The file.
    pub(crate) file: PickedFile,
    /// What it is.
    pub(crate) artifact: Artifact,
    /// Its icon, as a `data:` URL.
    pub(crate) icon: Option<String>,
    /// Where its version comes from.
    pub(crate) version: VersionSource,
    /// The app on whose page it was dropped.
    pub(crate) hint: Option<AppKey>,
    /// The step on screen.
    pub(crate) step: WizardStep,
    /// The app it goes to.
    pub(crate) target: TargetApp,
    /// The app's earlier releases, as far as they are loaded.
    pub(crate) releases: Vec<BasicRelease>,
    /// Its upload.
    pub(crate) upload: UploadState,
    /// Whether the upload can be resumed after a reload.
    pub(crate) is_saved: bool,
    /// What came back when the upload was resumed; `None` for a new upload.
    pub(crate) resumed: Option<Resumed>,
    /// Plain text or Markdown.
    pub(crate) notes: String,
    /// Who gets it.
    pub(crate) destinations: Destinations,
    /// Its distribution.
    pub(crate) distribution: Distribution,
}

impl Draft {
    /// A draft of which only the package is known.
    pub(crate) fn new(
        file: PickedFile,
        artifact: Artifact,
        icon: Option<String>,
        hint: Option<AppKey>,
    ) -> Draft {
        Draft {
            file,
            version: VersionSource::of(&artifact),
            artifact,
            icon,
            hint,
            step: WizardStep::default(),
            target: TargetApp::default(),
            releases: Vec::new(),
            upload: UploadState::default(),
            is_saved: false,
            resumed: None,
            notes: String::new(),
            destinations: Destinations::default(),
            distribution: Distribution::default(),
        }
    }

    /// What is lost if the draft is discarded now: clauses.
    pub(crate) fn loss(&self) -> String {
        let consequence = match self.upload.release_id() {
            Some(id) if self.distribution != Distribution::default() => {
                Some(format!("release #{id} stays in the app with the destinations it has so far"))
            }
            _ => self.upload.discard_consequence(),
        };
        let entered = "what you entered is lost";
        consequence.map_or_else(|| entered.to_owned(), |consequence| format!("{entered}; {consequence}"))
    }
}

//! A package on its way to a release, and everything that may be done with it.
//!
//! The type is here; what is done with it is in a file for each concern: `app`, `upload`, `navigation` between the steps,
//! `groups`, `distribution`, `saved` for what outlives a reload, `release` for what it will be.

mod app;
mod distribution;
mod groups;
mod navigation;
mod release;
mod saved;
mod upload;

use artifact::Artifact;

use super::{
    delivery::Delivery, destinations::Destinations, step::Step, target::Target, transfer::Transfer,
    version::VersionSource,
};
use crate::{
    api::types::{AppKey, BasicRelease},
    package::PickedFile,
};

/// A package, and everything entered for its release.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Draft {
    /// The file.
    pub(crate) file: PickedFile,
    /// What it is.
    pub(crate) artifact: Artifact,
    /// Its icon, as a `data:` URL.
    pub(crate) icon: Option<String>,
    /// Whose word its version is.
    pub(crate) version: VersionSource,
    /// The app on whose page it was dropped.
    pub(crate) hint: Option<AppKey>,
    /// The step on screen.
    pub(crate) step: Step,
    /// The app it goes to.
    pub(crate) target: Target,
    /// What that app has already, as far as it is known.
    pub(crate) releases: Vec<BasicRelease>,
    /// Its upload.
    pub(crate) transfer: Transfer,
    /// Whether the upload can be gone on with after a reload.
    pub(crate) is_saved: bool,
    /// What to say of an upload that goes on where it stopped.
    pub(crate) resumed_note: Option<&'static str>,
    /// Plain text or Markdown.
    pub(crate) notes: String,
    /// Who gets it.
    pub(crate) destinations: Destinations,
    /// Its distribution.
    pub(crate) delivery: Delivery,
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
            step: Step::default(),
            target: Target::default(),
            releases: Vec::new(),
            transfer: Transfer::default(),
            is_saved: false,
            resumed_note: None,
            notes: String::new(),
            destinations: Destinations::default(),
            delivery: Delivery::default(),
        }
    }

    /// What giving it up now would mean.
    pub(crate) fn loss(&self) -> String {
        let fate = match self.transfer.release_id() {
            Some(id) if self.delivery != Delivery::default() => {
                Some(format!("release #{id} stays in the app with the destinations it has by then"))
            }
            _ => self.transfer.fate(),
        };
        let entered = "what you entered is lost";
        fate.map_or_else(|| entered.to_owned(), |fate| format!("{entered}; {fate}"))
    }
}

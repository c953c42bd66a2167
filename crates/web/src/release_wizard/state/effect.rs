use engine::message::EnteredVersion;
use protocol::CreateAppRequest;

use super::distribution::DistributionStep;
use crate::{api::types::AppKey, package::PickedFile, ui_error::UiError};

/// What follows from a change of the state and happens outside of it: a call, a command to the engine, another page.
///
/// Effects are data, not calls made where the state changes. A test compares the list of effects with the one it
/// expects, natively and without a server, an engine or a browser. And every change is complete before its first effect
/// starts: a call made in the middle of a change would borrow the signal that the change still holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    /// Let the engine read this file, and refuse it if it is not the file of the saved upload with this key.
    Inspect(PickedFile, Option<String>),
    /// Start the engine that reads all formats, and let it read this file.
    InspectWithFullEngine(PickedFile, Option<String>),
    /// Load the account's apps.
    LoadApps,
    /// Load the apps again: one of them may be the one that this conflict is about.
    FindApp(UiError),
    /// Create an app.
    CreateApp(CreateAppRequest),
    /// Let the engine upload the file.
    Upload(AppKey, Option<EnteredVersion>),
    /// Let the engine cancel the upload.
    CancelUpload,
    /// Let the engine continue an upload that failed.
    RetryUpload,
    /// Let the engine pause the upload.
    PauseUpload,
    /// Let the engine resume the upload after a pause.
    UnpauseUpload,
    /// Load an app's releases.
    LoadReleases(AppKey),
    /// Load an app's groups.
    LoadGroups(AppKey),
    /// Create a group of this name.
    CreateGroup(AppKey, String),
    /// Carry out one step of the distribution of this release.
    Distribute(AppKey, i64, DistributionStep),
    /// Show the page of the release, which is distributed.
    OpenRelease(AppKey, i64),
}

use engine::message::EnteredVersion;
use protocol::CreateAppRequest;

use super::delivery::Part;
use crate::{api::types::AppKey, package::PickedFile, ui_error::Problem};

/// What must be done outside of the wizard.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    /// Let the engine read this file, if it is the one of the saved upload of this key.
    Inspect(PickedFile, Option<String>),
    /// Let the engine that knows all formats read this file.
    InspectWithFullEngine(PickedFile, Option<String>),
    /// Load the account's apps.
    LoadApps,
    /// Load the apps again: one of them may be what this conflict is about.
    FindApp(Problem),
    /// Create an app.
    CreateApp(CreateAppRequest),
    /// Let the engine upload the file.
    Upload(AppKey, Option<EnteredVersion>),
    /// Let the engine stop and forget the upload.
    CancelUpload,
    /// Let the engine go on.
    RetryUpload,
    /// Let the engine send nothing for now.
    PauseUpload,
    /// Let the engine go on after a pause.
    UnpauseUpload,
    /// Load an app's releases.
    LoadReleases(AppKey),
    /// Load an app's groups.
    LoadGroups(AppKey),
    /// Create a group of this name.
    CreateGroup(AppKey, String),
    /// Do one part of the distribution.
    Deliver(AppKey, i64, Part),
    /// The release is out: show it.
    Open(AppKey, i64),
}

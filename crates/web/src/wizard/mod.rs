//! The release that is being made, as plain data.
//!
//! In scope: what is known, what is allowed next, and which [`Effect`] follows. Out of scope: the browser,
//! the network and the views; they hand in what happened and carry out effects. So all of it is tested natively.

mod delivery;
mod destinations;
mod draft;
mod entries;
mod release;
mod target;
mod transfer;
mod version;

pub(crate) use delivery::Part;
pub(crate) use destinations::{Destinations, GroupList, Terms};
pub(crate) use draft::{Draft, Step};
pub(crate) use target::{AppKey, Target, mismatch};
pub(crate) use transfer::Transfer;
pub(crate) use version::VersionSource;

use engine::message::{EngineEvent, EnteredVersion, SavedUploadSummary};
use protocol::CreateAppRequest;

use crate::problem::Problem;

/// A file that somebody chose. The browser's handle stays in `browser`; this names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PickedFile {
    /// Counts up; no two choices have the same, even of one file.
    pub(crate) id: u32,
    /// What the file is called.
    pub(crate) name: String,
    /// In bytes.
    pub(crate) size: u64,
}

/// The state of the wizard: all of it, in one value.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Wizard {
    /// Nothing was chosen.
    #[default]
    Idle,
    /// The engine reads what the file is.
    Reading {
        /// The file.
        file: PickedFile,
        /// The app on whose page it was dropped.
        hint: Option<AppKey>,
        /// The upload that it is to go on with.
        resume: Option<Box<SavedUploadSummary>>,
    },
    /// The file is nothing that can be released, or not the one that was wanted.
    Refused {
        /// The file.
        file: PickedFile,
        /// Why, and what to do.
        problem: Problem,
        /// The upload that it was to go on with, if it is another file.
        resume: Option<Box<SavedUploadSummary>>,
    },
    /// The file is a package.
    Draft(Box<Draft>),
}

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

/// How a call stands that a person started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum CallState {
    /// Not started, or done.
    #[default]
    Idle,
    /// Not answered yet.
    Sending,
    /// Answered with no.
    Failed(Problem),
}

impl Wizard {
    /// Starts over with `file`, dropped on the page of the app `hint` if on any.
    pub(crate) fn pick(&mut self, file: PickedFile, hint: Option<AppKey>) -> Vec<Effect> {
        let mut effects = self.discard();
        *self = Wizard::Reading { file: file.clone(), hint, resume: None };
        effects.push(Effect::Inspect(file, None));
        effects
    }

    /// Goes on with a saved upload, if `file` is the one that it began with.
    pub(crate) fn resume(&mut self, file: PickedFile, upload: SavedUploadSummary) -> Vec<Effect> {
        let mut effects = self.discard();
        effects.push(Effect::Inspect(file.clone(), Some(upload.key.clone())));
        let hint = AppKey { owner: upload.owner.clone(), name: upload.app.clone() };
        *self = Wizard::Reading { file, hint: Some(hint), resume: Some(Box::new(upload)) };
        effects
    }

    /// Takes in what the engine says. Reports that fit neither the file nor the state are late ones about a file
    /// given up since.
    pub(crate) fn report(&mut self, report: EngineEvent) -> Vec<Effect> {
        match (&mut *self, report) {
            (Wizard::Reading { file, hint, resume }, EngineEvent::Inspected { file: id, artifact, icon })
                if file.id == id =>
            {
                let mut draft = Draft::new(file.clone(), *artifact, icon, hint.take());
                draft.version.recall(resume.take().and_then(|upload| upload.version));
                *self = Wizard::Draft(Box::new(draft));
                vec![Effect::LoadApps]
            }
            (Wizard::Reading { file, resume, .. }, EngineEvent::NeedsFullBuild { file: id })
                if file.id == id =>
            {
                let key = resume.as_ref().map(|upload| upload.key.clone());
                vec![Effect::InspectWithFullEngine(file.clone(), key)]
            }
            (Wizard::Reading { file, .. }, EngineEvent::Refused { file: id, refusal }) if file.id == id => {
                let problem = Problem::new(&refusal.message, &refusal.fix);
                *self = Wizard::Refused { file: file.clone(), problem, resume: None };
                Vec::new()
            }
            (Wizard::Reading { file, resume, .. }, EngineEvent::OtherFile { file: id, message, fix })
                if file.id == id =>
            {
                let (problem, resume) = (Problem::new(&message, &fix), resume.take());
                *self = Wizard::Refused { file: file.clone(), problem, resume };
                Vec::new()
            }
            (Wizard::Draft(draft), report) => {
                draft.report(report);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// The engine cannot be started, or stopped by itself.
    pub(crate) fn engine_lost(&mut self) {
        match self {
            Wizard::Reading { file, .. } => {
                let problem = Problem::new(
                    "the part of this page that reads packages did not start",
                    "reload the page and choose the file again",
                );
                *self = Wizard::Refused { file: file.clone(), problem, resume: None };
            }
            Wizard::Draft(draft) => draft.transfer.engine_lost(),
            Wizard::Idle | Wizard::Refused { .. } => {}
        }
    }

    /// Forgets everything, and the upload with it. A release that was made stays.
    pub(crate) fn discard(&mut self) -> Vec<Effect> {
        let must_cancel =
            self.draft().is_some_and(|it| it.transfer.is_unfinished() || it.transfer.is_elsewhere());
        *self = Wizard::Idle;
        if must_cancel { vec![Effect::CancelUpload] } else { Vec::new() }
    }

    /// The draft, if there is one.
    pub(crate) fn draft(&self) -> Option<&Draft> {
        if let Wizard::Draft(draft) = self { Some(draft) } else { None }
    }

    /// The draft, to be changed.
    pub(crate) fn draft_mut(&mut self) -> Option<&mut Draft> {
        if let Wizard::Draft(draft) = self { Some(draft) } else { None }
    }

    /// Which file this is about; answers about any other come too late.
    pub(crate) fn file_id(&self) -> Option<u32> {
        match self {
            Wizard::Idle => None,
            Wizard::Reading { file, .. } | Wizard::Refused { file, .. } => Some(file.id),
            Wizard::Draft(draft) => Some(draft.file.id),
        }
    }

    /// Whether giving it up now would lose something.
    pub(crate) fn would_lose_work(&self) -> bool {
        self.draft().is_some_and(|draft| draft.transfer.is_worth_keeping() || !draft.notes.trim().is_empty())
    }

    /// Whether a reload now would lose something: what is saved can be gone on with.
    pub(crate) fn would_lose_by_reload(&self) -> bool {
        self.would_lose_work() && !self.draft().is_some_and(Draft::can_resume)
    }

    /// What [`discard`](Wizard::discard) would mean now.
    pub(crate) fn loss(&self) -> String {
        self.draft().map(Draft::loss).unwrap_or_default()
    }

    /// What a screen reader should say now; said when it changes.
    pub(crate) fn announcement(&self) -> String {
        match self {
            Wizard::Idle | Wizard::Refused { .. } => String::new(),
            Wizard::Reading { file, .. } => format!("Reading {}", file.name),
            Wizard::Draft(draft) => draft.transfer.announcement(&draft.file.name),
        }
    }
}

#[cfg(test)]
mod tests;

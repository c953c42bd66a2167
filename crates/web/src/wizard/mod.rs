//! The release that is being made, as plain data.
//!
//! In scope: what is known, what is allowed next, and which [`Effect`] follows. Out of scope: the browser,
//! the network and the views; they hand in what happened and carry out effects. So all of it is tested natively.

mod delivery;
mod destinations;
mod draft;
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

use engine::message::{Report, TypedVersion};
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
    },
    /// The file is nothing that can be released.
    Refused {
        /// The file.
        file: PickedFile,
        /// Why, and what to do.
        problem: Problem,
    },
    /// The file is a package.
    Draft(Box<Draft>),
}

/// What must be done outside of the wizard.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    /// Let the engine read this file.
    Inspect(PickedFile),
    /// Let the engine that knows all formats read this file.
    InspectWithFullEngine(PickedFile),
    /// Load the account's apps.
    LoadApps,
    /// Load the apps again: one of them may be what this conflict is about.
    FindApp(Problem),
    /// Create an app.
    CreateApp(CreateAppRequest),
    /// Let the engine upload the file.
    Upload(AppKey, Option<TypedVersion>),
    /// Let the engine stop and forget the upload.
    CancelUpload,
    /// Let the engine go on.
    RetryUpload,
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
        *self = Wizard::Reading { file: file.clone(), hint };
        effects.push(Effect::Inspect(file));
        effects
    }

    /// Takes in what the engine says. Reports that fit neither the file nor the state are late ones about a file
    /// given up since.
    pub(crate) fn report(&mut self, report: Report) -> Vec<Effect> {
        match (&mut *self, report) {
            (Wizard::Reading { file, hint }, Report::Inspected { file: id, artifact, icon })
                if file.id == id =>
            {
                *self = Wizard::Draft(Box::new(Draft::new(file.clone(), *artifact, icon, hint.take())));
                vec![Effect::LoadApps]
            }
            (Wizard::Reading { file, .. }, Report::NeedsFullBuild { file: id }) if file.id == id => {
                vec![Effect::InspectWithFullEngine(file.clone())]
            }
            (Wizard::Reading { file, .. }, Report::Refused { file: id, refusal }) if file.id == id => {
                let problem = Problem::new(&refusal.message, &refusal.fix);
                *self = Wizard::Refused { file: file.clone(), problem };
                Vec::new()
            }
            (Wizard::Draft(draft), report) => {
                draft.transfer.report(report);
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
                *self = Wizard::Refused { file: file.clone(), problem };
            }
            Wizard::Draft(draft) => draft.transfer.engine_lost(),
            Wizard::Idle | Wizard::Refused { .. } => {}
        }
    }

    /// Forgets everything, and the upload with it. A release that was made stays.
    pub(crate) fn discard(&mut self) -> Vec<Effect> {
        let must_cancel = matches!(self, Wizard::Draft(draft) if draft.transfer.is_unfinished());
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

    /// Whether leaving now would lose something.
    pub(crate) fn would_lose_work(&self) -> bool {
        self.draft().is_some_and(|draft| draft.transfer.is_worth_keeping() || !draft.notes.trim().is_empty())
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

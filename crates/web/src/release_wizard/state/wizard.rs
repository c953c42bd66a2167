use engine::message::{EngineEvent, SavedUploadSummary};

use super::{draft::Draft, effect::Effect};
use crate::{api::types::AppKey, package::PickedFile, ui_error::UiError};

/// The state of the wizard: all of it, in one value and one signal.
///
/// A signal for each field would let a view see a state that does not exist: the new file's name above the old file's
/// findings, or "Ready" beside the progress of an upload that was discarded. One enum has no such state. It is
/// replaced in one step, views derive from it, and what belongs to one file goes when the next file comes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Wizard {
    /// No file was chosen.
    #[default]
    Idle,
    /// The engine reads what the file is.
    Reading {
        /// The file.
        file: PickedFile,
        /// The app on whose page it was dropped.
        hint: Option<AppKey>,
        /// The saved upload that it should resume.
        resume: Option<Box<SavedUploadSummary>>,
    },
    /// The file cannot be released, or is not the file of the saved upload.
    Refused {
        /// The file.
        file: PickedFile,
        /// Why, and what to do.
        error: UiError,
        /// The saved upload, if this is another file than the one it began with.
        resume: Option<Box<SavedUploadSummary>>,
    },
    /// The file is a package.
    Draft(Box<Draft>),
}

impl Wizard {
    /// Starts over with `file`, dropped on the page of the app `hint` if on any.
    pub(crate) fn pick(&mut self, file: PickedFile, hint: Option<AppKey>) -> Vec<Effect> {
        let mut effects = self.discard();
        *self = Wizard::Reading { file: file.clone(), hint, resume: None };
        effects.push(Effect::Inspect(file, None));
        effects
    }

    /// Resumes a saved upload, if `file` is the one that it began with.
    pub(crate) fn resume(&mut self, file: PickedFile, upload: SavedUploadSummary) -> Vec<Effect> {
        let mut effects = self.discard();
        effects.push(Effect::Inspect(file.clone(), Some(upload.key.clone())));
        let hint = AppKey { owner: upload.owner.clone(), name: upload.app.clone() };
        *self = Wizard::Reading { file, hint: Some(hint), resume: Some(Box::new(upload)) };
        effects
    }

    /// Takes in an event of the engine. One that fits neither the file nor the state is late, about a file that was
    /// discarded since, and changes nothing.
    pub(crate) fn on_engine_event(&mut self, event: EngineEvent) -> Vec<Effect> {
        match (&mut *self, event) {
            (Wizard::Reading { file, hint, resume }, EngineEvent::Inspected { file: id, artifact, icon })
                if file.id == id =>
            {
                let mut draft = Draft::new(file.clone(), *artifact, icon, hint.take());
                draft.version.restore(resume.take().and_then(|upload| upload.version));
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
                let error = UiError::new(refusal.code.title(), &refusal.message, &refusal.fix);
                *self = Wizard::Refused { file: file.clone(), error, resume: None };
                Vec::new()
            }
            (Wizard::Reading { file, resume, .. }, EngineEvent::OtherFile { file: id, message, fix })
                if file.id == id =>
            {
                let error = UiError::new("This is a different file", &message, &fix);
                *self = Wizard::Refused { file: file.clone(), error, resume: resume.take() };
                Vec::new()
            }
            (Wizard::Draft(draft), event) => {
                draft.on_engine_event(event);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// The engine could not be started, or crashed.
    pub(crate) fn on_engine_lost(&mut self) {
        match self {
            Wizard::Reading { file, .. } => {
                let error = UiError::new(
                    "The file could not be read",
                    "the package reader in this page did not start",
                    "reload the page and choose the file again",
                );
                *self = Wizard::Refused { file: file.clone(), error, resume: None };
            }
            Wizard::Draft(draft) => draft.upload.on_engine_lost(),
            Wizard::Idle | Wizard::Refused { .. } => {}
        }
    }

    /// Discards the draft and its upload. A release that was made stays.
    pub(crate) fn discard(&mut self) -> Vec<Effect> {
        let must_cancel =
            self.draft().is_some_and(|draft| draft.upload.is_unfinished() || draft.upload.is_in_other_tab());
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

    /// The file that the state is about. A response about any other file is late.
    pub(crate) fn file_id(&self) -> Option<u32> {
        match self {
            Wizard::Idle => None,
            Wizard::Reading { file, .. } | Wizard::Refused { file, .. } => Some(file.id),
            Wizard::Draft(draft) => Some(draft.file.id),
        }
    }

    /// Whether the user would lose something by discarding it now.
    pub(crate) fn would_lose_work(&self) -> bool {
        self.draft().is_some_and(|draft| draft.upload.is_worth_keeping() || !draft.notes.trim().is_empty())
    }

    /// Whether the user would lose something by reloading the page now. A saved upload can be resumed.
    pub(crate) fn would_lose_by_reload(&self) -> bool {
        self.would_lose_work() && !self.draft().is_some_and(Draft::can_resume)
    }

    /// What is lost by [`discard`](Wizard::discard) now.
    pub(crate) fn loss(&self) -> String {
        self.draft().map(Draft::loss).unwrap_or_default()
    }

    /// What a screen reader should say now. It speaks when this changes.
    pub(crate) fn announcement(&self) -> String {
        match self {
            Wizard::Idle | Wizard::Refused { .. } => String::new(),
            Wizard::Reading { file, .. } => format!("Reading {}", file.name),
            Wizard::Draft(draft) => draft.upload.announcement(&draft.file.name),
        }
    }
}

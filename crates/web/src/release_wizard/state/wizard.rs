use engine::message::{EngineEvent, SavedUploadSummary};

use super::{draft::Draft, effect::Effect};
use crate::{api::types::AppKey, package::PickedFile, ui_error::Problem};

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

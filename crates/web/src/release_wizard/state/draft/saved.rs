//! What the user entered, as it survives a reload together with the upload.

use engine::message::{DraftFields, EngineEvent};

use super::{Draft, Resumed};
use crate::release_wizard::state::{
    destinations::DistributionOptions, step::WizardStep, upload_state::UploadState,
};

impl Draft {
    /// Takes in what the engine says of the upload.
    pub(crate) fn on_engine_event(&mut self, event: EngineEvent) {
        match event {
            EngineEvent::Saved => self.is_saved = true,
            EngineEvent::Resumed(fields) => self.on_resumed(fields),
            event => self.upload.on_engine_event(event),
        }
    }

    /// Whether the upload, and what was entered, can be resumed after a reload.
    pub(crate) fn can_resume(&self) -> bool {
        let is_kept = match self.upload {
            UploadState::Failed { can_retry, .. } => can_retry,
            _ => self.upload.is_running(),
        };
        is_kept && self.is_saved
    }

    /// What was entered so far.
    pub(crate) fn fields(&self) -> DraftFields {
        let DistributionOptions { notify_testers, mandatory_update } = self.destinations.options;
        let step = WizardStep::ALL.iter().position(|step| *step == self.step);
        DraftFields {
            notes: self.notes.clone(),
            groups: self.destinations.chosen.clone(),
            notify_testers,
            mandatory_update,
            step: step.and_then(|step| u8::try_from(step).ok()).unwrap_or_default(),
        }
    }

    /// The upload continues where it stopped. So does the user, unless they have entered something since.
    fn on_resumed(&mut self, fields: Option<DraftFields>) {
        self.resumed = Some(Resumed::Upload);
        let is_untouched = self.notes.is_empty() && self.step == WizardStep::Upload;
        let Some(fields) = fields.filter(|_| is_untouched) else { return };
        let DraftFields { notes, groups, notify_testers, mandatory_update, step } = fields;
        self.resumed = Some(Resumed::UploadAndFields);
        self.notes = notes;
        if !groups.is_empty() {
            self.destinations.chosen = groups;
        }
        self.destinations.options = DistributionOptions { notify_testers, mandatory_update };
        self.step = WizardStep::ALL.get(usize::from(step)).copied().unwrap_or_default();
    }
}

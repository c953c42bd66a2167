//! What was entered for a release, as it outlives a reload with its upload.

use engine::message::{DraftFields, EngineEvent};

use super::Draft;
use crate::release_wizard::state::{destinations::Terms, step::Step, transfer::Transfer};

impl Draft {
    /// Takes in what the engine says of the upload.
    pub(crate) fn report(&mut self, report: EngineEvent) {
        match report {
            EngineEvent::Saved => self.is_saved = true,
            EngineEvent::Resumed(entries) => self.resumed(entries),
            report => self.transfer.report(report),
        }
    }

    /// Whether the upload, and what was entered, can be gone on with after a reload.
    pub(crate) fn can_resume(&self) -> bool {
        let is_kept = match self.transfer {
            Transfer::Failed { can_retry, .. } => can_retry,
            _ => self.transfer.is_running(),
        };
        is_kept && self.is_saved
    }

    /// What was entered so far.
    pub(crate) fn entries(&self) -> DraftFields {
        let Terms { notify_testers, mandatory_update } = self.destinations.terms;
        let step = Step::ALL.iter().position(|step| *step == self.step);
        DraftFields {
            notes: self.notes.clone(),
            groups: self.destinations.chosen.clone(),
            notify_testers,
            mandatory_update,
            step: step.and_then(|step| u8::try_from(step).ok()).unwrap_or_default(),
        }
    }

    /// The upload goes on where it stopped, and so does the person, unless something was entered anew.
    fn resumed(&mut self, entries: Option<String>) {
        self.resumed_note = Some("Going on where the upload stopped.");
        let is_untouched = self.notes.is_empty() && self.step == Step::Upload;
        // Another version of the page may have written what this one cannot read.
        let entries = entries.filter(|_| is_untouched).and_then(|text| serde_json::from_str(&text).ok());
        let Some(entries) = entries else { return };
        let DraftFields { notes, groups, notify_testers, mandatory_update, step } = entries;
        self.resumed_note = Some("Going on where the upload stopped, with what you entered then.");
        self.notes = notes;
        if !groups.is_empty() {
            self.destinations.chosen = groups;
        }
        self.destinations.terms = Terms { notify_testers, mandatory_update };
        self.step = Step::ALL.get(usize::from(step)).copied().unwrap_or_default();
    }
}

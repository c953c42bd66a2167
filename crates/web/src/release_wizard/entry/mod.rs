//! The ways from the other pages into the wizard, and the questions on the way out.
//!
//! - `choose_file`: the file button and the drop area.
//! - `saved_uploads`: uploads that were interrupted.
//! - `unfinished`: the bar that leads back to a release.
//! - `leaving`: what is asked before a release is left or replaced.

mod choose_file;
mod leaving;
mod saved_uploads;
mod unfinished;

pub(crate) use choose_file::{ChooseFile, DropArea, ResumeFile};
pub(crate) use leaving::{ask_to_replace, use_leave_guard};
pub(crate) use saved_uploads::SavedUploads;
pub(crate) use unfinished::UnfinishedRelease;

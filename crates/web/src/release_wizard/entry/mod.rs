//! The ways from the other pages into the wizard, and what is asked on the way out.
//!
//! - `choose_file`: the file button and the drop area.
//! - `saved_uploads`: the list of interrupted uploads.
//! - `release_bar`: the bar that leads back to the release.
//! - `leaving`: what is asked before the release is left or replaced.

mod choose_file;
mod leaving;
mod release_bar;
mod saved_uploads;

pub(crate) use choose_file::{ChooseFile, DropArea, ResumeFile};
pub(crate) use leaving::{confirm_replacing, use_leave_guard};
pub(crate) use release_bar::ReleaseBar;
pub(crate) use saved_uploads::SavedUploads;

//! The release that is being made: from a file to an install link.
//!
//! - `state/`: what is known and allowed, as plain data. It knows no browser, and is tested natively.
//! - `effects/`: what follows from it, carried out: the engine, the server, the router.
//! - `views/`: the wizard's page, a step at a time.
//! - `entry/`: the ways from the other pages into the wizard.

mod effects;
mod entry;
mod state;
mod views;

pub(crate) use effects::{WizardHandle, use_wizard};
pub(crate) use entry::{DropArea, ReleaseBar, SavedUploads, confirm_replacing, use_leave_guard};
pub(crate) use state::Wizard;
pub(crate) use views::ReleaseWizard;

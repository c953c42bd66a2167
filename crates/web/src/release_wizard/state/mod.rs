//! The release that is being made, as plain data.
//!
//! In scope: what is known, what is allowed next, and which [`Effect`] follows. Out of scope: the browser, the network
//! and the views. They report what happened and run the effects, so all of this is tested natively.
//!
//! - `wizard`: the whole state, one enum; `effect`: what follows from a change of it.
//! - `draft/`: a package on its way to a release, and everything that may be done with it.
//! - `target_app`, `version`, `upload_state` and `upload_stage`, `destinations`, `distribution`, `step`: what a draft is made of.

mod destinations;
mod distribution;
mod draft;
mod effect;
mod step;
mod target_app;
#[cfg(test)]
mod tests;
mod upload_stage;
mod upload_state;
mod version;
mod wizard;

pub(crate) use destinations::{DistributionOptions, GroupList};
pub(crate) use distribution::DistributionStep;
pub(crate) use draft::{Draft, Resumed};
pub(crate) use effect::Effect;
pub(crate) use step::WizardStep;
pub(crate) use target_app::{TargetApp, mismatch_text};
pub(crate) use upload_stage::UploadStage;
pub(crate) use upload_state::UploadState;
pub(crate) use wizard::Wizard;

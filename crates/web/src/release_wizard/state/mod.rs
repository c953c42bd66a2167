//! The release that is being made, as plain data.
//!
//! In scope: what is known, what is allowed next, and which [`Effect`] follows. Out of scope: the browser,
//! the network and the views; they hand in what happened and carry out effects. So all of it is tested natively.
//!
//! - `wizard`: the whole state, one enum.
//! - `draft/`: a package on its way to a release, and what may be done with it.
//! - `target`, `version`, `transfer`, `destinations`, `delivery`: what a draft is made of.
//! - `step`: the steps on screen; `effect`: what follows outside.

mod delivery;
mod destinations;
mod draft;
mod effect;
mod step;
mod target;
#[cfg(test)]
mod tests;
mod transfer;
mod version;
mod wizard;

pub(crate) use delivery::Part;
pub(crate) use destinations::{GroupList, Terms};
pub(crate) use draft::Draft;
pub(crate) use effect::Effect;
pub(crate) use step::Step;
pub(crate) use target::{Target, mismatch};
pub(crate) use transfer::Transfer;
pub(crate) use wizard::Wizard;

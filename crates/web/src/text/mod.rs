//! Text as the user reads it, without a view.
//!
//! - `phrase`: numbers, waits and messages as phrases and sentences.
//! - `spans`: what is inside a message or a fact: code, times, and where a long name may break.

pub(crate) mod phrase;
pub(crate) mod spans;

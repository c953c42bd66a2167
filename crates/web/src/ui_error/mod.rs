//! What the page says when something does not work.
//!
//! - here: [`UiError`], the text of an error, and [`CallState`], how a call stands that the user started.
//! - `api`: the text for each [`ApiError`](crate::api::ApiError).

mod api;

use crate::text::phrase::sentence;

/// An error as the page shows it: a title, what happened, and what to do.
///
/// Crates below the portal report errors in lower case without a full stop, because a command line and a log quote them.
/// This type makes sentences of them, so that no view has to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UiError {
    /// Three to six words without a full stop.
    pub(crate) title: String,
    /// What happened and why: sentences.
    pub(crate) message: String,
    /// What the user can do: sentences.
    pub(crate) fix: String,
}

impl UiError {
    /// Makes sentences of a message and a fix, which may begin in lower case and lack a full stop.
    pub(crate) fn new(title: impl Into<String>, message: &str, fix: &str) -> UiError {
        UiError { title: title.into(), message: sentence(message), fix: sentence(fix) }
    }
}

/// How a call stands that the user started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum CallState {
    /// Not started, or completed.
    #[default]
    Idle,
    /// Waits for the response.
    Sending,
    /// Failed, or was not sent because of what the user entered.
    Failed(UiError),
}

//! An error, as the user sees it.

use leptos::prelude::*;

use super::rich;
use crate::ui_error::{CallState, UiError};

/// Title, what happened and what to do, with a button to try again if that may help.
#[component]
pub(crate) fn ErrorBox(
    /// The error.
    error: UiError,
    /// Tries again.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
    /// The hook for tests.
    #[prop(default = "problem")]
    test: &'static str,
) -> impl IntoView {
    view! {
        <div class="problem" role="alert" data-test=test>
            <p><strong>{error.title}</strong></p>
            <p>{rich::message(&error.message)} " " {rich::message(&error.fix)}</p>
            {retry.map(|retry| view! {
                <button type="button" class="plain" data-test="try-again" on:click=move |_| retry.run(())>
                    "Try again"
                </button>
            })}
        </div>
    }
}

/// The error of a call that failed; empty otherwise.
#[component]
pub(crate) fn CallError(
    /// The call.
    call: Memo<CallState>,
    /// For `aria-describedby` of the field at fault.
    id: &'static str,
) -> impl IntoView {
    view! {
        <div id=id>
            {move || match call.get() {
                CallState::Failed(error) => Some(view! { <ErrorBox error/> }),
                CallState::Idle | CallState::Sending => None,
            }}
        </div>
    }
}

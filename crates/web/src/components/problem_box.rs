//! A problem, as people see it.

use leptos::prelude::*;

use super::rich;
use crate::ui_error::{CallState, Problem};

/// What went wrong, what to do, and a button to try again if that may help.
#[component]
pub(crate) fn ProblemBox(
    /// The problem.
    problem: Problem,
    /// Tries again.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
    /// The hook for tests.
    #[prop(default = "problem")]
    test: &'static str,
) -> impl IntoView {
    view! {
        <div class="problem" role="alert" data-test=test>
            <p><strong>{rich::message(&problem.what)}</strong></p>
            <p>{rich::message(&problem.fix)}</p>
            {retry.map(|retry| view! {
                <button type="button" class="plain" data-test="try-again" on:click=move |_| retry.run(())>
                    "Try again"
                </button>
            })}
        </div>
    }
}

/// The problem of a call that failed, and nothing otherwise.
#[component]
pub(crate) fn CallProblem(
    /// The call.
    call: Memo<CallState>,
    /// For `aria-describedby` of the field at fault.
    id: &'static str,
) -> impl IntoView {
    view! {
        <div id=id>
            {move || match call.get() {
                CallState::Failed(problem) => Some(view! { <ProblemBox problem/> }),
                CallState::Idle | CallState::Sending => None,
            }}
        </div>
    }
}

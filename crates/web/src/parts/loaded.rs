//! What a page shows while something comes from the server, and when it does not.

use leptos::prelude::*;

use super::ProblemBox;
use crate::problem::{ApiError, Problem};

/// `show` of what `resource` loaded; before that a word, and in place of a failure what it was, with a retry.
pub(crate) fn loaded<T, V>(
    resource: LocalResource<Result<T, ApiError>>,
    show: impl Fn(T) -> V + Send + 'static,
) -> impl IntoView
where
    T: Clone + 'static,
    V: IntoView + 'static,
{
    move || match resource.get() {
        None => view! { <p class="quiet" role="status">"Loading…"</p> }.into_any(),
        Some(Ok(value)) => show(value).into_any(),
        Some(Err(error)) => {
            let retry = Callback::new(move |()| resource.refetch());
            view! { <ProblemBox problem=Problem::from(error) retry/> }.into_any()
        }
    }
}

//! What a page shows while something comes from the server, and when it does not.

use std::marker::PhantomData;

use leptos::prelude::*;
use serde::de::DeserializeOwned;

use super::ProblemBox;
use crate::{
    api::{self, Answer, ApiError, Call},
    ui_error::Problem,
};

/// A `T` from the server, for as long as a view lives.
pub(crate) struct Remote<T> {
    text: LocalResource<Result<String, ApiError>>,
    value: PhantomData<fn() -> T>,
}

impl<T> Clone for Remote<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Remote<T> {}

impl<T: DeserializeOwned + 'static> Remote<T> {
    /// Makes the call, and again whenever a signal changes that `call` reads.
    pub(crate) fn new(call: impl Fn() -> Call<T> + 'static) -> Self {
        // Boxed, so that all resources are of one type.
        let answer: Box<dyn Fn() -> Answer> = Box::new(move || call().answer());
        Self { text: LocalResource::new(answer), value: PhantomData }
    }

    /// The value, or why there is none; nothing before either is known.
    pub(crate) fn value(self) -> Option<Result<T, ApiError>> {
        self.text.get().map(|text| api::read(&text?))
    }

    /// Makes the call again.
    pub(crate) fn refetch(self) {
        self.text.refetch();
    }
}

/// `show` of what `remote` loaded; before that a word, and in place of a failure what it was, with a retry.
pub(crate) fn loaded<T: DeserializeOwned + 'static>(
    remote: Remote<T>,
    show: impl Fn(T) -> AnyView + Send + 'static,
) -> impl IntoView {
    let show: Box<dyn Fn(T) -> AnyView + Send> = Box::new(show);
    move || match remote.value() {
        None => view! { <p class="quiet" role="status">"Loading…"</p> }.into_any(),
        Some(Ok(value)) => show(value),
        Some(Err(error)) => {
            let retry = Callback::new(move |()| remote.refetch());
            view! { <ProblemBox problem=Problem::from(error) retry/> }.into_any()
        }
    }
}

//! What comes from the server, and what a page shows until it is there.

use std::marker::PhantomData;

use leptos::prelude::*;
use serde::de::DeserializeOwned;

use super::error_box::ErrorBox;
use crate::{
    api::{self, ApiCall, ApiError, ResponseText},
    ui_error::UiError,
};

/// A `T` from the server, for as long as a view lives. Like [`ApiCall`] it keeps text, so that the resource exists
/// once and not for each `T`.
pub(crate) struct RemoteValue<T> {
    text: LocalResource<Result<String, ApiError>>,
    value: PhantomData<fn() -> T>,
}

impl<T> Clone for RemoteValue<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for RemoteValue<T> {}

impl<T: DeserializeOwned + 'static> RemoteValue<T> {
    /// Makes the call, and again whenever a signal changes that `call` reads.
    pub(crate) fn new(call: impl Fn() -> ApiCall<T> + 'static) -> Self {
        // Boxed, so that all resources are of one type.
        let send: Box<dyn Fn() -> ResponseText> = Box::new(move || call().send());
        Self { text: LocalResource::new(send), value: PhantomData }
    }

    /// The value, or why there is none; `None` before either is known.
    pub(crate) fn value(self) -> Option<Result<T, ApiError>> {
        self.text.get().map(|text| api::parse(&text?))
    }

    /// Makes the call again.
    pub(crate) fn refetch(self) {
        self.text.refetch();
    }
}

/// `show` of what `remote` loaded. Until then a line says that it is loading; an error is shown with a retry.
pub(crate) fn when_loaded<T: DeserializeOwned + 'static>(
    remote: RemoteValue<T>,
    show: impl Fn(T) -> AnyView + Send + 'static,
) -> impl IntoView {
    let show: Box<dyn Fn(T) -> AnyView + Send> = Box::new(show);
    move || match remote.value() {
        None => view! { <p class="quiet" role="status">"Loading…"</p> }.into_any(),
        Some(Ok(value)) => show(value),
        Some(Err(error)) => {
            let retry = Callback::new(move |()| remote.refetch());
            view! { <ErrorBox error=UiError::from(error) retry/> }.into_any()
        }
    }
}

//! Messages and facts with what is inside them set apart.

use leptos::prelude::*;

use crate::{
    browser::local_day,
    text::spans::{self, TextSpan},
};

/// A message: code as code, times as dates.
pub(crate) fn message(text: &str) -> Vec<AnyView> {
    spans::of_message(text).into_iter().map(span_view).collect()
}

/// A fact: times as dates.
pub(crate) fn fact(text: &str) -> Vec<AnyView> {
    spans::of_fact(text).into_iter().map(span_view).collect()
}

fn span_view(span: TextSpan<'_>) -> AnyView {
    match span {
        TextSpan::Text(text) => with_breaks(text).into_any(),
        TextSpan::Code(code) => view! { <code>{with_breaks(code)}</code> }.into_any(),
        TextSpan::Time(time) => {
            let day = local_day(time);
            view! { <time datetime=time.to_owned() title=time.to_owned()>{day}</time> }.into_any()
        }
    }
}

fn with_breaks(text: &str) -> impl IntoView + use<> {
    let pieces = spans::breakable(text).into_iter().enumerate();
    // Only between pieces: after the last one there may be a full stop, which must not start a line.
    pieces.map(|(at, piece)| view! { {(at > 0).then(|| view! { <wbr/> })} {piece.to_owned()} }).collect_view()
}

//! Questions before a release that is being made is left or replaced.

use leptos::{ev, prelude::*};
use leptos_router::hooks::use_location;

use crate::{
    components::{Answer, Ask, Question},
    release_wizard::{
        effects::{WizardHandle, use_wizard},
        state::Wizard,
    },
    text::phrase::sentence,
};

/// Asks whether a new file should take the place of the release at hand.
pub(crate) fn ask_to_replace(ask: Ask, wizard: WizardHandle, start: impl Fn() + Send + Sync + 'static) {
    ask.confirm(
        "Start another release?",
        move || sentence(&wizard.state().with(Wizard::loss)),
        "Discard and start over",
        Callback::new(move |()| start()),
    );
}

/// Asks before a link leads away from a wizard that is uploading. The upload may also go on meanwhile.
pub(crate) fn use_leave_guard() -> Callback<(ev::MouseEvent, String)> {
    let wizard = use_wizard();
    let ask = Ask::expect();
    let pathname = use_location().pathname;
    Callback::new(move |(event, path): (ev::MouseEvent, String)| {
        let must_ask =
            pathname.get_untracked() == "/release" && wizard.state().with_untracked(Wizard::would_lose_work);
        if !must_ask || event.ctrl_key() || event.meta_key() || event.shift_key() {
            return;
        }
        event.prevent_default();
        let (leave, discard) = (path.clone(), path);
        let leave = Callback::new(move |()| wizard.go_to(&leave));
        let discard = Callback::new(move |()| {
            wizard.discard();
            wizard.go_to(&discard);
        });
        let text = move || {
            let (loss, is_safe) =
                wizard.state().with(|wizard| (wizard.loss(), !wizard.would_lose_by_reload()));
            let end = if is_safe { "" } else { ", until you close the page" };
            format!("It can go on in the background while you look around{end}. If you discard it, {loss}.")
        };
        ask.ask(Question {
            title: "Leave this release?".to_owned(),
            text: text.into(),
            stay: "Stay",
            answers: vec![
                Answer { label: "Leave, keep it going", is_danger: false, act: leave },
                Answer { label: "Discard it", is_danger: true, act: discard },
            ],
        });
    })
}

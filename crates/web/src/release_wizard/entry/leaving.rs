//! What is asked before the user leaves or replaces the release that is being made.

use leptos::{ev, prelude::*};
use leptos_router::hooks::use_location;

use crate::{
    components::{Dialog, DialogChoice, DialogContent},
    release_wizard::{
        effects::{WizardHandle, use_wizard},
        state::Wizard,
    },
    routes::RELEASE_WIZARD,
    text::phrase::sentence,
};

/// Asks whether a new file should replace the release that is being made.
pub(crate) fn confirm_replacing(
    dialog: Dialog,
    wizard: WizardHandle,
    start: impl Fn() + Send + Sync + 'static,
) {
    dialog.confirm(
        "Start another release?",
        move || sentence(&wizard.state().with(Wizard::loss)),
        "Discard and start over",
        Callback::new(move |()| start()),
    );
}

/// Asks before a link leads away from a wizard that is uploading. The upload may also continue in the background.
pub(crate) fn use_leave_guard() -> Callback<(ev::MouseEvent, String)> {
    let wizard = use_wizard();
    let dialog = Dialog::expect();
    let pathname = use_location().pathname;
    Callback::new(move |(event, path): (ev::MouseEvent, String)| {
        let must_ask = pathname.get_untracked() == RELEASE_WIZARD
            && wizard.state().with_untracked(Wizard::would_lose_work);
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
            format!("The upload can continue in the background{end}. If you discard the release, {loss}.")
        };
        dialog.open(DialogContent {
            title: "Leave this release?".to_owned(),
            text: text.into(),
            dismiss: "Stay",
            choices: vec![
                DialogChoice { label: "Leave and keep uploading", is_danger: false, on_choose: leave },
                DialogChoice { label: "Discard the release", is_danger: true, on_choose: discard },
            ],
        });
    })
}

//! The third step: which groups the release is distributed to.

use leptos::{ev, prelude::*};
use protocol::COLLABORATORS;

use crate::{
    api::types::Group,
    components::{CallError, ErrorBox},
    release_wizard::{
        effects::use_wizard,
        state::{Draft, GroupList},
    },
    ui_error::CallState,
};

/// The app's groups, and the creation of another one.
#[component]
pub(super) fn DestinationsStep() -> impl IntoView {
    let wizard = use_wizard();
    let groups = wizard.draft_memo(|draft| draft.destinations.groups.clone());
    view! {
        {move || match groups.get() {
            GroupList::Loading => view! { <p class="quiet">"Loading the groups…"</p> }.into_any(),
            GroupList::Failed(error) => {
                let retry = Callback::new(move |()| wizard.edit(Draft::load_groups));
                view! { <ErrorBox error retry/> }.into_any()
            }
            GroupList::Loaded(groups) => view! { <GroupChoice groups/> }.into_any(),
        }}
        <NewGroupForm/>
    }
}

#[component]
fn GroupChoice(groups: Vec<Group>) -> impl IntoView {
    view! {
        <fieldset class="choices">
            <legend>"Which groups get this release?"</legend>
            {groups.into_iter().map(|group| view! { <GroupBox group/> }).collect_view()}
        </fieldset>
    }
}

#[component]
fn GroupBox(group: Group) -> impl IntoView {
    let wizard = use_wizard();
    let id = StoredValue::new(group.id.clone());
    let is_chosen = wizard.draft_memo(move |draft| id.with_value(|id| draft.destinations.is_chosen(id)));
    let test = format!("group-{}", group.name);
    let hint =
        if group.name == COLLABORATORS { "Everyone who works on the app" } else { "Distribution group" };
    let choose = move |event: ev::Targeted<ev::Event, leptos::web_sys::HtmlInputElement>| {
        let is_on = event.target().checked();
        id.with_value(|id| wizard.set(|draft| draft.destinations.choose(id, is_on)));
    };
    view! {
        <label class="choice">
            <input
                type="checkbox"
                data-test=test
                prop:checked=move || is_chosen.get()
                on:change:target=choose
            />
            <span>{group.display_name.unwrap_or(group.name)} <span class="quiet">{hint}</span></span>
        </label>
    }
}

#[component]
fn NewGroupForm() -> impl IntoView {
    let wizard = use_wizard();
    let name = RwSignal::new(String::new());
    let call = wizard.draft_memo(|draft| draft.destinations.creation.clone());
    let n_groups = wizard.draft_memo(|draft| draft.destinations.all().len());
    // One more group: the new one was created, so the field is emptied for the next.
    Effect::new(move |before: Option<usize>| {
        let n_groups = n_groups.get();
        if before.is_some_and(|before| before < n_groups) {
            name.set(String::new());
        }
        n_groups
    });
    let create = move |event: ev::SubmitEvent| {
        event.prevent_default();
        wizard.edit(|draft| draft.create_group(&name.get_untracked()));
    };
    view! {
        <form class="new-group" on:submit=create>
            <label for="new-group">"Add a group"</label>
            <div class="field">
                <input
                    id="new-group"
                    data-test="new-group"
                    autocomplete="off"
                    placeholder="Beta testers"
                    aria-describedby="group-problem"
                    aria-invalid=move || matches!(call.get(), CallState::Failed(_)).to_string()
                    bind:value=name
                />
                <button
                    type="submit"
                    class="plain"
                    data-test="add-group"
                    disabled=move || call.get() == CallState::Sending
                >
                    "Add"
                </button>
            </div>
            <CallError call id="group-problem"/>
        </form>
    }
}

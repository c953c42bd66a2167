//! The interrupted uploads, on the pages that the user comes back to.

use engine::message::SavedUploadSummary;
use leptos::prelude::*;

use super::choose_file::ResumeFile;
use crate::{browser::seconds_since, components::Dialog, release_wizard::effects::use_wizard, text::phrase};

/// The uploads that can be resumed, if there are any.
#[component]
pub(crate) fn SavedUploads() -> impl IntoView {
    let wizard = use_wizard();
    let (list, is_known) = (wizard.saved_uploads(), wizard.has_saved_uploads());
    // Percents change often, and must not take the keyboard's focus away.
    let rows = Memo::new(move |_| {
        let list = list.get().into_iter();
        list.map(|upload| SavedUploadSummary { percent: 0, saved_at: 0, ..upload }).collect::<Vec<_>>()
    });
    view! {
        <div data-test="saved-uploads" aria-busy=move || (!is_known.get()).to_string()>
            <Show when=move || rows.with(|rows| !rows.is_empty())>
                <section class="card" aria-label="Unfinished uploads">
                    <h2>"Unfinished uploads"</h2>
                    <ul class="rows">
                        {move || rows.get().into_iter().map(|upload| view! { <Row upload/> }).collect_view()}
                    </ul>
                </section>
            </Show>
        </div>
    }
}

#[component]
fn Row(upload: SavedUploadSummary) -> impl IntoView {
    let list = use_wizard().saved_uploads();
    let key = upload.key.clone();
    let progress = move || {
        list.with(|list| list.iter().find(|other| other.key == key).map(progress).unwrap_or_default())
    };
    view! {
        <li class="row" data-test="unfinished">
            <div class="row-main">
                <span class="row-title">{upload.file_name.clone()}</span>
                <span class="quiet">"→ " {upload.owner.clone()} "/" {upload.app.clone()} ", " {progress}</span>
            </div>
            {(!upload.is_in_other_tab).then(|| view! { <Choices upload/> })}
        </li>
    }
}

fn progress(upload: &SavedUploadSummary) -> String {
    let when = match upload.is_in_other_tab {
        true => "in another tab".to_owned(),
        false => phrase::ago(seconds_since(upload.saved_at)),
    };
    format!("{} % uploaded, {when}", upload.percent)
}

#[component]
fn Choices(upload: SavedUploadSummary) -> impl IntoView {
    let wizard = use_wizard();
    let dialog = Dialog::expect();
    let (key, name) = (upload.key.clone(), upload.file_name.clone());
    let discard = move |_| {
        let key = key.clone();
        let text = format!("What was uploaded of {name} is deleted, on the server too.");
        let on_confirm = Callback::new(move |()| wizard.discard_saved_upload(key.clone()));
        dialog.confirm("Discard this upload?", text, "Discard", on_confirm);
    };
    view! {
        <div class="actions">
            <ResumeFile upload label="Resume"/>
            <button type="button" class="plain" data-test="unfinished-discard" on:click=discard>"Discard"</button>
        </div>
    }
}

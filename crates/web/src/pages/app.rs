//! One app and its releases.

use leptos::prelude::*;

use crate::{
    api::{
        calls,
        types::{App, AppKey, BasicRelease},
    },
    browser::{local_time, set_page_title},
    components::{RemoteValue, rich, when_loaded},
    package::AppIdTexts,
    release_wizard::DropArea,
    routes::{release_path, use_app_key},
    text::phrase,
};

/// The app's releases, newest first.
#[component]
pub(crate) fn AppPage() -> impl IntoView {
    let key = use_app_key();
    let app = RemoteValue::new(move || calls::app(&key.get()));
    let releases = RemoteValue::new(move || calls::releases(&key.get()));
    let hint = Signal::derive(move || Some(key.get()));
    let text = Signal::derive(move || match app.value() {
        Some(Ok(app)) => AppIdTexts::of(&app).drop,
        Some(Err(_)) | None => "",
    });
    view! {
        <section class="page">
            <nav class="crumbs" aria-label="Breadcrumb"><a href="/">"Apps"</a></nav>
            {when_loaded(app, |app| view! { <AppTitle app/> }.into_any())}
            <DropArea hint text/>
            <h2>"Releases"</h2>
            {when_loaded(releases, move |releases| view! { <ReleaseList app=key.get() releases/> }.into_any())}
        </section>
    }
}

#[component]
fn AppTitle(app: App) -> impl IntoView {
    set_page_title(&app.display_name);
    let absent = AppIdTexts::of(&app).absent;
    view! {
        <h1>{app.display_name} " " <span class="tag">{app.os.as_str()}</span></h1>
        {match app.bundle_identifier {
            Some(identifier) => view! { <p class="quiet ident">{rich::fact(&identifier)}</p> }.into_any(),
            None => view! { <p class="quiet">{absent}</p> }.into_any(),
        }}
    }
}

#[component]
fn ReleaseList(app: AppKey, mut releases: Vec<BasicRelease>) -> impl IntoView {
    if releases.is_empty() {
        return view! { <p class="quiet" data-test="no-releases">"No releases yet."</p> }.into_any();
    }
    releases.sort_by_key(|release| std::cmp::Reverse(release.id));
    let row = move |release| view! { <ReleaseRow app=app.clone() release/> };
    view! {
        <ol class="rows" reversed>
            {releases.into_iter().map(row).collect_view()}
        </ol>
    }
    .into_any()
}

#[component]
fn ReleaseRow(app: AppKey, release: BasicRelease) -> impl IntoView {
    let href = release_path(&app, release.id);
    let version = phrase::version(&release.short_version, &release.version);
    let names: Vec<String> = release
        .destinations
        .into_iter()
        .map(|destination| destination.display_name.unwrap_or(destination.name))
        .collect();
    let destinations = if names.is_empty() { "Not distributed".to_owned() } else { names.join(", ") };
    let time = local_time(&release.uploaded_at);
    view! {
        <li class="row" data-test="release-row">
            <span class="number">"#" {release.id}</span>
            <div class="row-main">
                <a class="row-title" href=href>{version}</a>
                <span class="quiet">{destinations}</span>
            </div>
            <time class="row-side quiet" datetime=release.uploaded_at.clone() title=release.uploaded_at>{time}</time>
        </li>
    }
}

//! The list of apps.

use leptos::prelude::*;

use crate::{
    api::{
        calls,
        types::{App, AppKey},
    },
    browser::{local_time, set_page_title},
    components::{AppIcon, RemoteValue, when_loaded},
    release_wizard::{DropArea, SavedUploads},
    routes::app_path,
    text::phrase,
};

/// Every app of the account, and where to drop a package.
#[component]
pub(crate) fn HomePage() -> impl IntoView {
    set_page_title("Apps");
    let apps = RemoteValue::new(calls::apps);
    view! {
        <section class="page">
            <h1>"Apps"</h1>
            <DropArea text="Drop it anywhere on this page. Your browser reads it before anything is uploaded."/>
            <SavedUploads/>
            {when_loaded(apps, |apps| view! { <AppList apps/> }.into_any())}
        </section>
    }
}

#[component]
fn AppList(apps: Vec<App>) -> impl IntoView {
    if apps.is_empty() {
        let text = "No apps yet. Drop a package to create the first one.";
        return view! { <p class="quiet" data-test="no-apps">{text}</p> }.into_any();
    }
    view! {
        <ul class="rows" data-test="apps">
            {apps.into_iter().map(|app| view! { <AppRow app/> }).collect_view()}
        </ul>
    }
    .into_any()
}

#[component]
fn AppRow(app: App) -> impl IntoView {
    let key = AppKey::of(&app);
    let href = app_path(&key);
    let identifier = app.bundle_identifier.unwrap_or_else(|| app.name.clone());
    view! {
        <li class="row" data-test="app-row">
            <AppIcon url=app.icon_url.as_deref().map(phrase::local_path) size=40/>
            <div class="row-main">
                <a class="row-title" href=href>{app.display_name}</a>
                <span class="quiet ident">{identifier}</span>
            </div>
            <span class="tag">{app.os.as_str()}</span>
            <NewestRelease app=key/>
        </li>
    }
}

/// Loads after the list, and stays empty if it cannot be loaded: the list is what the page is for.
#[component]
fn NewestRelease(app: AppKey) -> impl IntoView {
    let newest = RemoteValue::new(move || calls::releases(&app));
    let text = move || match newest.value() {
        Some(Ok(releases)) => match releases.first() {
            Some(release) => {
                let version = phrase::version(&release.short_version, &release.version);
                format!("{version} · {}", local_time(&release.uploaded_at))
            }
            None => "No release yet".to_owned(),
        },
        Some(Err(_)) | None => String::new(),
    };
    view! { <span class="row-side quiet">{text}</span> }
}

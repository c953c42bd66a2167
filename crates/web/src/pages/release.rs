//! One release.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::links::InstallLinks;
use crate::{
    api::{
        calls,
        types::{AppKey, ReleaseDetails},
    },
    browser::{local_time, set_page_title},
    components::{FactList, PackageCard, RemoteValue, when_loaded},
    markdown::Markdown,
    package,
    routes::{app_path, use_app_key},
    text::phrase,
};

/// The release whose number is in the path.
#[component]
pub(crate) fn ReleasePage() -> impl IntoView {
    let key = use_app_key();
    let params = use_params_map();
    let number = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let details = RemoteValue::new(move || calls::release(&key.get(), &number.get()));
    view! {
        <section class="page">
            {when_loaded(details, move |details| view! { <Release app=key.get() details/> }.into_any())}
        </section>
    }
}

#[component]
fn Release(app: AppKey, details: ReleaseDetails) -> impl IntoView {
    let number = details.id;
    let version = phrase::version(&details.short_version, &details.version);
    set_page_title(&format!("{} {version}", details.app_display_name));
    let notes = details.release_notes.clone().filter(|notes| !notes.trim().is_empty());
    let destinations = details.destinations.clone();
    view! {
        <nav class="crumbs" aria-label="Breadcrumb">
            <a href="/">"Apps"</a>
            <a href=app_path(&app)>{details.app_display_name.clone()}</a>
        </nav>
        <h1>{version} " " <span class="number" data-test="release-number">"#" {number}</span></h1>
        {(!details.enabled).then(|| view! {
            <p class="card" role="status" data-test="switched-off">
                "This release is disabled. Its links do not work and testers cannot install it until it is enabled again."
            </p>
        })}
        <InstallLinks app release=number/>
        <section class="card">
            <h2>"Destinations"</h2>
            {destinations.is_empty().then(|| view! { <p class="quiet">"Not distributed yet."</p> })}
            <ul class="chips">
                {destinations.into_iter().map(|destination| view! {
                    <li class="tag" data-test="destination">{destination.display_name.unwrap_or(destination.name)}</li>
                }).collect_view()}
            </ul>
        </section>
        <section class="card">
            <h2>"Release notes"</h2>
            {match notes {
                Some(text) => view! { <Markdown text/> }.into_any(),
                None => view! { <p class="quiet">"None."</p> }.into_any(),
            }}
        </section>
        {package_card(&details)}
        <section class="card">
            <h2>"Stored file"</h2>
            {stored_file(details)}
        </section>
    }
}

/// What was read from the package. A release made before icons and findings were stored shows what there is.
fn package_card(details: &ReleaseDetails) -> Option<AnyView> {
    let icon = details.app_icon_url.as_deref().map(phrase::local_path);
    let artifact = details.artifact.as_deref()?;
    let artifact = package::released_as(artifact, &details.short_version, &details.version);
    Some(view! { <PackageCard artifact icon/> }.into_any())
}

fn stored_file(details: ReleaseDetails) -> impl IntoView {
    let facts = [
        ("Uploaded", Some(local_time(&details.uploaded_at))),
        ("MD5", details.fingerprint),
        ("SHA-256", details.sha256),
    ];
    let rows = facts.into_iter().filter_map(|(name, fact)| Some((name, fact?))).collect();
    view! { <div data-test="release-facts"><FactList rows/></div> }
}

//! One release.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::links::InstallLinks;
use crate::{
    api::{
        calls,
        types::{AppKey, ReleaseFacts},
    },
    browser::{local_time, name_page},
    components::{FactList, PackageCard, Remote, loaded},
    markdown::Markdown,
    package,
    routes::{app_path, use_app_key},
    text::phrase,
};

/// The release whose number is in the address.
#[component]
pub(crate) fn ReleasePage() -> impl IntoView {
    let key = use_app_key();
    let params = use_params_map();
    let number = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let facts = Remote::new(move || calls::release(&key.get(), &number.get()));
    view! {
        <section class="page">
            {loaded(facts, move |facts| view! { <Release app=key.get() facts/> }.into_any())}
        </section>
    }
}

#[component]
fn Release(app: AppKey, facts: ReleaseFacts) -> impl IntoView {
    let number = facts.id;
    let version = phrase::version(&facts.short_version, &facts.version);
    name_page(&format!("{} {version}", facts.app_display_name));
    let notes = facts.release_notes.clone().filter(|notes| !notes.trim().is_empty());
    let places = facts.destinations.clone();
    view! {
        <nav class="crumbs" aria-label="Breadcrumb">
            <a href="/">"Apps"</a>
            <a href=app_path(&app)>{facts.app_display_name.clone()}</a>
        </nav>
        <h1>{version} " " <span class="number" data-test="release-number">"#" {number}</span></h1>
        {(!facts.enabled).then(|| view! {
            <p class="card" role="status" data-test="switched-off">
                "This release is switched off: nobody can install it, and its links do not work until it is on again."
            </p>
        })}
        <InstallLinks app release=number/>
        <section class="card">
            <h2>"Destinations"</h2>
            {places.is_empty().then(|| view! { <p class="quiet">"Not distributed to anybody yet."</p> })}
            <ul class="chips">
                {places.into_iter().map(|place| view! {
                    <li class="tag" data-test="destination">{place.display_name.unwrap_or(place.name)}</li>
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
        {package_card(&facts)}
        <section class="card">
            <h2>"Stored file"</h2>
            {stored_file(facts)}
        </section>
    }
}

/// What was read from the package. Releases made before icons and findings were kept show what there is.
fn package_card(facts: &ReleaseFacts) -> Option<AnyView> {
    let icon = facts.app_icon_url.as_deref().map(phrase::local_path);
    let artifact = serde_json::from_str(facts.artifact.as_ref()?.get()).ok()?;
    let artifact = package::released_as(&artifact, &facts.short_version, &facts.version);
    Some(view! { <PackageCard artifact icon/> }.into_any())
}

fn stored_file(facts: ReleaseFacts) -> impl IntoView {
    let facts = [
        ("Uploaded", Some(local_time(&facts.uploaded_at))),
        ("MD5", facts.fingerprint),
        ("SHA-256", facts.sha256),
    ];
    let rows = facts.into_iter().filter_map(|(name, fact)| Some((name, fact?))).collect();
    view! { <div data-test="release-facts"><FactList rows/></div> }
}

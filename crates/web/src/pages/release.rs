//! One release.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use protocol::{BasicRelease, ReleaseDetails};

use super::links::InstallLinks;
use crate::{
    api,
    browser::{local_time, name_page},
    markdown::Markdown,
    package,
    parts::{FactList, PackageCard, app_path, loaded, use_app_key},
    phrase,
    wizard::AppKey,
};

/// The release whose number is in the address.
#[component]
pub(crate) fn ReleasePage() -> impl IntoView {
    let key = use_app_key();
    let params = use_params_map();
    let number = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let details = LocalResource::new(move || {
        let (key, number) = (key.get(), number.get());
        async move { api::release(&key, &number).await }
    });
    view! {
        <section class="page">
            {loaded(details, move |details| view! { <Release app=key.get() details/> })}
        </section>
    }
}

#[component]
fn Release(app: AppKey, details: ReleaseDetails) -> impl IntoView {
    let number = details.release.id;
    let version = phrase::version(&details.release.short_version, &details.release.version);
    name_page(&format!("{} {version}", details.app_display_name));
    let notes = details.release_notes.clone().filter(|notes| !notes.trim().is_empty());
    let places = details.release.destinations.clone();
    view! {
        <nav class="crumbs" aria-label="Breadcrumb">
            <a href="/">"Apps"</a>
            <a href=app_path(&app)>{details.app_display_name.clone()}</a>
        </nav>
        <h1>{version} " " <span class="number" data-test="release-number">"#" {number}</span></h1>
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
        <Package details=details.clone()/>
        <section class="card">
            <h2>"Stored file"</h2>
            <Facts details/>
        </section>
    }
}

/// What was read from the package. Releases made before icons and findings were kept show what there is.
#[component]
fn Package(details: ReleaseDetails) -> impl IntoView {
    let icon = details.app_icon_url.as_deref().map(phrase::local_path);
    // By way of text: reading facts from a value would be the same code once more, in a module that people wait for.
    let artifact = details.artifact.and_then(|facts| serde_json::from_str(&facts.to_string()).ok());
    let BasicRelease { short_version, version, .. } = details.release;
    artifact.map(|artifact| {
        let artifact = package::released_as(&artifact, &short_version, &version);
        view! { <PackageCard artifact icon/> }
    })
}

#[component]
fn Facts(details: ReleaseDetails) -> impl IntoView {
    let facts = [
        ("Uploaded", Some(local_time(&details.release.uploaded_at))),
        ("MD5", details.fingerprint.clone()),
        ("SHA-256", details.sha256.clone()),
    ];
    let rows = facts.into_iter().filter_map(|(name, fact)| Some((name, fact?))).collect();
    view! { <div data-test="release-facts"><FactList rows/></div> }
}

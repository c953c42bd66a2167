//! The pages that the service draws by itself: what a tester sees without an account.

use maud::{DOCTYPE, Markup, html};
use protocol::{oldest_system, route};

use crate::db::{AppRow, ReleaseRow};
use crate::time;

/// The page of an install link.
pub(crate) fn install(app: &AppRow, release: &ReleaseRow, token: &str, icon: &str) -> String {
    let download = route::path(route::INSTALL_DOWNLOAD, &[token]);
    let version = version(release);
    page(
        &app.display_name,
        &html! {
            main.install {
                img.icon src=(icon) alt="" width="72" height="72";
                h1 { (app.display_name) }
                p.version { (version) }
                a.button href=(download) download=[release.package.as_ref().map(|package| &package.file_name)] data-test="download" {
                    @if app.os == protocol::Os::Custom { "Download" } @else { "Download for " (app.os) }
                }
                dl.facts {
                    @if let Some(package) = &release.package { dt { "Size" } dd { (megabytes(package.size)) } }
                    @if let Some(min_os) = &release.min_os {
                        dt { "Needs" } dd { (oldest_system(app.os.as_str(), min_os)) }
                    }
                    dt { "Released" } dd { (day(release.uploaded_at)) }
                    @if let Some(package) = &release.package { dt { "SHA-256" } dd.hash { (package.sha256) } }
                }
                @if let Some(notes) = release.release_notes.as_deref().filter(|notes| !notes.trim().is_empty()) {
                    section.notes { h2 { "What is new" } p { (notes) } }
                }
            }
        },
    )
}

/// Windows packages have no build number, and an archive has what its uploader said.
pub(crate) fn version(release: &ReleaseRow) -> String {
    match (release.short_version.as_str(), release.version.as_str()) {
        (short, "") => format!("Version {short}"),
        ("", build) => format!("Build {build}"),
        (short, build) => format!("Version {short} ({build})"),
    }
}

/// The page of a link that opens nothing, be it wrong, revoked, or to a release that was switched off.
pub(crate) fn gone() -> String {
    page(
        "Link not available",
        &html! {
            main.install.gone data-test="gone" {
                h1 { "This link does not work any more" }
                p { "It was revoked, its release is switched off, or it was not copied whole. Ask whoever gave it to you for a new one." }
            }
        },
    )
}

/// The question whether to end the letters about an app, or that they are ended.
pub(crate) fn unsubscribe(app: &AppRow, email: &str, is_done: bool) -> String {
    page(
        "Letters about new releases",
        &html! {
            main.install.gone data-test="unsubscribe" {
                @if is_done {
                    h1 { "No more letters" }
                    p { (email) " gets no letters about " (app.display_name) " any more." }
                } @else {
                    h1 { "End the letters about " (app.display_name) "?" }
                    p { (email) " will not be told of new releases any more. Links that came before still work." }
                    form method="post" { button.button type="submit" { "End the letters" } }
                }
            }
        },
    )
}

fn page(title: &str, body: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="icon" href="/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/install.css";
            }
            body { (body) }
        }
    }
    .into_string()
}

/// Decimal units, as the portal and file managers show them.
fn megabytes(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
    let bytes = bytes as f64;
    if bytes < 1e6 { format!("{:.1} kB", bytes / 1e3) } else { format!("{:.1} MB", bytes / 1e6) }
}

/// A day for people, and the exact time for whoever asks. Without a script only UTC is known here.
fn day(ms: i64) -> Markup {
    let exact = time::iso(ms);
    html! { time datetime=(exact) title=(exact) { (time::day(ms)) } }
}

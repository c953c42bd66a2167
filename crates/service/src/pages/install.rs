use maud::{Markup, html};
use protocol::{oldest_system, route};

use super::page;
use crate::db::{AppRow, ReleaseRow};
use crate::releases::view::version_text;
use crate::time;

/// The page of an install link.
pub(crate) fn install(app: &AppRow, release: &ReleaseRow, token: &str, icon: &str) -> String {
    let download = route::path(route::INSTALL_DOWNLOAD, &[token]);
    let version = version_text(release);
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

/// Decimal units, as the portal and file managers show them.
fn megabytes(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
    let bytes = bytes as f64;
    if bytes < 1e6 { format!("{:.1} kB", bytes / 1e3) } else { format!("{:.1} MB", bytes / 1e6) }
}

/// A day, with the exact time as its title. Without a script only UTC is known here.
fn day(ms: i64) -> Markup {
    let exact = time::iso(ms);
    html! { time datetime=(exact) title=(exact) { (time::day(ms)) } }
}

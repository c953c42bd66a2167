use maud::html;
use protocol::route;

use super::{document, one_line};
use crate::db::{AppRow, ReleaseRow};
use crate::platform::{Email, Platform};
use crate::releases::view::version_text;
use crate::secret;

/// The notification of a new release, to one tester.
pub(crate) fn release<P: Platform>(
    platform: &P,
    origin: &str,
    app: &AppRow,
    release: &ReleaseRow,
    install_token: &str,
    to: &str,
) -> Email {
    let version = version_text(release);
    let install = format!("{origin}{}", route::path(route::INSTALL_PAGE, &[install_token]));
    let unsubscribe = format!(
        "{origin}{}",
        route::path(route::UNSUBSCRIBE, &[&secret::unsubscribe_token(platform, &app.id, to)])
    );
    let notes = release.release_notes.as_deref().map(str::trim).filter(|notes| !notes.is_empty());
    let notes_text = notes.map_or_else(String::new, |notes| format!("\n{notes}\n"));
    Email {
        to: to.to_owned(),
        subject: one_line(&format!("{} {version}", app.display_name)),
        text: format!(
            "{} for {}: {version} is ready to install.\n{notes_text}\nInstall it:\n{install}\n\n\
             Unsubscribe from e-mails about this app:\n{unsubscribe}\n",
            app.display_name, app.os
        ),
        html: document(&html! {
            p { strong { (app.display_name) } " for " (app.os) ": " (version) " is ready to install." }
            @if let Some(notes) = notes { p style="white-space: pre-wrap" { (notes) } }
            p { a href=(install) { "Install it" } }
            p { small { a href=(unsubscribe) { "Unsubscribe from e-mails about this app" } } }
        }),
        unsubscribe: Some(unsubscribe),
    }
}

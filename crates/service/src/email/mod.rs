//! The letters that the service writes. Each says the same in plain text and in HTML; every text of others is escaped
//! by maud.

use maud::{DOCTYPE, Markup, html};
use protocol::route;

use crate::db::{AccountRow, AppRow, InvitationRow, ReleaseRow};
use crate::pages;
use crate::platform::{Email, Platform};
use crate::secret;

/// An invitation to an app or an organization.
pub(crate) fn invitation(
    origin: &str,
    sender: &AccountRow,
    invitation: &InvitationRow,
    target: &str,
    token: &str,
) -> Email {
    let link = format!("{origin}{}", route::path(route::INVITATION_PAGE, &[token]));
    let (sender, role) = (&sender.display_name, &invitation.role);
    let what = if invitation.app_id.is_some() { "the app" } else { "the organization" };
    let line = format!("{sender} invites you to {what} {target} on Slipway, as {role}.");
    Email {
        to: invitation.email.clone(),
        subject: one_line(&format!("{sender} invites you to {target}")),
        text: format!(
            "{line}\n\nOpen this link within 30 days:\n{link}\n\nIf you do not know {sender}, ignore this mail.\n"
        ),
        html: document(&html! {
            p { (line) }
            p { a href=(link) { "Answer the invitation" } }
            p { small { "The link works for 30 days. If you do not know " (sender) ", ignore this mail." } }
        }),
        unsubscribe: None,
    }
}

/// To somebody who will get releases from now on.
pub(crate) fn welcome(to: &str, sender: &AccountRow, of: &str) -> Email {
    let sender = &sender.display_name;
    let line = format!("{sender} made you a tester of {of}. New releases will come to this address.");
    Email {
        to: to.to_owned(),
        subject: one_line(&format!("You are a tester of {of}")),
        text: format!(
            "{line}\n\nEach letter has a link that installs the release, and one that ends the letters.\n"
        ),
        html: document(&html! {
            p { (line) }
            p { "Each letter has a link that installs the release, and one that ends the letters." }
        }),
        unsubscribe: None,
    }
}

/// A new release, to one of those who get it.
pub(crate) fn release<P: Platform>(
    platform: &P,
    origin: &str,
    app: &AppRow,
    release: &ReleaseRow,
    install_token: &str,
    to: &str,
) -> Email {
    let version = pages::version(release);
    let install = format!("{origin}{}", route::path(route::INSTALL_PAGE, &[install_token]));
    let stop = format!(
        "{origin}{}",
        route::path(route::UNSUBSCRIBE, &[&secret::seal_address(platform, &app.id, to)])
    );
    let notes = release.release_notes.as_deref().map(str::trim).filter(|notes| !notes.is_empty());
    let said = notes.map_or_else(String::new, |notes| format!("\n{notes}\n"));
    Email {
        to: to.to_owned(),
        subject: one_line(&format!("{} {version}", app.display_name)),
        text: format!(
            "{} for {}: {version} is ready to install.\n{said}\nInstall it:\n{install}\n\n\
             No more letters about this app:\n{stop}\n",
            app.display_name, app.os
        ),
        html: document(&html! {
            p { strong { (app.display_name) } " for " (app.os) ": " (version) " is ready to install." }
            @if let Some(notes) = notes { p style="white-space: pre-wrap" { (notes) } }
            p { a href=(install) { "Install it" } }
            p { small { a href=(stop) { "No more letters about this app" } } }
        }),
        unsubscribe: Some(stop),
    }
}

fn document(body: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; }
            body style="font-family: system-ui, sans-serif; line-height: 1.5" { (body) }
        }
    }
    .into_string()
}

/// A header takes one line.
fn one_line(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.trim().to_owned()
}

//! The letters that the service writes. Each says the same in plain text and in HTML; every text of others is escaped
//! by maud.

use maud::{DOCTYPE, Markup, html};
use protocol::route;

use crate::platform::Mail;
use crate::store::{AccountRow, InvitationRow};

/// An invitation to an app or an organization.
pub(crate) fn invitation(
    origin: &str,
    sender: &AccountRow,
    invitation: &InvitationRow,
    target: &str,
    token: &str,
) -> Mail {
    let link = format!("{origin}{}", route::path(route::INVITATION_PAGE, &[token]));
    let (sender, role) = (&sender.display_name, &invitation.role);
    let what = if invitation.app_id.is_some() { "the app" } else { "the organization" };
    let line = format!("{sender} invites you to {what} {target} on Slipway, as {role}.");
    Mail {
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

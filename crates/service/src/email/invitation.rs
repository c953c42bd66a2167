use maud::html;
use protocol::route;

use super::{document, one_line};
use crate::db::{AccountRow, InvitationRow};
use crate::platform::Email;

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
            "{line}\n\nOpen this link within 30 days:\n{link}\n\nIf you do not know {sender}, ignore this e-mail.\n"
        ),
        html: document(&html! {
            p { (line) }
            p { a href=(link) { "Accept or decline the invitation" } }
            p { small { "The link works for 30 days. If you do not know " (sender) ", ignore this e-mail." } }
        }),
        unsubscribe: None,
    }
}

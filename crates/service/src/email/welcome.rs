use maud::html;

use super::{document, one_line};
use crate::db::AccountRow;
use crate::platform::Email;

/// To a new member of a group.
pub(crate) fn welcome(to: &str, sender: &AccountRow, app_or_org: &str) -> Email {
    let sender = &sender.display_name;
    let line = format!("{sender} made you a tester of {app_or_org}. New releases will come to this address.");
    Email {
        to: to.to_owned(),
        subject: one_line(&format!("You are a tester of {app_or_org}")),
        text: format!(
            "{line}\n\nEach e-mail has a link that installs the release, and one that unsubscribes you.\n"
        ),
        html: document(&html! {
            p { (line) }
            p { "Each e-mail has a link that installs the release, and one that unsubscribes you." }
        }),
        unsubscribe: None,
    }
}

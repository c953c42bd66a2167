use maud::html;

use super::page;
use crate::db::AppRow;

/// The question whether to unsubscribe from the e-mails about an app, or the confirmation.
pub(crate) fn unsubscribe(app: &AppRow, email: &str, is_done: bool) -> String {
    page(
        "E-mails about new releases",
        &html! {
            main.install.gone data-test="unsubscribe" {
                @if is_done {
                    h1 { "You are unsubscribed" }
                    p { (email) " gets no e-mails about " (app.display_name) " any more." }
                } @else {
                    h1 { "Unsubscribe from e-mails about " (app.display_name) "?" }
                    p { (email) " will no longer be notified of new releases. Links in earlier e-mails still work." }
                    form method="post" { button.button type="submit" { "Unsubscribe" } }
                }
            }
        },
    )
}

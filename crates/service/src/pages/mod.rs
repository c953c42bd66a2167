//! The pages that the service renders itself, for testers without an account: the `install` page, the `unsubscribe` page,
//! and the page of a link that opens nothing. maud escapes every text that comes from users.

mod install;
mod unsubscribe;

use maud::{DOCTYPE, Markup, html};

pub(crate) use install::install;
pub(crate) use unsubscribe::unsubscribe;

/// The page of a link that opens nothing: it is wrong, revoked, or of a release that is disabled.
pub(crate) fn link_not_available() -> String {
    page(
        "Link not available",
        &html! {
            main.install.gone data-test="gone" {
                h1 { "This link no longer works" }
                p { "The link was revoked, its release is disabled, or the address is incomplete. Ask the person who sent it to you for a new link." }
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

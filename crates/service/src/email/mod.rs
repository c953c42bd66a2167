//! The texts of the e-mails that the service sends: an `invitation`, a `welcome` to a group, the notification of a
//! `release`. Each says the same in plain text and in HTML; maud escapes every text that comes from users.

mod invitation;
mod release;
mod welcome;

use maud::{DOCTYPE, Markup, html};

pub(crate) use invitation::invitation;
pub(crate) use release::release;
pub(crate) use welcome::welcome;

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

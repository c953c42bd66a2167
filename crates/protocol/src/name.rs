//! Rules of the names that stand in URLs and of e-mail addresses.

use crate::limit;

/// Whether it can name an account or an app in URLs: App Center's rule as appcenter-cli checks it,
/// `^[a-zA-Z0-9-_.]{1,100}$`. A segment of dots alone would be a path of its own to every URL parser.
pub fn is_slug(name: &str) -> bool {
    (1..=limit::NAME_CHARS).contains(&name.len())
        && name.chars().all(is_slug_char)
        && !name.chars().all(|c| c == '.')
}

/// Whether such a name may have that character.
pub fn is_slug_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// Whether it has the form of an e-mail address.
///
/// A local part of atoms with dots between (RFC 5321, 4.1.2, without quoted ones), an `@`, and a domain of at least two
/// labels. Whether it exists, only an e-mail can show.
pub fn is_email(email: &str) -> bool {
    /// RFC 5321, 4.5.3.1: of a local part, and of a path less its brackets.
    const LOCAL_BYTES: usize = 64;
    const EMAIL_BYTES: usize = 254;
    let Some((local, domain)) = email.split_once('@') else { return false };
    email.len() <= EMAIL_BYTES
        && local.len() <= LOCAL_BYTES
        && local.split('.').all(is_atom)
        && domain.contains('.')
        && domain.split('.').all(is_label)
}

/// RFC 5322, 3.2.3.
fn is_atom(text: &str) -> bool {
    let is_atext = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    !text.is_empty() && text.chars().all(is_atext)
}

/// RFC 1123, 2.1: letters, digits, and hyphens within.
fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_urls_has_letters_digits_and_a_few_signs() {
        for good in ["ann", "a.b-c_9", "..a"] {
            assert!(is_slug(good), "{good}");
        }
        for bad in ["", "..", "a b", "a/b", "a'b", "ä", &"a".repeat(101)] {
            assert!(!is_slug(bad), "{bad}");
        }
    }

    #[test]
    fn an_address_has_an_at_and_a_domain() {
        for good in ["ann@mail.example.com", "ann.b+c@e-x.org", "o'neil@a.co", "x_1@1.2.example"] {
            assert!(is_email(good), "{good}");
        }
        let long = [
            "a".repeat(65) + "@b.de",
            format!("a@{}.de", "b".repeat(64)),
            format!("a@{}de", "b.".repeat(126)),
        ];
        let bad = [
            "",
            "ann",
            "@example.com",
            "ann@example",
            "ann@.com",
            "a nn@example.com",
            "a@x.com,b@y.com",
            "<a>b@y.com",
            "a@b@c.de",
            "a..b@c.de",
            ".a@c.de",
            "a.@c.de",
            "a@-b.de",
            "a@b-.de",
            "a@b.de.",
            "a@b_c.de",
            "a@b.de\n",
            "\"a b\"@c.de",
            "a@[127.0.0.1]",
            "ä@c.de",
            "a:b@c.de",
            "a;b@c.de",
            "a(b)@c.de",
            "a\\b@c.de",
        ];
        for bad in bad.into_iter().chain(long.iter().map(String::as_str)) {
            assert!(!is_email(bad), "{bad}");
        }
    }
}

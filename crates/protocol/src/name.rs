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

/// Whether it has the form of an e-mail address: something, an `@` and a domain with a dot, without spaces. Whether
/// somebody reads it, only mail can tell.
pub fn is_email(email: &str) -> bool {
    /// RFC 5321, 4.5.3.1.3: a path, less its brackets.
    const EMAIL_BYTES: usize = 254;
    let has_parts = email.rsplit_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.')
    });
    has_parts && email.len() <= EMAIL_BYTES && !email.chars().any(|c| c.is_whitespace() || c.is_control())
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
        assert!(is_email("ann@mail.example.com"));
        for bad in ["", "ann", "@example.com", "ann@example", "ann@.com", "a nn@example.com"] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}

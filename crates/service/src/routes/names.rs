//! Rules of what people type.

use protocol::limit;

use crate::error::ApiError;

/// Checks a name that people see and URLs carry.
pub(crate) fn checked_name<'a>(what: &str, name: &'a str) -> Result<&'a str, ApiError> {
    let name = name.trim();
    let length = name.chars().count();
    if length == 0 || length > limit::NAME_CHARS {
        let limit = limit::NAME_CHARS;
        let message = format!("expected a {what} of 1 to {limit} characters, got {length}");
        return Err(ApiError::bad_request(message));
    }
    if name.chars().any(char::is_control) {
        return Err(ApiError::bad_request(format!("a {what} cannot have control characters")));
    }
    Ok(name)
}

/// Checks a text that people see and nothing is called by.
pub(crate) fn checked_text(what: &str, text: &str, most_chars: usize) -> Result<String, ApiError> {
    let length = text.chars().count();
    if length > most_chars {
        let message = format!("expected a {what} of at most {most_chars} characters, got {length}");
        return Err(ApiError::bad_request(message));
    }
    Ok(text.to_owned())
}

/// Checks an e-mail address: something, an `@` and a domain with a dot, without spaces. Whether somebody reads it,
/// only mail can tell. Returns it in lower case, as people expect addresses to be compared.
pub(crate) fn checked_email(email: &str) -> Result<String, ApiError> {
    /// RFC 5321, 4.5.3.1.3: a path, less its brackets.
    const EMAIL_BYTES: usize = 254;
    let email = email.trim();
    let parts = email.rsplit_once('@').filter(|(local, domain)| {
        !local.is_empty() && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.')
    });
    let is_fit = email.len() <= EMAIL_BYTES && !email.chars().any(|c| c.is_whitespace() || c.is_control());
    if parts.is_none() || !is_fit {
        return Err(ApiError::bad_request(format!("expected an e-mail address, got `{email}`")));
    }
    Ok(email.to_lowercase())
}

/// App Center's rule for names in URLs, as appcenter-cli checks it: `^[a-zA-Z0-9-_.]{1,100}$`.
pub(crate) fn checked_slug(name: &str) -> Result<&str, ApiError> {
    checked_name("name", name)?;
    // A segment of dots alone would be a path of its own to every URL parser.
    let is_slug = name.chars().all(is_slug_char) && !name.chars().all(|c| c == '.');
    is_slug.then_some(name).ok_or_else(|| {
        ApiError::bad_request(format!("expected a name of letters, digits, `-`, `_` and `.`, got `{name}`"))
    })
}

fn is_slug_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// A name for URLs, made of one for people.
pub(crate) fn slug(display_name: &str) -> String {
    let dashed: String = display_name.chars().map(|c| if is_slug_char(c) { c } else { '-' }).collect();
    let words: Vec<&str> = dashed.split('-').filter(|word| !word.is_empty()).collect();
    let slug: String = words.join("-").chars().take(limit::NAME_CHARS).collect();
    if slug.chars().all(|c| c == '.') { "app".to_owned() } else { slug }
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn a_name_for_urls_is_made_of_the_name_for_people() {
        assert_eq!(slug("My  Great App!"), "My-Great-App");
        assert_eq!(slug("日本語"), "app");
        assert_eq!(slug(".."), "app");
    }
}

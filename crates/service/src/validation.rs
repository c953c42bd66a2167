//! Rules for what users enter. Each `checked_…` returns the value in the form in which it is stored, or the refusal.

use protocol::limit;
use protocol::name::{self, is_slug, is_slug_char};

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

/// Checks the name of what URLs call by its name. `.` and `..` would be a path of their own to every URL parser.
pub(crate) fn checked_segment<'a>(what: &str, name: &'a str) -> Result<&'a str, ApiError> {
    let name = checked_name(what, name)?;
    if matches!(name, "." | "..") {
        return Err(ApiError::bad_request(format!("a {what} cannot be `{name}`: URLs leave such parts out")));
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

/// Checks an e-mail address. Returns it in lower case, as people expect addresses to be compared.
pub(crate) fn checked_email(email: &str) -> Result<String, ApiError> {
    let email = email.trim();
    if !name::is_email(email) {
        return Err(ApiError::bad_request(format!("expected an e-mail address, got `{email}`")));
    }
    Ok(email.to_lowercase())
}

/// Checks a name that URLs carry: see [`protocol::name::is_slug`].
pub(crate) fn checked_slug(name: &str) -> Result<&str, ApiError> {
    checked_name("name", name)?;
    is_slug(name).then_some(name).ok_or_else(|| {
        ApiError::bad_request(format!("expected a name of letters, digits, `-`, `_` and `.`, got `{name}`"))
    })
}

/// Longest version or build number, in characters: packages have shorter ones.
const VERSION_CHARS: usize = 100;

/// Checks a version or build number.
pub(crate) fn checked_version<'a>(what: &str, version: &'a str) -> Result<&'a str, ApiError> {
    let version = version.trim();
    checked_text(what, version, VERSION_CHARS)?;
    if version.chars().any(char::is_control) {
        return Err(ApiError::bad_request(format!("{what} cannot have control characters")));
    }
    Ok(version)
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

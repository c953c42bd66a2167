//! An API token, which is never shown.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An API token. It has no `Display`, and its `Debug` form does not show it.
///
/// Everything that this program prints may end up in the log of a CI job, which a whole company can read for years. So no
/// message has a token in it, not even the one that refuses it: what is refused is usually a real token with something
/// before or after it, such as `Bearer`. For the same reason clap gets arguments that may be a token as plain strings,
/// because clap's errors repeat a value that cannot be parsed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ApiToken(String);

impl ApiToken {
    /// The token itself, for the header and the config file only.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for ApiToken {
    type Err = &'static str;

    /// Takes what a header can carry. The error does not repeat the text.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.is_empty() {
            return Err("it is empty");
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("it has spaces or letters that no token has");
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_not_shown_by_accident() {
        let token: ApiToken = " 0123456789abcdef\n".parse().unwrap();
        assert_eq!(token.expose(), "0123456789abcdef");
        assert_eq!(format!("{token:?}"), "ApiToken(…)");
    }

    #[test]
    fn a_text_that_no_header_can_carry_is_no_token() {
        for bad in ["", " ", "a b", "a\nb", "tökén"] {
            assert!(bad.parse::<ApiToken>().is_err(), "{bad}");
        }
    }
}

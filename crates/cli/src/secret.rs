//! What must never be shown.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An API token. Its `Debug` form keeps it out of logs, and it has no other.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Token(String);

impl Token {
    /// The token itself: for the header and the config file only.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for Token {
    type Err = &'static str;

    /// Takes what a header can carry. The error does not repeat the text: it may be nearly a token.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.is_empty() {
            return Err("expected a token, got nothing");
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("expected a token, got a text with spaces or letters that no token has");
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_not_shown_by_accident() {
        let token: Token = " 0123456789abcdef\n".parse().unwrap();
        assert_eq!(token.expose(), "0123456789abcdef");
        assert_eq!(format!("{token:?}"), "Token(…)");
    }

    #[test]
    fn what_no_header_can_carry_is_no_token() {
        for bad in ["", " ", "a b", "a\nb", "tökén"] {
            assert!(bad.parse::<Token>().is_err(), "{bad}");
        }
    }
}

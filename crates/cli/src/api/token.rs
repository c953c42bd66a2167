//! An API token, which is never shown.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An API token. It has no `Display`, and its `Debug` form does not show it.
///
/// Everything that this program prints ends up in the logs of CI systems, which whole companies can read, and which keep
/// it for years. So a token is in no message, not even one that refuses it: most texts that are refused are a token with
/// something before or after it, such as `Bearer` or the name of its variable. For the same reason arguments that may be
/// a token reach clap as plain strings, because clap's errors repeat what they refuse.
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
    fn what_no_header_can_carry_is_no_token() {
        for bad in ["", " ", "a b", "a\nb", "tökén"] {
            assert!(bad.parse::<ApiToken>().is_err(), "{bad}");
        }
    }
}

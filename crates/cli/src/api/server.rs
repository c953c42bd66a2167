//! The address of a server.

use std::fmt;
use std::net::IpAddr;

use reqwest::Url;

use crate::error::{CliError, ExitReason};

/// The server that `cargo xtask dev` starts.
pub(super) const DEFAULT_SERVER: &str = "http://127.0.0.1:8787";

/// The address of a server, without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServerUrl {
    text: String,
    is_https: bool,
    is_loopback: bool,
}

impl ServerUrl {
    /// Checks an address.
    pub(crate) fn parse(text: &str) -> Result<Self, CliError> {
        let refuse = |reason: &str| {
            let message = format!("the server's address cannot be used: {reason}");
            let (title, fix) = ("Invalid server address", "write it as https://slipway.yourcompany.com");
            CliError::new(ExitReason::Usage, "bad-server", title, message, fix)
        };
        let url = Url::parse(text.trim()).map_err(|error| refuse(&format!("`{text}`: {error}")))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refuse(&format!("it begins with `{}:`", url.scheme())));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refuse("it contains a user name or a password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refuse("it contains `?` or `#`"));
        }
        let host = url.host_str().unwrap_or_default();
        Ok(Self {
            is_https: url.scheme() == "https",
            is_loopback: is_loopback(host),
            text: url.as_str().trim_end_matches('/').to_owned(),
        })
    }

    /// Whether what is sent cannot be read in transit: over TLS, or without leaving this machine.
    pub(super) fn is_private(&self) -> bool {
        self.is_https || self.is_loopback
    }

    /// Whether it is on this machine.
    pub(super) fn is_loopback(&self) -> bool {
        self.is_loopback
    }

    /// Whether the connection uses TLS.
    pub(super) fn is_https(&self) -> bool {
        self.is_https
    }

    /// The address.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// RFC 6761, 6.3: names that never leave this machine.
fn is_loopback(host: &str) -> bool {
    let ip = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    ip.map_or(host == "localhost" || host.ends_with(".localhost"), |ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_no_slash_at_its_end() {
        for text in ["https://slipway.dev", "https://slipway.dev/", " https://SLIPWAY.dev// "] {
            assert_eq!(ServerUrl::parse(text).unwrap().as_str(), "https://slipway.dev");
        }
        assert_eq!(ServerUrl::parse("https://a.dev/releases/").unwrap().as_str(), "https://a.dev/releases");
    }

    #[test]
    fn plain_http_is_private_on_this_machine_only() {
        for (text, is_private) in [
            ("https://slipway.dev", true),
            ("http://127.0.0.1:8787", true),
            ("http://[::1]:8787", true),
            ("http://localhost", true),
            ("http://slipway.dev", false),
            ("http://10.0.0.1", false),
            ("http://localhost.slipway.dev", false),
        ] {
            assert_eq!(ServerUrl::parse(text).unwrap().is_private(), is_private, "{text}");
        }
    }

    #[test]
    fn an_invalid_address_is_refused() {
        for bad in
            ["", "slipway.dev", "ftp://a.dev", "https://u:p@a.dev", "https://a.dev/?x", "https://a.dev/#x"]
        {
            assert_eq!(ServerUrl::parse(bad).unwrap_err().exit, ExitReason::Usage, "{bad}");
        }
    }
}

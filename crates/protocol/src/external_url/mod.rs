//! The one rule for addresses that users enter: links to builds hosted elsewhere, and webhooks.
//!
//! It is a grammar, not a parser that repairs: what browsers would silently change into something else (backslashes,
//! missing slashes, `①②⑦.⓪.⓪.①`, control characters, `..`) is refused, so that what was checked, what is stored and what
//! is opened are the same text. Names only: every spelling of an IP address fails by its last label. Sources: RFC 3986
//! (characters), RFC 1123 (host names), RFC 6761 and 6762 (names for private use), OWASP's sheet on server-side request
//! forgery.

use std::fmt;

/// Longest address, in bytes.
const MAX_BYTES: usize = 2048;

/// Longest host, and longest label of one, in bytes (RFC 1035, 2.3.4).
const MAX_HOST: usize = 253;
const MAX_LABEL: usize = 63;

/// Last labels, or last two, of names that mean something on one network only, or nothing at all.
const PRIVATE: [&str; 14] = [
    "localhost",
    "localdomain",
    "local",
    "internal",
    "lan",
    "home",
    "corp",
    "intranet",
    "private",
    "home.arpa",
    "test",
    "example",
    "invalid",
    "onion",
];

/// An HTTPS address that passed the rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalUrl(String);

impl ExternalUrl {
    /// Checks an address. Its host is put in lower case and a missing path becomes `/`; nothing else is changed.
    ///
    /// # Errors
    /// Says what is wrong and what to write instead.
    pub fn parse(text: &str) -> Result<ExternalUrl, ExternalUrlError> {
        use ExternalUrlError as Error;
        if text.len() > MAX_BYTES {
            return Err(Error::TooLong);
        }
        if let Some(c) = text.chars().find(|c| !c.is_ascii_graphic() || *c == '\\') {
            return Err(Error::Character(c));
        }
        let rest = text.strip_prefix("https://").ok_or(Error::NotHttps)?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (host, path) = rest.split_at(end);
        if host.contains('@') {
            return Err(Error::UserInfo);
        }
        if host.contains(':') {
            return Err(Error::Port);
        }
        let host = host.to_ascii_lowercase();
        check_host(&host)?;
        check_path(path)?;
        let slash = if path.starts_with('/') { "" } else { "/" };
        Ok(ExternalUrl(format!("https://{host}{slash}{path}")))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its host.
    pub fn host(&self) -> &str {
        self.0["https://".len()..].split('/').next().unwrap_or_default()
    }
}

impl fmt::Display for ExternalUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn check_host(host: &str) -> Result<(), ExternalUrlError> {
    use ExternalUrlError as Error;
    let labels: Vec<&str> = host.split('.').collect();
    let is_label = |label: &&str| {
        (1..=MAX_LABEL).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if host.len() > MAX_HOST || labels.len() < 2 || !labels.iter().all(is_label) {
        return Err(Error::Host);
    }
    // No top-level domain has a digit, unless it is an encoded one: this ends every IP address.
    let last = labels.last().copied().unwrap_or_default();
    if !last.starts_with("xn--") && !last.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return Err(Error::Host);
    }
    let is_private = |name: &&str| host.strip_suffix(*name).is_some_and(|rest| rest.ends_with('.'));
    if PRIVATE.iter().any(is_private) || PRIVATE.contains(&host) {
        return Err(Error::Private);
    }
    Ok(())
}

/// Path and query.
fn check_path(path: &str) -> Result<(), ExternalUrlError> {
    use ExternalUrlError as Error;
    let mut bytes = path.bytes();
    let mut in_query = false;
    while let Some(byte) = bytes.next() {
        in_query |= byte == b'?';
        match byte {
            // Browsers write it as %27 there, and only there.
            b'\'' if in_query => return Err(Error::Character('\'')),
            b'%' => {
                let is_digit = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_hexdigit());
                if !is_digit(bytes.next()) || !is_digit(bytes.next()) {
                    return Err(Error::Percent);
                }
            }
            b'#' => return Err(Error::Fragment),
            byte if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&byte) => {}
            byte => return Err(Error::Character(char::from(byte))),
        }
    }
    let path = path.split('?').next().unwrap_or_default();
    if path.split('/').any(is_dots) {
        return Err(Error::Dots);
    }
    Ok(())
}

/// `.` and `..`, in any of the spellings that browsers know.
fn is_dots(segment: &str) -> bool {
    let plain = segment.replace("%2e", ".").replace("%2E", ".");
    plain == "." || plain == ".."
}

/// What is wrong with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExternalUrlError {
    /// Longer than 2048 bytes.
    TooLong,
    /// It has a character that no address may have as it is.
    Character(char),
    /// It does not begin with `https://`.
    NotHttps,
    /// It has a user or a password.
    UserInfo,
    /// It names a port.
    Port,
    /// Its host is no public name.
    Host,
    /// Its host is a name of one network only, or of none.
    Private,
    /// A `%` without two hexadecimal digits.
    Percent,
    /// It has a fragment.
    Fragment,
    /// Its path has `.` or `..` in it.
    Dots,
}

impl fmt::Display for ExternalUrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use ExternalUrlError as Error;
        match self {
            Error::TooLong => {
                write!(f, "expected an address of at most {MAX_BYTES} bytes; use a shorter link")
            }
            Error::Character(c) if c.is_ascii_graphic() => {
                write!(f, "expected an address without `{c}`; write it as %{:02X}", u32::from(*c))
            }
            Error::Character(c) => write!(
                f,
                "expected an address of plain characters, got U+{:04X}; copy it from the browser's address bar",
                u32::from(*c)
            ),
            Error::NotHttps => f.write_str("expected an address that begins with https://"),
            Error::UserInfo => f.write_str("expected an address without a user name or password"),
            Error::Port => f.write_str("expected an address without a port; serve it on the usual one, 443"),
            Error::Host => {
                f.write_str("expected the public name of a server, such as downloads.yourcompany.com")
            }
            Error::Private => f.write_str("expected a public name, got one of a private network"),
            Error::Percent => {
                f.write_str("expected two hexadecimal digits after each `%`; write a lone one as %25")
            }
            Error::Fragment => {
                f.write_str("expected an address without `#`: servers never see what follows it")
            }
            Error::Dots => {
                f.write_str("expected a path without `.` and `..`; write the path that they lead to")
            }
        }
    }
}

impl std::error::Error for ExternalUrlError {}

#[cfg(test)]
mod tests;

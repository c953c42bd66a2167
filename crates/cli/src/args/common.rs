use std::fmt;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use protocol::name::is_slug;

/// Settings of every command that talks to a server.
#[derive(Args, Clone)]
pub(crate) struct ServerArgs {
    /// The server's address, such as `https://slipway.yourcompany.com`. Default: that of `SLIPWAY_SERVER`, of the last
    /// `slipway login`, or `http://127.0.0.1:8787`
    #[arg(long, value_name = "URL", help_heading = "Server")]
    pub(crate) server: Option<String>,
    /// The API token. Better set `SLIPWAY_TOKEN` or run `slipway login`: other users can see a program's arguments
    #[arg(long, value_name = "TOKEN", help_heading = "Server")]
    // A `String`, not an `ApiToken`: clap's error about a value that cannot be parsed repeats the value.
    pub(crate) token: Option<String>,
    /// Send the token over plain HTTP even if the server is not on this machine
    #[arg(long, help_heading = "Server")]
    pub(crate) insecure: bool,
    /// How to print the result and errors
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT", help_heading = "Output")]
    pub(crate) output: OutputFormat,
    /// Print only errors on standard error
    #[arg(long, help_heading = "Output")]
    pub(crate) quiet: bool,
    /// Print each API call on standard error, never with a token
    #[arg(long, help_heading = "Output")]
    pub(crate) debug: bool,
    /// A flag of App Center's command line, without effect here: --server chooses the server
    #[arg(long, hide = true, value_name = "ENVIRONMENT")]
    env: Option<String>,
    /// A flag of App Center's command line, without effect here: there is no telemetry
    #[arg(long, hide = true)]
    disable_telemetry: bool,
}

/// How the result is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// The app that a command is about.
#[derive(Args)]
pub(crate) struct AppArg {
    /// The app
    #[arg(short = 'a', long = "app", value_name = "OWNER/APP")]
    pub(crate) slug: AppSlug,
}

/// Owner and app, by their names in URLs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AppSlug {
    /// The owner: a person or an organization.
    pub(crate) owner: String,
    /// The app.
    pub(crate) app: String,
}

impl FromStr for AppSlug {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('/') {
            Some((owner, app)) if is_slug(owner) && is_slug(app) => {
                Ok(Self { owner: owner.to_owned(), app: app.to_owned() })
            }
            _ => Err("expected OWNER/APP, as `slipway apps` lists them: letters, digits, `-`, `_` and `.`"
                .to_owned()),
        }
    }
}

impl fmt::Display for AppSlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.app)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_is_named_by_owner_and_name() {
        let slug: AppSlug = "ann/app-one".parse().unwrap();
        assert_eq!((slug.owner.as_str(), slug.app.as_str()), ("ann", "app-one"));
        for bad in ["", "app", "/app", "ann/", "ann/app/1", "ann/a b", "../.."] {
            assert!(bad.parse::<AppSlug>().is_err(), "{bad}");
        }
    }
}

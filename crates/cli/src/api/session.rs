//! Which server the command talks to, and with which token.

use std::env;

use super::config::Config;
use super::server::{DEFAULT_SERVER, ServerUrl};
use super::token::ApiToken;
use crate::args::ServerArgs;
use crate::error::{CliError, ExitReason};
use crate::private_files;

/// The variables that count where an argument is missing.
const SERVER_VARIABLE: &str = "SLIPWAY_SERVER";
const TOKEN_VARIABLE: &str = "SLIPWAY_TOKEN";

/// A server, and the token that is sent to it.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) server: ServerUrl,
    pub(crate) token: ApiToken,
    /// Whether the token is from the config file, where `slipway login` may store a new one meanwhile.
    is_stored: bool,
}

impl Session {
    /// A session with a token that is not stored yet.
    pub(crate) fn new(server: ServerUrl, token: ApiToken) -> Self {
        Self { server, token, is_stored: false }
    }

    /// Server and token of the arguments, else of the variables, else of the config file.
    pub(crate) fn open(args: &ServerArgs) -> Result<Self, CliError> {
        let stated = stated_token(args)?;
        // A config file that is not needed may be damaged, and a user without a home has none.
        let is_needed = stated.is_none() || stated_server(args).is_none();
        let config = match private_files::config_file() {
            Ok(path) if is_needed => Config::load(&path)?,
            _ => Config::default(),
        };
        let server = server_url(args, &config)?;
        let is_stored = stated.is_none();
        let stored = config.tokens.get(server.as_str()).cloned();
        let token = stated.or(stored).ok_or_else(|| not_signed_in(&server))?;
        require_encryption(&server, args)?;
        Ok(Self { server, token, is_stored })
    }

    /// The session with the config file's token, if that is another one by now.
    pub(super) fn with_stored_token(&self) -> Option<Self> {
        let config = private_files::config_file()
            .and_then(|path| Config::load(&path))
            .ok()
            .filter(|_| self.is_stored)?;
        let token = config.tokens.get(self.server.as_str()).filter(|token| **token != self.token)?;
        Some(Self { token: token.clone(), ..self.clone() })
    }
}

/// The server that the command talks to.
pub(crate) fn server_url(args: &ServerArgs, config: &Config) -> Result<ServerUrl, CliError> {
    let text =
        stated_server(args).or_else(|| config.server.clone()).unwrap_or_else(|| DEFAULT_SERVER.to_owned());
    ServerUrl::parse(&text)
}

fn stated_server(args: &ServerArgs) -> Option<String> {
    args.server.clone().or_else(|| variable(SERVER_VARIABLE))
}

/// The token of an argument or a variable.
fn stated_token(args: &ServerArgs) -> Result<Option<ApiToken>, CliError> {
    match token_argument(args)? {
        Some(token) => Ok(Some(token)),
        None => variable(TOKEN_VARIABLE).map(|text| parse_token(&text, TOKEN_VARIABLE)).transpose(),
    }
}

/// The token of the argument.
pub(crate) fn token_argument(args: &ServerArgs) -> Result<Option<ApiToken>, CliError> {
    args.token.as_deref().map(|text| parse_token(text, "--token")).transpose()
}

/// Whether a token is in the environment.
pub(crate) fn has_token_variable() -> bool {
    variable(TOKEN_VARIABLE).is_some()
}

fn parse_token(text: &str, source: &str) -> Result<ApiToken, CliError> {
    let to_error = |reason| {
        let message = format!("the token in {source} cannot be used: {reason}");
        CliError::new(ExitReason::Usage, "bad-token", "Not a valid token", message, "copy the token again")
    };
    text.parse().map_err(to_error)
}

/// Refuses to send a token where others on the network could read it.
pub(crate) fn require_encryption(server: &ServerUrl, args: &ServerArgs) -> Result<(), CliError> {
    if server.is_private() || args.insecure {
        return Ok(());
    }
    let message = format!("{server} is not HTTPS: everyone on the network could read the token");
    let fix = "use an address with https://, or add --insecure if you trust the network";
    Err(CliError::new(ExitReason::Usage, "plain-http", "Token would be readable", message, fix))
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn not_signed_in(server: &ServerUrl) -> CliError {
    let message = format!("there is no token for {server}");
    let fix = format!("run `slipway login --server {server}`, or set {TOKEN_VARIABLE}");
    CliError::new(ExitReason::NotAllowed, "not-signed-in", "Not signed in yet", message, fix)
}

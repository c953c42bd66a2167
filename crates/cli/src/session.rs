//! Which server, and with which token.

use std::env;

use crate::args::ServiceArgs;
use crate::config::Config;
use crate::place;
use crate::secret::Token;
use crate::server::{DEFAULT, Server};
use crate::trouble::{Exit, Trouble};

/// The variables that are asked where an argument is missing.
const SERVER: &str = "SLIPWAY_SERVER";
const TOKEN: &str = "SLIPWAY_TOKEN";

/// A server and the permission to talk to it.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) server: Server,
    pub(crate) token: Token,
    /// Whether the token is the config file's, which may get another one while we run.
    is_kept: bool,
}

impl Session {
    /// With a token that is not kept yet.
    pub(crate) fn new(server: Server, token: Token) -> Self {
        Self { server, token, is_kept: false }
    }

    /// By arguments, else by variables, else by the config file.
    pub(crate) fn open(args: &ServiceArgs) -> Result<Self, Trouble> {
        let stated = stated_token(args)?;
        // A file that is not needed may be as damaged as it likes, and without a home there is none.
        let is_needed = stated.is_none() || stated_server(args).is_none();
        let config = match place::config_file() {
            Ok(path) if is_needed => Config::load(&path)?,
            _ => Config::default(),
        };
        let server = server(args, &config)?;
        let is_kept = stated.is_none();
        let kept = config.tokens.get(server.as_str()).cloned();
        let token = stated.or(kept).ok_or_else(|| not_signed_in(&server))?;
        check_way(&server, args)?;
        Ok(Self { server, token, is_kept })
    }

    /// The config file's token, if it is another one by now.
    pub(crate) fn renewed(&self) -> Option<Self> {
        let config =
            place::config_file().and_then(|path| Config::load(&path)).ok().filter(|_| self.is_kept)?;
        let token = config.tokens.get(self.server.as_str()).filter(|token| **token != self.token)?;
        Some(Self { token: token.clone(), ..self.clone() })
    }
}

/// The server that is meant.
pub(crate) fn server(args: &ServiceArgs, config: &Config) -> Result<Server, Trouble> {
    let text = stated_server(args).or_else(|| config.server.clone()).unwrap_or_else(|| DEFAULT.to_owned());
    Server::parse(&text)
}

fn stated_server(args: &ServiceArgs) -> Option<String> {
    args.server.clone().or_else(|| variable(SERVER))
}

/// The token of an argument or a variable.
fn stated_token(args: &ServiceArgs) -> Result<Option<Token>, Trouble> {
    match argument(args)? {
        Some(token) => Ok(Some(token)),
        None => variable(TOKEN).map(|text| token(&text, TOKEN)).transpose(),
    }
}

/// The token of the argument.
pub(crate) fn argument(args: &ServiceArgs) -> Result<Option<Token>, Trouble> {
    args.token.as_deref().map(|text| token(text, "--token")).transpose()
}

/// Whether a variable says a token.
pub(crate) fn has_variable() -> bool {
    variable(TOKEN).is_some()
}

fn token(text: &str, place: &str) -> Result<Token, Trouble> {
    let complain = |problem| {
        Trouble::new(Exit::Usage, "bad-token", format!("{problem} in {place}"), "copy the token once more")
    };
    text.parse().map_err(complain)
}

/// A token must not be read by whoever is on the way.
pub(crate) fn check_way(server: &Server, args: &ServiceArgs) -> Result<(), Trouble> {
    if server.is_private() || args.insecure {
        return Ok(());
    }
    let message = format!("expected https, got {server}: everybody on the way could read the token");
    let fix = "write https://, or add --insecure if you trust the network";
    Err(Trouble::new(Exit::Usage, "plain-http", message, fix))
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn not_signed_in(server: &Server) -> Trouble {
    let message = format!("expected a token for {server}, got none");
    let fix = format!("slipway login --server {server}, or put a token into {TOKEN}");
    Trouble::new(Exit::Rights, "not-signed-in", message, fix)
}

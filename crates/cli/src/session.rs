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
        // Without a home there is no file, and all that is needed may be in variables.
        let config =
            place::config_file().map_or_else(|_| Ok(Config::default()), |path| Config::load(&path))?;
        let server = server(args, &config)?;
        let stated = stated_token(args)?;
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
    let stated = args.server.clone().or_else(|| variable(SERVER));
    let text = stated.or_else(|| config.server.clone()).unwrap_or_else(|| DEFAULT.to_owned());
    Server::parse(&text)
}

/// The token of an argument or a variable.
pub(crate) fn stated_token(args: &ServiceArgs) -> Result<Option<Token>, Trouble> {
    if args.token.is_some() {
        return Ok(args.token.clone());
    }
    let token = variable(TOKEN).map(|text| text.parse()).transpose();
    token.map_err(|problem| {
        Trouble::new(Exit::Usage, "bad-token", format!("{problem} in {TOKEN}"), "set it again")
    })
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

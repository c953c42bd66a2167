//! `slipway login` and `slipway logout`.

use std::io::{self, BufRead, BufReader, IsTerminal, Read};
use std::path::PathBuf;

use console::Term;
use protocol::{User, route};
use serde::Serialize;

use crate::args::{LoginArgs, ServiceArgs};
use crate::config::Config;
use crate::output::Output;
use crate::place;
use crate::plain;
use crate::secret::Token;
use crate::server::Server;
use crate::service::Service;
use crate::session::{self, Session};
use crate::trouble::{Exit, Trouble};

/// Who is signed in where.
#[derive(Serialize)]
struct SignedIn<'a> {
    server: &'a str,
    user: &'a User,
}

/// A token that is to be checked and kept.
pub(super) struct Login {
    path: PathBuf,
    config: Config,
    server: Server,
    token: Token,
}

impl Login {
    /// Takes the argument's token, or asks for one.
    pub(super) fn ask(args: &LoginArgs) -> Result<Self, Trouble> {
        if args.stray.is_some() {
            let fix = "leave it out and be asked for it, or write --token before it";
            return Err(Trouble::new(Exit::Usage, "stray-token", "expected no argument, got one", fix));
        }
        let path = place::config_file()?;
        let config = Config::load(&path)?;
        let server = session::server(&args.service, &config)?;
        session::check_way(&server, &args.service)?;
        let token = match session::argument(&args.service)? {
            Some(token) => token,
            None => ask(&server)?,
        };
        Ok(Self { path, config, server, token })
    }
}

/// Checks a token and keeps it.
pub(super) async fn login(login: Login, output: Output) -> Result<(), Trouble> {
    let Login { path, mut config, server, token } = login;
    let service = Service::new(Session::new(server.clone(), token.clone()), output)?;
    let user: User = service.get(route::USER).await.map_err(explain)?;
    config.tokens.insert(server.as_str().to_owned(), token);
    config.server = Some(server.as_str().to_owned());
    config.save(&path)?;
    if session::has_variable() {
        output.warn("SLIPWAY_TOKEN is set, and counts before what was kept now", "unset SLIPWAY_TOKEN");
    }
    let text =
        format!("signed in to {server} as {} <{}>\n", plain::line(&user.name), plain::line(&user.email));
    output.result(&SignedIn { server: server.as_str(), user: &user }, &text)
}

/// Forgets the token. It goes on working for whoever else has it.
pub(super) fn logout(args: &ServiceArgs, output: Output) -> Result<(), Trouble> {
    let path = place::config_file()?;
    let mut config = Config::load(&path)?;
    let server = session::server(args, &config)?;
    let was_there = config.tokens.remove(server.as_str()).is_some();
    if config.server.as_deref() == Some(server.as_str()) {
        config.server = None;
    }
    if was_there {
        config.save(&path)?;
    }
    let text = match was_there {
        true => format!("forgot the token for {server}; revoke it there if nobody else needs it\n"),
        false => format!("there was no token for {server}\n"),
    };
    output.result(&serde_json::json!({ "server": server.as_str(), "was_signed_in": was_there }), &text)
}

/// From a person, without showing it, or from a pipe.
fn ask(server: &Server) -> Result<Token, Trouble> {
    let complain = |error: io::Error| {
        let fix = "write it to standard input, as in: echo \"$TOKEN\" | slipway login";
        Trouble::new(Exit::Usage, "no-token", format!("expected a token: {error}"), fix)
    };
    let mut text = String::new();
    if io::stdin().is_terminal() {
        let terminal = Term::stderr();
        terminal.write_str(&format!("API token for {server} (it is not shown): ")).map_err(complain)?;
        text = terminal.read_secure_line().map_err(complain)?;
    } else {
        /// Far more than a token has.
        const LONGEST: u64 = 4096;
        BufReader::new(io::stdin().take(LONGEST)).read_line(&mut text).map_err(complain)?;
    }
    text.parse().map_err(|problem: &str| {
        Trouble::new(
            Exit::Usage,
            "bad-token",
            problem,
            "copy the token once more: it is one word of letters and digits",
        )
    })
}

/// A token of an app may not ask who it is.
fn explain(trouble: Trouble) -> Trouble {
    match trouble.exit {
        Exit::Rights if trouble.code == "forbidden" => Trouble {
            fix: "sign in with a token of your own; one of an app goes into SLIPWAY_TOKEN and releases that app".into(),
            ..trouble
        },
        Exit::Rights => Trouble { fix: "copy the token once more, or make a new one".into(), ..trouble },
        _ => trouble,
    }
}

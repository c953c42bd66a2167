//! `slipway login` and `slipway logout`.

use std::io::{self, BufRead, BufReader, IsTerminal, Read};
use std::path::PathBuf;

use console::Term;
use protocol::{User, route};
use serde::Serialize;

use crate::api::{
    ApiClient, ApiToken, Config, ServerUrl, Session, has_token_variable, require_encryption, server_url,
    token_argument,
};
use crate::args::{LoginArgs, ServerArgs};
use crate::error::{CliError, ExitReason};
use crate::output::{Output, text};
use crate::private_files;

/// Server and user, as they are printed.
#[derive(Serialize)]
struct LoginResult<'a> {
    server: &'a str,
    user: &'a User,
}

/// A token to check and store, and where to.
pub(super) struct Login {
    path: PathBuf,
    config: Config,
    server: ServerUrl,
    token: ApiToken,
}

impl Login {
    /// Takes the argument's token, or asks for one.
    pub(super) fn prepare(args: &LoginArgs) -> Result<Self, CliError> {
        if args.unexpected.is_some() {
            let fix = "leave it out and enter the token when asked, or write --token before it";
            let (title, message) = ("Unexpected extra argument", "`slipway login` takes no argument");
            return Err(CliError::new(ExitReason::Usage, "stray-token", title, message, fix));
        }
        let path = private_files::config_file()?;
        let config = Config::load(&path)?;
        let server = server_url(&args.server_args, &config)?;
        require_encryption(&server, &args.server_args)?;
        let token = match token_argument(&args.server_args)? {
            Some(token) => token,
            None => read_token(&server)?,
        };
        Ok(Self { path, config, server, token })
    }
}

/// Checks the token, and stores it.
pub(super) async fn login(login: Login, output: Output) -> Result<(), CliError> {
    let Login { path, mut config, server, token } = login;
    let client = ApiClient::new(Session::new(server.clone(), token.clone()), output)?;
    let user: User = client.get(route::USER).await.map_err(with_sign_in_fix)?;
    config.tokens.insert(server.as_str().to_owned(), token);
    config.server = Some(server.as_str().to_owned());
    config.save(&path)?;
    if has_token_variable() {
        output.warn(
            "Stored token not used",
            "SLIPWAY_TOKEN is set, and takes precedence over the token that was stored",
            "unset SLIPWAY_TOKEN",
        );
    }
    let text = format!(
        "signed in to {server} as {} <{}>\n",
        text::one_line(&user.name),
        text::one_line(&user.email)
    );
    output.print_result(&LoginResult { server: server.as_str(), user: &user }, &text)
}

/// Deletes the stored token. The server still accepts it.
pub(super) fn logout(args: &ServerArgs, output: Output) -> Result<(), CliError> {
    let path = private_files::config_file()?;
    let mut config = Config::load(&path)?;
    let server = server_url(args, &config)?;
    let was_stored = config.tokens.remove(server.as_str()).is_some();
    if config.server.as_deref() == Some(server.as_str()) {
        config.server = None;
    }
    if was_stored {
        config.save(&path)?;
    }
    let text = match was_stored {
        true => format!(
            "deleted the token for {server}; if you do not need it any more, revoke it on the server\n"
        ),
        false => format!("there was no token for {server}\n"),
    };
    output.print_result(&serde_json::json!({ "server": server.as_str(), "was_signed_in": was_stored }), &text)
}

/// Reads a token from the terminal without showing it, or from a pipe.
fn read_token(server: &ServerUrl) -> Result<ApiToken, CliError> {
    let to_error = |error: io::Error| {
        let fix = "write it to standard input, as in: echo \"$TOKEN\" | slipway login";
        CliError::new(ExitReason::Usage, "no-token", "Cannot read a token", error.to_string(), fix)
    };
    let mut text = String::new();
    if io::stdin().is_terminal() {
        let terminal = Term::stderr();
        terminal.write_str(&format!("API token for {server} (it is not shown): ")).map_err(to_error)?;
        text = terminal.read_secure_line().map_err(to_error)?;
    } else {
        /// Far more than any token has.
        const MAX_BYTES: u64 = 4096;
        BufReader::new(io::stdin().take(MAX_BYTES)).read_line(&mut text).map_err(to_error)?;
    }
    text.parse().map_err(|reason: &str| {
        let message = format!("the token cannot be used: {reason}");
        let fix = "copy the token again: it is one word of letters and digits";
        CliError::new(ExitReason::Usage, "bad-token", "Not a valid token", message, fix)
    })
}

/// Replaces the fix, which would say `slipway login`. An app's token may not ask the server for its user.
fn with_sign_in_fix(error: CliError) -> CliError {
    match error.exit {
        ExitReason::NotAllowed if error.code == "forbidden" => CliError {
            fix: "sign in with a token of your own; an app's token goes into SLIPWAY_TOKEN and releases that app".into(),
            ..error
        },
        ExitReason::NotAllowed => CliError { fix: "copy the token again, or make a new one".into(), ..error },
        _ => error,
    }
}

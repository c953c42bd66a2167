//! The commands that talk to a server, a file for each; `slipway login` and `slipway logout` share one.
//!
//! Here a command is chosen, run until it ends or is interrupted, and its error printed.

mod apps;
mod groups;
mod link;
mod login;
mod release;
mod releases;

use std::future::Future;
use std::io;
use std::process::ExitCode;

use crate::api::{ApiClient, Session};
use crate::args::{Command, DistributeCommand, ServerArgs, clap_command};
use crate::error::{CliError, ExitReason};
use crate::interrupt::{Interrupts, interrupted_error};
use crate::output::Output;
use login::Login;

/// Writes the completion script of a shell to standard output.
pub(crate) fn completions(shell: clap_complete::Shell) -> ExitCode {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut clap_command(), "slipway", &mut script);
    match io::Write::write_all(&mut io::stdout(), &script) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Runs a command, prints its error if it fails, and gives its exit code.
pub(crate) fn run(command: Command) -> ExitCode {
    let Some(args) = command.server_args() else { return ExitCode::SUCCESS };
    let output = Output::new(args);
    let result = match command {
        // The token is read before signals are handled, so that Ctrl-C ends the program at the prompt as usual.
        Command::Login(args) => {
            Login::prepare(&args).and_then(|login| in_runtime(until_interrupted(login::login(login, output))))
        }
        command => in_runtime(until_interrupted(dispatch(command, output))),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output.print_error(&error);
            error.exit.into()
        }
    }
}

/// Runs a command until it ends, or until Ctrl-C.
///
/// From here on Ctrl-C does not kill the process. A killed upload would leave a record as old as its last save, and a
/// progress bar across the prompt, and it would not tell the user that the same command continues it. The upload listens
/// to the same signal and knows how far it got, so it is polled first (`biased`). Only a command that has nothing to say
/// about it, such as one that waits for a list, ends by the second branch.
async fn until_interrupted(work: impl Future<Output = Result<(), CliError>>) -> Result<(), CliError> {
    let mut interrupts = Interrupts::listen();
    tokio::select! {
        biased;
        result = work => result,
        () = interrupts.next() => Err(interrupted_error()),
    }
}

async fn dispatch(command: Command, output: Output) -> Result<(), CliError> {
    match command {
        Command::Logout(args) => login::logout(&args, output),
        Command::Apps(args) => apps::run(&args, output).await,
        Command::Groups(args) => groups::run(&args, output).await,
        Command::Releases(args) => releases::run(args, output).await,
        Command::Distribute(DistributeCommand::Link(args)) => link::run(&args, output).await,
        Command::Distribute(DistributeCommand::Release(args)) => release::run(&args, output).await,
        // `main` and `run` handle these.
        Command::Inspect(_) | Command::Completions { .. } | Command::Login(_) => Ok(()),
    }
}

/// A client of the server that the command talks to.
fn connect(args: &ServerArgs, output: Output) -> Result<ApiClient, CliError> {
    ApiClient::new(Session::open(args)?, output)
}

/// One thread is enough: reading and hashing have another, and everything else waits for the network.
fn in_runtime(work: impl Future<Output = Result<(), CliError>>) -> Result<(), CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| {
        let message = format!("the system lacks the resources for network access: {error}");
        let (title, fix) = ("Cannot start network access", "try again when the machine is less busy");
        CliError::new(ExitReason::Failed, "no-runtime", title, message, fix)
    })?;
    let result = runtime.block_on(work);
    // A DNS lookup in the system cannot be aborted, and may take longer than a user waits after Ctrl-C.
    runtime.shutdown_background();
    result
}

//! The commands that talk to a server, a file for each.

mod apps;
mod groups;
mod link;
mod login;
mod release;
mod releases;

use std::future::Future;
use std::io;
use std::process::ExitCode;

use crate::args::{Command, Distribute, ServiceArgs, grammar};
use crate::interrupt::{self, Interrupts};
use crate::output::Output;
use crate::service::Service;
use crate::session::Session;
use crate::trouble::{Exit, Trouble};
use login::Login;

/// Writes the script to standard output.
pub(crate) fn completions(shell: clap_complete::Shell) -> ExitCode {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut grammar(), "slipway", &mut script);
    match io::Write::write_all(&mut io::stdout(), &script) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Runs a command to its end and says how that was.
pub(crate) fn run(command: Command) -> ExitCode {
    let Some(args) = command.service() else { return ExitCode::SUCCESS };
    let output = Output::of(args);
    let result = match command {
        // Before signals are ours: whoever is asked for a token can end the program as usual.
        Command::Login(args) => {
            Login::ask(&args).and_then(|login| in_runtime(until_interrupted(login::login(login, output))))
        }
        command => in_runtime(until_interrupted(dispatch(command, output))),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            output.complain(&trouble);
            trouble.exit.into()
        }
    }
}

/// An upload says itself how to go on after Ctrl-C, so it is heard first.
async fn until_interrupted(work: impl Future<Output = Result<(), Trouble>>) -> Result<(), Trouble> {
    let mut interrupts = Interrupts::listen();
    tokio::select! {
        biased;
        result = work => result,
        () = interrupts.next() => Err(interrupt::trouble()),
    }
}

async fn dispatch(command: Command, output: Output) -> Result<(), Trouble> {
    match command {
        Command::Logout(args) => login::logout(&args, output),
        Command::Apps(args) => apps::run(&args, output).await,
        Command::Groups(args) => groups::run(&args, output).await,
        Command::Releases(args) => releases::run(args, output).await,
        Command::Distribute(Distribute::Link(args)) => link::run(&args, output).await,
        Command::Distribute(Distribute::Release(args)) => release::run(&args, output).await,
        // `main` and `run` have done these.
        Command::Inspect(_) | Command::Completions { .. } | Command::Login(_) => Ok(()),
    }
}

/// The server with the permission to talk to it.
fn open(args: &ServiceArgs, output: Output) -> Result<Service, Trouble> {
    Service::new(Session::open(args)?, output)
}

/// One thread does: reading and hashing have another, and everything else waits for the network.
fn in_runtime(work: impl Future<Output = Result<(), Trouble>>) -> Result<(), Trouble> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| {
        let message = format!("could not prepare to talk to a server: {error}");
        Trouble::new(Exit::Failed, "no-runtime", message, "try again once the machine is less busy")
    })?;
    let result = runtime.block_on(work);
    // The system may still look for a server's name, for longer than anybody waits after Ctrl-C.
    runtime.shutdown_background();
    result
}

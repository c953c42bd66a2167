//! `slipway`: what the portal knows and does, on the command line.
//!
//! In scope: reading files for `artifact` by ranges, sending them for `upload`, the calls of `protocol`, and showing the
//! results to people and to programs. Out of scope: what a package is, which is `artifact`'s business, and which request
//! of an upload comes next, which is `upload`'s.
//!
//! | room | what is in it |
//! |---|---|
//! | [`args`] | the arguments that each command takes, and their help texts |
//! | [`commands`] | a file for each command that talks to a server |
//! | [`inspect`] | `slipway inspect` |
//! | [`release`] | what the commands share that make a release: checks, notes, destinations, result |
//! | [`uploader`] | carries out one upload: driver, file, requests, saved state, progress |
//! | [`package`] | what a file on disk is |
//! | [`api`] | the client of the API: server, token, config file, repeated calls |
//! | [`output`] | standard output and standard error, for people or as JSON |
//!
//! The exit codes are those of [`error::ExitReason`].

mod api;
mod args;
mod commands;
mod error;
mod inspect;
mod interrupt;
mod output;
mod package;
mod private_files;
mod release;
mod uploader;

use std::process::ExitCode;

use args::Command;

fn main() -> ExitCode {
    match args::parse() {
        Command::Inspect(args) => inspect::run(&args),
        Command::Completions { shell } => commands::completions(shell),
        command => commands::run(command),
    }
}

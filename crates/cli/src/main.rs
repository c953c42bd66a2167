//! `slipway`: what the portal knows and does, on the command line.
//!
//! In scope: reading files for `artifact` by ranges, sending them for `upload`, the calls of `protocol`, and showing what
//! came of it to people and to programs. Out of scope: what a package is, which is `artifact`'s business, and what comes
//! next in an upload, which is `upload`'s.
//!
//! The exit codes are those of [`trouble::Exit`].

mod args;
mod commands;
mod config;
mod destination;
mod facts;
mod fault;
mod file;
mod icon;
mod inspect;
mod interrupt;
mod json;
mod notes;
mod output;
mod package;
mod place;
mod plain;
mod progress;
mod released;
mod report;
mod secret;
mod sending;
mod server;
mod service;
mod session;
mod style;
mod text;
mod trouble;

use std::process::ExitCode;

use args::Command;

fn main() -> ExitCode {
    match args::parse() {
        Command::Inspect(args) => inspect::run(&args),
        Command::Completions { shell } => commands::completions(shell),
        command => commands::run(command),
    }
}

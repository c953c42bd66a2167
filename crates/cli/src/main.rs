//! `slipway`: what the portal knows about packages, on the command line.
//!
//! In scope: reading files for `artifact` by ranges, and showing what it says to people and to programs. Out of
//! scope: what a package is, which is `artifact`'s business, and, so far, talking to a service.
//!
//! Exit codes: 0 when every file was read, 1 when one could not be, 2 for wrong usage.

mod args;
mod facts;
mod file;
mod icon;
mod inspect;
mod json;
mod plain;
mod progress;
mod report;
mod style;
mod text;

use std::process::ExitCode;

use args::Command;

fn main() -> ExitCode {
    match args::parse() {
        Command::Inspect(args) => inspect::run(&args),
    }
}

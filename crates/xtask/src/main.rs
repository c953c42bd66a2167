//! The project's one task runner: `cargo xtask dev | build | test | bench | bootstrap | token`.
//!
//! In scope: fetching the pinned tools, building both Workers and the portal, running them in one workerd, checking
//! everything. Out of scope: anything that ships. Nothing here is compiled for a Worker or a browser.

mod bench;
mod build;
mod checks;
mod cli;
mod error;
mod files;
mod process;
mod progress;
mod stack;
mod stamp;
mod tasks;
mod tools;
mod workspace;

use std::process::ExitCode;

use cli::Task;
use error::Result;
use tasks::{bootstrap, dev, serve, test};
use workspace::Workspace;

fn main() -> ExitCode {
    match cli::parse(std::env::args_os()).and_then(perform) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            error.report();
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Result<()> {
    if let Task::Help(text) = task {
        println!("{text}");
        return Ok(());
    }
    let workspace = Workspace::find()?;
    match task {
        Task::Help(_) => Ok(()),
        Task::Dev(config) => dev::run(&workspace, &config),
        Task::Serve { config, build } => serve::run(&workspace, &config, build),
        Task::Bootstrap { database, owner } => bootstrap::run(&workspace, &database, &owner),
        Task::Token { database, account } => bootstrap::new_token(&workspace, &database, &account),
        Task::Build(profile) => build::run(&workspace, profile),
        Task::Test { only, browsers } => test::run(&workspace, only.as_deref(), browsers),
        Task::Bench => bench::run(&workspace),
        Task::BenchService => bench::service(&workspace),
        Task::BenchSizes => bench::print_sizes(&workspace),
        Task::BenchUpload(choice) => bench::upload::run(&workspace, &choice),
        Task::BenchInspect { only } => bench::inspect::run(&workspace, only.as_deref()),
    }
}

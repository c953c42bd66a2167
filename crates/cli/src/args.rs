//! The command line.

use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand};

/// What an app package is, read from as few of its bytes as possible
#[derive(Parser)]
#[command(name = "slipway", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What is to be done.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Tell what packages are: format, id, version, icon, who signed them, and what is wrong with them
    ///
    /// Reads apk, aab, ipa, zipped Mac apps, pkg, dmg, appx, msix and their bundles and uploads, msi and zip.
    /// Exits with 0 when every file was read, 1 when one could not be or its icon not be written, 2 for wrong usage.
    Inspect(InspectArgs),
}

/// Settings of `slipway inspect`.
#[derive(Args)]
pub(crate) struct InspectArgs {
    /// The packages
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Print JSON: an object for one file, an array for several
    #[arg(long)]
    pub(crate) json: bool,
    /// Also read every byte, for the MD5 and the SHA-256
    #[arg(long)]
    pub(crate) digest: bool,
    /// Write the icon to this file as PNG, a vector icon drawn at 512 pixels; takes a single package
    #[arg(long, value_name = "OUT.png")]
    pub(crate) icon: Option<PathBuf>,
}

/// Reads the program's arguments; with wrong ones it says so and exits with 2.
pub(crate) fn parse() -> Command {
    let Cli { command } = Cli::parse();
    let Command::Inspect(args) = &command;
    if let Some(problem) = problem(args) {
        let mut cli = Cli::command();
        cli.build();
        let inspect = cli.find_subcommand("inspect").cloned();
        inspect.unwrap_or(cli).error(ErrorKind::ValueValidation, problem).exit();
    }
    command
}

/// What is wrong with arguments that are each right.
fn problem(args: &InspectArgs) -> Option<&'static str> {
    if args.files.iter().any(|file| file.as_os_str() == "-") {
        return Some(
            "expected a file, got - (standard input): packages are read here and there, not from beginning to \
             end. Save it to a file first; a file of that name is ./-",
        );
    }
    if args.icon.is_some() && args.files.len() > 1 {
        return Some("expected one package with --icon, got several: run it once for each");
    }
    let is_itself = args.icon.as_ref().is_some_and(|icon| args.files.iter().any(|file| is_same(file, icon)));
    is_itself.then_some("expected another file to write the icon to, got the package itself")
}

/// Whether both names lead to one file. One that is not there yet is no other.
fn is_same(file: &Path, other: &Path) -> bool {
    file == other
        || file.canonicalize().ok().is_some_and(|file| other.canonicalize().is_ok_and(|other| file == other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str) -> Result<InspectArgs, String> {
        let cli = Cli::try_parse_from(line.split_whitespace()).map_err(|error| error.kind().to_string())?;
        let Command::Inspect(args) = cli.command;
        problem(&args).map_or(Ok(args), |problem| Err(problem.to_owned()))
    }

    #[test]
    fn the_command_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn files_and_options_may_be_mixed() {
        let args = check("slipway inspect a.apk --json b.ipa --digest").unwrap();
        assert_eq!((args.files.len(), args.json, args.digest, args.icon), (2, true, true, None));
    }

    #[test]
    fn no_file_standard_input_and_one_icon_of_several_files_are_refused() {
        assert!(check("slipway inspect").is_err());
        assert!(check("slipway inspect -").is_err_and(|problem| problem.contains("standard input")));
        assert!(
            check("slipway inspect a b --icon c.png").is_err_and(|problem| problem.contains("one package"))
        );
        assert!(
            check("slipway inspect a --icon a").is_err_and(|problem| problem.contains("the package itself"))
        );
    }
}

//! The arguments that each command takes, and their help texts.
//!
//! `common` is what all commands take that talk to a server, `distribute` and `inspect` are the arguments of these. Here
//! are the commands themselves.

mod common;
mod distribute;
mod inspect;

use clap::error::ErrorKind;
use clap::{Args, Command as ClapCommand, CommandFactory, Parser, Subcommand};

pub(crate) use common::{AppArg, AppSlug, OutputFormat, ServerArgs};
pub(crate) use distribute::{DestinationArgs, LinkArgs, NotesArgs, ReleaseArgs, StatedVersion};
pub(crate) use inspect::InspectArgs;

/// Inspect app packages, release them, and distribute them to groups, testers and stores
#[derive(Parser)]
#[command(name = "slipway", version, arg_required_else_help = true, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// The meaning of the exit codes. The numbers are those of `ExitReason`.
const EXIT_CODES: &str = "\
Exit codes:
  0    done
  1    failed for another reason than those below; `inspect`: a file could not be read
  2    wrong arguments
  3    not signed in, or not permitted to do this
  4    no such app, group, store, release or file
  5    the package was refused, here or by the server
  6    the server could not be reached, failed, or did not finish in time
  7    another slipway process is uploading this file
  130  interrupted by Ctrl-C";

/// A command with its arguments.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show what packages are: format, id, version, icon, signer, and what would keep them from being installed
    ///
    /// Reads apk, aab, ipa, zipped Mac apps, pkg, dmg, appx, msix and their bundles and uploads, msi and zip.
    /// Exits with 0 if every file was read, 1 if a file could not be read or an icon not be written, 2 for wrong
    /// arguments.
    Inspect(InspectArgs),
    /// Check a token, and store it for later commands
    ///
    /// The token is that of --token. Without that flag, the program asks for it, or reads the first line of standard
    /// input if that is no terminal. It is stored in a file that only you can read.
    Login(LoginArgs),
    /// Delete the token that `login` stored for a server
    Logout(ServerArgs),
    /// List the apps that you may see
    Apps(ServerArgs),
    /// List the distribution groups of an app
    Groups(AppArgs),
    /// List the releases of an app, or show one
    Releases(ReleasesArgs),
    /// Make a release, and distribute it to groups, testers and stores
    #[command(subcommand)]
    Distribute(DistributeCommand),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

impl Command {
    /// The server settings of a command that talks to a server.
    pub(crate) fn server_args(&self) -> Option<&ServerArgs> {
        match self {
            Command::Inspect(_) | Command::Completions { .. } => None,
            Command::Login(args) => Some(&args.server_args),
            Command::Logout(args) | Command::Apps(args) => Some(args),
            Command::Groups(args) => Some(&args.server_args),
            Command::Releases(ReleasesArgs { command: Some(ReleasesCommand::Show(args)), .. }) => {
                Some(&args.server_args)
            }
            Command::Releases(args) => Some(&args.server_args),
            Command::Distribute(DistributeCommand::Release(args)) => Some(&args.server_args),
            Command::Distribute(DistributeCommand::Link(args)) => Some(&args.server_args),
        }
    }
}

/// Settings of `slipway login`.
#[derive(Args)]
pub(crate) struct LoginArgs {
    /// An argument that should not be there, and may be a token. It is accepted here and refused later: clap's own error
    /// would repeat it.
    #[arg(hide = true)]
    pub(crate) unexpected: Option<String>,
    #[command(flatten)]
    pub(crate) server_args: ServerArgs,
}

/// Settings of a command about one app.
#[derive(Args)]
pub(crate) struct AppArgs {
    #[command(flatten)]
    pub(crate) app: AppArg,
    #[command(flatten)]
    pub(crate) server_args: ServerArgs,
}

/// Settings of `slipway releases`.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct ReleasesArgs {
    #[command(subcommand)]
    pub(crate) command: Option<ReleasesCommand>,
    /// The app
    #[arg(short, long, value_name = "OWNER/APP", required = true)]
    pub(crate) app: Option<AppSlug>,
    /// Only releases that were distributed
    #[arg(long)]
    pub(crate) published_only: bool,
    #[command(flatten)]
    pub(crate) server_args: ServerArgs,
}

/// The commands below `slipway releases`.
#[derive(Subcommand)]
pub(crate) enum ReleasesCommand {
    /// Show one release
    Show(ShowArgs),
}

/// Settings of `slipway releases show`.
#[derive(Args)]
pub(crate) struct ShowArgs {
    /// Its number, or `latest`
    #[arg(value_name = "NUMBER", value_parser = release_number)]
    pub(crate) release: String,
    #[command(flatten)]
    pub(crate) app: AppArg,
    #[command(flatten)]
    pub(crate) server_args: ServerArgs,
}

/// The commands below `slipway distribute`.
#[derive(Subcommand)]
pub(crate) enum DistributeCommand {
    /// Upload a package, make a release of it, and distribute it to groups, testers and stores
    ///
    /// The package is read and the destinations are looked up before a byte is sent. The same command continues an upload
    /// that was interrupted, for whatever reason. Chunks that the server has are not sent again.
    Release(ReleaseArgs),
    /// Make a release of a build that is hosted elsewhere, and distribute it to groups and testers
    Link(LinkArgs),
}

/// Reads the program's arguments. With wrong ones it prints why, and exits with 2.
pub(crate) fn parse() -> Command {
    let Cli { command } = Cli::parse();
    if let Command::Inspect(args) = &command
        && let Some(error) = inspect::usage_error(args)
    {
        exit_with_usage_error("inspect", error);
    }
    command
}

/// All commands, as clap describes them.
pub(crate) fn clap_command() -> ClapCommand {
    Cli::command()
}

fn exit_with_usage_error(command: &str, message: &str) -> ! {
    let mut cli = clap_command();
    cli.build();
    let found = cli.find_subcommand(command).cloned();
    found.unwrap_or(cli).error(ErrorKind::ValueValidation, message).exit()
}

fn release_number(text: &str) -> Result<String, String> {
    if text == "latest" || text.parse::<u32>().is_ok_and(|number| number > 0) {
        return Ok(text.to_owned());
    }
    Err("expected a number from 1, or `latest`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str) -> Result<Command, String> {
        let cli = Cli::try_parse_from(line.split_whitespace());
        cli.map(|cli| cli.command).map_err(|error| error.to_string())
    }

    #[test]
    fn the_command_is_well_formed() {
        clap_command().debug_assert();
    }

    #[test]
    fn releases_are_listed_and_one_is_shown() {
        let Ok(Command::Releases(list)) = check("slipway releases -a ann/one") else { panic!() };
        assert_eq!(list.app.unwrap().to_string(), "ann/one");
        let Ok(Command::Releases(show)) = check("slipway releases show 7 --app ann/one") else { panic!() };
        let Some(ReleasesCommand::Show(show)) = show.command else { panic!() };
        assert_eq!((show.release.as_str(), show.app.slug.to_string()), ("7", "ann/one".to_owned()));
        assert!(check("slipway releases").is_err());
        assert!(check("slipway releases show 0 -a ann/one").is_err());
        assert!(check("slipway releases show first -a ann/one").is_err());
    }
}

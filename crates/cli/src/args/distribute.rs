use std::path::PathBuf;

use clap::{ArgGroup, Args};
use protocol::{ExternalUrl, name};

use super::common::{AppArg, ServerArgs};

/// Settings of `slipway distribute release`. Their names are those of `appcenter distribute release`.
#[derive(Args)]
pub(crate) struct ReleaseArgs {
    #[command(flatten)]
    pub(crate) app: AppArg,
    /// The package
    #[arg(short, long)]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) to: DestinationArgs,
    /// App stores, separated by commas; for apk, aab and ipa
    #[arg(short = 's', long = "store", value_name = "STORE", value_delimiter = ',', group = "destination")]
    pub(crate) stores: Vec<String>,
    #[command(flatten)]
    pub(crate) notes: NotesArgs,
    /// The version, if the package has none; for zip, msi, pkg and dmg it replaces the package's own
    #[arg(short = 'b', long, value_name = "VERSION", value_parser = version)]
    pub(crate) build_version: Option<String>,
    /// The build number, by the same rule
    #[arg(short = 'n', long, value_name = "NUMBER", value_parser = version)]
    pub(crate) build_number: Option<String>,
    /// How many seconds the server may take to make a release of the file [default: half an hour, as with 0]
    #[arg(short, long, value_name = "SECONDS")]
    pub(crate) timeout: Option<u64>,
    /// How many chunks of the file are sent at once, at most
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=8))]
    pub(crate) parallel: u32,
    #[command(flatten)]
    pub(crate) server_args: ServerArgs,
}

/// The version and the build number that the user states for a package.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StatedVersion<'a> {
    /// `--build-version`.
    pub(crate) version: Option<&'a str>,
    /// `--build-number`.
    pub(crate) number: Option<&'a str>,
}

impl ReleaseArgs {
    /// What the user states in place of the package's own version, or where it has none.
    pub(crate) fn stated_version(&self) -> StatedVersion<'_> {
        StatedVersion { version: self.build_version.as_deref(), number: self.build_number.as_deref() }
    }
}

/// Settings of `slipway distribute link`.
#[derive(Args)]
pub(crate) struct LinkArgs {
    #[command(flatten)]
    pub(crate) app: AppArg,
    /// The build's address: `https://` and a public host. Slipway fetches nothing from there
    #[arg(short, long, value_parser = external_url)]
    pub(crate) url: ExternalUrl,
    /// The version that people see
    #[arg(short = 'b', long, value_name = "VERSION", value_parser = version)]
    pub(crate) build_version: String,
    /// The build number
    #[arg(short = 'n', long, value_name = "NUMBER", value_parser = version)]
    pub(crate) build_number: Option<String>,
    #[command(flatten)]
    pub(crate) to: DestinationArgs,
    #[command(flatten)]
    pub(crate) notes: NotesArgs,
    #[command(flatten)]
    pub(crate) server_args: ServerArgs,
}

/// Who gets a release, and how. At least one destination is needed.
#[derive(Args)]
#[command(group = ArgGroup::new("destination").required(true).multiple(true))]
pub(crate) struct DestinationArgs {
    /// Distribution groups, separated by commas, or the flag several times
    #[arg(short = 'g', long = "group", value_name = "GROUP", value_delimiter = ',', group = "destination")]
    pub(crate) groups: Vec<String>,
    /// E-mail addresses of testers, in the same way; they need not be testers yet
    #[arg(long = "tester", value_name = "EMAIL", value_delimiter = ',', group = "destination", value_parser = email)]
    pub(crate) testers: Vec<String>,
    /// Make this release a mandatory update
    #[arg(long, value_name = "BOOL", num_args = 0..=1)]
    #[arg(default_value_t, default_missing_value = "true", hide_default_value = true)]
    pub(crate) mandatory: bool,
    /// Send testers no e-mail
    #[arg(long, value_name = "BOOL", num_args = 0..=1)]
    #[arg(default_value_t, default_missing_value = "true", hide_default_value = true)]
    pub(crate) silent: bool,
}

/// Release notes.
#[derive(Args)]
pub(crate) struct NotesArgs {
    /// The release notes, in plain text or Markdown, up to 5000 characters
    #[arg(short = 'r', long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) release_notes: Option<String>,
    /// The release notes, from a file
    #[arg(short = 'R', long, value_name = "FILE", conflicts_with = "release_notes")]
    pub(crate) release_notes_file: Option<PathBuf>,
}

fn version(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() { Err("the version is empty".to_owned()) } else { Ok(text.to_owned()) }
}

fn email(text: &str) -> Result<String, String> {
    let text = text.trim();
    if name::is_email(text) { Ok(text.to_owned()) } else { Err("expected an e-mail address".to_owned()) }
}

fn external_url(text: &str) -> Result<ExternalUrl, String> {
    ExternalUrl::parse(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Release {
        #[command(flatten)]
        args: ReleaseArgs,
    }

    #[derive(Parser)]
    struct Link {
        #[command(flatten)]
        args: LinkArgs,
    }

    fn release(line: &str) -> Result<ReleaseArgs, String> {
        let parsed = Release::try_parse_from(format!("release {line}").split_whitespace());
        parsed.map(|release| release.args).map_err(|error| error.to_string())
    }

    fn link(line: &str) -> Result<LinkArgs, String> {
        let parsed = Link::try_parse_from(format!("link {line}").split_whitespace());
        parsed.map(|link| link.args).map_err(|error| error.to_string())
    }

    #[test]
    fn the_flags_of_app_centers_command_line_are_accepted() {
        let args = release(
            "-a ann/one -f a.zip -g QA,Beta -s Production -r new -b 1.2 -n 12 --mandatory --silent -t 60 \
             --token 0123 --output json --quiet --debug --env local --disable-telemetry",
        )
        .unwrap();
        assert_eq!((args.to.groups.len(), args.stores.len(), args.timeout), (2, 1, Some(60)));
        assert_eq!((args.build_version.as_deref(), args.build_number.as_deref()), (Some("1.2"), Some("12")));
        assert!(args.to.mandatory && args.to.silent && args.server_args.quiet && args.server_args.debug);
        let long = "--app ann/one --file a.apk --group QA --release-notes-file notes.md --build-version 1 \
                    --build-number 2 --store Production --timeout 5";
        assert!(release(long).is_ok());
    }

    #[test]
    fn the_forms_that_app_centers_parser_accepts_are_accepted() {
        let args = release("-a a/b -f f -g QA -t 0 --silent=false --mandatory true -r -new").unwrap();
        assert_eq!((args.timeout, args.to.silent, args.to.mandatory), (Some(0), false, true));
        assert_eq!(args.notes.release_notes.as_deref(), Some("-new"));
        let args = release("-a a/b -f f -g QA --mandatory").unwrap();
        assert!(args.to.mandatory && !args.to.silent);
    }

    #[test]
    fn several_destinations_of_every_kind_go_together() {
        let args =
            release("-a a/b -f f -g QA -g Beta,Night --tester eve@slipway.example --tester x@y.example");
        let to = args.unwrap().to;
        assert_eq!((to.groups, to.testers.len()), (["QA", "Beta", "Night"].map(str::to_owned).to_vec(), 2));
    }

    #[test]
    fn invalid_arguments_are_refused() {
        for (line, expected) in [
            ("-a a/b -f f", "--group"),
            ("-a a -f f -g QA", "OWNER/APP"),
            ("-a a/b -g QA", "--file"),
            ("-a a/b -f f --tester eve", "e-mail address"),
            ("-a a/b -f f -g QA -t soon", "soon"),
            ("-a a/b -f f -g QA --silent perhaps", "perhaps"),
            ("-a a/b -f f -g QA -r x -R y", "cannot be used with"),
            ("-a a/b -f f -g QA --parallel 9", "9"),
        ] {
            let Err(message) = release(line) else { panic!("{line}") };
            assert!(message.contains(expected), "{line}: {message}");
        }
    }

    #[test]
    fn a_link_is_checked_by_the_rule_of_the_server() {
        let args = link("-a a/b --url https://Downloads.Slipway.dev -b 1.2 -n 12 -g QA").unwrap();
        assert_eq!(args.url.as_str(), "https://downloads.slipway.dev/");
        for url in
            ["http://slipway.dev/a", "https://127.0.0.1/a", "https://localhost/a", "https://u@slipway.dev"]
        {
            assert!(link(&format!("-a a/b --url {url} -b 1 -g QA")).is_err(), "{url}");
        }
    }
}

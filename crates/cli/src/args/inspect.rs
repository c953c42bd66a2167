use std::path::{Path, PathBuf};

use clap::Args;

/// Settings of `slipway inspect`.
#[derive(Args)]
pub(crate) struct InspectArgs {
    /// The packages
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Print JSON: an object for one file, an array for several
    #[arg(long)]
    pub(crate) json: bool,
    /// Also read the whole file, for its MD5 and SHA-256
    #[arg(long)]
    pub(crate) digest: bool,
    /// Write the icon to this file as a PNG; a vector icon is drawn at 512 pixels. For one package only
    #[arg(long, value_name = "OUT.png")]
    pub(crate) icon: Option<PathBuf>,
}

/// Why the arguments do not go together, though each of them is valid.
pub(super) fn usage_error(args: &InspectArgs) -> Option<&'static str> {
    if args.files.iter().any(|file| file.as_os_str() == "-") {
        return Some(
            "standard input (-) is not supported, because packages are not read from beginning to end. Save the \
             package to a file first; a file of that name is ./-",
        );
    }
    if args.icon.is_some() && args.files.len() > 1 {
        return Some("--icon takes one package, and there are several: run the command once for each");
    }
    let is_itself =
        args.icon.as_ref().is_some_and(|icon| args.files.iter().any(|file| is_same_file(file, icon)));
    is_itself.then_some("the icon cannot be written to the package itself: choose another file")
}

/// Whether both paths lead to one file. A file that does not exist yet is another one.
fn is_same_file(file: &Path, other: &Path) -> bool {
    file == other
        || file.canonicalize().ok().is_some_and(|file| other.canonicalize().is_ok_and(|other| file == other))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Inspect {
        #[command(flatten)]
        args: InspectArgs,
    }

    fn check(line: &str) -> Result<InspectArgs, String> {
        let parsed =
            Inspect::try_parse_from(line.split_whitespace()).map_err(|error| error.kind().to_string())?;
        usage_error(&parsed.args).map_or(Ok(parsed.args), |error| Err(error.to_owned()))
    }

    #[test]
    fn files_and_options_may_be_mixed() {
        let args = check("inspect a.apk --json b.ipa --digest").unwrap();
        assert_eq!((args.files.len(), args.json, args.digest, args.icon), (2, true, true, None));
    }

    #[test]
    fn no_file_standard_input_and_one_icon_of_several_files_are_refused() {
        assert!(check("inspect").is_err());
        assert!(check("inspect -").is_err_and(|error| error.contains("standard input")));
        assert!(check("inspect a b --icon c.png").is_err_and(|error| error.contains("one package")));
        assert!(check("inspect a --icon a").is_err_and(|error| error.contains("the package itself")));
    }
}

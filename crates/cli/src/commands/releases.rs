//! `slipway releases`.

use protocol::{BasicRelease, Destination, ReleaseDetails, route};

use crate::args::{AppSlug, ReleasesArgs, ReleasesCommand, ServerArgs, ShowArgs};
use crate::error::CliError;
use crate::output::{Output, table, text};

pub(super) async fn run(args: ReleasesArgs, output: Output) -> Result<(), CliError> {
    match (args.command, args.app) {
        (Some(ReleasesCommand::Show(args)), _) => show(&args, output).await,
        (None, Some(app)) => list(&app, args.published_only, &args.server_args, output).await,
        // clap requires the app where there is no subcommand.
        (None, None) => Ok(()),
    }
}

async fn list(app: &AppSlug, published: bool, args: &ServerArgs, output: Output) -> Result<(), CliError> {
    let query = if published { "?published_only=true" } else { "" };
    let path = route::path(route::RELEASES, &[&app.owner, &app.app]) + query;
    let releases: Vec<BasicRelease> = super::connect(args, output)?.get(&path).await?;
    output.print_result(&releases, &describe_list(&releases))
}

async fn show(args: &ShowArgs, output: Output) -> Result<(), CliError> {
    let app = &args.app.slug;
    let path = route::path(route::RELEASE, &[&app.owner, &app.app, &args.release]);
    let release: ReleaseDetails = super::connect(&args.server_args, output)?.get(&path).await?;
    output.print_result(&release, &describe_release(&release))
}

fn describe_list(releases: &[BasicRelease]) -> String {
    if releases.is_empty() {
        return "no releases yet\n".to_owned();
    }
    let row = |release: &BasicRelease| {
        let state = if release.enabled { "" } else { "disabled" };
        [
            release.id.to_string(),
            release.short_version.clone(),
            release.version.clone(),
            release.uploaded_at.clone(),
            names(&release.destinations),
            state.to_owned(),
        ]
    };
    let rows: Vec<_> = releases.iter().map(row).collect();
    table(["RELEASE", "VERSION", "BUILD", "UPLOADED", "DISTRIBUTED TO", ""], &rows)
}

fn describe_release(details: &ReleaseDetails) -> String {
    let release = &details.release;
    let state = if release.enabled { None } else { Some("disabled: testers cannot install it".to_owned()) };
    let rows = [
        ("Release", Some(release.id.to_string())),
        ("State", state),
        ("App", Some(format!("{} for {}", details.app_display_name, details.app_os))),
        ("Version", Some(text::version_and_build(&release.short_version, &release.version))),
        ("Identifier", details.bundle_identifier.clone()),
        ("Uploaded", Some(release.uploaded_at.clone())),
        ("Size", details.size.map(text::exact_size)),
        ("Oldest system", details.min_os.clone()),
        ("MD5", details.fingerprint.clone()),
        ("SHA-256", details.sha256.clone()),
        ("Distributed to", Some(names(&release.destinations)).filter(|names| !names.is_empty())),
        ("Download", details.download_url.clone()),
        ("Notes", details.release_notes.clone().filter(|notes| !notes.is_empty())),
    ];
    rows.into_iter().filter_map(|(name, value)| Some(row(name, &value?))).collect()
}

/// A name and its value. Further lines of the value stand below its first.
fn row(name: &str, value: &str) -> String {
    let lines: Vec<_> = value.lines().map(text::one_line).collect();
    format!("{name:<15}{}\n", lines.join(&format!("\n{:<15}", "")))
}

fn names(destinations: &[Destination]) -> String {
    destinations.iter().map(|to| to.name.as_str()).collect::<Vec<_>>().join(", ")
}

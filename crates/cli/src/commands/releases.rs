//! `slipway releases`.

use protocol::{BasicRelease, Destination, ReleaseDetails, route};

use crate::args::{AppSlug, Releases, ReleasesArgs, ServiceArgs, ShowArgs};
use crate::output::{Output, table};
use crate::plain;
use crate::trouble::Trouble;

pub(super) async fn run(args: ReleasesArgs, output: Output) -> Result<(), Trouble> {
    match (args.command, args.app) {
        (Some(Releases::Show(args)), _) => show(&args, output).await,
        (None, Some(app)) => list(&app, args.published_only, &args.service, output).await,
        // The grammar wants the app where there is no other command.
        (None, None) => Ok(()),
    }
}

async fn list(app: &AppSlug, published: bool, args: &ServiceArgs, output: Output) -> Result<(), Trouble> {
    let query = if published { "?published_only=true" } else { "" };
    let path = route::path(route::RELEASES, &[&app.owner, &app.app]) + query;
    let releases: Vec<BasicRelease> = super::open(args, output)?.get(&path).await?;
    output.result(&releases, &list_text(&releases))
}

async fn show(args: &ShowArgs, output: Output) -> Result<(), Trouble> {
    let app = &args.app.slug;
    let path = route::path(route::RELEASE, &[&app.owner, &app.app, &args.release]);
    let release: ReleaseDetails = super::open(&args.service, output)?.get(&path).await?;
    output.result(&release, &page(&release))
}

fn list_text(releases: &[BasicRelease]) -> String {
    if releases.is_empty() {
        return "no releases yet\n".to_owned();
    }
    let row = |release: &BasicRelease| {
        let state = if release.enabled { "" } else { "switched off" };
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
    table(["RELEASE", "VERSION", "BUILD", "UPLOADED", "GIVEN TO", ""], &rows)
}

fn page(details: &ReleaseDetails) -> String {
    let release = &details.release;
    let state = if release.enabled { None } else { Some("switched off: nobody gets it".to_owned()) };
    let rows = [
        ("Release", Some(release.id.to_string())),
        ("State", state),
        ("App", Some(format!("{} for {}", details.app_display_name, details.app_os))),
        ("Version", Some(plain::version(&release.short_version, &release.version))),
        ("Identifier", details.bundle_identifier.clone()),
        ("Uploaded", Some(release.uploaded_at.clone())),
        ("Size", details.size.map(plain::size)),
        ("Oldest system", details.min_os.clone()),
        ("MD5", details.fingerprint.clone()),
        ("SHA-256", details.sha256.clone()),
        ("Given to", Some(names(&release.destinations)).filter(|names| !names.is_empty())),
        ("Download", details.download_url.clone()),
        ("Notes", details.release_notes.clone().filter(|notes| !notes.is_empty())),
    ];
    rows.into_iter().filter_map(|(name, value)| Some(row(name, &value?))).collect()
}

/// A value of several lines goes on below its first.
fn row(name: &str, value: &str) -> String {
    let lines: Vec<_> = value.lines().map(plain::line).collect();
    format!("{name:<15}{}\n", lines.join(&format!("\n{:<15}", "")))
}

fn names(destinations: &[Destination]) -> String {
    destinations.iter().map(|to| to.name.as_str()).collect::<Vec<_>>().join(", ")
}

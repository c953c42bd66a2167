//! `slipway distribute release`.

use std::time::Duration;

use protocol::{App, UpdateReleaseRequest, route};

use crate::api::ApiClient;
use crate::args::{AppSlug, ReleaseArgs};
use crate::error::CliError;
use crate::output::Output;
use crate::release::{Destinations, checks, distribute_and_print, read_release_notes};
use crate::uploader::{UploadTask, upload_package};

/// The fix where the release exists, and something after it failed.
const CONTINUE: &str = "run the same command again: it continues from here, and uploads nothing twice";

pub(super) async fn run(args: &ReleaseArgs, output: Output) -> Result<(), CliError> {
    let release_notes = read_release_notes(&args.notes)?;
    let stated = args.stated_version();
    let artifact = checks::inspect_package(&args.file)?;
    checks::check_version(&artifact, stated)?;
    checks::check_stores(&artifact, &args.stores)?;
    output.note(&checks::summary(&artifact, stated));
    for finding in checks::error_findings(&artifact) {
        output.warn(finding.title(), &finding.message, &finding.fix);
    }
    let client = super::connect(&args.server_args, output)?;
    let slug = &args.app.slug;
    let app: App = client.get(&route::path(route::APP, &[&slug.owner, &slug.app])).await?;
    checks::check_app(&artifact, &app)?;
    let destinations = Destinations::look_up(&client, slug, &args.to, &args.stores).await?;
    let task = UploadTask {
        server: client.server().as_str(),
        app: slug,
        file: &args.file,
        stated,
        max_parallel: args.parallel,
        timeout: args.timeout.filter(|seconds| *seconds > 0).map(Duration::from_secs),
    };
    let uploaded = upload_package(&client, &task, output).await?;
    if release_notes.is_some() {
        set_notes(&client, slug, uploaded.release, release_notes).await?;
    }
    distribute_and_print(&client, slug, uploaded.release, &destinations, CONTINUE, output).await?;
    uploaded.delete_record();
    Ok(())
}

async fn set_notes(
    client: &ApiClient,
    app: &AppSlug,
    release: i64,
    release_notes: Option<String>,
) -> Result<(), CliError> {
    let path = route::path(route::RELEASE, &[&app.owner, &app.app, &release.to_string()]);
    let request = UpdateReleaseRequest { release_notes, ..UpdateReleaseRequest::default() };
    client.put(&path, &request).await.map_err(|error| CliError {
        title: "Release notes not set".to_owned(),
        message: format!("release {release} exists, but its notes could not be set: {}", error.message),
        fix: CONTINUE.to_owned(),
        ..error
    })
}

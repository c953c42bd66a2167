//! `slipway distribute link`.

use protocol::{App, CreateReleaseRequest, ReleaseDetails, route};

use crate::args::LinkArgs;
use crate::error::CliError;
use crate::output::Output;
use crate::release::{Destinations, distribute_and_print, read_release_notes};

pub(super) async fn run(args: &LinkArgs, output: Output) -> Result<(), CliError> {
    let release_notes = read_release_notes(&args.notes)?;
    let client = super::connect(&args.server_args, output)?;
    let app = &args.app.slug;
    let _: App = client.get(&route::path(route::APP, &[&app.owner, &app.app])).await?;
    let destinations = Destinations::look_up(&client, app, &args.to, &[]).await?;
    let request = CreateReleaseRequest {
        external_download_url: args.url.as_str().to_owned(),
        build_version: args.build_version.clone(),
        build_number: args.build_number.clone(),
        release_notes,
    };
    let path = route::path(route::RELEASES, &[&app.owner, &app.app]);
    let made: ReleaseDetails = client.post(&path, &request).await?;
    output.note(&format!("release {} of {app} is at {}", made.release.id, args.url));
    // The server takes the same link as the same release for five minutes, and as a new one after that.
    let fix = "run the same command again within five minutes: it continues from here; later it makes another release";
    distribute_and_print(&client, app, made.release.id, &destinations, fix, output).await
}

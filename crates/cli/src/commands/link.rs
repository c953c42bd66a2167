//! `slipway distribute link`.

use protocol::{App, CreateReleaseRequest, ReleaseDetails, route};

use crate::args::LinkArgs;
use crate::destination::Destinations;
use crate::notes;
use crate::output::Output;
use crate::released;
use crate::trouble::Trouble;

pub(super) async fn run(args: &LinkArgs, output: Output) -> Result<(), Trouble> {
    let release_notes = notes::of(&args.notes)?;
    let service = super::open(&args.service, output)?;
    let app = &args.app.slug;
    let _: App = service.get(&route::path(route::APP, &[&app.owner, &app.app])).await?;
    let to = Destinations::look_up(&service, app, &args.to, &[]).await?;
    let request = CreateReleaseRequest {
        external_download_url: args.url.as_str().to_owned(),
        build_version: args.build_version.clone(),
        build_number: args.build_number.clone(),
        release_notes,
    };
    let path = route::path(route::RELEASES, &[&app.owner, &app.app]);
    let made: ReleaseDetails = service.post(&path, &request).await?;
    output.note(&format!("release {} of {app} is at {}", made.release.id, args.url));
    // Later on the server cannot tell that the same link once more is not meant as another release.
    let again = "give the same command again within five minutes: it goes on from here; later it makes another release";
    released::conclude(&service, app, made.release.id, &to, again, output).await
}

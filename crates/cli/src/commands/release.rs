//! `slipway distribute release`.

use std::time::Duration;

use protocol::{App, UpdateReleaseRequest, route};

use crate::args::{AppSlug, ReleaseArgs};
use crate::destination::Destinations;
use crate::notes;
use crate::output::Output;
use crate::package::{self, Stated};
use crate::released;
use crate::sending::{self, Job};
use crate::service::Service;
use crate::trouble::Trouble;

const AGAIN: &str = "give the same command again: it goes on from here, and nothing is sent twice";

pub(super) async fn run(args: &ReleaseArgs, output: Output) -> Result<(), Trouble> {
    let release_notes = notes::of(&args.notes)?;
    let stated = Stated { version: args.build_version.as_deref(), number: args.build_number.as_deref() };
    let artifact = package::read(&args.file)?;
    package::check_version(&artifact, stated)?;
    package::check_stores(&artifact, &args.stores)?;
    output.note(&package::summary(&artifact, stated));
    for finding in package::errors(&artifact) {
        output.warn(&finding.message, &finding.fix);
    }
    let service = super::open(&args.service, output)?;
    let slug = &args.app.slug;
    let app: App = service.get(&route::path(route::APP, &[&slug.owner, &slug.app])).await?;
    package::check_app(&artifact, &app)?;
    let to = Destinations::look_up(&service, slug, &args.to, &args.stores).await?;
    let job = Job {
        server: service.server().as_str(),
        app: slug,
        file: &args.file,
        stated,
        parallel: args.parallel,
        timeout: args.timeout.filter(|seconds| *seconds > 0).map(Duration::from_secs),
    };
    let sent = sending::send(&service, &job, output).await?;
    if release_notes.is_some() {
        set_notes(&service, slug, sent.release, release_notes).await?;
    }
    released::conclude(&service, slug, sent.release, &to, AGAIN, output).await?;
    sent.done();
    Ok(())
}

async fn set_notes(
    service: &Service,
    app: &AppSlug,
    release: i64,
    release_notes: Option<String>,
) -> Result<(), Trouble> {
    let path = route::path(route::RELEASE, &[&app.owner, &app.app, &release.to_string()]);
    let request = UpdateReleaseRequest { release_notes, ..UpdateReleaseRequest::default() };
    service.put(&path, &request).await.map_err(|trouble| Trouble {
        message: format!("release {release} is made, but its notes could not be set: {}", trouble.message),
        fix: AGAIN.to_owned(),
        ..trouble
    })
}

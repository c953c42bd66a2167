//! What a command that made a release ends with.

use protocol::{InstallLink, ReleaseDetails, route};
use serde::Serialize;

use crate::args::AppSlug;
use crate::destination::{Destination, Destinations};
use crate::output::Output;
use crate::plain;
use crate::service::Service;
use crate::trouble::Trouble;

/// A release that was given to somebody.
#[derive(Debug, Serialize)]
struct Released<'a> {
    id: i64,
    app: String,
    version: &'a str,
    build: &'a str,
    size: Option<u64>,
    md5: Option<&'a str>,
    sha256: Option<&'a str>,
    destinations: &'a [Destination],
    install_link: Option<&'a str>,
}

/// Gives the release to everybody, and says what it has become; `again` says what to do if not everybody gets it.
pub(crate) async fn conclude(
    service: &Service,
    app: &AppSlug,
    id: i64,
    to: &Destinations,
    again: &'static str,
    output: Output,
) -> Result<(), Trouble> {
    to.give(service, app, id, again).await?;
    let path = route::path(route::RELEASE, &[&app.owner, &app.app, &id.to_string()]);
    let details: ReleaseDetails = service.get(&path).await?;
    let link = if to.has_testers() { install_link(service, app, id, output).await } else { None };
    let released = Released {
        id,
        app: app.to_string(),
        version: &details.release.short_version,
        build: &details.release.version,
        size: details.size,
        md5: details.fingerprint.as_deref(),
        sha256: details.sha256.as_deref(),
        destinations: to.list(),
        install_link: link.as_deref(),
    };
    output.result(&released, &text(&released, &to.names()))
}

/// The link that letters have, too: the oldest that works, or the first. Servers of others have none.
async fn install_link(service: &Service, app: &AppSlug, id: i64, output: Output) -> Option<String> {
    let path = route::path(route::INSTALL_LINKS, &[&app.owner, &app.app, &id.to_string()]);
    let link = match service.get::<Vec<InstallLink>>(&path).await {
        Ok(links) if !links.is_empty() => return links.into_iter().next().map(|link| link.url),
        Ok(_) => service.post::<InstallLink>(&path, &serde_json::json!({})).await,
        Err(trouble) => Err(trouble),
    };
    // The release is out: no link is no failure.
    link.inspect_err(|trouble| output.debug(|| format!("no install link: {}", trouble.message)))
        .ok()
        .map(|link| link.url)
}

fn text(released: &Released<'_>, names: &str) -> String {
    let version = plain::version(released.version, released.build);
    let mut text = format!("release {} of {}: {}\n", released.id, released.app, plain::line(&version));
    text += &format!("given to {}\n", plain::line(names));
    if let Some(link) = released.install_link {
        text += &format!("install it from {}\n", plain::line(link));
    }
    text
}

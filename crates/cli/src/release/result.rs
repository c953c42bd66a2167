//! The end of a command that made a release: distribute it, and print what became of it.

use protocol::{InstallLink, ReleaseDetails, route};
use serde::Serialize;

use super::destinations::{Destination, Destinations};
use crate::api::ApiClient;
use crate::args::AppSlug;
use crate::error::CliError;
use crate::output::{Output, text};

/// A release that was distributed, as it is printed.
#[derive(Debug, Serialize)]
struct ReleaseResult<'a> {
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

/// Distributes the release and prints it. `fix` says what to do if a destination did not get it.
pub(crate) async fn distribute_and_print(
    client: &ApiClient,
    app: &AppSlug,
    id: i64,
    destinations: &Destinations,
    fix: &'static str,
    output: Output,
) -> Result<(), CliError> {
    destinations.distribute(client, app, id, fix).await?;
    let path = route::path(route::RELEASE, &[&app.owner, &app.app, &id.to_string()]);
    let details: ReleaseDetails = client.get(&path).await?;
    let link = if destinations.has_testers() { install_link(client, app, id, output).await } else { None };
    let result = ReleaseResult {
        id,
        app: app.to_string(),
        version: &details.release.short_version,
        build: &details.release.version,
        size: details.size,
        md5: details.fingerprint.as_deref(),
        sha256: details.sha256.as_deref(),
        destinations: destinations.list(),
        install_link: link.as_deref(),
    };
    output.print_result(&result, &describe(&result, &destinations.describe()))
}

/// The link that e-mails to testers have, too: the oldest that works, or a new one. Other servers have no such links.
async fn install_link(client: &ApiClient, app: &AppSlug, id: i64, output: Output) -> Option<String> {
    let path = route::path(route::INSTALL_LINKS, &[&app.owner, &app.app, &id.to_string()]);
    let link = match client.get::<Vec<InstallLink>>(&path).await {
        Ok(links) if !links.is_empty() => return links.into_iter().next().map(|link| link.url),
        Ok(_) => client.post::<InstallLink>(&path, &serde_json::json!({})).await,
        Err(error) => Err(error),
    };
    // The release is distributed, so a link that cannot be made is no error.
    link.inspect_err(|error| output.debug(|| format!("no install link: {}", error.message)))
        .ok()
        .map(|link| link.url)
}

fn describe(result: &ReleaseResult<'_>, destinations: &str) -> String {
    let version = text::version_and_build(result.version, result.build);
    let mut text = format!("release {} of {}: {}\n", result.id, result.app, text::one_line(&version));
    text += &format!("distributed to {}\n", text::one_line(destinations));
    if let Some(link) = result.install_link {
        text += &format!("install it from {}\n", text::one_line(link));
    }
    text
}

//! Addresses that open something without an API token.

use protocol::route;

use crate::db::{self, InstallLinkRow, PackageRow, ReleaseRow};
use crate::platform::{Platform, PortError};
use crate::secret::{self, SignedLink};

/// How long a signed link works, in milliseconds: long enough for a slow client to begin its download.
const SIGNED_LINK_MS: i64 = 60 * 60 * 1000;

/// A link to a release's package that works for [`SIGNED_LINK_MS`] and needs no token.
///
/// Why signed and not stored: clients hand `download_url` to programs that have no API token, such as a browser or a
/// device, and every list of releases makes one for each release. A signature costs no row and no lookup, cannot be
/// guessed, and names the package, the file name and the end: changing any of them makes it wrong. It is short because it
/// cannot be revoked.
pub(crate) fn download_url<P: Platform>(platform: &P, origin: &str, package: &PackageRow) -> String {
    let expires_at = platform.now() + SIGNED_LINK_MS;
    let link = SignedLink { asset_id: &package.asset_id, file_name: &package.file_name, expires_at };
    let path = route::path(route::SIGNED_DOWNLOAD, &[link.asset_id]);
    let name = route::percent_encode(link.file_name);
    format!("{origin}{path}?expires={expires_at}&signature={}&name={name}", link.sign(platform))
}

/// The address of the icon that was found in a package. It does not expire: a browser may cache the picture.
pub(crate) fn icon_url<P: Platform>(platform: &P, origin: &str, asset_id: &str) -> String {
    let signature = secret::sign_icon(platform, asset_id);
    format!("{origin}{}", route::path(route::ICON, &[asset_id, &signature]))
}

/// A new install link of a release, which is not stored yet.
///
/// Why its token is stored as it is, while API tokens, upload tokens and invitations are stored as hashes: an install link
/// is shown again. The release's page lists it, and each notification contains the same one. A reader of the
/// database could install one release that was meant for sharing, and change nothing; the link is revoked by its id. With
/// an API token the reader could take over an account.
pub(crate) fn new_install_link<P: Platform>(platform: &P, app_id: &str, release_id: i64) -> InstallLinkRow {
    InstallLinkRow {
        id: secret::uuid(platform),
        token: secret::token(platform),
        app_id: app_id.to_owned(),
        release_id,
        created_at: platform.now(),
    }
}

/// The release's oldest install link that works, or a new one.
pub(crate) async fn install_link<P: Platform>(
    platform: &P,
    release: &ReleaseRow,
) -> Result<InstallLinkRow, PortError> {
    let links = db::install_links_of(platform.database(), &release.app_id, release.id).await?;
    if let Some(link) = links.into_iter().next() {
        return Ok(link);
    }
    let link = new_install_link(platform, &release.app_id, release.id);
    db::insert_install_link(platform.database(), &link).await?;
    Ok(link)
}

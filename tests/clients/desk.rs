//! Somebody at appcenter-cli, signed in.

use std::sync::Arc;

use testkit::clients::appcenter_cli::Version;
use testkit::{AppCenterCli, CertificateAuthority, FaultyProxy};

use crate::site::Site;

/// A command line, the stack it talks to, and an organization to own apps there.
pub(crate) struct Desk {
    pub(crate) cli: AppCenterCli,
    pub(crate) version: Version,
    pub(crate) owner: String,
    pub(crate) site: Arc<Site>,
    /// Before the stack, if this version takes nothing but HTTPS.
    pub(crate) proxy: Option<FaultyProxy>,
}

impl Desk {
    /// Not signed in yet.
    pub(crate) async fn new(version: Version) -> Desk {
        let site = Site::open();
        let authority = CertificateAuthority::new();
        let proxy = match version {
            Version::V2 => None,
            Version::V3 => Some(FaultyProxy::start_tls(site.stack.authority(), &authority).await),
        };
        let endpoint = proxy.as_ref().map_or(&site.stack.url, |proxy| &proxy.url);
        let cli = AppCenterCli::new(version, endpoint, &authority.certificate);
        let owner = site.new_owner().await;
        Desk { cli, version, owner, site, proxy }
    }

    /// Signed in.
    pub(crate) async fn signed_in(version: Version) -> Desk {
        let desk = Desk::new(version).await;
        desk.cli.ok(&["login", "--token", &desk.site.token, "--env", "local"]).await;
        desk
    }

    /// Makes an app and returns what `--app` takes.
    pub(crate) async fn app(&self, name: &str, os: &str) -> String {
        self.site.new_app(&self.owner, name, os).await;
        format!("{}/{name}", self.owner)
    }

    /// `text` for version 2.14.0, `other` for 3.0.4: their words differ.
    pub(crate) fn either<T>(&self, two: T, three: T) -> T {
        match self.version {
            Version::V2 => two,
            Version::V3 => three,
        }
    }
}

/// Makes a test for each version of appcenter-cli of every function that takes one.
macro_rules! with_both_versions {
    ($($story:ident),* $(,)?) => {
        mod appcenter_cli_2_14_0 {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                super::$story(testkit::clients::appcenter_cli::Version::V2).await;
            })*
        }
        mod appcenter_cli_3_0_4 {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                super::$story(testkit::clients::appcenter_cli::Version::V3).await;
            })*
        }
    };
}
pub(crate) use with_both_versions;

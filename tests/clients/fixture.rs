//! What the tests begin with: an appcenter-cli, signed in.

use std::sync::Arc;
use testkit::SharedStack;

use testkit::clients::appcenter_cli::AppCenterCliVersion;
use testkit::{AppCenterCli, CertificateAuthority, FaultyProxy};

/// A command line, the stack it calls, and an organization for its apps.
pub(crate) struct Fixture {
    pub(crate) cli: AppCenterCli,
    pub(crate) version: AppCenterCliVersion,
    pub(crate) owner: String,
    pub(crate) shared: Arc<SharedStack>,
    /// In front of the stack, for the version that speaks only HTTPS.
    pub(crate) proxy: Option<FaultyProxy>,
}

impl Fixture {
    /// Not signed in yet.
    pub(crate) async fn new(version: AppCenterCliVersion) -> Fixture {
        let shared = SharedStack::open();
        let authority = CertificateAuthority::new();
        let proxy = match version {
            AppCenterCliVersion::V2 => None,
            AppCenterCliVersion::V3 => {
                Some(FaultyProxy::start_tls(shared.stack.authority(), &authority).await)
            }
        };
        let endpoint = proxy.as_ref().map_or(&shared.stack.url, |proxy| &proxy.url);
        let cli = AppCenterCli::new(version, endpoint, &authority.certificate);
        let owner = shared.new_owner().await;
        Fixture { cli, version, owner, shared, proxy }
    }

    /// Signed in.
    pub(crate) async fn signed_in(version: AppCenterCliVersion) -> Fixture {
        let fixture = Fixture::new(version).await;
        fixture.cli.ok(&["login", "--token", &fixture.shared.token, "--env", "local"]).await;
        fixture
    }

    /// Creates an app and returns the value for `--app`.
    pub(crate) async fn app(&self, name: &str, os: &str) -> String {
        self.shared.new_app(&self.owner, name, os).await;
        format!("{}/{name}", self.owner)
    }

    /// `two` for version 2.14.0, `three` for 3.0.4: their messages differ.
    pub(crate) fn either<T>(&self, two: T, three: T) -> T {
        match self.version {
            AppCenterCliVersion::V2 => two,
            AppCenterCliVersion::V3 => three,
        }
    }
}

/// Makes two tests of every function that takes a version: one for each appcenter-cli.
macro_rules! with_both_versions {
    ($($test:ident),* $(,)?) => {
        mod appcenter_cli_2_14_0 {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                super::$test(testkit::clients::appcenter_cli::AppCenterCliVersion::V2).await;
            })*
        }
        mod appcenter_cli_3_0_4 {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                super::$test(testkit::clients::appcenter_cli::AppCenterCliVersion::V3).await;
            })*
        }
    };
}
pub(crate) use with_both_versions;

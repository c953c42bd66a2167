//! App Center's command line, as it was published to npm and unmodified.

use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;
use tokio::process::Command;

use super::CommandOutput;
use crate::temp_folder::TempFolder;

/// A version that is still used in pipelines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppCenterCliVersion {
    /// 2.14.0, the last one that speaks HTTP.
    V2,
    /// 3.0.4, the last one. HTTPS only.
    V3,
}

/// A command line with a home folder of its own, so that no other account is signed in.
pub struct AppCenterCli {
    version: AppCenterCliVersion,
    endpoint: String,
    home: TempFolder,
}

impl AppCenterCli {
    /// One for the service at `endpoint`, which trusts the certificate authority with this `certificate` in PEM.
    pub fn new(version: AppCenterCliVersion, endpoint: &str, certificate: &str) -> AppCenterCli {
        let home = TempFolder::new("appcenter-cli");
        home.file("ca.pem", certificate.as_bytes());
        AppCenterCli { version, endpoint: endpoint.to_owned(), home }
    }

    /// Where it keeps its settings. Tests may put files there for it.
    pub fn home(&self) -> &TempFolder {
        &self.home
    }

    /// Runs one command, without a terminal.
    ///
    /// It inherits no variable: a token or a proxy there would send it elsewhere. `local` is the only one of its
    /// environments whose address can be set.
    pub async fn run(&self, args: &[&str]) -> CommandOutput {
        let output = Command::new(node())
            .arg(self.script())
            .args(args)
            .env_clear()
            .env("HOME", self.home.path())
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("APPCENTER_ENDPOINT", &self.endpoint)
            .env("NODE_EXTRA_CA_CERTS", self.home.path().join("ca.pem"))
            .env("MOBILE_CENTER_TELEMETRY", "off")
            .env("NO_UPDATE_NOTIFIER", "1")
            .env("NO_COLOR", "1")
            .env("CI", "1")
            .current_dir(self.home.path())
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .expect("node runs; `cargo xtask test --only clients` installs it and the clients");
        output.into()
    }

    /// Runs a command that must succeed, and returns what it printed.
    pub async fn ok(&self, args: &[&str]) -> String {
        let output = self.run(args).await;
        assert_eq!(output.code, 0, "{:?}: appcenter {}\n{output}", self.version, args.join(" "));
        output.stdout
    }

    /// The same, with `--output json`.
    pub async fn json(&self, args: &[&str]) -> Value {
        let text = self.ok(&[args, &["--output", "json"]].concat()).await;
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("appcenter {args:?}: {error}: {text}"))
    }

    /// Runs a command that must fail with this exit code, and returns its standard error.
    pub async fn fails(&self, code: i32, args: &[&str]) -> String {
        let output = self.run(args).await;
        assert_eq!(output.code, code, "{:?}: appcenter {}\n{output}", self.version, args.join(" "));
        output.stderr
    }

    fn script(&self) -> PathBuf {
        let package = match self.version {
            AppCenterCliVersion::V2 => "appcenter-cli-2",
            AppCenterCliVersion::V3 => "appcenter-cli-3",
        };
        project().join("tests/clients/node_modules").join(package).join("bin/appcenter.js")
    }
}

/// The node of the project's tools.
fn node() -> PathBuf {
    project().join("node_modules/.bin/node")
}

fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

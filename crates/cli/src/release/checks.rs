//! What would make the server refuse a package, checked before the upload.

use std::path::Path;

use artifact::{Artifact, Finding, Severity};
use protocol::App;

use crate::args::StatedVersion;
use crate::error::{CliError, ExitReason};
use crate::output::text;
use crate::package::{FileError, inspect_file};

/// Finds out what the file is. One that is no package is refused before a byte is sent.
pub(crate) fn inspect_package(path: &Path) -> Result<Artifact, CliError> {
    let report = inspect_file(path, false);
    let name = path.display();
    let explain =
        |error: FileError| CliError { message: format!("{name}: {}", error.message), ..error.into() };
    match (report.error, report.artifact) {
        (Some(error), _) => Err(explain(error)),
        (None, Some(artifact)) => Ok(artifact),
        (None, None) => Err(explain(FileError::io(&std::io::ErrorKind::InvalidData.into()))),
    }
}

/// Refuses a package without a version, by the server's own rule.
pub(crate) fn check_version(artifact: &Artifact, stated: StatedVersion<'_>) -> Result<(), CliError> {
    let own = (artifact.version.as_deref(), artifact.build.as_deref());
    let has_any = [own.0, own.1, stated.version, stated.number].iter().flatten().any(|text| !text.is_empty());
    let needs_number = artifact.format.takes_build_number() && own == (None, None) && stated.number.is_none();
    let flags = match (has_any, needs_number) {
        (false, true) => "--build-version and --build-number",
        (false, false) => "--build-version",
        (true, true) => "--build-number",
        (true, false) => return Ok(()),
    };
    let (title, fix) = ("No version in package", format!("add {flags}"));
    let message = format!("the .{} does not contain the version that a release needs", artifact.format);
    Err(CliError::new(ExitReason::Usage, "no-version", title, message, fix))
}

/// Refuses a package whose system or identifier is not the app's.
pub(crate) fn check_app(artifact: &Artifact, app: &App) -> Result<(), CliError> {
    let name = format!("{}/{}", app.owner.name, app.name);
    let is_for = |os: &artifact::Os| os.to_string() == app.os.as_str();
    if !artifact.oses().iter().any(is_for) {
        let message = format!("the app {name} is for {}, and this package for {}", app.os, artifact.os);
        let fix = "choose an app for that system; `slipway apps` lists yours";
        return Err(CliError::new(
            ExitReason::Refused,
            "wrong-system",
            "Wrong operating system",
            message,
            fix,
        ));
    }
    match (&app.bundle_identifier, artifact.app_identifier()) {
        (Some(expected), Some(got)) if expected != got => {
            let message =
                format!("the packages of {name} have the identifier `{expected}`, this one has `{got}`");
            let fix = "choose the app of this package, or make a new one; `slipway apps` lists yours";
            Err(CliError::new(
                ExitReason::Refused,
                "wrong-identifier",
                "Package of another app",
                message,
                fix,
            ))
        }
        _ => Ok(()),
    }
}

/// Refuses a package that app stores do not take.
pub(crate) fn check_stores(artifact: &Artifact, stores: &[String]) -> Result<(), CliError> {
    if stores.is_empty() || artifact.format.is_for_app_stores() {
        return Ok(());
    }
    let title = "Format not for stores";
    let message = format!("app stores take apk, aab and ipa, and this is a .{}", artifact.format);
    Err(CliError::new(ExitReason::Usage, "not-for-stores", title, message, "leave out --store"))
}

/// The findings that will keep testers from installing the package.
pub(crate) fn error_findings(artifact: &Artifact) -> impl Iterator<Item = &Finding> {
    artifact.findings.iter().filter(|finding| finding.severity == Severity::Error)
}

/// The package in one line, such as `Notes 1.2 (12), apk for Android, 4.0 MB`.
pub(crate) fn summary(artifact: &Artifact, stated: StatedVersion<'_>) -> String {
    let name = artifact.name.as_deref().or(artifact.identifier.as_deref()).unwrap_or("a package");
    let own = (artifact.version.as_deref(), artifact.build.as_deref());
    let is_stated = artifact.format.takes_version() && stated.version.is_some();
    let (version, build) = match is_stated {
        true => (stated.version.or(own.0), stated.number.or(own.1)),
        false => (own.0.or(stated.version), own.1.or(stated.number)),
    };
    let version = text::version_and_build(version.unwrap_or_default(), build.unwrap_or_default());
    format!("{name} {version}, {} for {}, {}", artifact.format, artifact.os, artifact::Size(artifact.size))
}

#[cfg(test)]
mod tests {
    use artifact::{Format, Os};

    use super::*;

    fn check(
        format: Format,
        own: (Option<&str>, Option<&str>),
        stated: (Option<&str>, Option<&str>),
    ) -> String {
        let artifact = Artifact {
            version: own.0.map(str::to_owned),
            build: own.1.map(str::to_owned),
            ..Artifact::new(format, Os::MacOs, 5)
        };
        let stated = StatedVersion { version: stated.0, number: stated.1 };
        check_version(&artifact, stated).err().map_or_else(String::new, |error| error.fix)
    }

    #[test]
    fn a_package_without_a_version_needs_one_from_the_user() {
        let (none, version, both) = ((None, None), (Some("1.2"), None), (Some("1.2"), Some("12")));
        assert_eq!(check(Format::Zip, none, none), "add --build-version");
        assert_eq!(check(Format::Zip, none, version), "");
        assert_eq!(check(Format::Dmg, none, none), "add --build-version and --build-number");
        assert_eq!(check(Format::Dmg, none, version), "add --build-number");
        assert_eq!(check(Format::Dmg, none, both), "");
        assert_eq!(check(Format::Dmg, version, none), "");
        assert_eq!(check(Format::Apk, both, none), "");
        assert_eq!(check(Format::Apk, (None, Some("12")), none), "");
    }

    #[test]
    fn only_some_packages_are_for_stores() {
        let zip = Artifact::new(Format::Zip, Os::Windows, 5);
        assert!(check_stores(&zip, &[]).is_ok());
        assert!(check_stores(&zip, &["Production".to_owned()]).is_err());
    }
}

//! Findings about an app bundle: identity, executable, signature, icon. `profile` has those about the profile.

mod profile;

use crate::apple::bundle::icon::IconChoice;
use crate::apple::bundle::info::InfoPlist;
use crate::apple::bundle::{AppBundle, BundleFiles, BundleLayout, BundleReader};
use crate::context::InspectContext;
use crate::{Finding, Os, Severity};

/// All findings about a bundle, after those that reading it made.
pub(super) fn collect(
    bundle: BundleReader<'_>,
    info: &InfoPlist,
    app: &AppBundle,
    seen: &BundleFiles,
    context: &InspectContext<'_>,
) -> Vec<Finding> {
    let has_profile_file = bundle.has_file(bundle.layout.profile_name());
    let layout = bundle.layout;
    let mut findings = bundle.findings;
    identity(info, app, &mut findings);
    executable(app, seen, &mut findings);
    if app.apple.is_simulator {
        let message = format!("expected an app for devices, got one for the {} simulator", app.os);
        let fix = "build for a device: testers do not have a simulator";
        findings.push(Finding::new(Severity::Error, "simulator-build", message, fix));
    } else {
        signature(layout, app, &mut findings);
        match &app.apple.profile {
            Some(profile) => profile::findings(profile, app, context.hints.now, &mut findings),
            None if layout == BundleLayout::Flat && seen.is_signed.is_some() && !has_profile_file => {
                profile::missing(app, &mut findings);
            }
            None => {}
        }
        if layout == BundleLayout::Flat {
            profile::nested_bundle_findings(&app.apple.nested, &mut findings);
        }
    }
    icon(&seen.icon, &mut findings);
    findings
}

fn identity(info: &InfoPlist, app: &AppBundle, findings: &mut Vec<Finding>) {
    let mut add =
        |severity, code, message: String, fix| findings.push(Finding::new(severity, code, message, fix));
    if let Some((key, text)) = info.unresolved_setting() {
        let message = format!("expected `{key}` to be text, got the build setting `{text}`");
        add(Severity::Warning, "unresolved-reference", message, "define the setting, and build again");
    }
    match &app.identifier {
        None => {
            let message = "expected `CFBundleIdentifier` in `Info.plist`, got none".to_owned();
            add(
                Severity::Error,
                "missing-identifier",
                message,
                "set a bundle identifier: no system installs an app without one",
            );
        }
        Some(identifier) if !is_identifier(identifier) => {
            let message =
                format!("expected a bundle identifier of letters, digits, `-` and `.`, got `{identifier}`");
            add(
                Severity::Warning,
                "identifier-unfit",
                message,
                "choose another identifier before you submit the app to a store",
            );
        }
        Some(_) => {}
    }
    match &app.version {
        None => {
            let message = "expected `CFBundleShortVersionString` in `Info.plist`, got none".to_owned();
            add(Severity::Warning, "missing-version", message, "set a version: testers see it");
        }
        Some(version) if !is_version(version) => {
            let message =
                format!("expected one to three integers separated by `.` as version, got `{version}`");
            add(
                Severity::Warning,
                "version-unfit",
                message,
                "change `CFBundleShortVersionString` before you submit the app to a store",
            );
        }
        Some(_) => {}
    }
    match &app.build {
        None => {
            let message = "expected `CFBundleVersion` in `Info.plist`, got none".to_owned();
            add(Severity::Warning, "missing-build", message, "give each build its own number");
        }
        Some(build) if !is_version(build) => {
            let message = format!("expected one to three integers separated by `.` as build, got `{build}`");
            add(
                Severity::Info,
                "version-unfit",
                message,
                "change `CFBundleVersion` before you submit the app to a store",
            );
        }
        Some(_) => {}
    }
    if info.name().is_none() {
        let message = "expected `CFBundleDisplayName` or `CFBundleName` in `Info.plist`, got none".to_owned();
        add(
            Severity::Info,
            "missing-name",
            message,
            "set one of them: Slipway shows the folder's name instead",
        );
    }
}

fn executable(app: &AppBundle, seen: &BundleFiles, findings: &mut Vec<Finding>) {
    let Some(executable) = &seen.executable else { return };
    if executable.is_missing {
        let message = format!("expected the executable `{}`, got none", executable.path);
        let fix = "build the app again: it does not run without its executable";
        findings.push(Finding::new(Severity::Error, "missing-executable", message, fix));
    }
    let slices = &executable.slices;
    if slices.iter().any(|slice| slice.is_encrypted) {
        let message =
            "expected an app as it was built, got a copy from the App Store, encrypted for one account"
                .to_owned();
        let fix = "release the app that the build exported: this copy runs only on that account's devices";
        findings.push(Finding::new(Severity::Error, "drm-encrypted", message, fix));
    }
    if !slices.is_empty() && slices.iter().all(|slice| slice.is_32_bit()) {
        let names: Vec<&str> = slices.iter().map(|slice| slice.architecture.as_str()).collect();
        let since = match app.os {
            Os::MacOs => "macOS 10.15",
            Os::Ios | Os::TvOs | Os::Android | Os::Windows | Os::Linux | Os::Tizen | Os::Custom => "iOS 11",
        };
        let message = format!("expected code for 64 bits, got {} only", names.join(", "));
        let fix = format!("build for 64 bits too: {since} and later run only 64-bit code");
        findings.push(Finding::new(Severity::Warning, "32-bit-only", message, &fix));
    }
}

fn signature(layout: BundleLayout, app: &AppBundle, findings: &mut Vec<Finding>) {
    match (app.apple.is_signed, layout) {
        (Some(false), BundleLayout::Flat) => {
            let message = "expected a signed app, got one without `_CodeSignature`".to_owned();
            let fix = "sign and export the app: devices do not install unsigned apps";
            findings.push(Finding::new(Severity::Error, "unsigned", message, fix));
        }
        (Some(false), BundleLayout::Contents) => {
            let message = "expected a signed app, got one without `_CodeSignature`".to_owned();
            let fix =
                "sign the app with a Developer ID and notarize it: Gatekeeper blocks others after a download";
            findings.push(Finding::new(Severity::Warning, "unsigned", message, fix));
        }
        (Some(true), BundleLayout::Contents) if app.apple.is_notarized == Some(false) => {
            let message = "expected a notarization ticket in the app, got none".to_owned();
            let fix =
                "staple the ticket after notarizing: without it a Mac must be online to open the app first";
            findings.push(Finding::new(Severity::Info, "not-stapled", message, fix));
        }
        (Some(true), BundleLayout::Flat | BundleLayout::Contents) | (None, _) => {}
    }
}

fn icon(icon: &IconChoice, findings: &mut Vec<Finding>) {
    let mut add = |severity, message: &str, fix| {
        findings.push(Finding::new(severity, "missing-icon", message.to_owned(), fix));
    };
    match icon {
        IconChoice::None => {
            add(Severity::Warning, "expected an icon in the app, got none", "add an app icon");
        }
        IconChoice::OnlyInAssets => add(
            Severity::Info,
            "expected an icon as a file, got one in `Assets.car` only, which is not read",
            "nothing to do: devices show the icon, only Slipway cannot",
        ),
        IconChoice::Found(_) | IconChoice::Skipped => {}
    }
}

/// Source: `CFBundleIdentifier` in Apple's documentation.
fn is_identifier(text: &str) -> bool {
    text.chars().all(|char| char.is_ascii_alphanumeric() || char == '-' || char == '.')
}

/// Source: `CFBundleShortVersionString` in Apple's documentation.
fn is_version(text: &str) -> bool {
    let mut parts = text.split('.');
    parts.clone().count() <= 3
        && parts.all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_identifiers_that_a_store_accepts() {
        for version in ["1", "1.2", "10.20.30"] {
            assert!(is_version(version), "{version}");
        }
        for version in ["1.2.3.4", "1.2b3", "1..2", "1.", "v1", ""] {
            assert!(!is_version(version), "{version}");
        }
        assert!(is_identifier("com.example.App-1") && !is_identifier("com.example.my_app"));
    }
}

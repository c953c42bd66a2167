//! Whether the provisioning profile lets testers install the app.

use crate::apple::bundle::AppBundle;
use crate::encoding::time;
use crate::{Finding, NestedBundle, Os, Profile, ProfileKind, Severity};

/// Seconds before its end from which on a profile counts as expiring: 30 days.
const SOON: i64 = 30 * 86_400;

/// The findings about the app's profile at the time `now`, in seconds since 1970.
pub(super) fn findings(profile: &Profile, app: &AppBundle, now: i64, findings: &mut Vec<Finding>) {
    expiry(profile, now, findings);
    certificates(profile, app.os, now, findings);
    let mut add =
        |severity, code, message: String, fix| findings.push(Finding::new(severity, code, message, fix));
    match profile.kind {
        ProfileKind::Store => {
            let message = "expected a profile for testers' devices, got one for the App Store".to_owned();
            let fix = "export the app for ad hoc or enterprise distribution: only the App Store installs this build";
            add(Severity::Error, "store-profile", message, fix);
        }
        ProfileKind::Development => {
            let message =
                format!("expected a profile for testers, got one for development on {}", devices(profile));
            let fix = "export the app for ad hoc distribution, or install it on those devices only";
            add(Severity::Info, "debug-signed", message, fix);
        }
        ProfileKind::AdHoc | ProfileKind::Enterprise => {}
    }
    if let (Some(pattern), Some(identifier)) = (&profile.application_identifier, &app.identifier)
        && !covers(pattern, identifier)
    {
        let message = format!("expected a profile for `{identifier}`, got one for `{pattern}`");
        let fix = "sign the app with a profile made for its bundle identifier";
        // macOS checks the profile only if the app has entitlements that need one.
        let severity = if app.os == Os::MacOs { Severity::Warning } else { Severity::Error };
        add(severity, "profile-mismatch", message, fix);
    }
    let platforms: Vec<String> = profile.platforms.iter().map(|name| name.to_ascii_lowercase()).collect();
    let expected = match app.os {
        Os::Ios => &["ios", "xros"][..],
        Os::TvOs => &["tvos"],
        Os::MacOs => &["osx", "macos"],
        Os::Android | Os::Windows | Os::Linux | Os::Tizen | Os::Custom => return,
    };
    // Profiles made before 2014 do not name a platform.
    if !platforms.is_empty() && !platforms.iter().any(|name| expected.contains(&name.as_str())) {
        let message =
            format!("expected a profile for {}, got one for {}", app.os, profile.platforms.join(", "));
        add(Severity::Error, "profile-mismatch", message, "sign the app with a profile made for its system");
    }
}

fn expiry(profile: &Profile, now: i64, findings: &mut Vec<Finding>) {
    let Some(expires) = profile.expires.as_deref() else { return };
    let Some(at) = time::parse_rfc3339(expires) else { return };
    if at <= now {
        let message = format!("expected a profile that is valid, got one that expired at {expires}");
        let fix = "make a new profile and sign the app again: devices neither install nor start the app";
        findings.push(Finding::new(Severity::Error, "expired-profile", message, fix));
    } else if at - now <= SOON {
        let message = format!("expected a profile for more than 30 days, got one that expires at {expires}");
        let fix = "make a new profile and sign the app again before then: after that the app does not start";
        findings.push(Finding::new(Severity::Warning, "expiring-profile", message, fix));
    }
}

/// Whether all certificates of the profile have expired: they may expire before the profile does.
fn certificates(profile: &Profile, os: Os, now: i64, findings: &mut Vec<Finding>) {
    let is_over = |text: &str| time::parse_rfc3339(text).is_some_and(|at| at <= now);
    let certificates = &profile.certificates;
    if profile.expires.as_deref().is_some_and(is_over) {
        return;
    }
    if let Some(last) = certificates.iter().map(|certificate| certificate.not_after.as_str()).max()
        && is_over(last)
    {
        let message = format!("expected a certificate that is valid, got one that expired at {last}");
        let (severity, fix) = if os == Os::MacOs {
            let fix = "sign it again: macOS accepts it only if it was signed with a timestamp before that";
            (Severity::Info, fix)
        } else {
            let fix = "sign the app again with a new certificate: devices soon refuse to start it";
            (Severity::Warning, fix)
        };
        findings.push(Finding::new(severity, "expired-certificate", message, fix));
    }
}

fn devices(profile: &Profile) -> String {
    match profile.devices.len() {
        1 => "1 device".to_owned(),
        n_devices => format!("{n_devices} devices"),
    }
}

/// The finding about an app for devices without a profile.
pub(super) fn missing(app: &AppBundle, findings: &mut Vec<Finding>) {
    let message = format!("expected `embedded.mobileprovision` in an app for {}, got none", app.os);
    let fix = "sign the app with a profile for ad hoc or enterprise distribution: devices need one";
    findings.push(Finding::new(Severity::Error, "missing-profile", message, fix));
}

/// The finding about nested bundles without the profile that each of them needs.
pub(super) fn nested_bundle_findings(nested: &[NestedBundle], findings: &mut Vec<Finding>) {
    let bare: Vec<&str> =
        nested.iter().filter(|nested| !nested.has_profile).map(|nested| nested.path.as_str()).collect();
    let Some(first) = bare.first() else { return };
    let others = match bare.len() - 1 {
        0 => String::new(),
        n_others => format!(" and {n_others} more"),
    };
    let message = format!("expected a profile in each bundle inside, got none in `{first}`{others}");
    let fix = "export the app so that each extension and watch app is signed with its own profile";
    findings.push(Finding::new(Severity::Warning, "missing-profile", message, fix));
}

/// Whether a profile's application identifier, which begins with the team id, covers a bundle identifier.
fn covers(pattern: &str, identifier: &str) -> bool {
    let pattern = pattern.split_once('.').map_or(pattern, |(_, pattern)| pattern);
    match pattern.strip_suffix('*') {
        Some(start) => identifier.starts_with(start),
        None => pattern.eq_ignore_ascii_case(identifier),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_covers_what_begins_like_it() {
        for (pattern, identifier, expected) in [
            ("TEAM.com.example.app", "com.example.app", true),
            ("TEAM.com.example.app", "com.example.app2", false),
            ("TEAM.com.example.*", "com.example.app", true),
            ("TEAM.com.example.*", "org.example.app", false),
            ("TEAM.*", "anything", true),
        ] {
            assert_eq!(covers(pattern, identifier), expected, "{pattern} {identifier}");
        }
    }

    const DAY: i64 = 86_400;

    fn profile() -> Profile {
        let bytes = b"<plist><dict><key>ExpirationDate</key><date>1970-03-01T00:00:00Z</date></dict></plist>";
        crate::apple::profile::parse(bytes).unwrap()
    }

    #[test]
    fn an_expiring_profile_is_reported_30_days_before() {
        let code = |now: i64| {
            let mut findings = Vec::new();
            expiry(&profile(), now, &mut findings);
            findings.first().map(|finding| finding.code.clone())
        };
        assert_eq!(code(28 * DAY), None);
        assert_eq!(code(29 * DAY).as_deref(), Some("expiring-profile"));
        assert_eq!(code(59 * DAY).as_deref(), Some("expired-profile"));
    }

    #[test]
    fn a_profile_whose_last_certificate_expired_is_reported() {
        let until = |not_after: &str| crate::Certificate {
            subject: String::new(),
            issuer: String::new(),
            not_before: String::new(),
            not_after: not_after.to_owned(),
            sha256: String::new(),
        };
        let certified = |os, days: [&str; 2]| {
            let mut findings = Vec::new();
            let profile = Profile { certificates: days.map(until).to_vec(), ..profile() };
            certificates(&profile, os, 30 * DAY, &mut findings);
            findings.pop().map(|finding| (finding.severity, finding.fix.contains("timestamp")))
        };
        let over = ["1970-01-02T00:00:00Z", "1970-01-03T00:00:00Z"];
        assert_eq!(certified(Os::Ios, over), Some((Severity::Warning, false)));
        assert_eq!(certified(Os::MacOs, over), Some((Severity::Info, true)), "a Mac looks at the timestamp");
        assert_eq!(certified(Os::Ios, ["1970-01-02T00:00:00Z", "1970-02-03T00:00:00Z"]), None);
    }
}

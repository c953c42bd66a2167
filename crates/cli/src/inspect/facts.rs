//! Which facts of a package are shown to people, and how they are labelled.

use artifact::{Android, Apple, Artifact, Certificate, Icon, Os, Profile, ProfileKind, Windows};

use crate::output::text;
use crate::package::PackageReport;

/// A line of the report.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fact {
    pub(super) label: &'static str,
    pub(super) value: String,
}

/// The lines so far. A value that is unknown gets none.
#[derive(Debug, Default)]
struct FactList(Vec<Fact>);

impl FactList {
    fn add(&mut self, label: &'static str, value: impl Into<String>) {
        let value = value.into();
        if !value.is_empty() {
            self.0.push(Fact { label, value });
        }
    }

    fn add_known(&mut self, label: &'static str, value: Option<&String>) {
        self.add(label, value.map_or("", String::as_str));
    }

    fn add_list<'a>(&mut self, label: &'static str, items: impl IntoIterator<Item = &'a str>) {
        self.add(label, items.into_iter().collect::<Vec<_>>().join(", "));
    }
}

/// All facts of a report.
pub(super) fn of_report(report: &PackageReport) -> Vec<Fact> {
    let mut facts = FactList::default();
    if let Some(artifact) = &report.artifact {
        identity(&mut facts, artifact);
        artifact.android.iter().for_each(|android| self::android(&mut facts, android));
        artifact.apple.iter().for_each(|apple| self::apple(&mut facts, apple));
        artifact.windows.iter().for_each(|windows| self::windows(&mut facts, windows));
    }
    if let Some(digests) = &report.digests {
        facts.add("MD5", &digests.md5);
        facts.add("SHA-256", &digests.sha256);
    }
    let reads = if report.reads == 1 { "read" } else { "reads" };
    facts.add("Looked at", format!("{} in {} {reads}", text::exact_size(report.bytes_read), report.reads));
    facts.0
}

fn identity(facts: &mut FactList, artifact: &Artifact) {
    facts.add_known("Name", artifact.name.as_ref());
    facts.add_known("Identifier", artifact.identifier.as_ref());
    match (&artifact.version, &artifact.build) {
        (Some(version), Some(build)) => facts.add("Version", format!("{version} (build {build})")),
        (Some(version), None) => facts.add("Version", version),
        (None, Some(build)) => facts.add("Version", format!("build {build}")),
        (None, None) => {}
    }
    match artifact.os {
        Os::Custom => facts.add("Format", artifact.format.to_string()),
        os => facts.add("Format", format!("{} for {os}", artifact.format)),
    }
    facts.add("Size", text::exact_size(artifact.size));
    facts.add_known(
        if artifact.os == Os::Android { "Minimum SDK" } else { "Minimum OS" },
        artifact.min_os.as_ref(),
    );
    facts.add("Icon", artifact.icon.as_ref().map(icon).unwrap_or_default());
}

fn icon(icon: &Icon) -> String {
    match (icon.width, icon.height) {
        (Some(width), Some(height)) => format!("{width} × {height}, {}", icon.media_type),
        _ => icon.media_type.clone(),
    }
}

fn android(facts: &mut FactList, android: &Android) {
    facts.add_known("Target SDK", android.target_sdk.as_ref());
    facts.add_known("Maximum SDK", android.max_sdk.as_ref());
    facts.add_known("Split", android.split.as_ref());
    facts.add_list("Modules", android.modules.iter().map(String::as_str));
    facts.add_list("Native code", android.abis.iter().map(String::as_str));
    facts.add_list("Languages", android.labels.keys().map(String::as_str));
    let permissions = android.permissions.iter();
    let short = permissions.map(|name| name.strip_prefix("android.permission.").unwrap_or(name));
    facts.add_list("Permissions", short);
    let required = android.features.iter().filter(|feature| feature.required);
    facts.add_list("Needs", required.map(|feature| feature.name.as_str()));
    facts.add_list("Signatures", android.signing.schemes.iter().map(String::as_str));
    android.signing.certificates.iter().for_each(|certificate| signer(facts, certificate));
}

fn apple(facts: &mut FactList, apple: &Apple) {
    facts.add_list("Platforms", apple.platforms.iter().map(String::as_str));
    facts.add_list("Devices", apple.device_families.iter().map(String::as_str));
    facts.add_list("Architectures", apple.executable.iter().map(|slice| slice.architecture.as_str()));
    for nested in &apple.nested {
        let identifier = nested.identifier.as_ref().unwrap_or(&nested.path);
        facts.add("Inside", format!("{}: {identifier}", nested.kind));
    }
    for component in &apple.components {
        let parts = [&component.identifier, &component.version, &component.install_location];
        facts.add_list("Component", parts.into_iter().flatten().map(String::as_str));
    }
    if let Some(volume) = &apple.volume {
        let parts = [volume.name.as_ref(), Some(&volume.file_system), volume.path.as_ref()];
        facts.add_list("Volume", parts.into_iter().flatten().map(String::as_str));
    }
    apple.profile.iter().for_each(|profile| self::profile(facts, profile));
    signature(facts, apple.is_signed, &apple.certificates);
    let notarized = apple.is_notarized.map(|is_notarized| if is_notarized { "stapled" } else { "no ticket" });
    facts.add("Notarization", notarized.unwrap_or_default());
}

fn profile(facts: &mut FactList, profile: &Profile) {
    let kind = match profile.kind {
        ProfileKind::Development => "development",
        ProfileKind::AdHoc => "ad hoc",
        ProfileKind::Enterprise => "enterprise",
        ProfileKind::Store => "store",
    };
    let name = profile.name.as_deref().unwrap_or("without a name");
    let expires = profile.expires.as_ref().map(|date| format!(", expires {}", day(date)));
    facts.add("Profile", format!("{name}, {kind}{}", expires.unwrap_or_default()));
    if !profile.devices.is_empty() {
        facts.add("Registered", format!("{} devices", profile.devices.len()));
    }
    let team = [&profile.team_name, &profile.team_id];
    facts.add_list("Team", team.into_iter().flatten().map(String::as_str));
}

fn windows(facts: &mut FactList, windows: &Windows) {
    facts.add_known("Publisher", windows.publisher_name.as_ref().or(windows.publisher.as_ref()));
    facts.add_known("Family name", windows.family_name.as_ref());
    facts.add_known("Product code", windows.product_code.as_ref());
    facts.add_known("Upgrade code", windows.upgrade_code.as_ref());
    facts.add_list("Architectures", windows.architectures.iter().map(String::as_str));
    facts.add_list("Devices", windows.device_families.iter().map(|family| family.name.as_str()));
    facts.add_list("Languages", windows.languages.iter().map(String::as_str));
    facts.add_list("Capabilities", windows.capabilities.iter().map(String::as_str));
    for package in &windows.packages {
        let parts = [Some(&package.kind), package.version.as_ref(), package.architecture.as_ref()];
        let details = parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", ");
        facts.add("Inside", format!("{}: {details}", package.file_name));
    }
    signature(facts, Some(windows.is_signed), &windows.certificates);
}

fn signature(facts: &mut FactList, is_signed: Option<bool>, certificates: &[Certificate]) {
    match (certificates.first(), is_signed) {
        (Some(certificate), _) => signer(facts, certificate),
        (None, Some(true)) => facts.add("Signed", "yes"),
        (None, Some(false)) => facts.add("Signed", "no"),
        (None, None) => {}
    }
}

fn signer(facts: &mut FactList, certificate: &Certificate) {
    facts.add("Signed by", format!("{}, until {}", certificate.subject, day(&certificate.not_after)));
    facts.add("Fingerprint", format!("SHA-256 {}", certificate.sha256));
}

/// The date of an RFC 3339 time.
fn day(time: &str) -> &str {
    time.split('T').next().unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_is_shown() {
        let mut facts = FactList::default();
        android(&mut facts, &Android { abis: vec!["x86".into(), "arm64-v8a".into()], ..Android::default() });
        assert_eq!(facts.0, [Fact { label: "Native code", value: "x86, arm64-v8a".into() }]);
    }

    #[test]
    fn a_certificate_is_shown_by_its_subject_and_last_day() {
        let mut facts = FactList::default();
        let certificate = Certificate {
            subject: "CN=Example".into(),
            issuer: "CN=Example".into(),
            not_before: "2020-01-01T00:00:00Z".into(),
            not_after: "2030-01-01T00:00:00Z".into(),
            sha256: "00".into(),
        };
        signer(&mut facts, &certificate);
        assert_eq!(facts.0[0].value, "CN=Example, until 2030-01-01");
    }
}

use artifact::{Android, Apple, Artifact, Certificate, Format, Os, Profile, ProfileKind, Windows};

use crate::phrase;

/// A label and a fact.
type Row = (&'static str, String);

/// What a release manager checks before every release.
pub(crate) fn main_rows(artifact: &Artifact) -> Vec<Row> {
    let os = artifact.os.to_string();
    let labels = Labels::of(artifact);
    let stated = |fact: &Option<String>| fact.clone().unwrap_or_else(|| "not stated".to_owned());
    let min = artifact.min_os.as_ref().map(|min| phrase::min_os(&os, min));
    let mut rows = vec![("Name", stated(&artifact.name))];
    let is_plain = artifact.format == Format::Zip;
    if !is_plain {
        rows.push((labels.identifier, stated(&artifact.identifier)));
    }
    rows.push((labels.version, stated(&artifact.version)));
    // Windows has no build numbers, and an archive says nothing of itself.
    if artifact.build.is_some() || !(is_plain || artifact.os == Os::Windows) {
        rows.push((labels.build, stated(&artifact.build)));
    }
    if !is_plain {
        rows.push((labels.min_os, stated(&min)));
    }
    rows.push(("Format", format!(".{} for {os}", artifact.format)));
    rows.push(("Size", phrase::bytes(artifact.size)));
    rows
}

/// What the systems call the same things.
struct Labels {
    identifier: &'static str,
    version: &'static str,
    build: &'static str,
    min_os: &'static str,
}

impl Labels {
    fn of(artifact: &Artifact) -> Labels {
        let (identifier, version, build, min_os) = match (artifact.os, artifact.format) {
            (Os::Android, _) => ("Package id", "Version name", "Version code", "Minimum SDK"),
            (Os::Windows, Format::Msi) => ("Product code", "Version", "Build number", "Minimum OS"),
            (Os::Windows, _) => ("Identity", "Version", "Build number", "Minimum OS"),
            _ => ("Bundle id", "Version", "Build number", "Minimum OS"),
        };
        Labels { identifier, version, build, min_os }
    }
}

/// The rest: what is worth a look when something is odd.
pub(crate) fn more_rows(artifact: &Artifact) -> Vec<Row> {
    let mut rows = Vec::new();
    if let Some(android) = &artifact.android {
        add_android(&mut rows, android);
    }
    if let Some(apple) = &artifact.apple {
        add_apple(&mut rows, apple);
    }
    if let Some(windows) = &artifact.windows {
        add_windows(&mut rows, windows);
    }
    rows
}

fn add_android(rows: &mut Vec<Row>, android: &Android) {
    add(rows, "Target SDK", android.target_sdk.clone());
    add_list(rows, "Processors", &android.abis);
    add_list(rows, "Modules", &android.modules);
    add(rows, "Split", android.split.clone());
    add_list(rows, "Signed with", &android.signing.schemes);
    add_certificates(rows, &android.signing.certificates);
    let languages: Vec<String> =
        android.labels.iter().map(|(language, name)| format!("{name} ({language})")).collect();
    add_list(rows, "Name elsewhere", &languages);
    add_list(rows, "Permissions", &android.permissions);
    let features: Vec<String> = android.features.iter().map(feature).collect();
    add_list(rows, "Features", &features);
}

fn feature(feature: &artifact::Feature) -> String {
    let name = &feature.name;
    if feature.required { name.clone() } else { format!("{name} (optional)") }
}

fn add_apple(rows: &mut Vec<Row>, apple: &Apple) {
    add_list(rows, "Devices", &apple.device_families);
    let architectures: Vec<String> =
        apple.executable.iter().map(|slice| slice.architecture.clone()).collect();
    add_list(rows, "Processors", &architectures);
    if let Some(profile) = &apple.profile {
        add_profile(rows, profile);
    }
    add_certificates(rows, &apple.certificates);
    let nested: Vec<String> = apple.nested.iter().filter_map(|bundle| bundle.identifier.clone()).collect();
    add_list(rows, "Contains", &nested);
    let components: Vec<String> =
        apple.components.iter().filter_map(|component| component.identifier.clone()).collect();
    add_list(rows, "Components", &components);
    if let Some(volume) = &apple.volume {
        let name = volume.name.as_deref().unwrap_or("unnamed");
        rows.push(("Volume", format!("{name} ({})", volume.file_system)));
    }
}

fn add_profile(rows: &mut Vec<Row>, profile: &Profile) {
    let kind = match profile.kind {
        ProfileKind::Development => "Development",
        ProfileKind::AdHoc => "Ad hoc",
        ProfileKind::Enterprise => "Enterprise: every device",
        ProfileKind::Store => "App Store: no device directly",
    };
    let name = profile.name.as_deref().unwrap_or("unnamed");
    rows.push(("Profile", format!("{kind} · {name}")));
    let team = [profile.team_name.as_deref(), profile.team_id.as_deref()];
    let team: Vec<&str> = team.into_iter().flatten().collect();
    add(rows, "Team", Some(team.join(" · ")).filter(|team| !team.is_empty()));
    if !profile.devices.is_empty() {
        rows.push(("Registered", phrase::count(profile.devices.len(), "device")));
    }
    add(rows, "Profile expires", profile.expires.as_deref().map(day));
}

fn add_windows(rows: &mut Vec<Row>, windows: &Windows) {
    add(rows, "Publisher", windows.publisher_name.clone().or_else(|| windows.publisher.clone()));
    add_list(rows, "Processors", &windows.architectures);
    let families: Vec<String> = windows.device_families.iter().map(|family| family.name.clone()).collect();
    add_list(rows, "Devices", &families);
    let packages: Vec<String> = windows.packages.iter().map(|package| package.file_name.clone()).collect();
    add_list(rows, "Packages", &packages);
    add(rows, "Package family", windows.family_name.clone());
    add(rows, "Upgrade code", windows.upgrade_code.clone());
    add_list(rows, "Languages", &windows.languages);
    add_list(rows, "Capabilities", &windows.capabilities);
    add_certificates(rows, &windows.certificates);
}

fn add_certificates(rows: &mut Vec<Row>, certificates: &[Certificate]) {
    // The others vouch for the first.
    let Some(signer) = certificates.first() else { return };
    rows.push(("Signed by", format!("{}, until {}", signer.subject, day(&signer.not_after))));
    rows.push(("Certificate", signer.sha256.clone()));
}

fn add(rows: &mut Vec<Row>, label: &'static str, fact: Option<String>) {
    rows.extend(fact.filter(|fact| !fact.is_empty()).map(|fact| (label, fact)));
}

fn add_list(rows: &mut Vec<Row>, label: &'static str, items: &[String]) {
    /// A list is for reading, not for proof: `slipway inspect --json` has all of it.
    const SHOWN: usize = 40;
    let Some(rest) = items.len().checked_sub(1) else { return };
    let mut fact = items.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    if rest >= SHOWN {
        fact += &format!(" and {} more", items.len() - SHOWN);
    }
    rows.push((label, fact));
}

/// The date of an RFC 3339 time.
fn day(time: &str) -> String {
    time.split('T').next().unwrap_or(time).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(rows: &[Row]) -> Vec<&'static str> {
        rows.iter().map(|(label, _)| *label).collect()
    }

    #[test]
    fn an_archive_shows_no_facts_that_it_cannot_have() {
        let zip = Artifact::new(Format::Zip, Os::Custom, 5);
        assert_eq!(labels(&main_rows(&zip)), ["Name", "Version", "Format", "Size"]);
        assert!(more_rows(&zip).is_empty());
    }

    #[test]
    fn each_system_has_its_own_words() {
        let words = |format, os| labels(&main_rows(&Artifact::new(format, os, 5)));
        assert!(words(Format::Apk, Os::Android).contains(&"Version code"));
        assert!(words(Format::Ipa, Os::Ios).contains(&"Bundle id"));
        assert!(!words(Format::Msi, Os::Windows).contains(&"Build number"));
    }

    #[test]
    fn a_long_list_is_cut_and_says_so() {
        let permissions = (0..50).map(|n| format!("p{n}")).collect();
        let android = Some(Android { permissions, ..Android::default() });
        let rows = more_rows(&Artifact { android, ..Artifact::new(Format::Apk, Os::Android, 5) });
        let permissions =
            rows.iter().find(|(label, _)| *label == "Permissions").map(|(_, fact)| fact.clone());
        assert!(permissions.is_some_and(|text| text.ends_with("p39 and 10 more")));
    }
}

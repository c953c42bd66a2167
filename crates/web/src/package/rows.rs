use artifact::{Android, Apple, Artifact, Certificate, Format, Os, Profile, ProfileKind, Windows};
use protocol::oldest_system;

use super::{device::device_family, language::tag_of, signer::signer_name};
use crate::text::phrase;

/// A label and a fact.
type Row = (&'static str, String);

/// The rows that a release manager checks before every release.
pub(crate) fn main_rows(artifact: &Artifact) -> Vec<Row> {
    let labels = IdentityLabels::of(artifact);
    let stated = |fact: &Option<String>| fact.clone().unwrap_or_else(|| "not stated".to_owned());
    let mut rows = vec![("Name", stated(&artifact.name))];
    let is_plain = artifact.format == Format::Zip;
    if artifact.format == Format::Msi {
        rows.push(("App id (upgrade code)", stated(&artifact.app_identifier().map(str::to_owned))));
    }
    if !is_plain {
        rows.push((labels.identifier, stated(&artifact.identifier)));
    }
    rows.push((labels.version, stated(&artifact.version)));
    // Windows packages have no build number, and an archive does not describe itself.
    if artifact.build.is_some() || !(is_plain || artifact.os == Os::Windows) {
        rows.push((labels.build, stated(&artifact.build)));
    }
    if !is_plain {
        let requires = artifact.min_os.as_ref().map(|min| oldest_system(&artifact.os.to_string(), min));
        rows.push(("Requires", stated(&requires)));
    }
    let format = match artifact.os {
        Os::Custom => format!(".{}", artifact.format),
        os => format!(".{} for {os}", artifact.format),
    };
    rows.push(("Format", format));
    rows.push(("Size", phrase::bytes(artifact.size)));
    rows
}

/// What each system calls the same things.
struct IdentityLabels {
    identifier: &'static str,
    version: &'static str,
    build: &'static str,
}

impl IdentityLabels {
    fn of(artifact: &Artifact) -> IdentityLabels {
        let (identifier, version, build) = match (artifact.os, artifact.format) {
            (Os::Android, _) => ("Package id", "Version name", "Version code"),
            // Each version has a product code of its own, so it does not identify the app.
            (Os::Windows, Format::Msi) => ("Product code of this version", "Version", "Build number"),
            (Os::Windows, _) => ("Identity", "Version", "Build number"),
            (Os::Ios | Os::MacOs | Os::TvOs | Os::Tizen | Os::Linux | Os::Custom, _) => {
                ("Bundle id", "Version", "Build number")
            }
        };
        IdentityLabels { identifier, version, build }
    }
}

/// The other rows, for when something looks wrong. `language` returns the name of a BCP 47 tag.
pub(crate) fn more_rows(artifact: &Artifact, language: &dyn Fn(&str) -> String) -> Vec<Row> {
    let mut rows = Vec::new();
    if let Some(android) = &artifact.android {
        add_android(&mut rows, android, language);
    }
    if let Some(apple) = &artifact.apple {
        add_apple(&mut rows, apple);
    }
    if let Some(windows) = &artifact.windows {
        add_windows(&mut rows, windows, language);
    }
    rows
}

fn add_android(rows: &mut Vec<Row>, android: &Android, language: &dyn Fn(&str) -> String) {
    add(rows, "Target SDK", android.target_sdk.clone());
    add_list(rows, "Processors", &android.abis);
    add_list(rows, "Modules", &android.modules);
    add(rows, "Split", android.split.clone());
    add_list(rows, "Signed with", &android.signing.schemes);
    add_certificates(rows, &android.signing.certificates);
    let names: Vec<String> =
        android.labels.iter().map(|(tag, name)| format!("{name} ({})", language(tag))).collect();
    add_list(rows, "Names in other languages", &names);
    add_list(rows, "Permissions", &android.permissions);
    let features: Vec<String> = android.features.iter().map(feature).collect();
    add_list(rows, "Features", &features);
}

fn feature(feature: &artifact::Feature) -> String {
    let name = &feature.name;
    if feature.required { name.clone() } else { format!("{name} (optional)") }
}

fn add_apple(rows: &mut Vec<Row>, apple: &Apple) {
    let families: Vec<String> =
        apple.device_families.iter().map(|family| device_family(family).to_owned()).collect();
    add_list(rows, "Devices", &families);
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
    add(rows, "Profile expires", profile.expires.clone());
}

fn add_windows(rows: &mut Vec<Row>, windows: &Windows, language: &dyn Fn(&str) -> String) {
    add(rows, "Publisher", windows.publisher_name.clone().or_else(|| windows.publisher.clone()));
    add_list(rows, "Processors", &windows.architectures);
    let families: Vec<String> = windows.device_families.iter().map(|family| family.name.clone()).collect();
    add_list(rows, "Devices", &families);
    let packages: Vec<String> = windows.packages.iter().map(|package| package.file_name.clone()).collect();
    add_list(rows, "Packages", &packages);
    add(rows, "Package family", windows.family_name.clone());
    let languages: Vec<String> = windows.languages.iter().map(|tag| language(tag_of(tag))).collect();
    add_list(rows, "Languages", &languages);
    add_list(rows, "Capabilities", &windows.capabilities);
    add_certificates(rows, &windows.certificates);
}

fn add_certificates(rows: &mut Vec<Row>, certificates: &[Certificate]) {
    // The first certificate is the signer's; the others are its chain.
    let Some(signer) = certificates.first() else { return };
    rows.push(("Signed by", format!("{}, until {}", signer_name(&signer.subject), signer.not_after)));
    rows.push(("Signer's full name", signer.subject.clone()));
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
        assert!(more_rows(&zip, &str::to_owned).is_empty());
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
        let rows =
            more_rows(&Artifact { android, ..Artifact::new(Format::Apk, Os::Android, 5) }, &str::to_owned);
        let permissions =
            rows.iter().find(|(label, _)| *label == "Permissions").map(|(_, fact)| fact.clone());
        assert!(permissions.is_some_and(|text| text.ends_with("p39 and 10 more")));
    }

    #[test]
    fn an_installer_says_which_code_is_the_app_and_which_the_version() {
        let windows = Windows { upgrade_code: Some("{app}".to_owned()), ..Windows::default() };
        let msi = Artifact {
            identifier: Some("{version}".to_owned()),
            windows: Some(windows),
            ..Artifact::new(Format::Msi, Os::Windows, 5)
        };
        let rows = main_rows(&msi);
        assert!(rows.contains(&("App id (upgrade code)", "{app}".to_owned())));
        assert!(rows.contains(&("Product code of this version", "{version}".to_owned())));
    }

    #[test]
    fn languages_are_named_whether_windows_numbers_or_tags_them() {
        let windows = Windows {
            languages: vec!["1033".to_owned(), "de-DE".to_owned(), "9999".to_owned()],
            ..Windows::default()
        };
        let msi = Artifact { windows: Some(windows), ..Artifact::new(Format::Msi, Os::Windows, 5) };
        let rows = more_rows(&msi, &|tag| format!("<{tag}>"));
        assert!(rows.contains(&("Languages", "<en-US>, <de-DE>, <9999>".to_owned())), "{rows:?}");
    }

    #[test]
    fn a_signer_is_shown_by_name_first_and_then_in_full() {
        let signer = Certificate {
            subject: "C=US, O=Example Inc., CN=Example".to_owned(),
            issuer: String::new(),
            not_before: String::new(),
            not_after: "2030-01-01T00:00:00Z".to_owned(),
            sha256: "00".to_owned(),
        };
        let mut rows = Vec::new();
        add_certificates(&mut rows, &[signer]);
        assert_eq!(rows[0].1, "Example · Example Inc., until 2030-01-01T00:00:00Z");
        assert_eq!(rows[1].1, "C=US, O=Example Inc., CN=Example");
    }
}

use artifact::{Artifact, Severity};

/// `artifact` as it is released: with the version that the user entered if the package does not say its own.
///
/// Then the notes that ask for a version are left out. An error stays: the package itself lacks what its
/// system wants of it.
pub(crate) fn released_as(artifact: &Artifact, version: &str, build: &str) -> Artifact {
    let mut released = artifact.clone();
    if released.version.is_none() && !version.is_empty() {
        released.version = Some(version.to_owned());
        released.findings.retain(|finding| {
            let asks = matches!(finding.code.as_str(), "missing-version" | "missing-version-name");
            !asks || finding.severity == Severity::Error
        });
    }
    if released.build.is_none() && !build.is_empty() {
        released.build = Some(build.to_owned());
    }
    released
}

#[cfg(test)]
mod tests {
    use artifact::{Finding, Format, Os};

    use super::*;

    fn without_version(severity: Severity) -> Artifact {
        let finding = Finding {
            severity,
            code: "missing-version".to_owned(),
            message: "expected a version, got none".to_owned(),
            fix: "type the version".to_owned(),
        };
        Artifact { findings: vec![finding], ..Artifact::new(Format::Zip, Os::Custom, 5) }
    }

    #[test]
    fn an_entered_version_replaces_the_note_that_asked_for_it() {
        let released = released_as(&without_version(Severity::Info), "3.1", "7");
        assert_eq!((released.version.as_deref(), released.build.as_deref()), (Some("3.1"), Some("7")));
        assert_eq!(released.findings, []);
    }

    #[test]
    fn without_an_entered_version_the_note_stays() {
        let asked = without_version(Severity::Info);
        assert_eq!(released_as(&asked, "", ""), asked);
    }

    #[test]
    fn an_error_about_the_version_stays_with_an_entered_version() {
        assert_eq!(released_as(&without_version(Severity::Error), "3.1", "").findings.len(), 1);
    }

    #[test]
    fn a_package_keeps_its_own_version() {
        let package =
            Artifact { version: Some("1.0".to_owned()), ..Artifact::new(Format::Msix, Os::Windows, 5) };
        assert_eq!(released_as(&package, "2.0", "").version.as_deref(), Some("1.0"));
    }
}

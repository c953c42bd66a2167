use artifact::{Artifact, Severity};

/// `artifact` as it is released: under what a person typed where the package does not say its version.
///
/// Then nothing is left to ask for, so the notes that asked go. An error stays: the package itself lacks what its
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
    fn a_typed_version_is_a_fact_and_answers_the_note() {
        let released = released_as(&without_version(Severity::Info), "3.1", "7");
        assert_eq!((released.version.as_deref(), released.build.as_deref()), (Some("3.1"), Some("7")));
        assert_eq!(released.findings, []);
    }

    #[test]
    fn without_a_typed_version_the_note_stays() {
        let asked = without_version(Severity::Info);
        assert_eq!(released_as(&asked, "", ""), asked);
    }

    #[test]
    fn what_a_system_refuses_is_still_told_of_a_typed_version() {
        assert_eq!(released_as(&without_version(Severity::Error), "3.1", "").findings.len(), 1);
    }

    #[test]
    fn a_package_keeps_its_own_version() {
        let package =
            Artifact { version: Some("1.0".to_owned()), ..Artifact::new(Format::Msix, Os::Windows, 5) };
        assert_eq!(released_as(&package, "2.0", "").version.as_deref(), Some("1.0"));
    }
}

use artifact::{Finding, Severity};

/// The findings with the most severe first; equals stay in the order in which they were found.
pub(crate) fn by_severity(findings: &[Finding]) -> Vec<Finding> {
    // Three passes over a few findings: a sort would be more code to download.
    let of = |severity| findings.iter().filter(move |finding| finding.severity == severity);
    [Severity::Error, Severity::Warning, Severity::Info].into_iter().flat_map(of).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_come_before_warnings_and_those_before_notes() {
        let found = [
            ("a", Severity::Info),
            ("b", Severity::Warning),
            ("c", Severity::Error),
            ("d", Severity::Warning),
        ];
        let findings = found.map(|(code, severity)| Finding {
            severity,
            code: code.to_owned(),
            message: String::new(),
            fix: String::new(),
        });
        let codes: String = by_severity(&findings).into_iter().map(|finding| finding.code).collect();
        assert_eq!(codes, "cbda");
    }
}

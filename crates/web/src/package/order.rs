use artifact::{Finding, Severity};

/// What is worst comes first; equals stay in the order in which they were found.
pub(crate) fn by_severity(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| match finding.severity {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Info => 2,
    });
    findings
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
        let codes: String = by_severity(findings.to_vec()).into_iter().map(|finding| finding.code).collect();
        assert_eq!(codes, "cbda");
    }
}

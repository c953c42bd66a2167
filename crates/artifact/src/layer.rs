//! Parts of a package that may be unreadable without the file being refused.
//!
//! A release manager can release a package whose icon is damaged, and cannot release one that says neither what app
//! it is nor which version. So each reader first reads the identity, whose errors refuse the file, and then passes
//! each further part through [`optional`], which turns an error into a finding. The order matters: were the icon read
//! first, a package with an odd icon would be refused, or would spend on it the reads that its identity needs.

use crate::{Finding, InspectError, Severity};

/// The value of an optional part. If it cannot be read, the reason becomes a finding with this code.
///
/// # Errors
///
/// [`InspectError::Miss`]: the bytes must come first. [`InspectError::NeedsFullBuild`]: this build cannot tell.
pub(crate) fn optional<T>(
    layer: Result<T, InspectError>,
    code: &str,
    fix: &str,
    findings: &mut Vec<Finding>,
) -> Result<Option<T>, InspectError> {
    match layer {
        Ok(value) => Ok(Some(value)),
        Err(error @ (InspectError::Miss(_) | InspectError::NeedsFullBuild)) => Err(error),
        Err(InspectError::Refused(refusal)) => {
            findings.push(Finding::new(Severity::Warning, code, refusal.message, fix));
            Ok(None)
        }
    }
}

/// As [`optional`], without a finding: for parts whose absence changes nothing for the user.
///
/// # Errors
///
/// [`InspectError::Miss`]: the bytes must come first. [`InspectError::NeedsFullBuild`]: this build cannot tell.
pub(crate) fn quiet<T>(layer: Result<T, InspectError>) -> Result<Option<T>, InspectError> {
    match layer {
        Ok(value) => Ok(Some(value)),
        Err(error @ (InspectError::Miss(_) | InspectError::NeedsFullBuild)) => Err(error),
        Err(InspectError::Refused(_)) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Miss, Refusal};

    #[test]
    fn what_only_another_build_reads_is_an_error() {
        let mut findings = Vec::new();
        for error in [InspectError::NeedsFullBuild, Miss { offset: 1, len: 2 }.into()] {
            let layer = || Err::<(), _>(error.clone());
            assert_eq!(optional(layer(), "code", "fix", &mut findings), Err(error.clone()));
            assert_eq!(quiet(layer()), Err(error.clone()));
        }
        assert_eq!(findings, []);
    }

    #[test]
    fn an_unreadable_part_is_a_finding_or_nothing() {
        let mut findings = Vec::new();
        let layer = || Err::<(), _>(Refusal::corrupt("expected a, got b".to_owned()).into());
        assert_eq!(quiet(layer()), Ok(None));
        assert_eq!(optional(layer(), "code", "fix", &mut findings), Ok(None));
        let found: Vec<_> = findings.iter().map(|finding| finding.code.as_str()).collect();
        assert_eq!(found, ["code"]);
    }
}

//! Layers that may fail without costing the identity.

use crate::{Finding, InspectError, Severity};

/// What an optional layer yields. Why it yields nothing becomes a finding with this code.
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

/// As [`optional`], for what nobody misses.
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
    fn what_another_build_can_read_is_not_passed_over() {
        let mut findings = Vec::new();
        for error in [InspectError::NeedsFullBuild, Miss { offset: 1, len: 2 }.into()] {
            let layer = || Err::<(), _>(error.clone());
            assert_eq!(optional(layer(), "code", "fix", &mut findings), Err(error.clone()));
            assert_eq!(quiet(layer()), Err(error.clone()));
        }
        assert_eq!(findings, []);
    }

    #[test]
    fn what_is_broken_is_a_finding_or_nothing() {
        let mut findings = Vec::new();
        let layer = || Err::<(), _>(Refusal::corrupt("expected a, got b".to_owned()).into());
        assert_eq!(quiet(layer()), Ok(None));
        assert_eq!(optional(layer(), "code", "fix", &mut findings), Ok(None));
        let found: Vec<_> = findings.iter().map(|finding| finding.code.as_str()).collect();
        assert_eq!(found, ["code"]);
    }
}

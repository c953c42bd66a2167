//! Layers that may fail without costing the identity.

use crate::{Finding, InspectError, Miss, Severity};

/// What an optional layer yields. Why it yields nothing becomes a finding with this code.
///
/// # Errors
///
/// Only [`Miss`]: the bytes must come first.
pub(crate) fn optional<T>(
    layer: Result<T, InspectError>,
    code: &str,
    fix: &str,
    findings: &mut Vec<Finding>,
) -> Result<Option<T>, Miss> {
    match layer {
        Ok(value) => Ok(Some(value)),
        Err(InspectError::Miss(miss)) => Err(miss),
        Err(InspectError::Refused(refusal)) => {
            findings.push(Finding::new(Severity::Warning, code, refusal.message, fix));
            Ok(None)
        }
        // The layer is not worth another module.
        Err(InspectError::NeedsCodecs) => Ok(None),
    }
}

/// As [`optional`], for what nobody misses.
///
/// # Errors
///
/// Only [`Miss`]: the bytes must come first.
pub(crate) fn quiet<T>(layer: Result<T, InspectError>) -> Result<Option<T>, Miss> {
    match layer {
        Ok(value) => Ok(Some(value)),
        Err(InspectError::Miss(miss)) => Err(miss),
        Err(InspectError::Refused(_) | InspectError::NeedsCodecs) => Ok(None),
    }
}

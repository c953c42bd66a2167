//! Whether the packages of a bundle are where its manifest says.

use super::{Entries, REBUILD};
use crate::Severity::{self, Error, Warning};
use crate::container::zip::{Archive, Packing, RawEntry};
use crate::report::quantity::sizes;
use crate::windows::appx::bundle::ListedPackage;
use crate::windows::appx::findings::Findings;

/// What is wrong with one package.
struct PackageIssue {
    severity: Severity,
    code: &'static str,
    /// The message before and after the number of other packages with the same issue.
    message: [String; 2],
    fix: &'static str,
}

/// Adds findings about the packages' locations: one finding for each code, however many packages are wrong.
pub(super) fn check(entries: &Entries<'_>, archive: &Archive, findings: &mut Findings) {
    let mut faults: Vec<(PackageIssue, usize)> = Vec::new();
    for fault in entries.iter().flat_map(|(listed, raw)| of_package(listed, raw.as_ref(), archive)) {
        match faults.iter_mut().find(|(first, _)| first.code == fault.code) {
            Some((first, n_more)) => {
                *n_more += 1;
                // The worst one is reported.
                if first.severity != Error && fault.severity == Error {
                    *first = fault;
                }
            }
            None => faults.push((fault, 0)),
        }
    }
    for (PackageIssue { severity, code, message: [before, behind], fix }, n_more) in faults {
        let others = if n_more == 0 { String::new() } else { format!(" and {n_more} more") };
        findings.add(severity, code, format!("{before}{others}{behind}"), fix);
    }
}

/// The issues of one package, as far as the directory shows them.
fn of_package(listed: &ListedPackage, raw: Option<&RawEntry<'_>>, archive: &Archive) -> Vec<PackageIssue> {
    /// Fixed part of a local header, and the longest extra field behind it.
    const HEADER: u64 = 30;
    const MAX_EXTRA: u64 = 0xffff;
    let name: String = listed.file_name.escape_debug().take(100).collect();
    let Some(raw) = raw else { return vec![missing(listed, &name)] };
    let error = |code, message| PackageIssue { severity: Error, code, message, fix: REBUILD };
    if raw.packing().is_ok_and(|packing| packing != Packing::Stored) {
        let behind = " stored in the bundle, got it compressed: Windows refuses it".to_owned();
        return vec![error("compressed-package", [format!("expected `{name}`"), behind])];
    }
    let mut faults = Vec::new();
    if let Some(size) = listed.size.filter(|size| *size != raw.entry.size) {
        let (expected, got) = sizes(size, raw.entry.size);
        let behind = format!(" of the sizes that the bundle's manifest says, got {got}, not {expected}");
        faults.push(error("wrong-package-size", [format!("expected `{name}`"), behind]));
    }
    let start = raw.entry.header_offset.saturating_add(archive.directory.prefix).saturating_add(HEADER);
    let start = start.saturating_add(raw.entry.name_len as u64);
    let places = start..=start.saturating_add(MAX_EXTRA);
    if let Some(offset) = listed.offset.filter(|at| !places.contains(at)) {
        faults.push(error("wrong-package-offset", wrong_offset(&name, offset, start)));
    }
    faults
}

/// The packages of a flat bundle lie beside it.
fn missing(listed: &ListedPackage, name: &str) -> PackageIssue {
    let (severity, what) = match (listed.offset, listed.is_application) {
        (Some(_), _) => (Error, "got none"),
        (None, true) => (Error, "got a flat bundle, whose packages must lie beside it"),
        // Windows leaves out languages and scales that are not there.
        (None, false) => (Warning, "got a flat bundle, whose packages must lie beside it"),
    };
    let message = [format!("expected `{name}`"), format!(" in the bundle, {what}")];
    PackageIssue {
        severity,
        code: "missing-package",
        message,
        fix: "make a bundle that holds all its packages",
    }
}

/// The message for a package that begins at `start`, before and after the number of others.
pub(super) fn wrong_offset(name: &str, offset: u64, start: u64) -> [String; 2] {
    let (expected, got) = sizes(offset, start);
    let behind = format!(" {expected} into the bundle, as its manifest says, got it {got} into it");
    [format!("expected `{name}`"), behind]
}

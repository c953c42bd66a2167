//! What a release manager should know about an installer.

use super::MergedDocuments;
use super::signature::Signature;
use crate::container::xar::Xar;
use crate::context::InspectContext;
use crate::encoding::time;
use crate::report::quantity::Size;
use crate::{Certificate, Finding, Severity};

/// All findings about an installer, those about the archive first.
pub(super) fn all(
    context: &InspectContext<'_>,
    xar: &Xar,
    merged: &MergedDocuments,
    signature: &Signature,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(stated) = xar.wrong_toc_len {
        let message = format!("expected the table of contents to have {}, got another length", Size(stated));
        let fix = "build the package again: Installer may refuse it";
        findings.push(Finding::new(Severity::Warning, "damaged-directory", message, fix));
    }
    identity(merged, &mut findings);
    architectures(merged, &mut findings);
    signing(context.hints.now, signature, &mut findings);
    findings
}

fn identity(merged: &MergedDocuments, findings: &mut Vec<Finding>) {
    if merged.version.is_none() {
        let message = "expected a version, got none, or `0`, which `pkgbuild` writes by default".to_owned();
        let fix = "enter the version, and build with `pkgbuild --version` or `productbuild --version`";
        findings.push(Finding::new(Severity::Warning, "missing-version", message, fix));
    }
    if let Some(key) = &merged.unresolved_title {
        let message = format!("expected a title, got `{key}`, which stands for a text that was not found");
        let fix = "add the text to `Localizable.strings`, or write the title into the distribution";
        findings.push(Finding::new(Severity::Warning, "unresolved-reference", message, fix));
    }
    if merged.n_apps == 0 {
        let message = "expected an app, got an installer of other files or of scripts only".to_owned();
        let fix = "nothing to do if this is intended";
        findings.push(Finding::new(Severity::Info, "no-application", message, fix));
    }
    if merged.n_apps > 1 {
        let message =
            format!("expected one app, got {}: the name and the id are those of the main one", merged.n_apps);
        let fix = "nothing to do if they belong together";
        findings.push(Finding::new(Severity::Info, "several-apps", message, fix));
    }
}

fn architectures(merged: &MergedDocuments, findings: &mut Vec<Finding>) {
    let known = &merged.architectures;
    let has = |wanted: &str| known.iter().any(|architecture| architecture == wanted);
    if known.is_empty() || has("arm64") {
        return;
    }
    let list = known.join(", ");
    if has("x86_64") {
        let message = format!("expected an installer for arm64 too, got {list}");
        let fix = "add arm64 to `hostArchitectures`: without it Apple silicon asks to install Rosetta";
        findings.push(Finding::new(Severity::Info, "rosetta-needed", message, fix));
    } else {
        let message = format!("expected an installer for x86_64 or arm64, got {list}");
        let fix = "build for 64 bits: macOS runs nothing else since 10.15";
        findings.push(Finding::new(Severity::Error, "32-bit-only", message, fix));
    }
}

/// Findings about what Gatekeeper asks for: a signature by a Developer ID, and notarization by Apple.
fn signing(now: i64, signature: &Signature, findings: &mut Vec<Finding>) {
    if !signature.is_signed {
        let message =
            "expected a signed installer, got an unsigned one: Gatekeeper blocks it after a download";
        let fix = "sign it with `productsign` and a Developer ID Installer certificate, then notarize it";
        findings.push(Finding::new(Severity::Warning, "unsigned", message.to_owned(), fix));
        return;
    }
    if signature.is_unreadable {
        let message =
            "expected the signer's certificates in the table of contents, got something else".to_owned();
        let fix = "sign the package again";
        findings.push(Finding::new(Severity::Warning, "unreadable-signature", message, fix));
    }
    if let Some(signer) = &signature.signer
        && !signer.starts_with("Developer ID Installer:")
    {
        let (code, fix) = if signer.contains("Mac Developer Installer:")
            || signer.contains("Mac App Distribution:")
        {
            (
                "store-profile",
                "sign it with a Developer ID Installer certificate: this one is for the App Store only",
            )
        } else {
            ("debug-signed", "sign it with a Developer ID Installer certificate: Gatekeeper accepts no other")
        };
        let message = format!("expected a Developer ID Installer certificate, got `{signer}`");
        findings.push(Finding::new(Severity::Warning, code, message, fix));
    } else if !signature.has_ticket {
        let message =
            "expected a stapled notarization ticket, got none: Gatekeeper has to ask Apple".to_owned();
        let fix = "notarize it and run `xcrun stapler staple`, so that it opens without a network";
        findings.push(Finding::new(Severity::Info, "not-stapled", message, fix));
    }
    findings.extend(
        signature.certificates.first().and_then(|certificate| expired_certificate_finding(now, certificate)),
    );
}

fn expired_certificate_finding(now: i64, certificate: &Certificate) -> Option<Finding> {
    let until = time::parse_rfc3339(&certificate.not_after).filter(|until| *until < now)?;
    let message = format!("expected a valid certificate, got one that expired at {}", time::rfc3339(until));
    let fix = "sign it again: Installer accepts it only if it was signed with a timestamp before that";
    Some(Finding::new(Severity::Warning, "expired-certificate", message, fix))
}

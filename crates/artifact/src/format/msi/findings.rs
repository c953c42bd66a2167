//! What to know about a Windows installer before releasing it.

use crate::Severity::{Error, Info, Warning};
use crate::encoding::codepage;
use crate::format::msi::{ProductProperties, template};
use crate::windows::appx;
use crate::windows::msi::Summary;
use crate::{Certificate, Finding, Icon, Severity};

/// Everything that the findings are made from.
#[derive(Debug, Default)]
pub(super) struct FindingInputs {
    /// As in [`Hints`](crate::Hints).
    pub(super) now: i64,
    pub(super) product: ProductProperties,
    /// The number of the code page that the product's texts are in.
    pub(super) codepage: u32,
    pub(super) summary: Option<Summary>,
    /// Which of its files are outside it.
    pub(super) outside: Option<String>,
    pub(super) is_signed: bool,
    pub(super) certificates: Vec<Certificate>,
    pub(super) icon: Option<Icon>,
    /// What could not be read.
    pub(super) findings: Vec<Finding>,
}

/// All findings, those about the identity first.
pub(super) fn all(inputs: &FindingInputs) -> Vec<Finding> {
    let mut findings = Findings(Vec::new());
    findings.identity(&inputs.product);
    findings.characters(&inputs.product, inputs.codepage);
    findings.version(inputs.product.version.as_deref());
    findings.installation(inputs);
    findings.certificates(inputs);
    findings.0.extend(inputs.findings.iter().cloned());
    findings.0
}

struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, severity: Severity, code: &str, message: impl Into<String>, fix: &str) {
        self.0.push(Finding::new(severity, code, message.into(), fix));
    }

    fn identity(&mut self, product: &ProductProperties) {
        if product.name.is_none() {
            let fix = "set `ProductName` in the build: testers see it in their list of programs";
            self.add(Warning, "missing-name", "expected a product name, got none", fix);
        }
        let fix = "set `ProductCode` in the build to a GUID in braces, another one for every version";
        match product.code.as_deref() {
            None => self.add(Error, "identifier-unfit", "expected a product code, got none", fix),
            Some(code) if !is_guid(code) => {
                let message = format!(
                    "expected a GUID in braces as the product code, got `{}`",
                    text_for_message(code)
                );
                self.add(Error, "identifier-unfit", message, fix);
            }
            Some(_) => {}
        }
        if product.upgrade_code.is_none() {
            let fix = "set `UpgradeCode` in the build, the same for all versions: otherwise they install side by side";
            self.add(Warning, "missing-upgrade-code", "expected an upgrade code, got none", fix);
        }
    }

    fn characters(&mut self, product: &ProductProperties, codepage: u32) {
        let mut texts = [&product.name, &product.manufacturer].into_iter().flatten();
        if !codepage::is_known(codepage) && texts.any(|text| text.contains(char::REPLACEMENT_CHARACTER)) {
            let message = format!("expected text in a code page that is read here, got one in {codepage}");
            let fix = "set the code page of the installer's database to 65001 in the build: that is UTF-8";
            self.add(Info, "unknown-code-page", message, fix);
        }
    }

    /// The rules are Windows Installer's for the property `ProductVersion`.
    fn version(&mut self, version: Option<&str>) {
        const MAX: [u32; 3] = [255, 255, 65_535];
        let Some(version) = version else {
            let fix = "set `ProductVersion` in the build: Windows recognises updates by it";
            return self.add(Error, "missing-version", "expected a product version, got none", fix);
        };
        let fields: Option<Vec<u32>> = version.split('.').map(|field| field.parse().ok()).collect();
        let fix = "make it up to three numbers of at most 255, 255 and 65535: Windows compares no others";
        match fields {
            None => {
                let message =
                    format!("expected numbers and dots as the version, got `{}`", text_for_message(version));
                self.add(Error, "version-unfit", message, fix);
            }
            Some(fields) if fields.iter().zip(MAX).any(|(&field, max)| field > max) => {
                let message = format!(
                    "expected a version of at most 255.255.65535, got `{}`",
                    text_for_message(version)
                );
                self.add(Error, "version-unfit", message, fix);
            }
            Some(fields) if fields.len() > MAX.len() => {
                let message =
                    format!("expected a version of three numbers, got `{}`", text_for_message(version));
                let fix =
                    "raise one of the first three numbers with every release: Windows ignores the fourth";
                self.add(Info, "version-unfit", message, fix);
            }
            Some(_) => {}
        }
    }

    fn installation(&mut self, inputs: &FindingInputs) {
        if let Some(outside) = &inputs.outside {
            let fix = "embed the cabinets in the build: testers get this one file only";
            let message = format!("expected all files in the installer, got {outside}");
            self.add(Error, "external-files", message, fix);
        }
        let template = inputs.summary.as_ref().map(|summary| template(&summary.template));
        if template.is_some_and(|(architectures, _)| architectures.iter().all(|found| found == "x86")) {
            let fix = "build for x64 or arm64 too if the app needs more memory, or should run well on ARM";
            self.add(Info, "32-bit-only", "expected a 64-bit installer, got one for x86", fix);
        }
        if !inputs.is_signed {
            let fix = "sign the installer: Windows warns users who start it";
            self.add(Warning, "unsigned", "expected a signature, got none", fix);
        }
        if inputs.product.icon.is_none() {
            let fix = "set `ARPPRODUCTICON` in the build to show one among the installed programs";
            self.add(Info, "missing-icon", "expected an icon, got none", fix);
        }
    }

    /// As for Windows packages in other formats.
    fn certificates(&mut self, inputs: &FindingInputs) {
        let mut findings = appx::findings::Findings::default();
        findings.certificates(&inputs.certificates, None, inputs.now);
        self.0.append(&mut findings.0);
    }
}

/// Whether this is a GUID as Windows Installer writes them: in braces, letters in upper case.
fn is_guid(text: &str) -> bool {
    let is_digit = |byte: &u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(byte);
    let parts = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).map(|text| text.split('-'));
    parts.is_some_and(|parts| {
        parts.clone().map(str::len).eq([8, 4, 4, 4, 12])
            && parts.into_iter().all(|part| part.as_bytes().iter().all(is_digit))
    })
}

fn text_for_message(text: &str) -> String {
    text.escape_debug().take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_counts_in_its_first_three_numbers() {
        let found = |version: &str| {
            let mut findings = Findings(Vec::new());
            findings.version(Some(version));
            findings.0.first().map(|finding| finding.severity)
        };
        for version in ["1", "1.0", "255.255.65535"] {
            assert_eq!(found(version), None, "{version}");
        }
        assert_eq!(found("1.0.0.0"), Some(Info));
        for version in ["256.0", "1.0.65536", "1.0-beta", "", "1..2", "v1"] {
            assert_eq!(found(version), Some(Error), "{version}");
        }
    }

    #[test]
    fn a_product_code_is_a_guid_in_upper_case() {
        assert!(is_guid("{E2650EFC-DCD3-4FAA-BBAC-FD1812B03A61}"));
        for text in
            ["", "{}", "E2650EFC-DCD3-4FAA-BBAC-FD1812B03A61", "{e2650efc-dcd3-4faa-bbac-fd1812b03a61}"]
        {
            assert!(!is_guid(text), "{text}");
        }
    }
}

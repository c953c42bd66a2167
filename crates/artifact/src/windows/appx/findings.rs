//! Findings that packages and bundles have in common: archive, identity, signature, architectures.

use crate::Severity::{Error, Info, Warning};
use crate::container::zip;
use crate::encoding::time;
use crate::report::quantity::Size;
use crate::windows::appx::identity::{Identity, is_allowed_name, parse_version};
use crate::windows::appx::parts::{self, PackageParts};
use crate::windows::appx::{Nesting, signature};
use crate::{Certificate, Finding, Severity};

const REBUILD: &str = "release the package as the build made it: a tool changed it afterwards";

/// The part with the hashes of all other parts.
const BLOCK_MAP: &str = "AppxBlockMap.xml";
/// The part with the content types of all other parts (ECMA-376 part 2).
const CONTENT_TYPES: &str = "[Content_Types].xml";

/// The findings so far.
#[derive(Debug, Default)]
pub(crate) struct Findings(pub(crate) Vec<Finding>);

impl Findings {
    pub(crate) fn add(&mut self, severity: Severity, code: &str, message: impl Into<String>, fix: &str) {
        self.0.push(Finding::new(severity, code, message.into(), fix));
    }

    /// What Windows requires of the archive of every package and bundle.
    pub(crate) fn archive(&mut self, parts: &PackageParts<'_>) {
        let directory = &parts.archive().directory;
        for (n, what, code) in
            [(directory.prefix, "before", "leading-bytes"), (directory.trailing, "behind", "trailing-bytes")]
        {
            if n > 0 {
                let message = format!("expected nothing but an archive, got {} {what} it", Size(n));
                self.add(Error, code, message, REBUILD);
            }
        }
        let n_duplicates = parts.n_duplicates();
        if n_duplicates > 0 {
            self.add(Error, "duplicate-entry", zip::repeated_names_message(n_duplicates), REBUILD);
        }
        for (part_name, code) in [(BLOCK_MAP, "missing-block-map"), (CONTENT_TYPES, "missing-content-types")]
        {
            if parts.find(part_name).is_none() {
                let message =
                    format!("expected the part `{part_name}`, got none: Windows refuses the package");
                self.add(Error, code, message, "make the package with makeappx or the build");
            }
        }
    }

    /// What the schema and the Store require of an identity.
    pub(crate) fn identity(&mut self, identity: &Identity) {
        if !is_allowed_name(&identity.name) {
            let message = format!(
                "expected a package name of 3 to 50 letters, digits, dots and dashes, got `{}`",
                identity.name.escape_debug().take(100).collect::<String>(),
            );
            self.add(Error, "identifier-unfit", message, "correct `Identity/@Name` in the manifest");
        }
        if identity.publisher.is_none() {
            let message = "expected a publisher in the identity, got none";
            self.add(
                Error,
                "missing-publisher",
                message,
                "set `Identity/@Publisher` to the signer's subject",
            );
        }
        let Some(version) = &identity.version else {
            let message = "expected a version in the identity, got none";
            return self.add(Error, "missing-version", message, "set `Identity/@Version` in the manifest");
        };
        let fix = "set `Identity/@Version` to four numbers, the first not 0 and the last 0";
        match parse_version(version) {
            None => {
                let message = format!("expected a version of four numbers up to 65535, got `{version}`");
                self.add(Error, "version-unfit", message, fix);
            }
            Some([0, ..]) => {
                let message = format!("expected a version from 1 on, got `{version}`: the Store refuses it");
                self.add(Info, "version-unfit", message, fix);
            }
            Some([.., revision]) if revision != 0 => {
                let message =
                    format!("expected a version that ends in 0, got `{version}`: the Store refuses it");
                self.add(Info, "version-unfit", message, fix);
            }
            Some(_) => {}
        }
    }

    /// The finding about a package without a signature. Since Windows 11 PowerShell installs unsigned packages whose
    /// publisher contains a certain OID.
    pub(crate) fn add_unsigned(&mut self, publisher: Option<&str>, nesting: Nesting) {
        const UNSIGNED_PUBLISHER: &str = "OID.2.25.311729368913984317654407730594956997722=";
        match nesting {
            Nesting::InBundle => {}
            Nesting::InUpload => {
                let message = "expected a signature for use outside the Store, got none";
                self.add(
                    Info,
                    "unsigned",
                    message,
                    "upload it to the Store, which signs it, or sign the package",
                );
            }
            Nesting::Standalone if publisher.is_some_and(|name| name.contains(UNSIGNED_PUBLISHER)) => {
                let message = "expected a signature, got a package that says it has none: only `Add-AppxPackage \
                               -AllowUnsigned` on Windows 11 installs it";
                self.add(Warning, "unsigned", message, "sign it with a certificate that testers trust");
            }
            Nesting::Standalone => {
                let message = "expected a signature, got none: Windows refuses to install the package";
                self.add(
                    Error,
                    "unsigned",
                    message,
                    "sign it with signtool and a certificate that testers trust",
                );
            }
        }
    }

    /// What Windows requires of the position of the signature.
    pub(crate) fn signature_place(&mut self, parts: &PackageParts<'_>) {
        let is_last = parts.archive().entries().last().is_some_and(|raw| {
            parts::normalized_name(raw.name) == parts::normalized_name(signature::PART_NAME.as_bytes())
        });
        if !is_last {
            let message =
                format!("expected `{}` to be the last entry, got entries after it", signature::PART_NAME);
            self.add(
                Error,
                "misplaced-signature",
                message,
                "sign the package again: it was changed afterwards",
            );
        }
    }

    /// Findings about the certificates of a signature, the signer's first.
    pub(crate) fn certificates(&mut self, certificates: &[Certificate], publisher: Option<&str>, now: i64) {
        let Some(signer) = certificates.first() else { return };
        if let Some(publisher) = publisher
            && !signature::is_subject(publisher, &signer.subject)
        {
            let message =
                format!("expected the publisher `{publisher}` to have signed, got `{}`", signer.subject);
            let fix =
                "set `Identity/@Publisher` to the certificate's subject, or sign with another certificate";
            self.add(Error, "publisher-mismatch", message, fix);
        }
        if time::parse_rfc3339(&signer.not_after).is_some_and(|end| end < now) {
            let message = format!(
                "expected a certificate that is still valid, got one that expired on {}: Windows then installs the \
                 package only if the signature has a timestamp",
                signer.not_after,
            );
            let fix = "renew the certificate and sign again, with a timestamp";
            self.add(Warning, "expired-certificate", message, fix);
        }
        if signer.subject == signer.issuer {
            let message = "expected a certificate from an authority, got one that signed itself";
            let fix = "give testers the certificate to trust first, or sign with one they trust already";
            self.add(Info, "debug-signed", message, fix);
        } else if is_test_authority(&signer.issuer) {
            let message = format!(
                "expected a certificate for releases, got one from the test authority `{}`",
                signer.issuer
            );
            self.add(Info, "debug-signed", message, "sign the release with a certificate that testers trust");
        }
    }

    /// The finding about a package with 32-bit code only.
    pub(crate) fn architectures(&mut self, architectures: &[String]) {
        let is_32_bit = |name: &String| matches!(name.as_str(), "x86" | "arm");
        if !architectures.is_empty() && architectures.iter().all(is_32_bit) {
            let message = format!("expected code of 64 bits too, got {} only", architectures.join(" and "));
            self.add(Info, "32-bit-only", message, "build for x64 and arm64 too: it runs faster there");
        }
    }
}

/// Whether the authority's name says that it is for tests.
fn is_test_authority(issuer: &str) -> bool {
    let words = issuer.split(|char: char| char.is_ascii() && !char.is_ascii_alphanumeric());
    words.map(str::to_ascii_lowercase).any(|word| matches!(word.as_str(), "test" | "testing" | "testroot"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(add: impl FnOnce(&mut Findings)) -> Vec<(Severity, String)> {
        let mut findings = Findings::default();
        add(&mut findings);
        findings.0.into_iter().map(|finding| (finding.severity, finding.code)).collect()
    }

    fn certificate(subject: &str, issuer: &str) -> Certificate {
        Certificate {
            subject: subject.to_owned(),
            issuer: issuer.to_owned(),
            not_before: "2020-01-01T00:00:00Z".to_owned(),
            not_after: "2021-01-01T00:00:00Z".to_owned(),
            sha256: String::new(),
        }
    }

    #[test]
    fn a_version_is_checked_for_windows_and_for_the_store() {
        let version = |version: &str| {
            let identity = Identity {
                name: "abc".to_owned(),
                publisher: Some("CN=a".to_owned()),
                version: Some(version.to_owned()),
                ..Identity::default()
            };
            codes(|all| all.identity(&identity)).pop()
        };
        let unfit = |severity| Some((severity, "version-unfit".to_owned()));
        assert_eq!(version("1.2.3.0"), None);
        assert_eq!(version("1.2.3.4"), unfit(Info));
        assert_eq!(version("0.1.0.0"), unfit(Info));
        assert_eq!(version("1.2.3"), unfit(Error));
        let codes = codes(|all| all.identity(&Identity::default()));
        let codes: Vec<_> = codes.iter().map(|(_, code)| code.as_str()).collect();
        assert_eq!(codes, ["identifier-unfit", "missing-publisher", "missing-version"]);
    }

    #[test]
    fn a_missing_signature_is_an_error_only_for_testers() {
        let unsigned = |publisher, nesting| codes(|all| all.add_unsigned(Some(publisher), nesting)).pop();
        let found = |severity| Some((severity, "unsigned".to_owned()));
        assert_eq!(unsigned("CN=a", Nesting::Standalone), found(Error));
        assert_eq!(unsigned("CN=a", Nesting::InUpload), found(Info));
        assert_eq!(unsigned("CN=a", Nesting::InBundle), None);
        let marked = "CN=a, OID.2.25.311729368913984317654407730594956997722=1";
        assert_eq!(unsigned(marked, Nesting::Standalone), found(Warning));
    }

    #[test]
    fn a_signer_must_be_the_publisher_and_its_certificate_valid() {
        let signed = |certificate: Certificate, now| {
            let codes = codes(|all| all.certificates(&[certificate], Some("CN=a"), now));
            codes.into_iter().map(|(_, code)| code).collect::<Vec<_>>()
        };
        let (in_time, late) = (1_580_000_000, 1_795_132_800);
        assert!(signed(certificate("CN=a", "CN=b"), in_time).is_empty());
        assert_eq!(signed(certificate("CN=a", "CN=a"), in_time), ["debug-signed"]);
        assert_eq!(signed(certificate("CN=a", "CN=APPX_TEST_ROOT"), in_time), ["debug-signed"]);
        assert_eq!(
            signed(certificate("CN=c", "CN=Contest"), late),
            ["publisher-mismatch", "expired-certificate"]
        );
    }

    #[test]
    fn code_for_32_bits_only_is_reported() {
        let found = |names: &[&str]| {
            let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
            codes(|all| all.architectures(&names)).len()
        };
        assert_eq!(
            [found(&["x86", "arm"]), found(&["x86", "x64"]), found(&["neutral"]), found(&[])],
            [1, 0, 0, 0]
        );
    }
}

//! What to know about the signatures of an Android package.

use crate::AndroidSigning;
use crate::Severity::{Error, Info, Warning};
use crate::encoding::time;
use crate::format::apk::FindingInputs;
use crate::format::apk::findings::{Findings, number};

/// First API levels that know a scheme ("Application signing" of the Android Open Source Project).
const V2_SINCE: i32 = 24;
const V3_SINCE: i32 = 28;

impl Findings {
    pub(super) fn signing(&mut self, inputs: &FindingInputs<'_>) {
        let signing = &inputs.signing;
        if let Some(reason) = &signing.unreadable {
            let fix = "sign the package again: phones may refuse it";
            self.add(Warning, "unreadable-signature", reason.as_str(), fix);
        } else if signing.declared.schemes.is_empty() {
            let fix = "sign it with `apksigner`, or set a `signingConfig` for the variant";
            self.add(Error, "unsigned", "expected a signed package, got one without any signature", fix);
        }
        if let Some(scheme) = signing.stripped {
            let message =
                format!("expected a signature with scheme {scheme}, as another signature declares, got none");
            let fix = "sign the package as the last step: a tool that changed it removed the signature";
            self.add(Error, "stripped-signature", message, fix);
        }
        self.schemes(inputs);
        self.certificates(inputs);
    }

    /// Which Androids know the schemes.
    fn schemes(&mut self, inputs: &FindingInputs<'_>) {
        let schemes = &inputs.signing.declared.schemes;
        let has = |scheme: &str| schemes.iter().any(|known| known == scheme);
        // Without a number it is 1, and a codename stands for the newest of all.
        let min_sdk = inputs.manifest.min_sdk.as_ref().map_or(Some(1), |min_sdk| number(Some(min_sdk)));
        let target = number(inputs.manifest.target_sdk.as_ref());
        if let (["v1"], Some(30..)) = (&schemes.iter().map(String::as_str).collect::<Vec<_>>()[..], target) {
            let message =
                "expected a signature with scheme v2 or later for target SDK 30 and later, got v1 only";
            self.add(Error, "signature-too-old", message, "sign it with `apksigner` instead of `jarsigner`");
        }
        let known_since = match () {
            () if has("v1") || schemes.is_empty() => return,
            () if has("v2") => V2_SINCE,
            () => V3_SINCE,
        };
        if let Some(min_sdk) = min_sdk.filter(|&min_sdk| min_sdk < known_since) {
            let message = format!(
                "expected a signature for API level {min_sdk}, got {}, which only {known_since} and later support",
                schemes.join(" and "),
            );
            let fix = "sign it with the older schemes too, or raise `minSdkVersion`";
            self.add(Warning, "signature-too-new", message, fix);
        }
    }

    fn certificates(&mut self, inputs: &FindingInputs<'_>) {
        let signing = &inputs.signing.declared;
        if signing.is_debug {
            let is_release = !inputs.is_debuggable();
            let message = "expected the app's own key, got the debug key of the Android SDK";
            let fix = "sign it with your release key: phones refuse updates that another key signed";
            self.add(if is_release { Warning } else { Info }, "debug-signed", message, fix);
        }
        if let Some(message) = expiry_message(signing, inputs.hints.now) {
            let fix = "nothing to do for testers: phones install it all the same, stores do not";
            self.add(Info, "expired-certificate", message, fix);
        }
    }
}

/// The message for the first certificate that has expired at `now` (seconds since 1970).
pub(in crate::format) fn expiry_message(signing: &AndroidSigning, now: i64) -> Option<String> {
    let is_past = |not_after: &str| time::parse_rfc3339(not_after).is_some_and(|end| end < now);
    let expired = signing.certificates.iter().find(|one| is_past(&one.not_after))?;
    Some(format!("expected a certificate that is still valid, got one that expired at {}", expired.not_after))
}

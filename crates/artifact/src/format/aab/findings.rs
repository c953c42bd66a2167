//! What to know about a bundle before releasing it.

use crate::Severity::{Info, Warning};
use crate::android::manifest::{Manifest, is_true};
use crate::android::value::Value;
use crate::context::InspectContext;
use crate::format::apk::findings::signing::expiry_message;
use crate::format::apk::signing::Signing;
use crate::format::apk::text;
use crate::format::extension;
use crate::{Finding, Severity};

/// All findings. Every bundle has the first.
pub(super) fn all(
    context: &InspectContext<'_>,
    manifest: &Manifest,
    signing: &Signing,
    unreadable: Option<String>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut add = |severity: Severity, code: &str, message: &str, fix: &str| {
        findings.push(Finding::new(severity, code, message.to_owned(), fix));
    };
    add(
        Warning,
        "needs-conversion",
        "expected a package that devices install, got a bundle, from which packages are made",
        "make a universal APK of it with bundletool, or let Google Play deliver it",
    );
    if text(manifest.version_name.as_ref()).is_none() {
        let fix = "set `versionName` in the build: testers tell releases apart by it";
        add(Warning, "missing-version-name", "expected a version name, got none", fix);
    }
    if text(manifest.version_code.as_ref()).is_none() {
        let fix = "set `versionCode` in the build: Android orders updates by it";
        add(Warning, "missing-version-code", "expected a version code, got none", fix);
    }
    for (what, value) in [("label", &manifest.label), ("version name", &manifest.version_name)] {
        let reference = match value {
            Some(Value::Reference(id)) => format!("@{id:08X}"),
            Some(Value::Named(name)) => format!("`{}`", name.escape_debug().take(100).collect::<String>()),
            _ => continue,
        };
        let message =
            format!("expected the {what} among the bundle's resources, got nothing for {reference}");
        let fix = "write it as text in the manifest, or define it in the resources";
        add(Info, "unresolved-reference", &message, fix);
    }
    if let Some(reason) = unreadable {
        let message = format!("expected names from `resources.pb`, got none: {reason}");
        let fix = "build it again, and check the bundle with bundletool";
        add(Warning, "unreadable-resources", &message, fix);
    }
    if is_true(manifest.debuggable.as_ref()) {
        let fix = "build the release variant if this is for more than testing";
        add(Info, "debuggable", "expected a release build, got a debuggable one", fix);
    }
    if signing.declared.schemes.is_empty() {
        let fix = "sign it with the upload key before it goes to Google Play";
        add(Info, "unsigned", "expected a signed bundle, got one without any signature", fix);
    }
    if let Some(reason) = &signing.unreadable {
        let fix = "sign the bundle again if a store refuses it";
        add(Warning, "unreadable-signature", reason, fix);
    }
    if signing.declared.is_debug {
        let fix = "sign it with the upload key before it goes to Google Play";
        add(Info, "debug-signed", "expected the upload key's signature, got the debug key's", fix);
    }
    if let Some(message) = expiry_message(&signing.declared, context.hints.now) {
        let fix = "request a new upload key in the Play Console: Google Play does not accept this one";
        add(Warning, "expired-certificate", &message, fix);
    }
    // Another extension is found for all formats alike.
    let file_name = context.hints.file_name;
    if extension::of(file_name).is_none() && !file_name.to_ascii_lowercase().ends_with(".aab") {
        let name: String = file_name.escape_debug().take(100).collect();
        let message = format!("expected a name that ends in `.aab`, got `{name}`");
        add(
            Info,
            "unusual-file-name",
            &message,
            "rename the file: tools recognise bundles by their extension",
        );
    }
    findings
}

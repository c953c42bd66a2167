//! What to know about an Android package before releasing it.

pub(in crate::format) mod fitness;
pub(in crate::format) mod signing;

use crate::Severity::{Error, Info, Warning};
use crate::android::value::Value;
use crate::container::zip;
use crate::format::apk::{FindingInputs, MANIFEST, RESOURCES, TableState};
use crate::report::quantity::{Size, count};
use crate::{Finding, Severity};

const REBUILD: &str = "release the package as the build made it: a tool changed it afterwards";

/// All findings, those about the archive first.
pub(super) fn all(inputs: &FindingInputs<'_>) -> Vec<Finding> {
    let mut findings = Findings(Vec::new());
    findings.archive(inputs);
    findings.entries(inputs);
    findings.identity(inputs);
    findings.resources(inputs);
    findings.installation(inputs);
    findings.signing(inputs);
    findings.0.append(&mut fitness::all(inputs.manifest, &inputs.native));
    findings.0
}

struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, severity: Severity, code: &str, message: impl Into<String>, fix: &str) {
        self.0.push(Finding::new(severity, code, message.into(), fix));
    }

    /// Android's zip reader (`libziparchive`) refuses archives that do not fill their file exactly.
    fn archive(&mut self, inputs: &FindingInputs<'_>) {
        let directory = inputs.directory;
        if directory.prefix > 0 {
            let message =
                format!("expected the archive at the file's start, got {} before it", Size(directory.prefix));
            self.add(Error, "leading-bytes", message, REBUILD);
        }
        if directory.trailing > 0 {
            let message =
                format!("expected the archive to end the file, got {} behind it", Size(directory.trailing));
            self.add(Error, "trailing-bytes", message, REBUILD);
        }
        if directory.is_inconsistent || inputs.oddities.is_inconsistent {
            let message = "expected the archive's list of files to match the file, got one that Android refuses to install";
            self.add(Error, "damaged-directory", message, REBUILD);
        }
    }

    fn entries(&mut self, inputs: &FindingInputs<'_>) {
        if inputs.oddities.n_duplicates > 0 {
            let names = zip::repeated_names_message(inputs.oddities.n_duplicates);
            let message = format!("{names}: readers differ in which entry they use");
            self.add(Error, "duplicate-entry", message, REBUILD);
        }
        if let Some(name) = &inputs.oddities.unsafe_name {
            let message = format!("expected names of plain files, got `{name}`");
            self.add(Warning, "unsafe-entry-name", message, "do not unpack this package with other tools");
        }
        self.packing(inputs);
        let Some(entry) = inputs.oddities.key_entries.manifest else { return };
        if entry.claims_encryption() {
            let message =
                format!("expected `{MANIFEST}` to be what its header says, got a false mark of encryption");
            self.add(Warning, "false-encryption", message, REBUILD);
        }
        if !inputs.is_manifest_intact {
            let message =
                format!("expected `{MANIFEST}` to have the checksum that the archive states, got another");
            self.add(Warning, "wrong-checksum", message, REBUILD);
        }
        if entry.is_method_unknown() {
            let message = format!("expected `{MANIFEST}` stored or deflated, got method {}", entry.method);
            self.add(Warning, "unknown-method", message, REBUILD);
        }
    }

    /// Of entries that are not read. Android does not look at the mark of encryption, and obfuscators set it falsely.
    fn packing(&mut self, inputs: &FindingInputs<'_>) {
        if inputs.oddities.n_encrypted > 0 {
            let files = count(inputs.oddities.n_encrypted as u64, "file", "files");
            let message = format!("expected unencrypted files, got {files} marked as encrypted");
            let fix = "check that the package starts on a device: it does not if they are encrypted";
            self.add(Warning, "encrypted", message, fix);
        }
        let is_manifest_reported =
            inputs.oddities.key_entries.manifest.is_some_and(|entry| entry.is_method_unknown());
        if let Some((name, method)) =
            inputs.oddities.unusual_method.as_ref().filter(|_| !is_manifest_reported)
        {
            let message = format!("expected `{name}` stored or deflated, got method {method}");
            self.add(Warning, "unknown-method", message, REBUILD);
        }
    }

    fn identity(&mut self, inputs: &FindingInputs<'_>) {
        let manifest = inputs.manifest;
        if is_blank(manifest.version_name.as_ref()) {
            let fix = "set `versionName` in the build: testers tell releases apart by it";
            self.add(Warning, "missing-version-name", "expected a version name, got none", fix);
        }
        if is_blank(manifest.version_code.as_ref()) {
            let fix = "set `versionCode` in the build: Android orders updates by it";
            self.add(Warning, "missing-version-code", "expected a version code, got none", fix);
        }
        let unresolved = [
            ("label", &manifest.label),
            ("version name", &manifest.version_name),
            ("version code", &manifest.version_code),
            ("minimum SDK", &manifest.min_sdk),
        ];
        for (what, value) in unresolved {
            if let Some(Value::Reference(id)) = value {
                let message =
                    format!("expected the {what} among the package's resources, got nothing for @{id:08X}");
                let fix = "write it as text in the manifest, or define it in the resources";
                self.add(Info, "unresolved-reference", message, fix);
            }
        }
    }

    fn resources(&mut self, inputs: &FindingInputs<'_>) {
        if let TableState::Unreadable(reason) = &inputs.resources {
            let message = format!("expected names from `{RESOURCES}`, got none: {reason}");
            self.add(
                Warning,
                "unreadable-resources",
                message,
                "build it again, and check that the package starts on a device",
            );
        }
        // Android 11 maps the table into memory as it lies in the file.
        let is_deflated = inputs.oddities.key_entries.resources.is_some_and(|entry| entry.method == 8);
        if is_deflated && number(inputs.manifest.target_sdk.as_ref()).is_some_and(|target| target >= 30) {
            let message =
                format!("expected `{RESOURCES}` stored for target SDK 30 and later, got it compressed");
            self.add(Error, "compressed-resources", message, "keep it uncompressed and aligned to 4 bytes");
        }
    }

    fn installation(&mut self, inputs: &FindingInputs<'_>) {
        let manifest = inputs.manifest;
        if let Some(split) = manifest.split.as_ref().filter(|split| !split.is_empty()) {
            let message = format!("expected a whole app, got its split `{split}`");
            self.add(Error, "split-package", message, "build a universal APK");
        } else if manifest.needs_splits {
            let message = "expected a whole app, got a base that requires its splits";
            self.add(Error, "split-package", message, "build a universal APK");
        }
        if inputs.is_debuggable() {
            let fix = "build the release variant if this is for more than testing";
            self.add(Info, "debuggable", "expected a release build, got a debuggable one", fix);
        }
        if let Some(Value::Text(codename)) = &manifest.min_sdk
            && codename.parse::<u32>().is_err()
        {
            let message = format!("expected an API level as the minimum SDK, got the preview `{codename}`");
            self.add(
                Warning,
                "preview-sdk",
                message,
                "build against a released SDK: only preview devices install it",
            );
        }
    }
}

fn is_blank(value: Option<&Value>) -> bool {
    match value {
        None => true,
        Some(Value::Text(text)) => text.trim().is_empty(),
        Some(_) => false,
    }
}

fn number(value: Option<&Value>) -> Option<i32> {
    match value? {
        Value::Number(number) => Some(*number),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}

//! What stores or newer devices do not accept.

use crate::Finding;
use crate::Severity::{Error, Info, Warning};
use crate::android::manifest::{Manifest, is_true};
use crate::format::apk::findings::{Findings, number};
use crate::format::apk::native::NativeCode;
use crate::format::apk::version_code;

/// What a package and a bundle share: the manifest and the native code decide.
pub(in crate::format) fn all(manifest: &Manifest, native: &NativeCode) -> Vec<Finding> {
    let mut findings = Findings(Vec::new());
    findings.test_only(manifest);
    findings.identifier(&manifest.package);
    findings.version(manifest);
    findings.devices(manifest);
    findings.native_code(manifest, native);
    findings.0
}

impl Findings {
    fn test_only(&mut self, manifest: &Manifest) {
        if is_true(manifest.test_only.as_ref()) {
            let message = "expected a package that testers can install, got one marked `testOnly`";
            let fix = "build it outside the IDE's run command, or sign a release build";
            self.add(Error, "test-only", message, fix);
        }
    }

    fn identifier(&mut self, package: &str) {
        if !is_package_name(package) {
            let message =
                format!("expected a package name as `org.example.app`, got `{}`", package.escape_debug());
            let fix = "set `applicationId` to letters, digits and underscores, separated by dots: Android accepts nothing else";
            self.add(Error, "identifier-unfit", message, fix);
        } else if package == "com.example" || package.starts_with("com.example.") {
            let message = format!("expected a package name of your own, got `{package}`");
            let fix = "set `applicationId`: stores do not accept `com.example`, and other apps use it too";
            self.add(Warning, "identifier-unfit", message, fix);
        }
    }

    fn version(&mut self, manifest: &Manifest) {
        /// The highest that Google Play takes ("Version your app" of the Android developers' guide).
        const HIGHEST: i64 = 2_100_000_000;
        let Some(code) = version_code(manifest) else { return };
        if !code.parse().is_ok_and(|code: i64| (1..=HIGHEST).contains(&code)) {
            let message = format!("expected a version code from 1 to {HIGHEST}, got {}", code.escape_debug());
            let fix = "number builds from 1: stores accept no other numbers";
            self.add(Warning, "version-unfit", message, fix);
        }
    }

    fn devices(&mut self, manifest: &Manifest) {
        /// Android 15 installs nothing that targets less ("Behavior changes: all apps" of Android 15).
        const OLDEST_TARGET: i32 = 24;
        let sdk = [&manifest.target_sdk, &manifest.min_sdk].into_iter().flatten().next();
        if let Some(target) = sdk.map_or(Some(1), |sdk| number(Some(sdk))).filter(|&sdk| sdk < OLDEST_TARGET)
        {
            let message = format!("expected a target SDK of at least {OLDEST_TARGET}, got {target}");
            let fix = "raise `targetSdkVersion`: Android 15 and later refuse to install the package";
            self.add(Warning, "target-too-old", message, fix);
        }
        if let Some((feature, device)) = special_device(manifest) {
            let message =
                format!("expected an app for phones, got one for {device} only: it requires `{feature}`");
            self.add(Info, "special-device", message, "distribute it to testers who have such a device");
        }
    }

    fn native_code(&mut self, manifest: &Manifest, native: &NativeCode) {
        // Watches of 32 bits are common.
        let is_for_watches = special_device(manifest).is_some_and(|(_, device)| device == "watches");
        if native.is_32_bit_only() && !is_for_watches {
            let message =
                format!("expected native code for 64-bit devices, got only {}", native.abis.join(", "));
            let fix =
                "build for `arm64-v8a` too: newer phones cannot run the app, and Google Play refuses it";
            self.add(Warning, "32-bit-only", message, fix);
        }
        if let Some(folder) = &native.unknown {
            let message = format!(
                "expected native code in folders such as `lib/arm64-v8a`, got some in `lib/{folder}`"
            );
            self.add(
                Warning,
                "unknown-abi",
                message,
                "name the folder as the NDK does: devices do not load code from this one",
            );
        }
    }
}

/// A required feature that phones lack, and the devices that have it.
fn special_device(manifest: &Manifest) -> Option<(&str, &'static str)> {
    let required = manifest.features.iter().filter(|feature| feature.required);
    required.map(|feature| feature.name.as_str()).find_map(|name| {
        let devices = match name {
            "android.hardware.type.watch" => "watches",
            "android.hardware.type.television"
            | "android.software.leanback"
            | "android.software.leanback_only" => "televisions",
            "android.hardware.type.automotive" => "cars",
            _ => return None,
        };
        Some((name, devices))
    })
}

/// Whether Android takes a package name: `validateName` of AOSP's `FrameworkParsingPackageUtils`.
fn is_package_name(name: &str) -> bool {
    /// `MAX_FILE_NAME_SIZE`: the name becomes that of a folder.
    const MAX_LEN: usize = 223;
    let is_part = |part: &str| {
        part.bytes().next().is_none_or(|first| first.is_ascii_alphabetic())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    // The system's own package needs no dot.
    name == "android" || (name.contains('.') && name.len() <= MAX_LEN && name.split('.').all(is_part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_name_has_a_dot_and_plain_letters() {
        for name in ["org.example", "a.B_2.c", "android", "a..b"] {
            assert!(is_package_name(name), "{name}");
        }
        for name in ["", "example", "org.2d", "org._a", "org.größe", "org.a-b", "org.a b", &"a.".repeat(200)]
        {
            assert!(!is_package_name(name), "{name}");
        }
    }
}

//! What only Android packages say about themselves.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Certificate;

/// Values from a manifest, the archive's names and its signing block. What is absent is empty.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct Android {
    /// `targetSdkVersion`: an API level or a codename.
    pub target_sdk: Option<String>,
    /// `maxSdkVersion`, an API level.
    pub max_sdk: Option<String>,
    /// The app's name by BCP 47 language tag. The default is the artifact's `name`.
    ///
    /// In a large table that is stored uncompressed only those names count that are near the default: within
    /// 32 KiB of its type's first chunk and 64 KiB of its text. More would cost more reads than they are worth.
    pub labels: BTreeMap<String, String>,
    /// `uses-permission` names in their order, each once.
    pub permissions: Vec<String>,
    /// `uses-feature` elements that have a name.
    pub features: Vec<Feature>,
    /// Processor kinds for which there is native code, as `arm64-v8a`; empty if there is none.
    pub abis: Vec<String>,
    /// Whether debuggers may attach.
    pub debuggable: bool,
    /// Whether only `adb install -t` installs it.
    pub test_only: bool,
    /// The split's or the feature's name if this is a part of an app.
    pub split: Option<String>,
    /// An app bundle's modules.
    pub modules: Vec<String>,
    /// How it is signed, as it declares: no digest is checked.
    pub signing: AndroidSigning,
}

/// A `uses-feature` element.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Feature {
    /// As `android.hardware.camera`.
    pub name: String,
    /// Whether stores hide the app from devices without it.
    pub required: bool,
}

/// Who signed an Android package, by its own declaration.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct AndroidSigning {
    /// Of `v1`, `v2`, `v3`, `v3.1`, `v4`, in this order.
    pub schemes: Vec<String>,
    /// The signers' certificates, those of the newest scheme, each signer once.
    pub certificates: Vec<Certificate>,
    /// Whether a signer is the Android SDK's debug key.
    pub is_debug: bool,
}

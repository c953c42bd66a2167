//! What only packages for Apple's systems say about themselves.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Certificate;

/// Values from `Info.plist`, the provisioning profile and the executable. What is absent is empty.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct Apple {
    /// `CFBundleSupportedPlatforms`, or `DTPlatformName`: `iPhoneOS`, `AppleTVOS`, `MacOSX`, `iPhoneSimulator`.
    pub platforms: Vec<String>,
    /// `UIDeviceFamily` in words: `iphone`, `ipad`, `tv`, `watch`, `vision`, `mac`.
    pub device_families: Vec<String>,
    /// Whether it runs in a simulator only.
    pub is_simulator: bool,
    /// `LSApplicationCategoryType`.
    pub category: Option<String>,
    /// The app's executable, one slice an architecture.
    pub executable: Vec<Slice>,
    /// Extensions, watch apps, app clips and helpers inside.
    pub nested: Vec<NestedBundle>,
    /// `embedded.mobileprovision` or `embedded.provisionprofile`.
    pub profile: Option<Profile>,
    /// Whether there is a code signature; `None` if that was not looked at.
    pub is_signed: Option<bool>,
    /// Who signed an installer or a disk image, the signer's certificate first.
    pub certificates: Vec<Certificate>,
    /// Whether a notarization ticket is stapled to it.
    pub is_notarized: Option<bool>,
    /// An installer's `hostArchitectures`: what it runs on without Rosetta.
    pub host_architectures: Vec<String>,
    /// An installer's component packages.
    pub components: Vec<Component>,
    /// A disk image's volume.
    pub volume: Option<Volume>,
}

/// A Mach-O slice of an executable.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Slice {
    /// As `arm64`, `x86_64`.
    pub architecture: String,
    /// `LC_UUID`, 32 lower-case hex digits without hyphens.
    pub uuid: Option<String>,
    /// Whether `FairPlay` encryption is on: an App Store copy, which runs nowhere else.
    pub is_encrypted: bool,
}

/// A bundle inside the app.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct NestedBundle {
    /// `extension`, `watch-app`, `app-clip` or `helper`.
    pub kind: String,
    /// Its folder, from the package's root.
    pub path: String,
    /// `CFBundleIdentifier`.
    pub identifier: Option<String>,
    /// Whether it has a provisioning profile of its own.
    pub has_profile: bool,
}

/// A provisioning profile: who may run the app, and until when.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Profile {
    /// Which devices it is for.
    pub kind: ProfileKind,
    /// `Name`.
    pub name: Option<String>,
    /// `UUID`.
    pub uuid: Option<String>,
    /// The first `TeamIdentifier`.
    pub team_id: Option<String>,
    /// `TeamName`.
    pub team_name: Option<String>,
    /// `application-identifier`, with the team's prefix; may end in `*`.
    pub application_identifier: Option<String>,
    /// `Platform`.
    pub platforms: Vec<String>,
    /// `ProvisionedDevices`: UDIDs.
    pub devices: Vec<String>,
    /// `Entitlements`: a list has its items, everything else one text.
    pub entitlements: BTreeMap<String, Vec<String>>,
    /// `CreationDate`, RFC 3339, UTC.
    pub created: Option<String>,
    /// `ExpirationDate`, RFC 3339, UTC.
    pub expires: Option<String>,
    /// `DeveloperCertificates`.
    pub certificates: Vec<Certificate>,
}

/// The kinds of a [`Profile`].
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[serde(rename_all = "kebab-case")]
pub enum ProfileKind {
    /// Listed devices, with a debugger.
    Development,
    /// Listed devices.
    AdHoc,
    /// Every device (`ProvisionsAllDevices`).
    Enterprise,
    /// None: the App Store signs anew.
    Store,
}

/// A component package of an installer.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// `pkg-info identifier`.
    pub identifier: Option<String>,
    /// `pkg-info version`.
    pub version: Option<String>,
    /// `install-location`.
    pub install_location: Option<String>,
}

/// A disk image's volume.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// Its label.
    pub name: Option<String>,
    /// `hfs+`, `hfsx`, `apfs` or `fat`.
    pub file_system: String,
    /// The app's folder or the installer in it.
    pub path: Option<String>,
}

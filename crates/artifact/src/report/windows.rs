//! What only Windows packages say about themselves.

use serde::{Deserialize, Serialize};

use crate::Certificate;

/// Values from an app manifest, a bundle manifest or an installer's database. What is absent is empty.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct Windows {
    /// Identity Publisher: the signer's subject.
    pub publisher: Option<String>,
    /// `PublisherDisplayName`, or an installer's `Manufacturer`.
    pub publisher_name: Option<String>,
    /// Name and publisher's hash: `Example.App_125rzkzqaqjwj`.
    pub family_name: Option<String>,
    /// `ResourceId` of a package, as `split.language-de`.
    pub resource_id: Option<String>,
    /// `x86`, `x64`, `arm`, `arm64`, `neutral`.
    pub architectures: Vec<String>,
    /// The device families it is for.
    pub device_families: Vec<DeviceFamily>,
    /// Capabilities by name, restricted ones among them.
    pub capabilities: Vec<String>,
    /// Names of the framework packages it needs installed.
    pub dependencies: Vec<String>,
    /// What a bundle or an upload holds: in an upload its own entries first, then those of its bundle.
    pub packages: Vec<WindowsPackage>,
    /// `ProductCode` of an installer.
    pub product_code: Option<String>,
    /// `UpgradeCode` of an installer: the same for all versions of a product.
    pub upgrade_code: Option<String>,
    /// `PackageCode` of an installer: another one for every file.
    pub package_code: Option<String>,
    /// For whom an installer installs by default: `machine`, `user` or `either`.
    pub install_scope: Option<String>,
    /// The oldest version of Windows Installer that an installer needs, as `2.0`.
    pub min_installer: Option<String>,
    /// The tool that made an installer.
    pub created_by: Option<String>,
    /// Languages: BCP 47 tags, or an installer's LCIDs.
    pub languages: Vec<String>,
    /// Whether there is a signature; it is not verified.
    pub is_signed: bool,
    /// Who signed, the signer's certificate first.
    pub certificates: Vec<Certificate>,
}

/// A `TargetDeviceFamily` element.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct DeviceFamily {
    /// As `Windows.Desktop`.
    pub name: String,
    /// `MinVersion`.
    pub min_version: Option<String>,
    /// `MaxVersionTested`.
    pub max_version_tested: Option<String>,
}

/// A package inside a bundle or an upload.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct WindowsPackage {
    /// Its name in there.
    pub file_name: String,
    /// `application`, `resource`, `stub`, `bundle`, `symbols` or `dependency`.
    pub kind: String,
    /// Its version.
    pub version: Option<String>,
    /// Its architecture.
    pub architecture: Option<String>,
    /// Its `ResourceId`.
    pub resource_id: Option<String>,
}

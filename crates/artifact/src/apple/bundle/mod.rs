//! App bundles of Apple's systems: a folder `X.app`, read through the trait [`Files`].
//!
//! Sources: Apple's Bundle Programming Guide and Information Property List Key Reference. This file reads a bundle and
//! assembles the result; [`info`] is `Info.plist`, [`executable`] the Mach-O file, [`icon`] the icon, [`nested`] the
//! extensions and apps inside, and [`findings`] what a release manager should know.

mod executable;
mod findings;
mod icon;
mod info;
mod nested;

use crate::apple::bundle::executable::Executable;
use crate::apple::bundle::icon::{IconChoice, LoadedIcon};
use crate::apple::bundle::info::InfoPlist;
use crate::apple::profile;
use crate::context::{Depth, InspectContext};
use crate::files::{Files, Item};
use crate::limits::MAX_DOCUMENT;
use crate::{
    Apple, Artifact, Finding, Format, Icon, InspectError, NestedBundle, Os, Profile, Refusal, layer,
};

/// Bytes of an executable that are read at first: 64 KiB. Load commands take 2 to 20 KiB.
const EXECUTABLE_HEAD_LEN: usize = 64 << 10;

/// Bytes of an executable that are read if they contain the load commands of all slices: 512 KiB.
const MAX_EXECUTABLE_HEAD_LEN: usize = 512 << 10;

/// Where a bundle has its files inside its folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BundleLayout {
    /// `X.app/Info.plist`: all systems but macOS.
    Flat,
    /// `X.app/Contents/Info.plist`: macOS.
    Contents,
}

impl BundleLayout {
    /// The folder with `Info.plist`.
    pub(crate) fn root(self, bundle: &str) -> String {
        match self {
            Self::Flat => bundle.to_owned(),
            Self::Contents => join(bundle, "Contents"),
        }
    }

    fn profile_name(self) -> &'static str {
        match self {
            Self::Flat => "embedded.mobileprovision",
            Self::Contents => "embedded.provisionprofile",
        }
    }
}

/// What was read of an app bundle, with its findings.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AppBundle {
    pub(crate) os: Os,
    pub(crate) identifier: Option<String>,
    /// The folder's name, if the bundle has no other.
    pub(crate) name: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) build: Option<String>,
    pub(crate) min_os: Option<String>,
    pub(crate) icon: Option<Icon>,
    pub(crate) apple: Apple,
    pub(crate) findings: Vec<Finding>,
}

impl AppBundle {
    /// The artifact of a package that holds this one app.
    pub(crate) fn into_artifact(self, format: Format, size: u64) -> Artifact {
        Artifact {
            identifier: self.identifier,
            name: self.name,
            version: self.version,
            build: self.build,
            min_os: self.min_os,
            icon: self.icon,
            apple: Some(self.apple),
            findings: self.findings,
            ..Artifact::new(format, self.os, size)
        }
    }
}

/// Reads the bundle whose folder is `app`.
///
/// # Errors
///
/// A refusal only if `Info.plist` is missing or cannot be read. Any other unreadable file becomes a finding.
pub(crate) fn read(
    files: &mut dyn Files,
    app: &str,
    layout: BundleLayout,
    context: &InspectContext<'_>,
) -> Result<AppBundle, InspectError> {
    let root = layout.root(app);
    let contents = files.list(&root)?;
    let is_whole = context.depth > Depth::IdentityOnly;
    let mut bundle = BundleReader { app, layout, root, contents, findings: Vec::new() };
    let mut nested = if is_whole { nested::find(files, &bundle)? } else { Vec::new() };
    bundle.prepare(files, &nested)?;
    let info = bundle.info(files)?;
    let mut seen = BundleFiles { icon: IconChoice::Skipped, ..BundleFiles::default() };
    if is_whole {
        seen.executable = Some(executable::read(files, &bundle, &info)?);
        nested::identify(files, layout, &mut nested)?;
        seen.is_signed = Some(bundle.is_signed(files)?);
        seen.is_notarized = bundle.has_ticket(files)?;
        seen.profile = bundle.profile(files)?;
    }
    if context.depth == Depth::Full {
        let chosen = icon::choose(files, &bundle, &info);
        let fix = "check the app's icon: Slipway cannot show it";
        let chosen = layer::optional(chosen, "unreadable-icon", fix, &mut bundle.findings)?;
        seen.icon = chosen.unwrap_or(IconChoice::Skipped);
    }
    Ok(assemble(bundle, &info, nested, seen, context))
}

/// A bundle while it is being read.
struct BundleReader<'a> {
    /// The path of its folder, `X.app`.
    app: &'a str,
    layout: BundleLayout,
    /// The folder with `Info.plist`.
    root: String,
    /// The files and folders directly in `root`.
    contents: Vec<Item>,
    findings: Vec<Finding>,
}

/// What was read of a bundle's other files. `None` means that the file was not read.
#[derive(Default)]
struct BundleFiles {
    executable: Option<Executable>,
    is_signed: Option<bool>,
    is_notarized: Option<bool>,
    profile: Option<Profile>,
    icon: IconChoice,
}

impl BundleReader<'_> {
    fn path(&self, name: &str) -> String {
        join(&self.root, name)
    }

    fn has_folder(&self, name: &str) -> bool {
        self.contents.iter().any(|item| item.is_folder && item.name == name)
    }

    fn has_file(&self, name: &str) -> bool {
        self.contents.iter().any(|item| !item.is_folder && item.name == name)
    }

    /// Fetches the files that are certainly read, and the executable under its usual name.
    fn prepare(&self, files: &mut dyn Files, nested: &[NestedBundle]) -> Result<(), InspectError> {
        let mut wanted = vec![
            (self.path("Info.plist"), MAX_DOCUMENT),
            (self.path(self.layout.profile_name()), MAX_DOCUMENT),
            (executable::path(self, info::bundle_stem(self.app)), EXECUTABLE_HEAD_LEN as u64),
        ];
        wanted.extend(nested.iter().take(nested::MAX_IDENTIFIED).map(|nested| {
            let root = self.layout.root(&nested.path);
            (join(&root, "Info.plist"), MAX_DOCUMENT)
        }));
        let wanted: Vec<(&str, u64)> = wanted.iter().map(|(path, max)| (path.as_str(), *max)).collect();
        files.prepare(&wanted)
    }

    fn info(&self, files: &mut dyn Files) -> Result<InfoPlist, InspectError> {
        let path = self.path("Info.plist");
        let Some(bytes) = files.read(&path, MAX_DOCUMENT)? else {
            return Err(Refusal::corrupt(format!("expected `{path}`, got none")).into());
        };
        InfoPlist::parse(&bytes).map_err(|error| Refusal::corrupt(format!("`{path}`: {error}")).into())
    }

    /// Whether the bundle is signed. The signature of a bundle, other than that of a bare executable, has a list of the
    /// sealed files: `_CodeSignature/CodeResources`.
    fn is_signed(&self, files: &mut dyn Files) -> Result<bool, InspectError> {
        if !self.has_folder("_CodeSignature") {
            return Ok(false);
        }
        let sealed = files.list(&self.path("_CodeSignature"))?;
        Ok(sealed.iter().any(|item| item.name == "CodeResources"))
    }

    /// Whether a notarization ticket is stapled to a Mac app. Old apps have a link to the signature under the same
    /// name.
    fn has_ticket(&self, files: &mut dyn Files) -> Result<Option<bool>, InspectError> {
        const MAGIC: &[u8] = b"s8ch";
        if self.layout == BundleLayout::Flat {
            return Ok(None);
        }
        if !self.has_file("CodeResources") {
            return Ok(Some(false));
        }
        let head = layer::quiet(files.read_head(&self.path("CodeResources"), MAGIC.len()))?;
        Ok(head.map(|head| head.as_deref() == Some(MAGIC)))
    }

    fn profile(&mut self, files: &mut dyn Files) -> Result<Option<Profile>, InspectError> {
        let name = self.layout.profile_name();
        if !self.has_file(name) {
            return Ok(None);
        }
        let profile = files.read(&self.path(name), MAX_DOCUMENT).and_then(|bytes| {
            let parsed = profile::parse(&bytes.unwrap_or_default());
            parsed.map_err(|error| Refusal::corrupt(format!("`{name}`: {error}")).into())
        });
        let fix = "sign the app again: devices do not install it without a readable profile";
        layer::optional(profile, "unreadable-profile", fix, &mut self.findings)
    }
}

/// Assembles the result from what was read.
fn assemble(
    bundle: BundleReader<'_>,
    info: &InfoPlist,
    nested: Vec<NestedBundle>,
    seen: BundleFiles,
    context: &InspectContext<'_>,
) -> AppBundle {
    let slices = seen.executable.as_ref().map(|executable| executable.slices.as_slice()).unwrap_or_default();
    let apple = Apple {
        platforms: info.platforms(),
        device_families: info.device_families(),
        is_simulator: executable::is_for_simulator(bundle.layout, &info.platforms(), slices),
        category: info.text("LSApplicationCategoryType"),
        executable: slices.iter().map(executable::report_slice).collect(),
        nested,
        is_signed: seen.is_signed,
        is_notarized: seen.is_notarized,
        profile: seen.profile.clone(),
        ..Apple::default()
    };
    let mut app_bundle = AppBundle {
        os: executable::os(bundle.layout, &apple, slices),
        identifier: info.text("CFBundleIdentifier"),
        name: info.name().or_else(|| Some(info::bundle_stem(bundle.app).to_owned())),
        version: info.text("CFBundleShortVersionString"),
        build: info.text("CFBundleVersion"),
        min_os: info.min_os(bundle.layout).or_else(|| slices.iter().find_map(|slice| slice.min_os.clone())),
        icon: None,
        apple,
        findings: Vec::new(),
    };
    app_bundle.findings = findings::collect(bundle, info, &app_bundle, &seen, context);
    if let IconChoice::Found(LoadedIcon(icon)) = seen.icon {
        app_bundle.icon = Some(icon);
    }
    app_bundle
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

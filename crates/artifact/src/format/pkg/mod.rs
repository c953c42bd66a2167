//! Mac installers: a xar archive with a `Distribution`, or with the `PackageInfo` of one component.

mod app;
mod distribution;
mod findings;
mod package_info;
mod signature;
mod title;
#[cfg(test)]
mod vendors;

use distribution::Distribution;
use package_info::PackageInfo;
use signature::Signature;

use crate::container::xar::{self, Member, Xar};
use crate::context::{Depth, InspectContext};
use crate::encoding::xml::{self, Element};
use crate::format::pkg::app::ListedApp;
use crate::limits::MAX_DOCUMENT;
use crate::{Apple, Artifact, Component, Format, InspectError, Miss, Os, Refusal, RefusalCode, Source};

/// Components whose `PackageInfo` is read: each may cost a read.
const MAX_READ_COMPONENTS: usize = 3;

/// Components that are looked for in the archive: each search goes through its table.
const MAX_SOUGHT_COMPONENTS: usize = 16;

/// Whether the file begins as one does.
pub(super) fn has_head(source: &mut dyn Source) -> Result<bool, Miss> {
    xar::has_magic(source)
}

/// Reads a file that [`has_head`] recognised.
pub(super) fn read(context: &InspectContext<'_>, source: &mut dyn Source) -> Result<Artifact, InspectError> {
    let xar = Xar::open(source)?;
    let contents = Documents::read(context, source, &xar)?;
    let signature = Signature::read(source, xar.toc())?;
    let merged = contents.merge(context, source, &xar)?;
    let findings = findings::all(context, &xar, &merged, &signature);
    let apple = Apple {
        platforms: vec!["MacOSX".to_owned()],
        is_signed: Some(signature.is_signed),
        is_notarized: Some(signature.has_ticket),
        certificates: signature.certificates,
        host_architectures: merged.architectures,
        components: merged.components,
        ..Apple::default()
    };
    Ok(Artifact {
        identifier: merged.identifier,
        name: merged.name,
        version: merged.version,
        build: merged.build,
        min_os: merged.min_os,
        apple: Some(apple),
        findings,
        ..Artifact::new(Format::Pkg, Os::MacOs, source.len())
    })
}

/// What an installer's documents say, merged.
#[derive(Debug, Default)]
struct MergedDocuments {
    identifier: Option<String>,
    name: Option<String>,
    version: Option<String>,
    build: Option<String>,
    min_os: Option<String>,
    /// `hostArchitectures`
    architectures: Vec<String>,
    components: Vec<Component>,
    /// Apps that it installs.
    n_apps: usize,
    /// The title, if it stands for another text that was not found.
    unresolved_title: Option<String>,
}

/// The documents of an installer.
enum Documents {
    /// A product: its `Distribution`, and the `PackageInfo`s of some of its components.
    Product(Distribution, Vec<PackageInfo>),
    /// One component.
    Component(PackageInfo),
}

impl Documents {
    fn read(context: &InspectContext<'_>, source: &mut dyn Source, xar: &Xar) -> Result<Self, InspectError> {
        if let Some(member) = xar.find("Distribution") {
            let distribution = Distribution::new(&document(source, xar, member)?);
            let infos = match context.depth {
                Depth::IdentityOnly => Vec::new(),
                Depth::NoIcon | Depth::Full => package_infos(source, xar, &distribution)?,
            };
            return Ok(Self::Product(distribution, infos));
        }
        if let Some(member) = xar.find("PackageInfo") {
            return Ok(Self::Component(PackageInfo::new(&document(source, xar, member)?)));
        }
        let message = "expected a Mac installer, got a xar archive without `Distribution` and `PackageInfo`";
        let fix = "choose the .pkg that `pkgbuild` or `productbuild` made";
        Err(Refusal::new(RefusalCode::NotAPackage, message, fix).into())
    }

    fn merge(
        self,
        context: &InspectContext<'_>,
        source: &mut dyn Source,
        xar: &Xar,
    ) -> Result<MergedDocuments, InspectError> {
        match self {
            Self::Product(distribution, infos) => {
                let merged = product(&distribution, &infos);
                match merged.unresolved_title {
                    Some(ref key) if context.depth > Depth::IdentityOnly => {
                        let title = title::look_up(source, xar, key)?;
                        let unresolved_title = merged.unresolved_title.filter(|_| title.is_none());
                        Ok(MergedDocuments { name: merged.name.or(title), unresolved_title, ..merged })
                    }
                    _ => Ok(merged),
                }
            }
            Self::Component(info) => Ok(component(info)),
        }
    }
}

/// Reads the `PackageInfo` of the first components. One that cannot be read is left out: the product says enough.
fn package_infos(
    source: &mut dyn Source,
    xar: &Xar,
    distribution: &Distribution,
) -> Result<Vec<PackageInfo>, InspectError> {
    let sought = distribution.components.iter().take(MAX_SOUGHT_COMPONENTS);
    let found = sought.filter_map(|component| {
        let info = xar.find(&format!("{}/PackageInfo", component.file.as_deref()?))?;
        Some((component, info))
    });
    let found: Vec<_> = found.take(MAX_READ_COMPONENTS).collect();
    let members: Vec<Member<'_>> = found.iter().map(|(_, info)| *info).collect();
    xar.prefetch(source, &members)?;
    let mut infos = Vec::new();
    for (component, member) in found {
        match document(source, xar, member) {
            Ok(root) => {
                let info = PackageInfo::new(&root);
                // A component under another name is another component.
                if info.identifier == component.identifier {
                    infos.push(info);
                }
            }
            Err(InspectError::Refused(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(infos)
}

fn document(source: &mut dyn Source, xar: &Xar, member: Member<'_>) -> Result<Element, InspectError> {
    let bytes = xar.read(source, member, MAX_DOCUMENT)?;
    let corrupt = |error| Refusal::corrupt(format!("`{}`: {error}", member.name()));
    Ok(xml::parse(&bytes).map_err(corrupt)?)
}

/// What a product is. Its main app gives name and id; where there is no app, the product's own are used.
///
/// The order of preference is the one by which the vendor packages listed in the corpus get the names and ids
/// that their vendors use for them.
fn product(distribution: &Distribution, infos: &[PackageInfo]) -> MergedDocuments {
    let apps = if distribution.apps.is_empty() {
        infos.iter().flat_map(|info| info.apps.clone()).collect()
    } else {
        distribution.apps.clone()
    };
    let app = ListedApp::main(&apps).cloned().unwrap_or_default();
    let (title, key) = match distribution.title.clone() {
        Some(title) if title::is_key(&title) => (None, Some(title)),
        title => (title, None),
    };
    let components = distribution.components.iter().map(|found| {
        let info = infos.iter().find(|info| info.identifier == found.identifier);
        Component {
            identifier: found.identifier.clone(),
            version: found.version.clone().or_else(|| info?.version.clone()),
            install_location: info.and_then(|info| info.install_location.clone()),
        }
    });
    let components: Vec<Component> = components.collect();
    let first_version = components.iter().find_map(|component| component.version.clone());
    MergedDocuments {
        identifier: app.identifier.or_else(|| distribution.identifier.clone()),
        unresolved_title: key.filter(|_| app.name.is_none()),
        name: app.name.or(title),
        version: distribution.product_version.clone().or(app.version).or(first_version),
        build: app.build,
        min_os: distribution.min_os.clone().or_else(|| infos.iter().find_map(|info| info.min_os.clone())),
        architectures: distribution.architectures.clone(),
        n_apps: apps.len(),
        components,
    }
}

/// What a component is if there is no product around it.
fn component(info: PackageInfo) -> MergedDocuments {
    let app = ListedApp::main(&info.apps).cloned().unwrap_or_default();
    let component = Component {
        identifier: info.identifier.clone(),
        version: info.version.clone(),
        install_location: info.install_location,
    };
    MergedDocuments {
        identifier: app.identifier.or(info.identifier),
        name: app.name,
        version: info.version.or(app.version),
        build: app.build,
        min_os: info.min_os,
        n_apps: info.apps.len(),
        components: vec![component],
        ..MergedDocuments::default()
    }
}

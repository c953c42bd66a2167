//! Windows installers: a database in a compound file.

mod findings;
mod neighbours;

use findings::FindingInputs;

use crate::container::cfb::{self, BlockAligned, CompoundFile};
use crate::context::{Depth, InspectContext};
use crate::encoding::cms;
use crate::encoding::x509;
use crate::windows::ico;
use crate::windows::msi::{Database, Properties, Summary};
use crate::{
    Artifact, Certificate, Format, Icon, InspectError, Miss, Os, Refusal, Source, Windows, layer, limits,
};

/// Bytes of the summary: usual ones have 500.
const MAX_SUMMARY: u64 = 256 << 10;

/// Whether the file begins as one does.
pub(super) fn has_head(source: &mut dyn Source) -> Result<bool, Miss> {
    Ok(source.get(0, cfb::MAGIC.len())? == cfb::MAGIC)
}

/// Reads a file that [`has_head`] recognised.
pub(super) fn read(context: &InspectContext<'_>, source: &mut dyn Source) -> Result<Artifact, InspectError> {
    let source: &mut dyn Source = &mut BlockAligned(source);
    let file = CompoundFile::open(source)?;
    if let Some(refusal) = neighbours::refusal(&file) {
        return Err(refusal.into());
    }
    let Some(mut database) = Database::open(file, source)? else {
        return Err(neighbours::no_database().into());
    };
    let product = ProductProperties::read(&database.properties(source)?);
    if product.code.is_none() && product.name.is_none() {
        return Err(neighbours::no_product(&database).into());
    }
    let codepage = database.codepage();
    let mut inputs = FindingInputs { now: context.hints.now, product, codepage, ..FindingInputs::default() };
    inputs.read(context.depth, &mut database, source)?;
    Ok(Artifact {
        findings: findings::all(&inputs),
        icon: inputs.icon.take(),
        windows: Some(windows(&mut inputs)),
        identifier: inputs.product.code,
        name: inputs.product.name,
        version: inputs.product.version,
        ..Artifact::new(Format::Msi, Os::Windows, source.len())
    })
}

/// The values of the table `Property`, unchanged.
#[derive(Debug, Default)]
struct ProductProperties {
    name: Option<String>,
    version: Option<String>,
    code: Option<String>,
    upgrade_code: Option<String>,
    manufacturer: Option<String>,
    language: Option<String>,
    /// `ALLUSERS`: absent for one user, 1 for the machine, 2 for either.
    all_users: Option<String>,
    /// `MSIINSTALLPERUSER`: decides where `ALLUSERS` is 2.
    per_user: Option<String>,
    /// `ARPPRODUCTICON`: a row of the table `Icon`.
    icon: Option<String>,
}

impl ProductProperties {
    fn read(properties: &Properties<'_>) -> Self {
        Self {
            name: properties.value("ProductName"),
            version: properties.value("ProductVersion"),
            code: properties.value("ProductCode"),
            upgrade_code: properties.value("UpgradeCode"),
            manufacturer: properties.value("Manufacturer"),
            language: properties.value("ProductLanguage"),
            all_users: properties.value("ALLUSERS"),
            per_user: properties.value("MSIINSTALLPERUSER"),
            icon: properties.value("ARPPRODUCTICON"),
        }
    }

    /// For whom it installs by default: `machine`, `user` or `either`.
    fn scope(&self) -> &'static str {
        match (self.all_users.as_deref(), self.per_user.as_deref()) {
            (Some("1"), _) => "machine",
            (Some("2"), Some("1")) | (None, _) => "user",
            (Some(_), _) => "either",
        }
    }
}

impl FindingInputs {
    /// Reads what the identity does not need. What cannot be read becomes a finding.
    fn read(
        &mut self,
        depth: Depth,
        database: &mut Database,
        source: &mut dyn Source,
    ) -> Result<(), InspectError> {
        let fix = "build the installer again if its platform and languages matter to you";
        let summary = summary(database, source);
        self.summary = layer::optional(summary, "unreadable-summary", fix, &mut self.findings)?;
        if depth == Depth::IdentityOnly {
            return Ok(());
        }
        let fix = "check on a machine without the build that the installer finds all its files";
        let outside = files_outside(self.summary.as_ref(), database, source);
        self.outside = layer::optional(outside, "unreadable-media", fix, &mut self.findings)?.flatten();
        self.read_signature(database, source)?;
        if let (Depth::Full, Some(name)) = (depth, &self.product.icon) {
            let fix = "build the installer again with a whole icon";
            let icon = icon(name, database, source);
            self.icon = layer::optional(icon, "unreadable-icon", fix, &mut self.findings)?.flatten();
        }
        Ok(())
    }

    fn read_signature(
        &mut self,
        database: &mut Database,
        source: &mut dyn Source,
    ) -> Result<(), InspectError> {
        let fix = "sign the installer again";
        self.is_signed = database.has_stream("\u{5}DigitalSignature");
        let certificates = certificates(database, source);
        let read = layer::optional(certificates, "unreadable-signature", fix, &mut self.findings)?;
        self.certificates = read.unwrap_or_default();
        Ok(())
    }
}

fn summary(database: &mut Database, source: &mut dyn Source) -> Result<Summary, InspectError> {
    let bytes = database.stream("\u{5}SummaryInformation", source, MAX_SUMMARY)?;
    Ok(Summary::parse(&bytes.unwrap_or_default()))
}

/// Which of the installer's files are outside it, if any.
fn files_outside(
    summary: Option<&Summary>,
    database: &mut Database,
    source: &mut dyn Source,
) -> Result<Option<String>, InspectError> {
    /// Bit 1 of the summary's word count: files are in cabinets unless they say otherwise.
    const COMPRESSED: i32 = 1 << 1;
    if !database.has_table("File") {
        return Ok(None);
    }
    let cabinets = database.column("Media", "Cabinet", source)?;
    // A cabinet inside has a `#` before its name.
    if let Some(outside) = cabinets.iter().find(|name| !name.is_empty() && !name.starts_with('#')) {
        return Ok(Some(format!("its files in `{}`", outside.escape_debug())));
    }
    let flags = summary.and_then(|summary| summary.source_flags).unwrap_or(COMPRESSED);
    let is_loose = flags & COMPRESSED == 0 && cabinets.iter().all(String::is_empty);
    Ok(is_loose.then(|| "its files beside it".to_owned()))
}

/// Who signed, the signer first. The stream is a signed message as it is.
fn certificates(database: &mut Database, source: &mut dyn Source) -> Result<Vec<Certificate>, InspectError> {
    let Some(bytes) = database.stream("\u{5}DigitalSignature", source, limits::MAX_DOCUMENT)? else {
        return Ok(Vec::new());
    };
    let Some(message) = cms::parse(&bytes) else {
        return Err(
            Refusal::corrupt("expected a signed message as the installer's signature, got none").into()
        );
    };
    let signer = message.signers.first().copied();
    let others = (0..message.certificates.len()).filter(|index| Some(*index) != signer);
    let ordered = signer.into_iter().chain(others).filter_map(|index| message.certificates.get(index));
    Ok(ordered.filter_map(|der| x509::certificate(der)).collect())
}

fn icon(name: &str, database: &mut Database, source: &mut dyn Source) -> Result<Option<Icon>, InspectError> {
    match database.stream(&format!("Icon.{name}"), source, limits::MAX_ICON)? {
        Some(bytes) => Ok(Some(ico::icon(&bytes)?)),
        None => {
            Err(Refusal::corrupt(format!("expected the icon `{}`, got none", name.escape_debug())).into())
        }
    }
}

fn windows(inputs: &mut FindingInputs) -> Windows {
    let product = &inputs.product;
    let summary = inputs.summary.take().unwrap_or_default();
    let (architectures, mut languages) = template(&summary.template);
    if let Some(language) = product.language.as_ref().filter(|language| !languages.contains(language)) {
        languages.insert(0, language.clone());
    }
    Windows {
        publisher_name: product.manufacturer.clone(),
        product_code: product.code.clone(),
        upgrade_code: product.upgrade_code.clone(),
        architectures,
        languages,
        is_signed: inputs.is_signed,
        certificates: std::mem::take(&mut inputs.certificates),
        install_scope: Some(product.scope().to_owned()),
        package_code: some(summary.package_code),
        created_by: some(summary.created_by),
        min_installer: summary.min_installer.map(|min| format!("{}.{}", min / 100, min.abs() % 100 / 10)),
        ..Windows::default()
    }
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.trim().is_empty())
}

/// The architectures and the languages of a template such as `Intel,x64;1033,2052`. No platform means Intel.
fn template(template: &str) -> (Vec<String>, Vec<String>) {
    let (platforms, languages) = template.split_once(';').unwrap_or((template, ""));
    let architectures = platforms.split(',').map(|platform| match platform.trim() {
        "" | "Intel" => "x86".to_owned(),
        "AMD64" => "x64".to_owned(),
        "Intel64" => "ia64".to_owned(),
        other => other.to_ascii_lowercase(),
    });
    let languages = languages.split(',').map(str::trim).filter(|language| !language.is_empty());
    (architectures.take(8).collect(), languages.map(str::to_owned).take(100).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_names_architectures_and_languages() {
        let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        assert_eq!(template("x64;1033"), (texts(&["x64"]), texts(&["1033"])));
        assert_eq!(template("Intel,AMD64;1033,2052"), (texts(&["x86", "x64"]), texts(&["1033", "2052"])));
        assert_eq!(template("Arm64"), (texts(&["arm64"]), texts(&[])));
        assert_eq!(template(";0"), (texts(&["x86"]), texts(&["0"])));
    }

    #[test]
    fn all_users_decides_for_whom_it_installs() {
        let scope = |all_users: Option<&str>, per_user: Option<&str>| {
            let [all_users, per_user] = [all_users, per_user].map(|text| text.map(str::to_owned));
            ProductProperties { all_users, per_user, ..ProductProperties::default() }.scope()
        };
        assert_eq!(scope(Some("1"), Some("1")), "machine");
        assert_eq!(scope(None, None), "user");
        assert_eq!(scope(Some("2"), None), "either");
        assert_eq!(scope(Some("2"), Some("1")), "user");
    }
}

//! Who signed an Android package, and with which schemes, as the package states it. Nothing is verified.

mod block;
mod scheme;
mod v4;

use block::SigningBlock;
use scheme::Signer;

use crate::AndroidSigning;
use crate::container::zip::Archive;
#[cfg(feature = "fuzzing")]
use crate::container::zip::Directory;
use crate::encoding::bytes::u32_at;
use crate::encoding::x509;
use crate::format::jar::{self, JarSigner};
use crate::report::quantity::sizes;
#[cfg(feature = "fuzzing")]
use crate::source::Memory;
use crate::{Miss, Source};

/// The signatures, and what is wrong with them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::format) struct Signing {
    pub(in crate::format) declared: AndroidSigning,
    /// A signature that should be there and is not, named by its scheme.
    pub(super) stripped: Option<&'static str>,
    /// Why certificates of a scheme could not be read.
    pub(in crate::format) unreadable: Option<String>,
}

/// Reads the signing block; of the older signature in `META-INF` no more than is needed.
pub(in crate::format) fn read(source: &mut dyn Source, archive: &Archive) -> Result<Signing, Miss> {
    let block = block::read(source, &archive.directory)?;
    let jar = jar::signers(archive);
    let mut signing = Signing::default();
    let is_there = [
        ("v1", !jar.is_empty()),
        ("v2", block.v2.is_some()),
        ("v3", block.v3.is_some()),
        ("v3.1", block.v3_1.is_some()),
    ];
    let schemes = is_there.into_iter().filter(|(_, is_there)| *is_there);
    signing.declared.schemes = schemes.map(|(scheme, _)| scheme.to_owned()).collect();
    if let Some(len) = block.too_long {
        let (expected, got) = sizes(block::MAX_BLOCK, len);
        signing.unreadable = Some(format!("expected a signing block of at most {expected}, got {got}"));
    }
    signing.read_block(&block);
    // A device that checks one of the newer signatures does not look at the older one.
    if !jar.is_empty() && block.v2.is_none() && block.v3.is_none() && block.too_long.is_none() {
        signing.stripped = signing.stripped.or(stripped_from_jar(&jar, source, archive)?);
    }
    if signing.declared.certificates.is_empty() {
        signing.read_jar(&jar, source, archive)?;
    }
    Ok(signing)
}

/// Reads a file that is nothing but a signing block.
#[cfg(feature = "fuzzing")]
pub(in crate::format) fn read_alone(bytes: &[u8]) {
    let directory = Directory { offset: bytes.len() as u64, ..Directory::default() };
    let block = block::read(&mut Memory(bytes), &directory);
    if let Ok(block) = block {
        Signing::default().read_block(&block);
    }
}

impl Signing {
    /// Takes the certificates of the newest scheme that has some.
    fn read_block(&mut self, block: &SigningBlock) {
        let newest_first = [("v3.1", &block.v3_1, true), ("v3", &block.v3, true), ("v2", &block.v2, false)];
        for (scheme, value, has_sdk_range) in newest_first {
            let Some(value) = value else { continue };
            let signers = scheme::signers(value, has_sdk_range).unwrap_or_default();
            if signers.is_empty() {
                self.note_unreadable(|| format!("expected signers with scheme {scheme}, got none"));
            }
            self.stripped = self.stripped.or_else(|| stripped_from_block(&signers, scheme, block));
            if self.declared.certificates.is_empty() {
                signers.iter().for_each(|signer| self.add_certificate(signer.certificate, scheme));
            }
        }
    }

    fn read_jar(
        &mut self,
        signers: &[JarSigner<'_>],
        source: &mut dyn Source,
        archive: &Archive,
    ) -> Result<(), Miss> {
        for signer in signers {
            signer.prefetch(source)?;
            match signer.certificate(source, archive)? {
                Ok(der) => self.add_certificate(&der, "v1"),
                Err(reason) => self.note_unreadable(|| reason),
            }
        }
        Ok(())
    }

    /// Adds a signer's certificate unless it is there already.
    fn add_certificate(&mut self, der: &[u8], scheme: &str) {
        let Some(certificate) = x509::certificate(der) else {
            self.note_unreadable(|| {
                format!("expected a certificate with scheme {scheme}, got something else")
            });
            return;
        };
        self.declared.is_debug |=
            x509::subject_attribute(der, x509::COMMON_NAME).as_deref() == Some("Android Debug");
        if !self.declared.certificates.contains(&certificate) {
            self.declared.certificates.push(certificate);
        }
    }

    fn note_unreadable(&mut self, reason: impl FnOnce() -> String) {
        self.unreadable.get_or_insert_with(reason);
    }
}

/// The newer scheme that a signer declares and that is missing (`ApkSignatureSchemeV2Verifier`,
/// `ApkSignatureSchemeV3Verifier` of AOSP).
fn stripped_from_block(signers: &[Signer<'_>], scheme: &str, block: &SigningBlock) -> Option<&'static str> {
    /// The id of a newer scheme: `STRIPPING_PROTECTION_ATTR_ID`.
    const NEWER_SCHEME: u32 = 0xbeef_f00d;
    /// The API level from which the signature by v3.1 counts: `ROTATION_MIN_SDK_VERSION_ATTR_ID`.
    const ROTATION_MIN_SDK: u32 = 0x559f_8b02;
    let mut attributes = signers.iter();
    match scheme {
        "v2" if block.v3.is_none() => {
            let is_v3 =
                |signer: &Signer<'_>| signer.attribute(NEWER_SCHEME).and_then(|id| u32_at(id, 0)) == Some(3);
            attributes.any(is_v3).then_some("v3")
        }
        "v3" if block.v3_1.is_none() => {
            attributes.any(|signer| signer.attribute(ROTATION_MIN_SDK).is_some()).then_some("v3.1")
        }
        _ => None,
    }
}

/// The newer scheme that a signature file declares (`StrictJarVerifier` of AOSP). Only read if there is none.
fn stripped_from_jar(
    signers: &[JarSigner<'_>],
    source: &mut dyn Source,
    archive: &Archive,
) -> Result<Option<&'static str>, Miss> {
    for signer in signers {
        signer.prefetch(source)?;
        let schemes = signer.further_schemes(source, archive)?;
        if schemes.contains(&2) {
            return Ok(Some("v2"));
        }
        if schemes.contains(&3) {
            return Ok(Some("v3"));
        }
    }
    Ok(None)
}

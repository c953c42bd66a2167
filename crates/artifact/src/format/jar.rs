//! Signed Java archives: `META-INF/*.SF` and the signature blocks beside them.
//!
//! Source: the JAR file specification, "Signed JAR File"; Android's scheme v1 and app bundles are the same.

use crate::container::zip::{Archive, Packing, RawEntry, ZipError};
use crate::encoding::cms;
use crate::{Miss, Source};

/// Signers that are looked at: each takes two reads. Android knows at most 10, real packages have one.
const MAX_SIGNERS: usize = 4;

/// Bytes of a signature block: 256 KiB. Real ones have 1 to 10.
const MAX_BLOCK: u64 = 256 << 10;

/// A signature file and the block that signs it.
pub(in crate::format) struct JarSigner<'a> {
    file: RawEntry<'a>,
    block: RawEntry<'a>,
}

/// The signers by the names in the archive: each `*.SF` with a `*.RSA`, `*.DSA` or `*.EC` of the same name. None without a
/// manifest: it has the digests that they sign.
pub(in crate::format) fn signers(archive: &Archive) -> Vec<JarSigner<'_>> {
    let (mut files, mut blocks, mut has_manifest) = (Vec::new(), Vec::new(), false);
    for raw in archive.entries() {
        let Some((stem, extension)) = signature_name(raw.name) else { continue };
        let is = |known: &str| extension.eq_ignore_ascii_case(known.as_bytes());
        has_manifest |= is("MF") && stem.eq_ignore_ascii_case(b"MANIFEST");
        if is("SF") && files.len() < MAX_SIGNERS {
            files.push((stem, raw));
        } else if (is("RSA") || is("DSA") || is("EC")) && blocks.len() < MAX_SIGNERS {
            blocks.push((stem, raw));
        }
    }
    let file_named = |stem: &[u8]| files.iter().find(|(file, _)| file.eq_ignore_ascii_case(stem));
    let signers = blocks.iter().filter(|_| has_manifest).filter_map(|(stem, block)| {
        let (_, file) = file_named(stem)?;
        Some(JarSigner { file: *file, block: *block })
    });
    signers.collect()
}

impl JarSigner<'_> {
    /// The signer's certificate in DER, or why there is none.
    pub(in crate::format) fn certificate(
        &self,
        source: &mut dyn Source,
        archive: &Archive,
    ) -> Result<Result<Vec<u8>, String>, Miss> {
        let name = self.block.text();
        let mut failure = None;
        // Headers may be mangled here too, and Android accepts that.
        for &packing in self.block.entry.likely_packings() {
            let directory = &archive.directory;
            let reason = match self.block.entry.read(&name, packing, source, directory, MAX_BLOCK) {
                Ok(bytes) => match cms::parse(&bytes).as_ref().and_then(cms::SignedData::signer) {
                    Some(der) => return Ok(Ok(der.to_vec())),
                    None => format!("expected a signature with its certificate in `{name}`, got none"),
                },
                Err(ZipError::Miss(miss)) => return Err(miss),
                Err(error) => error.to_string(),
            };
            failure.get_or_insert(reason);
        }
        Ok(Err(failure.unwrap_or_default()))
    }

    /// The schemes by which Android's build tools say to have signed the archive besides: the header
    /// `X-Android-APK-Signed`.
    ///
    /// The header protects against stripping: to remove the newer signatures unnoticed, an attacker would have to change
    /// this signed file too.
    pub(in crate::format) fn further_schemes(
        &self,
        source: &mut dyn Source,
        archive: &Archive,
    ) -> Result<Vec<u32>, Miss> {
        /// The header is in the main section, which has less than 1 KB.
        const HEAD: usize = 4 << 10;
        match archive.read_head(&self.file, source, HEAD) {
            Ok(head) => Ok(further_schemes(&head)),
            Err(ZipError::Miss(miss)) => Err(miss),
            Err(_) => Ok(Vec::new()),
        }
    }

    /// Fetches the file's head and the block in one range if they lie close together.
    pub(in crate::format) fn prefetch(&self, source: &mut dyn Source) -> Result<(), Miss> {
        const CLOSE: u64 = 48 << 10;
        let stored = match self.block.entry.likely_packings().first() {
            Some(Packing::Stored) => self.block.entry.size,
            Some(Packing::Deflated) | None => self.block.entry.compressed,
        };
        let start = self.file.entry.header_offset.min(self.block.entry.header_offset);
        let end = self.block.entry.header_offset.saturating_add(stored).saturating_add(1024);
        match end.checked_sub(start) {
            Some(len) if len <= CLOSE => source.prefetch(start, len as usize),
            _ => Ok(()),
        }
    }
}

/// A name directly in `META-INF`: what is before its extension, and the extension.
fn signature_name(name: &[u8]) -> Option<(&[u8], &[u8])> {
    const FOLDER: &[u8] = b"META-INF/";
    let (folder, name) = name.split_at_checked(FOLDER.len())?;
    if !folder.eq_ignore_ascii_case(FOLDER) || name.contains(&b'/') {
        return None;
    }
    let dot = name.iter().rposition(|&byte| byte == b'.')?;
    Some((name.get(..dot)?, name.get(dot + 1..)?))
}

fn further_schemes(head: &[u8]) -> Vec<u32> {
    const MAX_SCHEMES: usize = 16;
    let text = String::from_utf8_lossy(head);
    let main = text.lines().map(str::trim_end).take_while(|line| !line.is_empty());
    let header = main
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("X-Android-APK-Signed"));
    let Some((_, schemes)) = header else { return Vec::new() };
    schemes.split(',').filter_map(|scheme| scheme.trim().parse().ok()).take(MAX_SCHEMES).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_directly_in_the_folder_are_signatures() {
        assert_eq!(signature_name(b"META-INF/CERT.RSA"), Some((&b"CERT"[..], &b"RSA"[..])));
        assert_eq!(signature_name(b"meta-inf/a.b.sf"), Some((&b"a.b"[..], &b"sf"[..])));
        for name in ["META-INF/services/A.RSA", "META-INF/CERT", "META-INF", "CERT.RSA", "META-INF.RSA"] {
            assert_eq!(signature_name(name.as_bytes()), None, "{name}");
        }
    }

    #[test]
    fn further_schemes_are_in_the_main_section() {
        let head = b"Signature-Version: 1.0\r\nx-android-apk-signed: 2, 3,x\r\n\r\nName: a\r\n";
        assert_eq!(further_schemes(head), [2, 3]);
        assert_eq!(further_schemes(b"A: 1\n\nX-Android-APK-Signed: 2\n"), [0; 0]);
        assert_eq!(further_schemes(b""), [0; 0]);
    }
}

//! Android packages with any manifest and any signing block, built in memory.

use super::apk::{Attribute, Axml, Zip};

/// A manifest under construction.
#[derive(Clone)]
pub(crate) struct Manifest {
    pub(crate) package: &'static str,
    pub(crate) version_code: i32,
    pub(crate) min_sdk: u32,
    pub(crate) target_sdk: u32,
    pub(crate) debuggable: bool,
    pub(crate) test_only: bool,
    /// Takes the place of the minimum SDK's number.
    pub(crate) codename: Option<&'static str>,
    pub(crate) permissions: &'static [&'static str],
    /// Names, and whether they are required.
    pub(crate) features: &'static [(&'static str, bool)],
}

impl Default for Manifest {
    fn default() -> Self {
        Self {
            package: "org.example",
            version_code: 7,
            min_sdk: 24,
            target_sdk: 36,
            debuggable: false,
            test_only: false,
            codename: None,
            permissions: &[],
            features: &[],
        }
    }
}

impl Manifest {
    pub(crate) fn finish(&self) -> Vec<u8> {
        const IDS: [u32; 9] = [
            0x0101_021b,
            0x0101_021c,
            0x0101_020c,
            0x0101_0270,
            0x0101_000f,
            0x0101_0003,
            0x0101_028e,
            0x0101_0002,
            0x0101_0272,
        ];
        // Strings 0 to 8 name the attributes: their text does not matter.
        let mut strings = vec![""; IDS.len()];
        strings.extend(["package", "1.0", self.package, "manifest", "uses-sdk", "application"]);
        strings.extend(["uses-permission", "uses-feature", ICON.0, self.codename.unwrap_or_default()]);
        let first_name = strings.len() as u32;
        strings.extend(self.permissions);
        strings.extend(self.features.iter().map(|(name, _)| name));
        let code = self.version_code.cast_unsigned();
        let root: [Attribute; 3] = [(9, 3, 11), (0, 0x10, code), (1, 3, 10)];
        let mut axml = Axml::new(&strings).map(&IDS).start(12, &root);
        let end = |axml: Axml| {
            let end = [&[3, 1, 16, 0, 24, 0, 0, 0][..], &[0; 16]].concat();
            axml.raw(&end)
        };
        let min_sdk = if self.codename.is_some() { (2, 3, 18) } else { (2, 0x10, self.min_sdk) };
        axml = end(axml.start(13, &[min_sdk, (3, 0x10, self.target_sdk)]));
        let mut names = first_name..;
        for name in names.by_ref().take(self.permissions.len()) {
            axml = end(axml.start(15, &[(5, 3, name)]));
        }
        for ((_, required), name) in self.features.iter().zip(names) {
            axml = end(axml.start(16, &[(5, 3, name), (6, 0x12, (*required).into())]));
        }
        let flags = [(4, 0x12, self.debuggable.into()), (8, 0x12, self.test_only.into())];
        axml.start(14, &[flags[0], flags[1], (7, 3, 17)]).finish()
    }

    pub(crate) fn zip(&self) -> Zip {
        Zip::default().with("AndroidManifest.xml", &self.finish()).with(ICON.0, ICON.1)
    }
}

/// The icon of all of these: the head of a PNG, of which no more is looked at.
const ICON: (&str, &[u8]) =
    ("icon.png", b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x30\0\0\0\x30\x08\x06\0\0\0");

pub(crate) const V2: u32 = 0x7109_871a;
pub(crate) const V3: u32 = 0xf053_68c0;
pub(crate) const V3_1: u32 = 0x1b93_ad61;

/// The value of a pair: one signer with this certificate and these attributes.
pub(crate) fn signer(scheme: u32, certificate: &[u8], attributes: &[(u32, u32)]) -> (u32, Vec<u8>) {
    let range: &[u8] = if scheme == V2 { &[] } else { &[0; 8] };
    let attributes =
        attributes.iter().map(|(id, value)| with_len(&[id.to_le_bytes(), value.to_le_bytes()].concat()));
    let attributes = with_len(&attributes.collect::<Vec<_>>().concat());
    let signed = [&with_len(&[])[..], &with_len(&with_len(certificate)), range, &attributes].concat();
    let signer = [&with_len(&signed)[..], range, &with_len(b"signatures"), &with_len(b"key")].concat();
    (scheme, with_len(&with_len(&signer)))
}

/// Puts a signing block with these pairs before the directory of an archive.
pub(crate) fn with_block(zip: &[u8], pairs: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let mut inside = Vec::new();
    for (id, value) in pairs {
        inside.extend((value.len() as u64 + 4).to_le_bytes());
        inside.extend(id.to_le_bytes());
        inside.extend_from_slice(value);
    }
    let len = (inside.len() as u64 + 24).to_le_bytes();
    let block = [&len[..], &inside, &len, b"APK Sig Block 42"].concat();
    let offset_at = zip.len() - 6;
    let offset = zip[offset_at..].first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes));
    let (entries, directory) = zip.split_at(offset as usize);
    let mut out = [entries, &block, directory].concat();
    let offset_at = offset_at + block.len();
    out[offset_at..offset_at + 4].copy_from_slice(&(offset + block.len() as u32).to_le_bytes());
    out
}

fn with_len(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u32).to_le_bytes()[..], bytes].concat()
}

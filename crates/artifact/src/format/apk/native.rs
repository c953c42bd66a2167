//! Which processors an Android package has native code for.

use crate::container::zip::Archive;

/// All processor kinds that Android knows or knew (the NDK's "Android ABIs"), the 64-bit ones first.
const KNOWN: [&str; 8] =
    ["arm64-v8a", "armeabi-v7a", "armeabi", "x86_64", "x86", "riscv64", "mips64", "mips"];

/// Native code by the folders it is in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::format) struct NativeCode {
    /// In the order of [`KNOWN`].
    pub(in crate::format) abis: Vec<String>,
    /// A folder of libraries from which devices load nothing.
    pub(super) unknown: Option<String>,
}

/// Looks for `lib/<abi>/*.so`, as `NativeLibraryHelper` in AOSP does.
pub(super) fn scan(archive: &Archive) -> NativeCode {
    scan_names(archive.entries().map(|raw| raw.name))
}

/// As [`scan`], among names without what stands before `lib`.
pub(in crate::format) fn scan_names<'a>(names: impl Iterator<Item = &'a [u8]>) -> NativeCode {
    let mut found = [false; KNOWN.len()];
    let mut unknown = None;
    for name in names {
        let Some(folder) = library_folder(name) else { continue };
        match KNOWN.iter().position(|known| known.as_bytes() == folder) {
            Some(known) => found[known] = true,
            None if unknown.is_none() => {
                unknown = Some(String::from_utf8_lossy(folder).escape_debug().take(100).collect());
            }
            None => {}
        }
    }
    let abis = KNOWN.iter().zip(found).filter(|(_, found)| *found).map(|(abi, _)| (*abi).to_owned());
    NativeCode { abis: abis.collect(), unknown }
}

impl NativeCode {
    /// Whether phones that run only 64-bit code find none: there is code for 32-bit ARM, or only for 32 bits, and none
    /// for the 64-bit processor that replaced it.
    pub(super) fn is_32_bit_only(&self) -> bool {
        let has = |abi: &str| self.abis.iter().any(|known| known == abi);
        let has_64_bit = self.abis.iter().any(|abi| abi.contains("64"));
        let has_32_bit_arm = has("armeabi-v7a") || has("armeabi");
        !self.abis.is_empty() && (!has_64_bit || (has_32_bit_arm && !has("arm64-v8a")))
    }
}

fn library_folder(name: &[u8]) -> Option<&[u8]> {
    let path = name.strip_prefix(b"lib/").filter(|path| path.ends_with(b".so"))?;
    let mut parts = path.split(|&byte| byte == b'/');
    let folder = parts.next()?;
    parts.next()?;
    parts.next().is_none().then_some(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_libraries_directly_in_a_folder_count() {
        let cases: [(&str, Option<&str>); 7] = [
            ("lib/x86/libfoo.so", Some("x86")),
            ("lib/arm/a.so", Some("arm")),
            ("lib/x86/deeper/libfoo.so", None),
            ("lib/libfoo.so", None),
            ("lib/x86/notes.txt", None),
            ("assets/lib/x86/libfoo.so", None),
            ("lib/x86/", None),
        ];
        for (name, folder) in cases {
            assert_eq!(library_folder(name.as_bytes()), folder.map(str::as_bytes), "{name}");
        }
    }

    #[test]
    fn code_for_64_bits_must_be_of_the_same_family() {
        let is_32_bit_only = |abis: &[&str]| {
            let abis = abis.iter().map(|abi| (*abi).to_owned()).collect();
            NativeCode { abis, unknown: None }.is_32_bit_only()
        };
        assert!(is_32_bit_only(&["armeabi-v7a"]) && is_32_bit_only(&["x86"]));
        assert!(is_32_bit_only(&["armeabi-v7a", "x86_64"]));
        assert!(!is_32_bit_only(&[]) && !is_32_bit_only(&["arm64-v8a"]));
        assert!(!is_32_bit_only(&["arm64-v8a", "armeabi-v7a", "x86"]));
    }
}

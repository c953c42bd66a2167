//! The parts of a package by name. In the zip the names are percent-encoded, and they ignore ASCII case (ECMA-376 part
//! 2).

use crate::container::zip::{Archive, RawEntry};
use crate::{Refusal, sorting};

/// The entries of an archive, sorted by their [normalized](normalized_name) part names.
pub(crate) struct PackageParts<'a> {
    archive: &'a Archive,
    by_name: Vec<(String, RawEntry<'a>)>,
}

impl<'a> PackageParts<'a> {
    /// Sorts the entries. A directory that contradicts itself is refused, as Windows does
    /// (`OPC_E_ZIP_CORRUPTED_ARCHIVE`).
    pub(crate) fn of(archive: &'a Archive) -> Result<Self, Refusal> {
        if archive.directory.is_inconsistent || archive.entries().any(|raw| raw.is_inconsistent) {
            let message =
                "expected the archive's list of files to match the file, got one that Windows refuses";
            return Err(Refusal::corrupt(message));
        }
        let mut by_name: Vec<_> = archive.entries().map(|raw| (normalized_name(raw.name), raw)).collect();
        sorting::sort_by(&mut by_name, |(a, _), (b, _)| a.cmp(b));
        Ok(Self { archive, by_name })
    }

    pub(crate) fn archive(&self) -> &'a Archive {
        self.archive
    }

    /// The first entry of a part.
    pub(crate) fn find(&self, path: &str) -> Option<RawEntry<'a>> {
        let path = normalized_name(path.as_bytes());
        self.starting_with(&path).next().filter(|(name, _)| *name == path).map(|(_, raw)| raw)
    }

    /// The entries whose normalized names begin with this.
    pub(crate) fn starting_with(&self, prefix: &str) -> impl Iterator<Item = (&str, RawEntry<'a>)> {
        let first = self.by_name.partition_point(|(name, _)| name.as_str() < prefix);
        let rest = self.by_name.get(first..).unwrap_or_default();
        rest.iter()
            .map(|(name, raw)| (name.as_str(), *raw))
            .take_while(move |(name, _)| name.starts_with(prefix))
    }

    /// How many entries have the name of an earlier one.
    pub(crate) fn n_duplicates(&self) -> usize {
        self.by_name
            .windows(2)
            .filter(|pair| pair.first().map(|(name, _)| name) == pair.last().map(|(name, _)| name))
            .count()
    }
}

/// The normalized form of a path or an entry's name. Equivalent names have the same form.
pub(crate) fn normalized_name(name: &[u8]) -> String {
    percent_decoded(name).replace('\\', "/").trim_start_matches('/').to_ascii_lowercase()
}

/// An entry's name without percent-encoding.
pub(crate) fn percent_decoded(name: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((&byte, behind)) = rest.split_first() {
        let escaped = behind.first_chunk::<2>().filter(|_| byte == b'%').and_then(|digits| hex(*digits));
        bytes.push(escaped.unwrap_or(byte));
        rest = if escaped.is_some() { &behind[2..] } else { behind };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex([high, low]: [u8; 2]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_in_neither_case_nor_slashes_nor_escapes() {
        assert_eq!(normalized_name(b"Assets/Store%20Logo.PNG"), normalized_name(b"assets\\store logo.png"));
        assert_eq!(normalized_name("Größe.png".as_bytes()), normalized_name(b"/gr%C3%B6%C3%9Fe.png"));
    }

    #[test]
    fn a_percent_sign_without_digits_stands_for_itself() {
        for name in ["100%", "%", "%2", "%zz", "a%%41"] {
            let expected = name.replace("%41", "A");
            assert_eq!(percent_decoded(name.as_bytes()), expected);
        }
    }
}

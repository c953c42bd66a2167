//! Which devices a value is for (`ResTable_config` in AOSP's `ResourceTypes.h`).

use crate::encoding::bytes::{u16_at, u32_at};

/// Where the configuration begins in a type chunk's header.
const CONFIG: usize = 20;

/// How well a configuration suits an unknown device, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Suitability {
    Default,
    NoLocale,
    Locale,
}

/// What a configuration asks of a device, as far as it matters for names and pictures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Config {
    /// A BCP 47 language tag.
    pub(crate) locale: Option<String>,
    /// Dots per inch; 0 is any that has no better value.
    pub(crate) density: u16,
    /// The least API level, or 0.
    pub(crate) sdk: u16,
    /// Whether it asks for anything else, such as a large screen or the night.
    pub(crate) is_special: bool,
}

impl Config {
    /// A density that stands for all of them, as that of vectors.
    pub(crate) const ANY_DENSITY: u16 = 0xfffe;
    /// A density of pictures that are never scaled.
    pub(crate) const NO_DENSITY: u16 = 0xffff;

    /// Whether it asks for nothing but a language.
    pub(crate) fn is_only_locale(&self) -> bool {
        self.density == 0 && self.sdk == 0 && !self.is_special
    }

    /// A language tag as a bundle writes it, or `None` if it is not one.
    pub(crate) fn tag(text: &str) -> Option<String> {
        let is_tag = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let (language, rest) = text.split_at(text.find('-').unwrap_or(text.len()));
        let language = String::from_utf8_lossy(modern(language.as_bytes()));
        (is_tag && !language.is_empty()).then(|| format!("{language}{rest}"))
    }

    /// Reads the configuration in a type chunk's header.
    pub(super) fn parse(header: &[u8]) -> Option<Self> {
        let config = config(header)?;
        let mut rest = [0; 60];
        rest.iter_mut().zip(config).for_each(|(rest, &byte)| *rest = byte);
        let locale = locale(&rest);
        let (density, sdk) = (u16_at(&rest, 10)?, u16_at(&rest, 20)?);
        // Language and country, density, version, script and variant, and whether the script was only guessed.
        for part in [4..8, 10..12, 20..24, 32..44, 48..49] {
            rest.get_mut(part)?.fill(0);
        }
        Some(Self { locale, density, sdk, is_special: rest.iter().any(|&byte| byte != 0) })
    }
}

/// How well the configuration in a type chunk's header suits an unknown device.
pub(super) fn rank(header: &[u8]) -> Option<Suitability> {
    let config = config(header)?;
    Some(if config.iter().all(|&byte| byte == 0) {
        Suitability::Default
    } else if u32_at(config, 4) == Some(0) {
        Suitability::NoLocale
    } else {
        Suitability::Locale
    })
}

/// What follows the configuration's own size: network codes, language and country, then the rest. Older tools
/// wrote less.
fn config(header: &[u8]) -> Option<&[u8]> {
    let len = usize::try_from(u32_at(header, CONFIG)?).ok()?.clamp(4, 64);
    Some(header.get(CONFIG + 4..(CONFIG + len).min(header.len())).unwrap_or_default())
}

/// What a language is called since ISO 639 was revised: Java kept the older codes.
fn modern(language: &[u8]) -> &[u8] {
    match language {
        b"iw" => b"he",
        b"in" => b"id",
        b"ji" => b"yi",
        b"tl" => b"fil",
        _ => language,
    }
}

/// The language tag: two letters each for language and country, or three packed into 15 bits.
fn locale(config: &[u8; 60]) -> Option<String> {
    let code = |at: usize, base: u8| match (config[at], config[at + 1]) {
        (0, _) => None,
        (first, second) if first & 0x80 == 0 => Some(vec![first, second]),
        (first, second) => {
            let letters = [second & 0x1f, second >> 5 | (first & 0x03) << 3, first >> 2 & 0x1f];
            Some(letters.map(|letter| letter.saturating_add(base)).to_vec())
        }
    };
    let language = code(4, b'a').map(|language| modern(&language).to_vec())?;
    let upto_nul = |bytes: &[u8]| bytes.iter().copied().take_while(|&byte| byte != 0).collect::<Vec<u8>>();
    // A script that the tool derived by itself is not part of the tag.
    let script = if config[48] == 0 { upto_nul(&config[32..36]) } else { Vec::new() };
    let parts = [language, script, code(6, b'0').unwrap_or_default(), upto_nul(&config[36..44])];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|part| !part.is_empty() && part.iter().all(u8::is_ascii_alphanumeric))
        .filter_map(|part| String::from_utf8(part).ok())
        .collect();
    Some(parts.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(len: u32, fields: &[(usize, &[u8])]) -> Vec<u8> {
        let mut header = vec![0; CONFIG];
        header.extend(len.to_le_bytes());
        header.resize(CONFIG + 64, 0);
        for (at, bytes) in fields {
            header[CONFIG + at..CONFIG + at + bytes.len()].copy_from_slice(bytes);
        }
        header
    }

    fn locale_of(fields: &[(usize, &[u8])]) -> String {
        Config::parse(&header(64, fields)).and_then(|config| config.locale).unwrap_or_default()
    }

    #[test]
    fn languages_and_countries_of_two_letters_are_a_tag() {
        assert_eq!(locale_of(&[]), "");
        assert_eq!(locale_of(&[(8, b"de")]), "de");
        assert_eq!(locale_of(&[(8, b"enGB")]), "en-GB");
        assert_eq!(locale_of(&[(8, b"iwIL")]), "he-IL");
    }

    #[test]
    fn packed_languages_and_regions_are_unpacked() {
        // "fil" is 5, 8, 11 from `a`, and 8 lies over both bytes; "419" is 4, 1, 9 from `0`.
        assert_eq!(locale_of(&[(8, &[0x80 | 11 << 2 | 1, 5])]), "fil");
        assert_eq!(locale_of(&[(8, b"es"), (10, &[0x80 | 9 << 2, 1 << 5 | 4])]), "es-419");
    }

    #[test]
    fn a_script_counts_unless_it_was_guessed() {
        assert_eq!(locale_of(&[(8, b"zhTW"), (36, b"Hant")]), "zh-Hant-TW");
        assert_eq!(locale_of(&[(8, b"zhTW"), (36, b"Hant"), (52, &[1])]), "zh-TW");
        assert_eq!(locale_of(&[(8, b"ca"), (40, b"valencia")]), "ca-valencia");
        assert_eq!(locale_of(&[(8, b"d\xff")]), "");
    }

    #[test]
    fn density_and_version_differ_from_other_conditions() {
        let config = Config::parse(&header(64, &[(14, &[0x40, 1]), (24, &[26])]));
        assert_eq!(config, Some(Config { density: 320, sdk: 26, ..Config::default() }));
        let night = Config::parse(&header(64, &[(29, &[0x20])]));
        assert_eq!(night.map(|config| config.is_special), Some(true));
        // What lies behind a short configuration is not part of it.
        let short = Config::parse(&header(28, &[(29, &[0x20]), (8, b"fr")]));
        assert!(short.is_some_and(|config| config.is_only_locale() && config.locale.is_some()));
    }

    #[test]
    fn the_default_configuration_ranks_before_all_others() {
        let ranks = [header(64, &[]), header(64, &[(14, &[1])]), header(64, &[(8, b"de")])];
        let ranks = ranks.map(|header| rank(&header));
        assert_eq!(
            ranks,
            [Some(Suitability::Default), Some(Suitability::NoLocale), Some(Suitability::Locale)]
        );
        assert!(Suitability::Default < Suitability::NoLocale && Suitability::NoLocale < Suitability::Locale);
    }

    #[test]
    fn a_header_cut_anywhere_is_no_panic() {
        let whole = header(64, &[(8, b"de"), (14, &[1])]);
        for len in 0..whole.len() {
            let _ = (rank(&whole[..len]), Config::parse(&whole[..len]));
        }
    }
}

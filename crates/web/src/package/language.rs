/// The BCP 47 tag of a language that an installer names by its LCID; anything else is as it was.
pub(super) fn tag_of(language: &str) -> &str {
    let known = language.parse().ok().and_then(|lcid: u16| LCIDS.iter().find(|(known, _)| *known == lcid));
    known.map_or(language, |(_, tag)| tag)
}

/// Tags of the languages that installers are usually made in, by LCID: \[MS-LCID\], section 2.2, at
/// <https://learn.microsoft.com/openspecs/windows_protocols/ms-lcid/>.
const LCIDS: [(u16, &str); 38] = [
    (1025, "ar-SA"),
    (1026, "bg-BG"),
    (1027, "ca-ES"),
    (1028, "zh-TW"),
    (1029, "cs-CZ"),
    (1030, "da-DK"),
    (1031, "de-DE"),
    (1032, "el-GR"),
    (1033, "en-US"),
    (1034, "es-ES"),
    (1035, "fi-FI"),
    (1036, "fr-FR"),
    (1037, "he-IL"),
    (1038, "hu-HU"),
    (1040, "it-IT"),
    (1041, "ja-JP"),
    (1042, "ko-KR"),
    (1043, "nl-NL"),
    (1044, "nb-NO"),
    (1045, "pl-PL"),
    (1046, "pt-BR"),
    (1048, "ro-RO"),
    (1049, "ru-RU"),
    (1050, "hr-HR"),
    (1051, "sk-SK"),
    (1053, "sv-SE"),
    (1054, "th-TH"),
    (1055, "tr-TR"),
    (1057, "id-ID"),
    (1058, "uk-UA"),
    (1060, "sl-SI"),
    (1061, "et-EE"),
    (1062, "lv-LV"),
    (1063, "lt-LT"),
    (1066, "vi-VN"),
    (2052, "zh-CN"),
    (2070, "pt-PT"),
    (3082, "es-ES"),
];

//! `Info.plist`: a bundle's identity, platforms and icon names.

use crate::apple::bundle::BundleLayout;
use crate::apple::plist::{self, PlistError, Value};
use crate::limits::MAX_STRING;

/// A bundle's `Info.plist`, always a dictionary.
pub(super) struct InfoPlist(Value);

/// Why `Info.plist` cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum InfoError {
    #[error(transparent)]
    Plist(#[from] PlistError),
    #[error("expected a dictionary, got another property list")]
    NoDictionary,
}

impl InfoPlist {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, InfoError> {
        match plist::parse(bytes)? {
            list @ Value::Dictionary(_) => Ok(Self(list)),
            _ => Err(InfoError::NoDictionary),
        }
    }

    /// The value of a key.
    pub(super) fn at(&self, key: &str) -> Option<&Value> {
        self.0.at(key)
    }

    /// The text of a key, at most `MAX_STRING` bytes of it; `None` if it contains a build setting that was not
    /// replaced.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        let mut text = self.at(key)?.text().filter(|text| !has_build_setting(text))?;
        text.truncate(text.floor_char_boundary(MAX_STRING));
        Some(text)
    }

    /// The first of the displayed keys with a build setting that was not replaced, and its text.
    pub(super) fn unresolved_setting(&self) -> Option<(&'static str, String)> {
        const KEYS: [&str; 5] = [
            "CFBundleIdentifier",
            "CFBundleDisplayName",
            "CFBundleName",
            "CFBundleShortVersionString",
            "CFBundleVersion",
        ];
        KEYS.iter().find_map(|key| Some((*key, self.at(key)?.text().filter(|text| has_build_setting(text))?)))
    }

    pub(super) fn name(&self) -> Option<String> {
        self.text("CFBundleDisplayName").or_else(|| self.text("CFBundleName"))
    }

    pub(super) fn min_os(&self, layout: BundleLayout) -> Option<String> {
        match layout {
            BundleLayout::Flat => self.text("MinimumOSVersion"),
            BundleLayout::Contents => self.text("LSMinimumSystemVersion"),
        }
    }

    pub(super) fn platforms(&self) -> Vec<String> {
        let supported = self.at("CFBundleSupportedPlatforms").map(Value::items).unwrap_or_default();
        let supported: Vec<String> = supported.iter().filter_map(Value::text).take(16).collect();
        if supported.is_empty() { self.text("DTPlatformName").into_iter().collect() } else { supported }
    }

    /// Sources: `UIDeviceFamily` in Apple's documentation, and `SDKSettings` of Xcode for 6 and 7.
    pub(super) fn device_families(&self) -> Vec<String> {
        let Some(families) = self.at("UIDeviceFamily") else { return Vec::new() };
        let several = families.items();
        let families = if several.is_empty() { std::slice::from_ref(families) } else { several };
        let names = families.iter().filter_map(|family| match family.integer()? {
            1 => Some("iphone"),
            2 => Some("ipad"),
            3 => Some("tv"),
            4 => Some("watch"),
            6 => Some("mac"),
            7 => Some("vision"),
            _ => None,
        });
        names.take(16).map(str::to_owned).collect()
    }

    /// Names of the icon's files, without scale and possibly without extension, the most reliable first.
    pub(super) fn icon_names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for key in ["CFBundleIcons", "CFBundleIcons~ipad"] {
            if let Some(primary) = self.at(key).and_then(|icons| icons.at("CFBundlePrimaryIcon")) {
                // In apps for tvOS it is a single name.
                names.extend(primary.string().map(str::to_owned));
                names.extend(
                    primary
                        .at("CFBundleIconFiles")
                        .map(Value::items)
                        .unwrap_or_default()
                        .iter()
                        .filter_map(Value::text),
                );
                names.extend(primary.at("CFBundleIconName").and_then(Value::text));
            }
        }
        for key in ["CFBundleIconFiles", "CFBundleIconFiles~ipad"] {
            names.extend(self.at(key).map(Value::items).unwrap_or_default().iter().filter_map(Value::text));
        }
        names.extend(["CFBundleIconFile", "CFBundleIconName"].iter().filter_map(|key| self.text(key)));
        names.truncate(32);
        names
    }
}

/// The name of a bundle's folder without `.app`.
pub(super) fn bundle_stem(app: &str) -> &str {
    let name = app.rsplit('/').next().unwrap_or(app);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn has_build_setting(text: &str) -> bool {
    text.contains("$(") || text.contains("${")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(keys: &str) -> InfoPlist {
        InfoPlist::parse(format!("<plist><dict>{keys}</dict></plist>").as_bytes()).unwrap()
    }

    #[test]
    fn a_name_with_a_build_setting_is_none() {
        let info = info(
            "<key>CFBundleDisplayName</key><string>${PRODUCT_NAME}</string>\
             <key>CFBundleName</key><string>App</string>",
        );
        assert_eq!(info.name().as_deref(), Some("App"));
        assert_eq!(info.unresolved_setting(), Some(("CFBundleDisplayName", "${PRODUCT_NAME}".to_owned())));
    }

    #[test]
    fn device_families_may_be_text_or_a_single_number() {
        let many = info(
            "<key>UIDeviceFamily</key><array><string>1</string><integer>2</integer><integer>99</integer></array>",
        );
        assert_eq!(many.device_families(), ["iphone", "ipad"]);
        assert_eq!(info("<key>UIDeviceFamily</key><integer>3</integer>").device_families(), ["tv"]);
    }

    #[test]
    fn the_stem_of_a_folder_is_the_name_of_its_app() {
        assert_eq!(
            (bundle_stem("Payload/My App.app"), bundle_stem("a.b/C"), bundle_stem("")),
            ("My App", "C", "")
        );
    }
}

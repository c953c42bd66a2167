//! Provisioning profiles: a property list in a signed message (`embedded.mobileprovision`).
//!
//! Source: Apple's TN3125, and the profiles of the corpus. Besides messages in DER there are BER messages with
//! indefinite lengths, property lists without a message, and truncated messages whose list is still complete.

use std::collections::BTreeMap;

use crate::apple::plist::{self, PlistError, Value};
use crate::encoding::cms;
use crate::encoding::time;
use crate::encoding::x509;
use crate::{Profile, ProfileKind};

/// Devices at the most. Apple registers 100 of a kind for a team, and a few hundred more for large teams.
const MAX_DEVICES: usize = 10_000;

/// Entitlements at the most, and values of one. Real profiles have up to 50.
const MAX_ENTITLEMENTS: usize = 200;

/// Certificates at the most. Real profiles have up to 30.
const MAX_CERTIFICATES: usize = 100;

/// Why bytes are not a profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProfileError {
    #[error("expected a provisioning profile, got neither a signed message nor a property list")]
    NoList,
    #[error(transparent)]
    Plist(#[from] PlistError),
    #[error("expected a provisioning profile, got a property list with none of its keys")]
    NoProfile,
}

/// Reads a profile. Whether Apple signed it is not verified.
pub(crate) fn parse(bytes: &[u8]) -> Result<Profile, ProfileError> {
    let list = find_plist(bytes)?;
    let texts = |key: &str| list.at(key).map(texts).unwrap_or_default();
    let text = |key: &str| list.at(key).and_then(Value::text);
    let date = |key: &str| list.at(key).and_then(Value::date).map(time::rfc3339);
    let entitlements = entitlements(&list);
    if entitlements.is_empty() && list.at("UUID").is_none() && list.at("ExpirationDate").is_none() {
        return Err(ProfileError::NoProfile);
    }
    let application = ["application-identifier", "com.apple.application-identifier"];
    let certificates = list.at("DeveloperCertificates").map(Value::items).unwrap_or_default();
    Ok(Profile {
        kind: profile_kind(&list, &entitlements),
        name: text("Name"),
        uuid: text("UUID"),
        team_id: texts("TeamIdentifier").into_iter().next(),
        team_name: text("TeamName"),
        application_identifier: application.iter().find_map(|key| entitlements.get(*key)?.first().cloned()),
        platforms: texts("Platform"),
        devices: list
            .at("ProvisionedDevices")
            .map(|devices| first_texts(devices, MAX_DEVICES))
            .unwrap_or_default(),
        created: date("CreationDate"),
        expires: date("ExpirationDate"),
        certificates: certificates
            .iter()
            .take(MAX_CERTIFICATES)
            .filter_map(|der| x509::certificate(der.data()?))
            .collect(),
        entitlements,
    })
}

/// The property list: by itself, as the content of the message, or anywhere in the bytes.
fn find_plist(bytes: &[u8]) -> Result<Value, ProfileError> {
    let is_bare = bytes.starts_with(b"bplist0") || bytes.trim_ascii_start().starts_with(b"<");
    if is_bare {
        return Ok(plist::parse(bytes)?);
    }
    if let Some(content) = cms::parse(bytes).and_then(|message| message.content) {
        return Ok(plist::parse(&content)?);
    }
    let start = find(bytes, b"<?xml").ok_or(ProfileError::NoList)?;
    let from_start = bytes.get(start..).unwrap_or_default();
    const END: &[u8] = b"</plist>";
    let end = find(from_start, END).ok_or(ProfileError::NoList)?;
    Ok(plist::parse(from_start.get(..end + END.len()).unwrap_or_default())?)
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn profile_kind(list: &Value, entitlements: &BTreeMap<String, Vec<String>>) -> ProfileKind {
    let is_true = |key: &str| entitlements.get(key).is_some_and(|values| values == &["true"]);
    let has_debugger = is_true("get-task-allow") || is_true("com.apple.security.get-task-allow");
    let is_for_mac = list.at("Platform").is_some_and(|platforms| texts(platforms) == ["OSX"]);
    if list.at("ProvisionsAllDevices").and_then(Value::boolean) == Some(true) {
        ProfileKind::Enterprise
    } else if list.at("ProvisionedDevices").is_none() {
        ProfileKind::Store
    } else if has_debugger || is_for_mac {
        ProfileKind::Development
    } else {
        ProfileKind::AdHoc
    }
}

fn entitlements(list: &Value) -> BTreeMap<String, Vec<String>> {
    let dictionary = list.at("Entitlements").and_then(Value::dictionary);
    let entitlements = dictionary.into_iter().flatten().take(MAX_ENTITLEMENTS);
    entitlements.map(|(key, value)| (key.clone(), texts(value))).collect()
}

/// The texts of a value: one for each item of an array, one for anything else.
fn texts(value: &Value) -> Vec<String> {
    first_texts(value, MAX_ENTITLEMENTS)
}

fn first_texts(value: &Value, max: usize) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().take(max).flat_map(text).collect(),
        value => text(value).into_iter().collect(),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Bool(truth) => Some(truth.to_string()),
        value => value.text(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(keys: &str) -> Result<Profile, ProfileError> {
        parse(format!("<plist><dict><key>UUID</key><string>u</string>{keys}</dict></plist>").as_bytes())
    }

    #[test]
    fn the_kind_follows_from_devices_and_entitlements() {
        const ALL: &str = "<key>ProvisionsAllDevices</key><true/>";
        const DEVICES: &str = "<key>ProvisionedDevices</key><array><string>1</string></array>";
        const DEBUG: &str = "<key>Entitlements</key><dict><key>get-task-allow</key><true/></dict>";
        const MAC: &str = "<key>Platform</key><array><string>OSX</string></array>";
        let cases = [
            ([ALL, ""], ProfileKind::Enterprise),
            ([DEVICES, DEBUG], ProfileKind::Development),
            ([DEVICES, ""], ProfileKind::AdHoc),
            ([DEVICES, MAC], ProfileKind::Development),
            (["", DEBUG], ProfileKind::Store),
        ];
        for (keys, kind) in cases {
            assert_eq!(profile(&keys.concat()).map(|profile| profile.kind), Ok(kind), "{keys:?}");
        }
    }

    #[test]
    fn a_list_is_found_in_a_damaged_message() {
        let list = "<?xml version='1.0'?><plist><dict><key>UUID</key><string>u</string></dict></plist>";
        let bytes = [b"\x30\x82\xff\xff junk", list.as_bytes(), b"\0\xff\0"].concat();
        assert_eq!(parse(&bytes).map(|profile| profile.uuid), Ok(Some("u".to_owned())));
        for len in 0..bytes.len() - 3 {
            assert!(parse(&bytes[..len]).is_err(), "{len}");
        }
    }

    #[test]
    fn lists_in_a_profile_have_bounds() {
        let devices = format!(
            "<key>ProvisionedDevices</key><array>{}</array>",
            "<string>1</string>".repeat(MAX_DEVICES + 1)
        );
        assert_eq!(profile(&devices).map(|profile| profile.devices.len()), Ok(MAX_DEVICES));
        let values = "<string>1</string>".repeat(MAX_ENTITLEMENTS + 1);
        let entitlements: String =
            (0..=MAX_ENTITLEMENTS).map(|n| format!("<key>{n}</key><array>{values}</array>")).collect();
        let kept = profile(&format!("<key>Entitlements</key><dict>{entitlements}</dict>"));
        let kept = kept.map(|profile| profile.entitlements).unwrap_or_default();
        assert_eq!(kept.len(), MAX_ENTITLEMENTS);
        assert!(kept.values().all(|values| values.len() == MAX_ENTITLEMENTS));
    }

    #[test]
    fn another_property_list_is_refused() {
        assert_eq!(parse(b"<plist><dict/></plist>"), Err(ProfileError::NoProfile));
        assert_eq!(parse(b"junk"), Err(ProfileError::NoList));
        assert_eq!(parse(b""), Err(ProfileError::NoList));
    }
}

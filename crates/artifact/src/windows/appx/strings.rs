//! Localized names in the package's resource index: `ms-resource:AppName`.

use std::sync::Arc;

use crate::limits::MAX_RESOURCES;
use crate::windows::appx::parts::PackageParts;
use crate::windows::pri::Pri;
use crate::{InspectError, Refusal, Source};

/// The name of the part with the index.
const PART_NAME: &str = "resources.pri";

/// A reference without its scheme; `None` if the text is not a reference.
pub(crate) fn resource_reference(text: &str) -> Option<&str> {
    text.strip_prefix("ms-resource:")
}

/// The paths in the index that a reference may mean, the likeliest first.
///
/// Source: Microsoft's documentation of resource names in MRM. `ms-resource://<package>/<root>/<rest>` is the full
/// name; the package may be left out, and so may the root `Resources`.
fn candidate_paths(reference: &str) -> Vec<String> {
    if let Some(absolute) = reference.strip_prefix("//") {
        return absolute.split_once('/').map(|(_, path)| path.to_owned()).into_iter().collect();
    }
    match reference.strip_prefix('/') {
        Some(path) => vec![path.to_owned()],
        None => vec![format!("Resources/{reference}"), reference.to_owned()],
    }
}

/// The text a reference refers to, in the default language.
pub(crate) fn resolve(reference: &str, index: &Pri<'_>) -> Option<String> {
    let text = candidate_paths(reference).iter().find_map(|path| index.text(path))?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The bytes of a package's resource index. None if it has none.
pub(crate) fn index(
    parts: &PackageParts<'_>,
    source: &mut dyn Source,
) -> Result<Option<Arc<[u8]>>, InspectError> {
    /// A longer index is kept in the source, because inflating it again would take too long.
    const LONG: usize = 100 << 10;
    let Some(raw) = parts.find(PART_NAME) else { return Ok(None) };
    if let Some(bytes) = source.recall(raw.entry.header_offset) {
        return Ok(Some(bytes));
    }
    let bytes: Arc<[u8]> = Arc::from(parts.archive().read(&raw, source, MAX_RESOURCES)?);
    if Pri::parse(&bytes).is_none() {
        let message = format!("expected a resource index in `{PART_NAME}`, got something else");
        return Err(Refusal::corrupt(message).into());
    }
    if bytes.len() > LONG {
        source.keep(raw.entry.header_offset, &bytes);
    }
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_reference_is_looked_for_among_the_resources_first() {
        assert_eq!(
            resource_reference("ms-resource:AppName").map(candidate_paths),
            Some(vec!["Resources/AppName".into(), "AppName".into()])
        );
        assert_eq!(candidate_paths("//Example.App/Strings/AppName"), ["Strings/AppName"]);
        assert_eq!(candidate_paths("///Strings/AppName"), ["Strings/AppName"]);
        assert_eq!(candidate_paths("/Strings/AppName"), ["Strings/AppName"]);
        assert_eq!(candidate_paths("//Example.App"), Vec::<String>::new());
        assert_eq!(resource_reference("MS-RESOURCE:x").or(resource_reference("App")), None);
    }
}

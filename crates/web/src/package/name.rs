use artifact::Artifact;

/// What a new app for the package could be called: its own name, or else what the file's name says.
pub(crate) fn proposed_name(artifact: &Artifact, file_name: &str) -> String {
    let Artifact { name, identifier, .. } = artifact;
    name.clone().or_else(|| identifier.clone()).unwrap_or_else(|| stem(file_name).to_owned())
}

/// A file's name without its extension and without a version behind it. Dots may be part of the name.
fn stem(file_name: &str) -> &str {
    let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
    let name = match stem.rsplit_once(['-', '_', ' ']) {
        Some((name, last)) if is_version(last) => name,
        _ => stem,
    };
    if name.is_empty() { file_name } else { name }
}

/// `1.2.3`, `v2`
fn is_version(word: &str) -> bool {
    let numbers = word.strip_prefix(['v', 'V']).unwrap_or(word);
    numbers.split('.').all(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use artifact::{Format, Os};

    use super::*;

    #[test]
    fn a_files_name_loses_its_extension_and_its_version_only() {
        for (file_name, name) in [
            ("my.tool-1.2.3.zip", "my.tool"),
            ("my.tool.zip", "my.tool"),
            ("tools_v2.zip", "tools"),
            ("Tools 1.0.zip", "Tools"),
            ("7-zip.zip", "7-zip"),
            ("tools-beta.zip", "tools-beta"),
            ("tools", "tools"),
            (".zip", ".zip"),
            ("-1.zip", "-1.zip"),
        ] {
            assert_eq!(stem(file_name), name, "{file_name}");
        }
    }

    #[test]
    fn a_package_is_called_what_it_calls_itself() {
        let mut artifact = Artifact::new(Format::Apk, Os::Android, 5);
        assert_eq!(proposed_name(&artifact, "a.apk"), "a");
        artifact.identifier = Some("org.example".to_owned());
        assert_eq!(proposed_name(&artifact, "a.apk"), "org.example");
        artifact.name = Some("Example".to_owned());
        assert_eq!(proposed_name(&artifact, "a.apk"), "Example");
    }
}

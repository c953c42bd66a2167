//! Whether a file's extension fits its content.

use crate::{Artifact, Finding, Format, Severity};

/// Adds a finding if the name of a file says that it is something else. A name without an extension says nothing.
pub(super) fn check(artifact: &mut Artifact, file_name: &str) {
    let Some(found) = of(file_name) else { return };
    if usual_extensions(artifact.format).contains(&found.as_str()) {
        return;
    }
    let format = artifact.format;
    let message = format!("expected a name that ends in `.{format}` for this content, got `.{found}`");
    let finding = Finding::new(Severity::Warning, "mismatched-extension", message, fix(format));
    artifact.findings.push(finding);
}

/// What is behind the last dot, in lower case, unless it is part of a version or a sentence.
pub(super) fn of(file_name: &str) -> Option<String> {
    /// The longest is `appxbundle`.
    const MAX: usize = 12;
    let (name, extension) = file_name.rsplit_once('.')?;
    let is_word = extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && extension.bytes().any(|byte| byte.is_ascii_alphabetic());
    (is_word && extension.len() <= MAX && !name.is_empty()).then(|| extension.to_ascii_lowercase())
}

/// The extensions that files of a format have.
fn usual_extensions(format: Format) -> &'static [&'static str] {
    match format {
        Format::Apk => &["apk"],
        Format::Aab => &["aab"],
        Format::Ipa => &["ipa"],
        Format::AppZip | Format::Zip => &["zip"],
        Format::Pkg => &["pkg", "mpkg"],
        Format::Dmg => &["dmg"],
        Format::Appx => &["appx"],
        Format::AppxBundle => &["appxbundle"],
        Format::AppxUpload => &["appxupload"],
        Format::Msix => &["msix"],
        Format::MsixBundle => &["msixbundle"],
        Format::MsixUpload => &["msixupload"],
        Format::Msi => &["msi"],
    }
}

/// What a wrong extension breaks, and what to do.
fn fix(format: Format) -> &'static str {
    match format {
        Format::Apk => "rename the file: phones open a download by its extension",
        Format::Aab | Format::AppxUpload | Format::MsixUpload => {
            "rename the file: stores check the extension"
        }
        Format::Ipa => "rename the file: tools that install it check the extension",
        Format::AppZip | Format::Zip => "rename the file: systems open it by its extension",
        Format::Pkg | Format::Dmg => "rename the file: macOS opens a download by its extension",
        Format::Appx | Format::AppxBundle | Format::Msix | Format::MsixBundle | Format::Msi => {
            "rename the file: Windows opens a download by its extension"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Os;

    fn found(format: Format, file_name: &str) -> bool {
        let mut artifact = Artifact::new(format, Os::Custom, 1);
        check(&mut artifact, file_name);
        !artifact.findings.is_empty()
    }

    #[test]
    fn a_name_that_says_something_else_is_found() {
        assert!(found(Format::Apk, "app.zip"));
        assert!(found(Format::Msi, "setup.exe"));
        assert!(found(Format::AppZip, "App.app"));
        assert!(found(Format::Zip, "app-1.2.3.tar"));
    }

    #[test]
    fn a_name_that_says_the_same_or_nothing_is_fine() {
        for format in Format::ALL {
            assert!(!found(format, &format!("App.{}", format.extension().to_uppercase())), "{format}");
            for file_name in ["", "app", "app-1.2.3", ".apk", "app.", "app. Copy of it"] {
                assert!(!found(format, file_name), "{format} {file_name}");
            }
        }
        assert!(!found(Format::AppZip, "App.zip"));
    }
}

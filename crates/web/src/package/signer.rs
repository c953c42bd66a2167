/// Who signed, from a certificate's subject as in RFC 4514: the common name, and the organisation if it says more.
pub(super) fn signer_name(subject: &str) -> String {
    let attributes = attributes(subject);
    let find = |kind: &str| {
        let found = attributes.iter().find(|(name, _)| name == kind);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    };
    match (find("CN"), find("O")) {
        (Some(name), Some(organization)) if !name.contains(organization) => {
            format!("{name} · {organization}")
        }
        (Some(name), _) | (None, Some(name)) => name.to_owned(),
        (None, None) if subject.is_empty() => "unnamed".to_owned(),
        (None, None) => subject.to_owned(),
    }
}

/// Types and values of the attributes, the values without their escapes.
fn attributes(subject: &str) -> Vec<(String, String)> {
    let mut attributes = Vec::new();
    let (mut kind, mut value, mut is_value) = (String::new(), String::new(), false);
    let mut chars = subject.chars();
    while let Some(char) = chars.next() {
        match char {
            ',' | '+' => {
                attributes.push((std::mem::take(&mut kind).trim().to_owned(), std::mem::take(&mut value)));
                is_value = false;
            }
            '=' if !is_value => is_value = true,
            '\\' => value.extend(chars.next()),
            char if is_value => value.push(char),
            char => kind.push(char),
        }
    }
    attributes.push((kind.trim().to_owned(), value));
    attributes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signer_is_called_by_common_name_and_organisation() {
        for (subject, name) in [
            ("C=US, O=Android, CN=Android Debug", "Android Debug"),
            ("CN=Release, O=Example\\, Inc., C=US", "Release · Example, Inc."),
            ("CN=Apple Distribution: Example (TEAM), O=Example", "Apple Distribution: Example (TEAM)"),
            ("O=Example+OU=Apps", "Example"),
            ("CN=a\\=b\\+c", "a=b+c"),
            ("CN=, O=Example", "Example"),
            ("C=DE, L=Ulm", "C=DE, L=Ulm"),
            ("", "unnamed"),
        ] {
            assert_eq!(signer_name(subject), name, "{subject}");
        }
    }
}

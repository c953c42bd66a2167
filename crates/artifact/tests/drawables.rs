//! Icons drawn from drawables: the same for a package and for a bundle, and without any active content.

mod support;

use artifact::{Artifact, Icon};
use quick_xml::Reader;
use quick_xml::events::Event;
use support::random::Random;
use support::{inspect_bytes, rows};

const APK: &[u8] = include_bytes!("fixtures/drawables/drawables.apk");
const AAB: &[u8] = include_bytes!("fixtures/drawables/drawables.aab");
const SVG: &str = include_str!("fixtures/drawables/drawables.svg");

fn inspected(name: &str, bytes: &[u8]) -> Artifact {
    inspect_bytes(name, bytes).unwrap_or_else(|refusal| panic!("{refusal:?}"))
}

fn text(icon: &Icon) -> &str {
    std::str::from_utf8(&icon.bytes).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_package_and_a_bundle_of_the_same_app_look_the_same() {
    for (name, bytes) in [("app.apk", APK), ("app.aab", AAB)] {
        let artifact = inspected(name, bytes);
        assert_eq!(artifact.identifier.as_deref(), Some("org.example.drawables"), "{name}");
        assert_eq!(artifact.name.as_deref(), Some("App"), "{name}");
        let labels: Vec<_> = artifact.android.iter().flat_map(|android| &android.labels).collect();
        let labels: Vec<_> = labels.iter().map(|(tag, label)| (tag.as_str(), label.as_str())).collect();
        assert_eq!(labels, [("de", "Anwendung"), ("sr-Latn", "Aplikacija"), ("zh-TW", "應用程式")], "{name}");
        let icon = artifact.icon.unwrap_or_else(|| panic!("{name}: {:?}", artifact.findings));
        assert_eq!(
            (icon.media_type.as_str(), icon.width, icon.height),
            ("image/svg+xml", Some(192), Some(192))
        );
        assert_eq!(text(&icon), SVG, "{name}");
    }
}

#[test]
fn a_drawn_icon_has_nothing_but_shapes() {
    check_svg("drawables.svg", SVG);
    let mut n_drawn = 0;
    for row in rows(&["apk", "aab"]) {
        let icon = inspect_bytes(&row.file, &row.bytes()).ok().and_then(|artifact| artifact.icon);
        if let Some(icon) = icon.filter(|icon| icon.media_type == "image/svg+xml") {
            check_svg(&row.file, text(&icon));
            n_drawn += 1;
        }
    }
    assert!(n_drawn > 0, "expected drawn icons in the corpus, got none");
}

#[test]
fn damaged_drawables_are_drawn_or_left_out() {
    let mut random = Random::new(0x1234_5678_9abc_def1);
    let (mut n_drawn, mut n_left_out) = (0, 0);
    for (name, bytes) in [("app.apk", APK), ("app.aab", AAB)] {
        for _ in 0..1500 {
            let Ok(artifact) = inspect_bytes(name, &random.mutant(bytes, 0)) else { continue };
            match artifact.icon.filter(|icon| icon.media_type == "image/svg+xml") {
                Some(icon) => {
                    check_svg(name, text(&icon));
                    n_drawn += 1;
                }
                None => n_left_out += 1,
            }
        }
    }
    println!("{n_drawn} drawn, {n_left_out} left out");
    assert!(n_drawn > 100 && n_left_out > 100);
}

/// Checks that a picture is well-formed and that no element, attribute or link is of a kind that could do more than be
/// seen.
fn check_svg(name: &str, svg: &str) {
    const ELEMENTS: [&str; 9] =
        ["svg", "g", "path", "rect", "image", "clipPath", "linearGradient", "radialGradient", "stop"];
    let mut reader = Reader::from_str(svg);
    let mut depth = 0_usize;
    loop {
        let event = reader.read_event().unwrap_or_else(|error| panic!("{name}: {error}"));
        let start = match &event {
            Event::Start(start) => {
                depth += 1;
                start
            }
            Event::Empty(start) => start,
            Event::End(_) => {
                depth -= 1;
                continue;
            }
            Event::Eof => break,
            other => panic!("{name}: expected elements only, got {other:?}"),
        };
        let element = start.name().as_ref().to_owned();
        assert!(ELEMENTS.contains(&element.as_str()), "{name}: {element}");
        for attribute in start.attributes() {
            let attribute = attribute.unwrap_or_else(|error| panic!("{name}: {error}"));
            let key = attribute.key.as_ref().to_owned();
            let value = attribute.value.into_owned();
            check_attribute(name, &key, &value);
        }
    }
    assert_eq!(depth, 0, "{name}");
}

fn check_attribute(name: &str, key: &str, value: &str) {
    let is_number = |byte: u8| byte.is_ascii_digit() || b" .-".contains(&byte);
    let is_fine = match key {
        "xmlns" => value == "http://www.w3.org/2000/svg",
        "href" => ["png", "webp", "jpeg"].iter().any(|kind| {
            let data = value.strip_prefix(&format!("data:image/{kind};base64,"));
            let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
            data.is_some_and(|data| !data.is_empty() && data.bytes().all(is_letter))
        }),
        "d" => value.bytes().all(|byte| is_number(byte) || b"MmLlHhVvCcSsQqTtAaZz".contains(&byte)),
        "transform" => {
            let words = value.replace("translate(", "").replace("rotate(", "").replace("scale(", "");
            words.bytes().all(|byte| is_number(byte) || byte == b')')
        }
        "fill" | "stroke" | "stop-color" | "clip-path" => {
            let is_link = value.starts_with("url(#") && value.ends_with(')') && value.len() < 12;
            let digits = value.strip_prefix('#').filter(|digits| digits.len() == 6);
            value == "none"
                || is_link
                || digits.is_some_and(|digits| digits.bytes().all(|d| d.is_ascii_hexdigit()))
        }
        "id" => value.len() < 6 && value.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        "preserveAspectRatio"
        | "gradientUnits"
        | "spreadMethod"
        | "fill-rule"
        | "stroke-linecap"
        | "stroke-linejoin" => value.bytes().all(|byte| byte.is_ascii_alphabetic()),
        "width" | "height" | "x" | "y" | "rx" | "ry" | "cx" | "cy" | "r" | "x1" | "y1" | "x2" | "y2"
        | "offset" | "viewBox" | "opacity" | "fill-opacity" | "stroke-opacity" | "stop-opacity"
        | "stroke-width" | "stroke-miterlimit" => !value.is_empty() && value.bytes().all(is_number),
        _ => false,
    };
    assert!(is_fine, "{name}: {key}=\"{}\"", value.chars().take(200).collect::<String>());
}

#[test]
fn a_bundle_under_another_name_is_reported_once() {
    for (file_name, expected) in [
        ("app.aab", None),
        ("app", Some("unusual-file-name")),
        ("app-1.2.3", Some("unusual-file-name")),
        ("app.zip", Some("mismatched-extension")),
    ] {
        let findings = inspect_bytes(file_name, AAB).map(|artifact| artifact.findings).unwrap_or_default();
        let codes = findings.iter().map(|finding| finding.code.as_str());
        let codes: Vec<_> =
            codes.filter(|code| matches!(*code, "unusual-file-name" | "mismatched-extension")).collect();
        assert_eq!(codes, Vec::from_iter(expected), "{file_name}");
    }
}

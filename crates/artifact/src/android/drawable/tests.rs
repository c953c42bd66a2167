use std::collections::BTreeMap;

use super::*;
use crate::android::arsc::Config;

/// Resources by id and files by path. XML is in a bundle's form, which is easy to write.
#[derive(Default)]
struct Package {
    resources: BTreeMap<u32, Vec<Choice>>,
    files: BTreeMap<String, Vec<u8>>,
}

impl Package {
    fn with(mut self, id: u32, density: u16, value: Value) -> Self {
        let config = Config { density, ..Config::default() };
        self.resources.entry(id).or_default().push(Choice { config, value });
        self
    }

    /// A resource that is a file of this content.
    fn with_file(mut self, id: u32, density: u16, path: &str, content: Vec<u8>) -> Self {
        self.files.insert(path.to_owned(), content);
        self.with(id, density, Value::Text(path.to_owned()))
    }

    fn icon(mut self, ids: &[u32]) -> Result<(String, Option<String>), String> {
        let references: Vec<Value> = ids.iter().map(|id| Value::Reference(*id)).collect();
        match icon(&mut self, &references) {
            Ok(drawn) => Ok((String::from_utf8_lossy(&drawn.icon.bytes).into_owned(), drawn.remark)),
            Err(error) => Err(error.to_string()),
        }
    }

    fn svg(self, id: u32) -> String {
        self.icon(&[id]).map_or_else(|error| error, |(svg, _)| svg)
    }
}

impl DrawableSource for Package {
    fn choices(&mut self, reference: &Value) -> Result<Vec<Choice>, Miss> {
        let Value::Reference(id) = reference else { return Ok(Vec::new()) };
        Ok(self.resources.get(id).cloned().unwrap_or_default())
    }

    fn sizes(&self, paths: &[&str]) -> Vec<Option<u64>> {
        paths.iter().map(|path| self.files.get(*path).map(|file| file.len() as u64)).collect()
    }

    fn file(&mut self, path: &str, max: u64) -> Result<Arc<[u8]>, InspectError> {
        let file = self.files.get(path).filter(|file| file.len() as u64 <= max);
        file.map(|file| Arc::from(&file[..])).ok_or_else(|| broken_drawable("absent"))
    }

    fn document<'b>(&self, bytes: &'b [u8]) -> Document<'b> {
        Document::proto(bytes)
    }
}

/// A field with bytes in it.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![number << 3 | 2];
    let mut len = bytes.len();
    while len > 0x7f {
        out.push(len as u8 & 0x7f | 0x80);
        len >>= 7;
    }
    out.push(len as u8);
    out.extend_from_slice(bytes);
    out
}

/// An element with attributes of Android's namespace as text: `@7f010000` is a reference.
fn element(name: &str, attributes: &[(&str, &str)], children: &[Vec<u8>]) -> Vec<u8> {
    let mut inside = field(3, name.as_bytes());
    for (name, value) in attributes {
        let mut attribute = field(1, b"http://schemas.android.com/apk/res/android");
        attribute.extend(field(2, name.as_bytes()));
        attribute.extend(field(3, value.as_bytes()));
        if let Some(id) = value.strip_prefix('@').and_then(|id| u32::from_str_radix(id, 16).ok()) {
            let varint = [0, 7, 14, 21].map(|shift| (id >> shift) as u8 | 0x80);
            let reference = [&[2 << 3], &varint[..], &[(id >> 28) as u8]].concat();
            attribute.extend(field(6, &field(1, &reference)));
        }
        inside.extend(field(4, &attribute));
    }
    inside.extend(children.iter().flat_map(|child| field(5, child)));
    field(1, &inside)
}

fn png(side: u32) -> Vec<u8> {
    let sides = [side.to_be_bytes(), side.to_be_bytes()].concat();
    [b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", &sides[..]].concat()
}

const ICON: u32 = 0x7f01_0000;
const OTHER: u32 = 0x7f01_0001;
const THIRD: u32 = 0x7f01_0002;
const ANY: u16 = Config::ANY_DENSITY;

fn vector(paths: &[Vec<u8>]) -> Vec<u8> {
    let viewport = [("viewportWidth", "24"), ("viewportHeight", "24"), ("width", "24"), ("height", "24")];
    element("vector", &viewport, paths)
}

fn path(attributes: &[(&str, &str)]) -> Vec<u8> {
    element("path", attributes, &[])
}

fn square() -> Vec<u8> {
    path(&[("pathData", "M0 0h24v24z"), ("fillColor", "#102030")])
}

#[test]
fn pixels_are_taken_as_they_are() {
    let package = Package::default()
        .with_file(ICON, 160, "mdpi.png", png(48))
        .with_file(ICON, 480, "xxhdpi.png", png(144))
        .with_file(ICON, ANY, "any.xml", vector(&[square()]));
    let mut package = package;
    let drawn = icon(&mut package, &[Value::Reference(ICON)]);
    let sides = drawn.map(|drawn| (drawn.icon.media_type, drawn.icon.width, drawn.icon.bytes == png(144)));
    assert_eq!(sides, Ok(("image/png".to_owned(), Some(144), true)));
}

#[test]
fn a_vector_is_drawn() {
    let svg = Package::default().with_file(ICON, 0, "a.xml", vector(&[square()])).svg(ICON);
    let expected = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"192\" height=\"192\" viewBox=\"0 0 24 24\" \
                    preserveAspectRatio=\"none\"><svg x=\"0\" y=\"0\" width=\"24\" height=\"24\" \
                    viewBox=\"0 0 24 24\" preserveAspectRatio=\"none\"><path d=\"M0 0h24v24z\" \
                    fill=\"#102030\"/></svg></svg>";
    assert_eq!(svg, expected);
}

#[test]
fn both_layers_of_an_adaptive_icon_are_behind_its_mask() {
    let layers = [
        element("background", &[("drawable", "@7f010001")], &[]),
        element("foreground", &[("drawable", "@7f010002")], &[]),
    ];
    let package = Package::default()
        .with_file(ICON, ANY, "icon.xml", element("adaptive-icon", &[], &layers))
        .with(OTHER, 0, Value::Other(0x1c, 0xffaa_bbcc))
        .with_file(THIRD, 640, "front.png", png(432));
    let svg = package.svg(ICON);
    assert!(svg.contains("<g clip-path=\"url(#c1)\"><rect x=\"-18\" y=\"-18\" width=\"108\""), "{svg}");
    assert!(
        svg.contains("fill=\"#aabbcc\"/><image x=\"-18\" y=\"-18\" width=\"108\" height=\"108\""),
        "{svg}"
    );
    assert!(svg.contains("href=\"data:image/png;base64,iVBORw0KGgo"), "{svg}");
}

#[test]
fn an_icon_without_its_background_says_so() {
    let layers = [
        element("background", &[("drawable", "@0106001c")], &[]),
        element("foreground", &[("drawable", "@7f010002")], &[]),
    ];
    let package = Package::default()
        .with_file(ICON, ANY, "icon.xml", element("adaptive-icon", &[], &layers))
        .with_file(THIRD, 0, "front.xml", vector(&[square()]));
    let Ok((svg, Some(remark))) = package.icon(&[ICON]) else { panic!("expected a remark") };
    assert!(svg.contains("#102030") && remark.contains("background"), "{remark}");
}

#[test]
fn an_icon_that_cannot_be_composed_is_one_of_its_layers() {
    let layers = [
        element("background", &[("drawable", "@7f010002")], &[]),
        element("foreground", &[("drawable", "@7f010001")], &[]),
    ];
    let package = Package::default()
        .with_file(ICON, ANY, "icon.xml", element("adaptive-icon", &[], &layers))
        .with_file(OTHER, 0, "front.xml", element("ring", &[], &[]))
        .with_file(THIRD, 320, "back.png", png(216));
    let Ok((_, Some(remark))) = package.icon(&[ICON]) else { panic!("expected a remark") };
    assert!(remark.contains("one of its layers alone") && remark.contains("`ring`"), "{remark}");
}

#[test]
fn the_round_icon_stands_in() {
    let package = Package::default().with_file(OTHER, 160, "round.png", png(48));
    assert!(package.icon(&[ICON, OTHER]).is_ok_and(|(_, remark)| remark.is_none()));
}

#[test]
fn text_of_the_package_never_gets_into_the_picture() {
    let evil = "\"/><script>alert(1)</script><image href=\"https://example.org/";
    let attributes = [
        "fillColor",
        "strokeColor",
        "strokeWidth",
        "fillAlpha",
        "strokeLineCap",
        "fillType",
        "strokeLineJoin",
    ];
    for attribute in attributes {
        let evil =
            path(&[("pathData", "M0 0z"), ("fillColor", "#fff"), ("strokeWidth", "1"), (attribute, evil)]);
        let svg = Package::default().with_file(ICON, 0, "a.xml", vector(&[evil, square()])).svg(ICON);
        assert!(svg.starts_with("<svg") && !svg.contains("script") && !svg.contains("example"), "{svg}");
    }
    let data = path(&[("pathData", evil), ("fillColor", "#fff")]);
    let refused = Package::default().with_file(ICON, 0, "a.xml", vector(&[data])).icon(&[ICON]);
    assert_eq!(refused, Err("expected path data, got something else".to_owned()));
    let name = element(evil, &[], &[]);
    assert!(Package::default().with_file(ICON, 0, "a.xml", name).icon(&[ICON]).is_err());
}

#[test]
fn a_picture_inside_must_be_one() {
    let bitmap = element("bitmap", &[("src", "@7f010001")], &[]);
    for content in [b"<svg onload='x'/>".to_vec(), b"\xff\xd8\xff".to_vec(), vec![]] {
        let package = Package::default()
            .with_file(ICON, 0, "a.xml", bitmap.clone())
            .with_file(OTHER, 160, "b.png", content);
        assert!(package.icon(&[ICON]).is_err());
    }
}

#[test]
fn drawables_that_lead_to_themselves_end() {
    let inset = element("inset", &[("drawable", "@7f010000")], &[]);
    assert!(Package::default().with_file(ICON, 0, "a.xml", inset).icon(&[ICON]).is_err());
    let item = element("item", &[("drawable", "@7f010000")], &[]);
    let list = element("layer-list", &[], &vec![item; 100]);
    assert!(Package::default().with_file(ICON, 0, "a.xml", list).icon(&[ICON]).is_err());
    let round = Package::default()
        .with(ICON, 0, Value::Reference(OTHER))
        .with(OTHER, 0, Value::Reference(ICON))
        .icon(&[ICON]);
    assert!(round.is_err());
    let colour = path(&[("pathData", "M0 0z"), ("fillColor", "@7f010001")]);
    let package = Package::default().with_file(ICON, 0, "a.xml", vector(&[colour])).with(
        OTHER,
        0,
        Value::Reference(OTHER),
    );
    assert!(package.svg(ICON).contains("#000000"));
}

#[test]
fn deep_and_long_vectors_are_refused() {
    let deep = (0..60).fold(square(), |inner, _| element("group", &[], &[inner]));
    assert!(Package::default().with_file(ICON, 0, "a.xml", vector(&[deep])).icon(&[ICON]).is_err());
    let clip = path(&[("pathData", "M0 0z")]);
    let clip = element("clip-path", &[("pathData", "M0 0z")], &[clip]);
    let cut = vector(&vec![clip; 60]);
    assert!(Package::default().with_file(ICON, 0, "a.xml", cut).icon(&[ICON]).is_err());
    let data = format!("M0 0{}", "h1".repeat(40_000));
    let wide = vector(&vec![path(&[("pathData", &data), ("fillColor", "#fff")]); 12]);
    assert!(Package::default().with_file(ICON, 0, "a.xml", wide).icon(&[ICON]).is_ok());
    let wider = vector(&vec![path(&[("pathData", &data), ("fillColor", "#fff")]); 14]);
    assert!(Package::default().with_file(ICON, 0, "a.xml", wider).icon(&[ICON]).is_err());
    let long = vector(&vec![square(); 5000]);
    assert!(Package::default().with_file(ICON, 0, "a.xml", long).icon(&[ICON]).is_err());
}

#[test]
fn absurd_numbers_stay_numbers() {
    let numbers = ["1e40", "-1e7", "NaN", "inf", "0", "-0"];
    for number in numbers {
        let path = path(&[("pathData", "M0 0z"), ("strokeColor", "#fff"), ("strokeWidth", number)]);
        let group =
            element("group", &[("rotation", number), ("scaleX", number), ("translateY", number)], &[path]);
        let svg = Package::default().with_file(ICON, 0, "a.xml", vector(&[group])).svg(ICON);
        assert!(svg.starts_with("<svg") && !svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }
    let flat = element("vector", &[("viewportWidth", "0"), ("viewportHeight", "24")], &[square()]);
    assert!(Package::default().with_file(ICON, 0, "a.xml", flat).icon(&[ICON]).is_err());
}

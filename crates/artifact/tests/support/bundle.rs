//! Manifests of app bundles: `XmlNode` of aapt2's `Resources.proto`.

use super::apk::Zip;

const ANDROID: &str = "http://schemas.android.com/apk/res/android";

/// An element: its name, its attributes as text, what is in it. `package` is in no namespace.
pub(crate) fn element(name: &str, attributes: &[(&str, &str)], children: &[Vec<u8>]) -> Vec<u8> {
    let mut inside = field(3, name.as_bytes());
    for (name, value) in attributes {
        let namespace = if *name == "package" { "" } else { ANDROID };
        let parts = [(1, namespace), (2, *name), (3, *value)].map(|(n, text)| field(n, text.as_bytes()));
        inside.extend(field(4, &parts.concat()));
    }
    inside.extend(children.iter().flat_map(|child| field(5, child)));
    field(1, &inside)
}

/// A bundle with this manifest and nothing else.
pub(crate) fn bundle(manifest: &[u8]) -> Zip {
    Zip::default().with("BundleConfig.pb", b"").with("base/manifest/AndroidManifest.xml", manifest)
}

fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![number << 3 | 2];
    let mut len = bytes.len();
    while len > 0x7f {
        out.push(len as u8 | 0x80);
        len >>= 7;
    }
    out.push(len as u8);
    [&out, bytes].concat()
}

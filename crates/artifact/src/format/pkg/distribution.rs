//! `Distribution`: what a product archive says about itself and its components.
//!
//! Source: Apple's *Distribution Definition XML Reference*, and documents of vendors.

use super::app::ListedApp;
use super::package_info::is_set;
use crate::encoding::xml::Element;

/// Components that are listed.
const MAX_COMPONENTS: usize = 256;

/// The contents of an `installer-gui-script` or `installer-script`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Distribution {
    pub(super) title: Option<String>,
    /// The product's, where there is no app: see [`identifier`].
    pub(super) identifier: Option<String>,
    /// `product version`
    pub(super) product_version: Option<String>,
    pub(super) min_os: Option<String>,
    /// `hostArchitectures`
    pub(super) architectures: Vec<String>,
    pub(super) apps: Vec<ListedApp>,
    pub(super) components: Vec<PackageReference>,
}

/// What all `pkg-ref` elements of one id say together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PackageReference {
    pub(super) identifier: Option<String>,
    pub(super) version: Option<String>,
    /// The component's folder in the archive.
    pub(super) file: Option<String>,
    /// Whether it installs something: some are listed only to be replaced or closed.
    is_real: bool,
}

impl Distribution {
    pub(super) fn new(root: &Element) -> Self {
        let product = root.child("product");
        let of_product = |name| product?.attribute(name).filter(|value| !value.is_empty()).map(str::to_owned);
        let components = components(root);
        Self {
            title: root.child("title").and_then(Element::trimmed_text).map(str::to_owned),
            identifier: identifier(root, of_product("id"), &components),
            product_version: of_product("version").filter(|version| is_set(version)),
            min_os: allowed_os(root).or_else(|| scripted_os(root)),
            architectures: architectures(root),
            apps: ListedApp::all(root, ""),
            components,
        }
    }
}

/// An id for a product that names no app, the most specific one first.
fn identifier(root: &Element, product: Option<String>, components: &[PackageReference]) -> Option<String> {
    let references = || root.descendants().filter(|element| element.name == "pkg-ref");
    let must_close = references().flat_map(|reference| reference.children_named("must-close"));
    let must_close = must_close.flat_map(|must_close| must_close.children_named("app"));
    let of_package = references().filter_map(|reference| reference.attribute("packageIdentifier"));
    // A bundle without a path is one that stands for the whole component.
    let bundles = references().flat_map(|reference| reference.children_named("bundle-version"));
    let bundles = bundles.flat_map(|version| version.children_named("bundle"));
    let bundles = bundles.filter(|bundle| bundle.attribute("path").is_none_or(str::is_empty));
    first(must_close.filter_map(|app| app.attribute("id")))
        .or(product)
        .or_else(|| first(of_package))
        .or_else(|| first(bundles.filter_map(|bundle| bundle.attribute("id"))))
        .or_else(|| components.iter().find_map(|component| component.identifier.clone()))
}

fn first<'a>(mut values: impl Iterator<Item = &'a str>) -> Option<String> {
    values.find(|value| !value.is_empty()).map(str::to_owned)
}

fn components(root: &Element) -> Vec<PackageReference> {
    let mut found: Vec<PackageReference> = Vec::new();
    for element in root.descendants().filter(|element| element.name == "pkg-ref") {
        let Some(id) = element.attribute("id").filter(|id| !id.is_empty()) else { continue };
        let at = found.iter().position(|known| known.identifier.as_deref() == Some(id));
        let at = at.unwrap_or_else(|| {
            found.push(PackageReference { identifier: Some(id.to_owned()), ..PackageReference::default() });
            found.len() - 1
        });
        if let Some(reference) = found.get_mut(at) {
            reference.add(element);
        }
        if found.len() >= MAX_COMPONENTS {
            break;
        }
    }
    found.retain(|reference| reference.is_real);
    found
}

impl PackageReference {
    fn add(&mut self, element: &Element) {
        let version = element.attribute("version").filter(|version| is_set(version));
        self.version = self.version.take().or_else(|| version.map(str::to_owned));
        let file = element.trimmed_text().and_then(|text| text.strip_prefix('#')).map(percent_decoded);
        self.is_real |= file.is_some() || element.attribute("installKBytes").is_some();
        self.file = self.file.take().or(file);
    }
}

/// Text with `%20` and the like replaced, as in a URL (RFC 3986, 2.1).
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        let digits = behind.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let decoded = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let decoded = decoded.filter(|_| byte == b'%');
        rest = if decoded.is_some() { behind.get(2..).unwrap_or_default() } else { behind };
        bytes.push(decoded.unwrap_or(byte));
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// All `hostArchitectures`, each once. There may be several `options` elements.
fn architectures(root: &Element) -> Vec<String> {
    let lists = root.children_named("options").filter_map(|options| options.attribute("hostArchitectures"));
    let mut architectures: Vec<String> = Vec::new();
    for architecture in lists.flat_map(|list| list.split(',')).map(str::trim).take(16) {
        if !architecture.is_empty() && !architectures.iter().any(|known| known == architecture) {
            architectures.push(architecture.to_owned());
        }
    }
    architectures
}

/// The lowest `min` of the `os-version` elements.
fn allowed_os(root: &Element) -> Option<String> {
    let versions = root.descendants().filter(|element| element.name == "os-version");
    let versions = versions.filter_map(|element| element.attribute("min"));
    versions.filter(|version| !version.is_empty()).min_by_key(|version| numbers(version)).map(str::to_owned)
}

fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|number| number.trim().parse().unwrap_or(0)).collect()
}

/// The version with which a script compares the system's.
///
/// Scripts are not run: `compareVersions(system.version.ProductVersion, '11')` and
/// `system.version.ProductVersion < '12.3'` are what they have in common.
fn scripted_os(root: &Element) -> Option<String> {
    let scripts = root.descendants().filter(|element| element.name == "script");
    scripts.flat_map(|script| script.text.split("ProductVersion").skip(1)).find_map(|behind| {
        let behind = behind.trim_start_matches(['"', '\'', ']', ')']).trim_start();
        let quoted = behind.strip_prefix([',', '<'])?.trim_start();
        let version = quoted.strip_prefix(['"', '\''])?;
        let (version, _) = version.split_once(['"', '\''])?;
        let is_version = version.len() <= 16 && version.split('.').all(|part| part.parse::<u32>().is_ok());
        is_version.then(|| version.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::xml;

    fn distribution(inside: &str) -> Distribution {
        let text = format!("<installer-gui-script>{inside}</installer-gui-script>");
        Distribution::new(&xml::parse(text.as_bytes()).unwrap_or_default())
    }

    #[test]
    fn the_minimum_os_is_the_lowest_allowed_one() {
        let versions = "<a><os-version min='11'/><os-version min='10.15'/><os-version min='10.9.5'/></a>";
        assert_eq!(distribution(versions).min_os.as_deref(), Some("10.9.5"));
    }

    #[test]
    fn a_minimum_os_is_found_in_a_script() {
        let cases = [
            ("if (system.compareVersions(system.version.ProductVersion, '11') &gt;= 0)", Some("11")),
            ("system.version['ProductVersion'] &lt; \"12.3\"", Some("12.3")),
            ("system.version.ProductVersion, version", None),
            ("ProductVersion, 'soon'", None),
            ("ProductVersion, '", None),
            ("ProductVersion", None),
        ];
        for (script, expected) in cases {
            let min_os = distribution(&format!("<script>{script}</script>")).min_os;
            assert_eq!(min_os.as_deref(), expected, "{script}");
        }
    }

    #[test]
    fn references_of_one_id_are_one_component() {
        let found = distribution(
            "<choice><pkg-ref id='a'/></choice><pkg-ref id='a' version='0' installKBytes='5'>#My%20A.pkg</pkg-ref>\
             <pkg-ref id='a' version='2'/><pkg-ref id='only-closed' version='9'/><pkg-ref version='1'>#x</pkg-ref>",
        );
        let [component] = found.components.as_slice() else { panic!("{found:?}") };
        assert_eq!(component.version.as_deref(), Some("2"));
        assert_eq!(component.file.as_deref(), Some("My A.pkg"));
        assert_eq!(found.identifier.as_deref(), Some("a"));
    }

    #[test]
    fn a_product_without_an_app_is_named_by_the_most_telling_id() {
        let component = "<pkg-ref id='f' installKBytes='1'/>";
        let bundle =
            format!("{component}<pkg-ref id='f'><bundle-version><bundle id='e'/></bundle-version></pkg-ref>");
        let package = format!("{bundle}<pkg-ref id='f' packageIdentifier='d'/>");
        let product = format!("{package}<product id='c'/>");
        let close = format!("{product}<pkg-ref id='f'><must-close><app id='b'/></must-close></pkg-ref>");
        for (text, expected) in
            [(component, "f"), (&bundle, "e"), (&package, "d"), (&product, "c"), (&close, "b")]
        {
            assert_eq!(distribution(text).identifier.as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn percent_signs_that_encode_nothing_stay() {
        for (text, expected) in [("a%2Fb", "a/b"), ("100%", "100%"), ("%zz%4", "%zz%4"), ("", "")] {
            assert_eq!(percent_decoded(text), expected);
        }
    }

    #[test]
    fn architectures_of_several_options_are_one_list() {
        let options =
            "<options/><options hostArchitectures='x86_64, arm64'/><options hostArchitectures='arm64'/>";
        assert_eq!(distribution(options).architectures, ["x86_64", "arm64"]);
    }
}

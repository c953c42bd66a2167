use std::fs;
use std::path::Path;

use super::*;
use crate::container::zip::Archive;
use crate::source::Memory;

fn numbers(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn wide(text: &str) -> Vec<u8> {
    numbers(&text.encode_utf16().chain([0]).collect::<Vec<_>>())
}

/// An index of these sections, each with its data.
fn file(sections: &[(&[u8], Vec<u8>)]) -> Vec<u8> {
    let (mut toc, mut data) = (Vec::new(), Vec::new());
    for (kind, bytes) in sections {
        let kind = [kind, &[0; 16][..]].concat();
        let head = [&kind[..16], &[0; 8]].concat();
        toc.extend([head.as_slice(), &(data.len() as u32).to_le_bytes()].concat());
        toc.extend((bytes.len() as u32 + 40).to_le_bytes());
        data.extend([head.as_slice(), &[0; 8], bytes, &[0; 8]].concat());
    }
    let mut file = b"mrm_pri2\0\0\x01\0\0\0\0\0".to_vec();
    file.extend(32_u32.to_le_bytes());
    file.extend((32 + toc.len() as u32).to_le_bytes());
    file.extend(numbers(&[sections.len() as u16, 0xffff, 0, 0]));
    [file, toc, data].concat()
}

/// A schema of `Resources` with `Größe` in wide letters and `App/Name` in plain ones.
fn schema() -> Vec<u8> {
    let wide_names = wide("Größe");
    let ascii = b"\0Resources\0App\0Name\0";
    // Parent, length of the path, first letter, length and flags, place of the name, number.
    let node = |parent: u16, initial: char, flags: u8, name: u16, number: u16| {
        [numbers(&[parent, 0, initial as u16]), vec![0, flags], numbers(&[name, number])].concat()
    };
    let nodes = [
        node(0, '\0', 0x10, 0, 0),
        node(0, 'R', 0x30, 1, 1),
        node(1, 'G', 0, 0, 0),
        node(1, 'A', 0x30, 11, 2),
        node(3, 'N', 0x20, 15, 1),
    ]
    .concat();
    let header =
        [[0, 5, 3, 2].map(u32::to_le_bytes).concat(), (wide_names.len() as u32 / 2).to_le_bytes().to_vec()];
    let header = [header.concat(), [0, ascii.len() as u32].map(u32::to_le_bytes).concat()].concat();
    let name = wide("ms-appx://a/");
    let head =
        [numbers(&[1, 13, 13, 0]), b"[def_hnamesx]  \0".to_vec(), vec![0; 20], name.clone(), name].concat();
    let padding = vec![0; head.len().next_multiple_of(4) - head.len()];
    [head, padding, header, nodes, vec![0; 3 * 8 + 2 * 2], wide_names, ascii.to_vec()].concat()
}

/// Two decisions: always; and German or, by default, English.
fn decisions() -> Vec<u8> {
    let header = numbers(&[2, 2, 3, 2, 5, 0]);
    let decisions = numbers(&[0, 1, 1, 2]);
    let sets = numbers(&[0, 0, 3, 1, 4, 1]);
    let qualifiers = numbers(&[0, 700, 0, 0, 1, 700, 1000, 0]);
    let references = numbers(&[0, 1, 2, 0, 1]);
    [header, decisions, sets, qualifiers, vec![0; 24], references].concat()
}

/// The first resource always has one text, the second one in each language.
fn map(first: [u16; 3]) -> Vec<u8> {
    let header = numbers(&[0, 0, 0, 0, 1, 7, 1, 1, 2, 0]);
    let sizes = [3, 4, 0].map(u32::to_le_bytes).concat();
    let kinds: Vec<u8> = (0..7_u32).flat_map(|kind| [4, kind].map(u32::to_le_bytes).concat()).collect();
    let tables = numbers(&[0, 0, 2, 0, 0, 0, 1, 1]);
    let [kind, low, high] = first;
    let values =
        [vec![u8::from(high == 3), kind as u8], numbers(&[u16::from(high != 3) * 4, low, high])].concat();
    let values = [values, vec![1, 4], numbers(&[0, 1, 3]), vec![1, 3], numbers(&[0, 2, 3])].concat();
    [header, sizes, kinds, tables, values, b"in!\0".to_vec()].concat()
}

fn items() -> Vec<u8> {
    let texts = [wide("größer"), "Anwendung".into(), b"application\0".to_vec(), vec![0xff; 4]];
    let mut places = Vec::new();
    let mut start = 0;
    for text in &texts {
        places.extend(numbers(&[start, text.len() as u16]));
        start += text.len() as u16;
    }
    [numbers(&[0, 0, 4, 0, 0, 0]), places, texts.concat()].concat()
}

fn index(first: [u16; 3]) -> Vec<u8> {
    let sections: [(&[u8], Vec<u8>); 4] = [
        (b"[mrm_hschemaex] ", schema()),
        (b"[mrm_decn_info]", decisions()),
        (b"[mrm_res_map2_]", map(first)),
        (b"[mrm_dataitem] ", items()),
    ];
    file(&sections)
}

fn text(index: &[u8], path: &str) -> Option<String> {
    Pri::parse(index)?.text(path)
}

const IN_DATA: [u16; 3] = [0, 0, 3];

#[test]
fn a_text_is_found_by_its_path_whatever_its_case() {
    let index = index(IN_DATA);
    assert_eq!(text(&index, "Resources/Größe").as_deref(), Some("größer"));
    assert_eq!(text(&index, "rESOURCES/gRÖSSE"), None);
    assert_eq!(text(&index, "rESOURCES/gRÖßE").as_deref(), Some("größer"));
    for path in [
        "",
        "/",
        "Größe",
        "Resources",
        "Resources/App",
        "App/Name",
        "Resources/App/Name/x",
        "x/Resources/Größe",
    ] {
        assert_eq!(text(&index, path), None, "{path}");
    }
}

#[test]
fn a_text_in_several_languages_is_read_in_the_default_one() {
    assert_eq!(text(&index(IN_DATA), "Resources/App/Name").as_deref(), Some("application"));
}

#[test]
fn a_text_may_be_in_the_map_itself() {
    assert_eq!(text(&index([3, 0, 0]), "Resources/Größe").as_deref(), Some("in!"));
}

#[test]
fn other_resources_are_no_text() {
    // A path, a kind that is not listed, bytes that are no UTF-8, an item that is not there.
    for first in [[1, 0, 3], [9, 0, 3], [4, 3, 3], [0, 9, 3], [0, 0, 9]] {
        assert_eq!(text(&index(first), "Resources/Größe"), None, "{first:?}");
    }
}

#[test]
fn an_index_cut_anywhere_or_with_any_number_changed_yields_the_text_or_none() {
    let whole = index(IN_DATA);
    let expected = text(&whole, "Resources/App/Name");
    for end in 0..whole.len() {
        let found = text(&whole[..end], "Resources/App/Name");
        assert!(found.is_none() || found == expected, "{end}");
    }
    for at in 0..whole.len() - 1 {
        for number in [0, 0xffff, 0x7fff, 0x8000] {
            let mut lying = whole.clone();
            lying[at..at + 2].copy_from_slice(&u16::to_le_bytes(number));
            text(&lying, "Resources/App/Name");
            text(&lying, "Resources/Größe");
        }
    }
    assert!(Pri::parse(b"").is_none() && Pri::parse(b"mrm_pri2").is_none());
}

/// A schema of this many resources with one name, and this many maps of it.
fn aliased(n_nodes: usize, n_maps: usize) -> Vec<u8> {
    let name = wide("aaaa");
    let node = [numbers(&[1, 0, 'A' as u16]), vec![0, 0], numbers(&[0, 0])].concat();
    let header = [0, n_nodes as u32, 0, 0, name.len() as u32 / 2, 0].map(u32::to_le_bytes).concat();
    let schema = [numbers(&[0; 4]), header, node.repeat(n_nodes), name].concat();
    let map = [numbers(&[0; 16]), vec![0; 8]].concat();
    let mut sections: Vec<(&[u8], Vec<u8>)> = vec![(b"[mrm_hschema]  ", schema)];
    sections.extend((0..n_maps).map(|_| (&b"[mrm_res_map__]"[..], map.clone())));
    file(&sections)
}

#[test]
fn a_schema_that_many_maps_share_is_searched_once() {
    let bytes = aliased(1000, 4000);
    let index = Pri::parse(&bytes).unwrap_or_else(|| panic!("expected an index"));
    assert_eq!(index.text("aaaa"), None);
    // Each node is looked at, and its name of 4 letters is compared.
    assert_eq!(MAX_STEPS - index.steps.0.get(), 4000);
}

#[test]
fn all_texts_of_an_index_share_one_budget() {
    let bytes = aliased(1000, 1);
    let index = Pri::parse(&bytes).unwrap_or_else(|| panic!("expected an index"));
    index.steps.0.set(9999);
    for left in [5999, 1999, 0, 0] {
        assert_eq!(index.text("aaaa"), None);
        assert_eq!(index.steps.0.get(), left);
    }
    index.steps.0.set(9999);
    // A long name costs more.
    assert_eq!(index.text(&"a".repeat(1 << 20)), None);
    assert_eq!(index.steps.0.get(), 0);
}

#[test]
fn names_are_compared_whatever_their_case_in_any_alphabet() {
    let wide = wide("ΟΔΟΣ");
    let names = SchemaNames { nodes: &[], wide: &wide, ascii: b"" };
    let node = [0; NODE];
    let steps = LookupBudget(Cell::new(100));
    for (name, is_same) in [("ΟΔΟΣ", true), ("οδος", true), ("οδοσ", true), ("οδο", false), ("οδοσσ", false)]
    {
        let name: String = name.chars().flat_map(case_folded).collect();
        assert_eq!(names.is_named(&node, &name, &steps), Some(is_same), "{name}");
    }
}

fn corpus(package: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus").join(package);
    let bytes = fs::read(path).unwrap_or_default();
    let source = &mut Memory(&bytes);
    let archive = Archive::open(source);
    let read = archive.and_then(|archive| {
        archive.find("resources.pri").map_or(Ok(Vec::new()), |raw| archive.read(&raw, source, 1 << 20))
    });
    read.unwrap_or_default()
}

#[test]
fn texts_of_real_packages_are_found() {
    let index = corpus("appx/msix-packaging__TestAppxPackage_Win32.appx");
    assert_eq!(text(&index, "Resources/appName").as_deref(), Some("Test Appx Package"));
    assert_eq!(text(&index, "resources/PUBLISHERNAME").as_deref(), Some("Microsoft"));
    // What is no text, as a picture's path.
    assert_eq!(text(&index, "Files/Assets/StoreLogo.png"), None);
    let index = corpus("msix/msix-packaging__Extra_file_in_blockmap.msix");
    let path = "Microsoft.Xaml.Interactivity/Strings/NonActionAddedToActionCollectionExceptionMessage";
    let expected = "Only IAction types are supported in an ActionCollection.";
    assert_eq!(text(&index, path).as_deref(), Some(expected));
}

#[test]
fn a_package_of_resources_has_no_names() {
    // The names are in the index of the application's package.
    let index = corpus("appx/msix-packaging__language-de.appx");
    assert!(Pri::parse(&index).is_some());
    assert_eq!(text(&index, "Resources/AppName"), None);
}

//! `resources.pb`: `ResourceTable` of aapt2's `Resources.proto` and `Configuration.proto`.
//!
//! A table may have tens of MiB: types and entries that are not asked for are stepped over by their lengths.

use std::cell::Cell;

use crate::android::arsc::{Choice, Config};
use crate::android::proto::{Field, Fields, bytes_in, varint_in};
use crate::android::proto_xml;
use crate::android::value::Value;
use crate::limits::{MAX_CONFIGURATIONS, MAX_STRING};

/// A resource as it is asked for.
enum ResourceRef<'a> {
    /// `0xPPTTEEEE`: package, type, entry.
    Id(u32),
    /// The type's and the entry's name.
    Name(&'a str, &'a str),
}

/// Packages, types and entries that may be stepped over in all lookups together: 4 million. Large apps have 50,000
/// entries.
pub(super) const MAX_STEPS: u32 = 4 << 20;

/// The values of a resource in all configurations; none if the table lacks it, or if `steps_left` ends before it.
/// Files get the module's name before their path.
pub(super) fn choices(table: &[u8], module: &str, reference: &Value, steps_left: &mut u32) -> Vec<Choice> {
    // ResourceTable.package, Package.type, Type.entry, Entry.config_value.
    const PACKAGE: u64 = 2;
    const TYPE: u64 = 3;
    const ENTRY: u64 = 3;
    const CONFIG_VALUE: u64 = 6;
    let Some(wanted) = ResourceRef::parse(reference) else { return Vec::new() };
    let steps = Cell::new(*steps_left);
    let may_go_on = |_: &&[u8]| {
        steps.set(steps.get().saturating_sub(1));
        steps.get() > 0
    };
    let packages =
        messages(table, PACKAGE).take_while(may_go_on).filter(|package| wanted.is_package(package));
    let types = packages.flat_map(|package| messages(package, TYPE)).take_while(may_go_on);
    let types = types.filter(|kind| wanted.is_type(kind));
    let mut entries = types.flat_map(|kind| messages(kind, ENTRY)).take_while(may_go_on);
    let entry = entries.find(|entry| wanted.is_entry(entry));
    *steps_left = steps.get();
    let values = messages(entry.unwrap_or_default(), CONFIG_VALUE).filter_map(|value| choice(value, module));
    values.take(MAX_CONFIGURATIONS).collect()
}

impl<'a> ResourceRef<'a> {
    fn parse(reference: &'a Value) -> Option<Self> {
        match reference {
            Value::Reference(id) => Some(Self::Id(*id)),
            Value::Named(name) => {
                // The package is left out where it is the app's own.
                let name = name.rsplit(':').next().unwrap_or_default();
                let (kind, entry) = name.trim_start_matches(['@', '+', '*']).split_once('/')?;
                Some(Self::Name(kind, entry))
            }
            _ => None,
        }
    }

    fn is_package(&self, package: &[u8]) -> bool {
        match self {
            Self::Id(id) => self::id(package) == id >> 24,
            Self::Name(..) => true,
        }
    }

    fn is_type(&self, kind: &[u8]) -> bool {
        match self {
            Self::Id(wanted) => id(kind) == wanted >> 16 & 0xff,
            Self::Name(wanted, _) => head(kind, 2) == Some(wanted.as_bytes()),
        }
    }

    fn is_entry(&self, entry: &[u8]) -> bool {
        match self {
            Self::Id(wanted) => id(entry) == wanted & 0xffff,
            Self::Name(_, wanted) => head(entry, 2) == Some(wanted.as_bytes()),
        }
    }
}

/// The id of a package, a type or an entry, each in a message of its own. 0 is left out.
fn id(message: &[u8]) -> u32 {
    let id = head(message, 1).and_then(|id| varint_in(id, 1));
    id.and_then(|id| u32::try_from(id).ok()).unwrap_or(0)
}

/// The id or the name of a package, a type or an entry: they come before all that is inside.
fn head(message: &[u8], number: u64) -> Option<&[u8]> {
    Fields::of(message).take(4).find(|(found, _)| *found == number)?.1.bytes()
}

fn messages(message: &[u8], number: u64) -> impl Iterator<Item = &[u8]> {
    Fields::of(message).filter(move |(found, _)| *found == number).filter_map(|(_, field)| field.bytes())
}

/// A `ConfigValue`: for which devices, and a `Value`, whose `item` counts.
fn choice(message: &[u8], module: &str) -> Option<Choice> {
    const FILE: u64 = 5;
    let config = bytes_in(message, 1).map(config).unwrap_or_default();
    let item = bytes_in(bytes_in(message, 2)?, 4)?;
    let value = match (proto_xml::item(item, MAX_STRING)?, bytes_in(item, FILE)) {
        (Value::Text(path), Some(_)) => Value::Text(format!("{module}/{path}")),
        (value, _) => value,
    };
    Some(Choice { config, value })
}

/// A `Configuration`: only a few of its conditions are distinguished.
fn config(message: &[u8]) -> Config {
    let mut config = Config::default();
    for (number, field) in Fields::of(message) {
        match (number, field) {
            (3, Field::Bytes(locale)) if !locale.is_empty() => {
                config.locale = std::str::from_utf8(locale).ok().and_then(Config::tag);
                config.is_special |= config.locale.is_none();
            }
            (18, Field::Varint(density)) => config.density = u16::try_from(density).unwrap_or(0),
            (24, Field::Varint(sdk)) => config.sdk = u16::try_from(sdk).unwrap_or(u16::MAX),
            (_, Field::Varint(0) | Field::Bytes(b"" | b"default")) => {}
            _ => config.is_special = true,
        }
    }
    config
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A field with bytes in it, of less than 128.
    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        [&[number << 3 | 2, bytes.len() as u8][..], bytes].concat()
    }

    fn numbered(id: u8) -> Vec<u8> {
        field(1, &[8, id])
    }

    fn value(config: &[u8], item: &[u8]) -> Vec<u8> {
        field(6, &[field(1, config), field(2, &field(4, item))].concat())
    }

    fn found(table: &[u8], module: &str, reference: &Value) -> Vec<Choice> {
        choices(table, module, reference, &mut MAX_STEPS.clone())
    }

    /// A table with 7F010002, whose name is `string/a`, in German also, and a file 7F010003 for 320 dpi.
    fn table() -> Vec<u8> {
        let text = |text: &str| field(2, &field(1, text.as_bytes()));
        let a = [numbered(2), field(2, b"a"), value(&[], &text("A")), value(&field(3, b"de"), &text("Ä"))];
        let dense = [18 << 3 | 0x80, 1, 0xc0, 0x02];
        // The tag of field 18 takes two bytes.
        let dense = [&[0x90, 0x01][..], &dense[2..]].concat();
        let b = [numbered(3), field(2, b"b"), value(&dense, &field(5, &field(1, b"res/b.png")))];
        let kind = [numbered(1), field(2, b"string"), field(3, &a.concat()), field(3, &b.concat())].concat();
        field(2, &[numbered(0x7f), field(3, &kind)].concat())
    }

    #[test]
    fn a_resource_is_found_by_id_and_by_name() {
        let table = table();
        let by_id = found(&table, "base", &Value::Reference(0x7f01_0002));
        let texts: Vec<_> =
            by_id.iter().map(|choice| (choice.config.locale.as_deref(), choice.value.clone())).collect();
        let expected = [(None, "A"), (Some("de"), "Ä")];
        assert_eq!(texts, expected.map(|(locale, text)| (locale, Value::Text(text.to_owned()))));
        for name in ["string/a", "org.example:string/a", "@string/a"] {
            assert_eq!(found(&table, "base", &Value::Named(name.to_owned())), by_id);
        }
        for absent in [0x7f01_0009, 0x7f02_0002, 0x0101_0002] {
            assert_eq!(found(&table, "base", &Value::Reference(absent)), []);
        }
    }

    #[test]
    fn a_file_is_one_of_its_module() {
        let found = found(&table(), "feature", &Value::Reference(0x7f01_0003));
        let path = Value::Text("feature/res/b.png".to_owned());
        let config = Config { density: 320, ..Config::default() };
        assert_eq!(found, [Choice { config, value: path }]);
    }

    #[test]
    fn a_lookup_ends_with_its_budget() {
        let mut steps_left = 4;
        let reference = Value::Reference(0x7f01_0002);
        assert_eq!(choices(&table(), "base", &reference, &mut steps_left).len(), 2);
        assert_eq!(steps_left, 1);
        assert_eq!(choices(&table(), "base", &reference, &mut steps_left), []);
    }

    #[test]
    fn a_table_cut_anywhere_has_no_such_resource() {
        let table = table();
        for len in 0..table.len() {
            assert_eq!(found(&table[..len], "base", &Value::Reference(0x7f01_0002)), []);
        }
    }
}

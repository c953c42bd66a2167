use std::collections::BTreeMap;
use std::io::Cursor;
use std::time::{Duration, SystemTime};

use super::*;

#[test]
fn a_version_written_as_a_number_is_text() {
    let cases = [
        (Value::Integer(5), Some("5")),
        (Value::Real(1.2), Some("1.2")),
        (Value::String(" 1.0 \n".to_owned()), Some("1.0")),
        (Value::String(" ".to_owned()), None),
        (Value::Real(f64::NAN), None),
        (Value::Bool(true), None),
    ];
    for (value, text) in cases {
        assert_eq!(value.text().as_deref(), text, "{value:?}");
    }
}

#[test]
fn a_value_of_another_type_is_none() {
    let value = Value::Array(vec![Value::Bool(true)]);
    assert_eq!((value.at("a"), value.string(), value.integer()), (None, None, None));
    assert_eq!((value.date(), value.data(), value.items().len()), (None, None, 1));
    assert_eq!(Value::String("2".to_owned()).integer(), Some(2));
    assert_eq!(Value::Real(2.5).integer(), None);
}

/// A generator of pseudorandom numbers, the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) % end
    }

    fn text(&mut self) -> String {
        let letters = ['a', 'B', '7', ' ', '<', '&', '\u{e9}', '\u{20ac}', '\u{1f600}'];
        (0..self.below(40)).map(|_| letters[self.below(9) as usize]).collect()
    }

    /// A value as we have it, and as an independent crate has it.
    fn value(&mut self, depth: u32) -> (Value, ::plist::Value) {
        let kind = self.below(if depth == 0 { 6 } else { 8 });
        match kind {
            0 => {
                let text = self.text();
                (Value::String(text.clone()), ::plist::Value::String(text))
            }
            1 => {
                let number = (self.below(1 << 40) as i64) << self.below(24) >> self.below(60);
                let number = if self.below(2) == 0 { -number } else { number };
                (Value::Integer(number), ::plist::Value::Integer(number.into()))
            }
            2 => {
                let number = self.below(1 << 30) as f64 / 64.0 - 1000.0;
                (Value::Real(number), ::plist::Value::Real(number))
            }
            3 => {
                let truth = self.below(2) == 0;
                (Value::Bool(truth), ::plist::Value::Boolean(truth))
            }
            4 => {
                let unix = self.below(4_000_000_000);
                let time = SystemTime::UNIX_EPOCH + Duration::from_secs(unix);
                (Value::Date(unix as i64), ::plist::Value::Date(time.into()))
            }
            5 => {
                let bytes: Vec<u8> = (0..self.below(50)).map(|_| self.below(256) as u8).collect();
                (Value::Data(bytes.clone()), ::plist::Value::Data(bytes))
            }
            6 => {
                let (ours, theirs) = (0..self.below(20)).map(|_| self.value(depth - 1)).unzip();
                (Value::Array(ours), ::plist::Value::Array(theirs))
            }
            _ => {
                let (mut ours, mut theirs) = (BTreeMap::new(), ::plist::Dictionary::new());
                for n in 0..self.below(20) {
                    let (our, their) = self.value(depth - 1);
                    let key = format!("{n}{}", self.text());
                    ours.insert(key.clone(), our);
                    theirs.insert(key, their);
                }
                (Value::Dictionary(ours), ::plist::Value::Dictionary(theirs))
            }
        }
    }
}

#[test]
fn lists_of_an_independent_writer_are_read_as_written() {
    let mut random = Random(0x853c_49e6_748f_ea9b);
    let mut n_values = 0;
    for _ in 0..300 {
        let (ours, theirs) = random.value(3);
        let (mut binary, mut xml) = (Vec::new(), Vec::new());
        theirs.to_writer_binary(Cursor::new(&mut binary)).unwrap();
        theirs.to_writer_xml(Cursor::new(&mut xml)).unwrap();
        assert_eq!(parse(&binary).as_ref(), Ok(&ours));
        assert_eq!(parse(&xml).as_ref(), Ok(&ours));
        n_values += binary.len();
    }
    assert!(n_values > 100_000, "{n_values}");
}

#[test]
fn an_error_about_xml_is_one_sentence() {
    let deep = format!("<plist>{}", "<array>".repeat(500));
    for text in [deep.as_str(), "<plist><dict></plist>", "<!DOCTYPE a [<!ENTITY b 'c'>]><plist>&b;</plist>"] {
        let message = parse(text.as_bytes()).unwrap_err().to_string();
        assert!(message.starts_with("expected") && !message.contains("got expected"), "{message}");
    }
}

//! What independent readers make of archives and property lists of the corpus, against what we do.

use std::collections::BTreeMap;

use miniz_oxide::inflate::decompress_to_vec;

use crate::apple::plist::{self, Value};
use crate::container::zip::Archive;
use crate::corpus_index::{self, Row};
use crate::encoding::time;
use crate::source::Memory;

/// Longer entries are not unpacked: it takes the time.
const MAX_ENTRY: u64 = 128 << 10;

/// Longer packages are not looked into.
const MAX_PACKAGE: u64 = 1 << 20;

/// Files of these formats, and what they are called.
fn files(formats: &[&str]) -> Vec<(String, Vec<u8>)> {
    let is_wanted = |row: &Row| formats.contains(&row.format.as_str()) && row.len <= MAX_PACKAGE;
    let rows = corpus_index::table().into_iter().filter(is_wanted);
    rows.map(|row| (row.file.clone(), row.bytes())).collect()
}

/// Names and data of the entries of an archive, `None` for what cannot be unpacked.
type Entries = Vec<(Vec<u8>, Option<Vec<u8>>)>;

fn by_us(bytes: &[u8]) -> Option<Entries> {
    let mut source = Memory(bytes);
    let archive = Archive::open(&mut source).ok()?;
    // Whatever their checksums: the crate does not look at them here.
    let read = |raw: crate::container::zip::RawEntry<'_>| {
        let packing = raw.packing().ok();
        let read =
            |packing| raw.entry.read("", packing, &mut Memory(bytes), &archive.directory, MAX_ENTRY).ok();
        let data = packing.and_then(read);
        (raw.name.to_vec(), data)
    };
    Some(archive.entries().map(read).collect())
}

fn by_rawzip(bytes: &[u8]) -> Option<Entries> {
    let archive = rawzip::ZipArchive::from_slice(bytes).ok()?;
    let mut entries = archive.entries();
    let mut found = Vec::new();
    while let Some(entry) = entries.next_entry().ok()? {
        let is_plain = !entry.flags().is_encrypted();
        let is_short = entry.uncompressed_size_hint().max(entry.compressed_size_hint()) <= MAX_ENTRY;
        let data = archive.get_entry(entry.wayfinder()).ok().filter(|_| is_plain && is_short);
        let data = data.and_then(|data| match entry.compression_method() {
            rawzip::CompressionMethod::STORE => Some(data.data().to_vec()),
            rawzip::CompressionMethod::DEFLATE => decompress_to_vec(data.data()).ok(),
            _ => None,
        });
        found.push((entry.file_path().as_ref().to_vec(), data));
    }
    Some(found)
}

#[test]
fn archives_hold_what_rawzip_finds_in_them() {
    let formats = ["zip", "apk", "ipa", "app.zip", "appx", "msix", "appxbundle", "appxupload", "msixupload"];
    let (mut n_same, mut different) = (0, Vec::new());
    for (file, bytes) in files(&formats) {
        if by_us(&bytes) == by_rawzip(&bytes) {
            n_same += 1;
        } else {
            different.push(file);
        }
    }
    println!("{n_same} archives the same, {} different", different.len());
    assert!(n_same > 480, "expected the corpus beside the project, got {n_same} archives");
    assert_eq!(different, DIFFERENT_ARCHIVES);
}

/// Where the crate and we differ, in the table's order.
const DIFFERENT_ARCHIVES: [&str; 15] = [
    // Deflated data without a final block: the inflater behind the crate wants one here, Windows does not.
    "msix/msix-packaging__Extra_file_in_blockmap.msix",
    "msix/msix-packaging__File_missing_from_blockmap.msix",
    // Damage inside the directory: the crate finds two more entries behind it.
    "appx/msix-packaging__OPC_E_ZIP_CORRUPTED_ARCHIVE.appx",
    // The crate stops at lies of the directory that Android does not look at.
    "apk/apkInspector__minimal_SIZE_ExtraField.apk",
    "apk/apkInspector__truncated-cd.apk",
    "apk/apksig-android__v2-only-garbage-between-cd-and-eocd.apk",
    // Empty, and the comment does not end with the file: nothing to release in any case.
    "zip/zip2__comment_garbage.zip",
    // Broken zip64 records before an end record that says 0 entries: the crate believes the former.
    "zip/zip2__invalid_cde_number_of_files_allocation_smaller_offset.zip",
    "zip/zip2__misaligned_comment.zip",
    // Bytes before or missing from the archive: the crate takes offsets as they are written.
    "zip/zip2__zip64_demo.zip",
    "zip/rc-zip__archive-oob.zip",
    "zip/jszip__zip64_missing_bytes.zip",
    "zip/jszip__zip64_prepended_bytes.zip",
    // Offsets and end records that lie, as obfuscators make them.
    "derived/apk__cd-offset-past-eof.apk",
    "derived/apk__fake-eocd-in-comment.apk",
];

#[test]
fn property_lists_mean_what_the_crate_plist_reads() {
    let mut n_lists = 0;
    let mut different = Vec::new();
    for (file, bytes) in files(&["ipa", "app.zip", "dmg", "pkg"]) {
        for (name, data) in by_us(&bytes).unwrap_or_default() {
            let name = String::from_utf8_lossy(&name).into_owned();
            let Some(data) = data.filter(|_| name.ends_with(".plist") || name.ends_with(".strings")) else {
                continue;
            };
            let theirs = ::plist::Value::from_reader(std::io::Cursor::new(&data));
            match (plist::parse(&data), theirs) {
                (Ok(ours), Ok(theirs)) if ours == converted(&theirs) => n_lists += 1,
                (Err(_), Err(_)) => {}
                _ => different.push(file.clone()),
            }
        }
    }
    println!("{n_lists} lists the same, {} different", different.len());
    assert!(n_lists > 50, "expected the corpus beside the project, got {n_lists} lists");
    assert_eq!(different, DIFFERENT_LISTS);
}

/// Where the crate and we differ: it takes an entity of the list's own for nothing, and reads no UTF-16.
const DIFFERENT_LISTS: [&str; 2] =
    ["derived/ipa__xml-plist-billion-laughs.ipa", "derived/ipa__xml-plist-utf16.ipa"];

fn converted(value: &::plist::Value) -> Value {
    match value {
        ::plist::Value::Array(items) => Value::Array(items.iter().map(converted).collect()),
        ::plist::Value::Dictionary(entries) => {
            let entries = entries.iter().map(|(key, value)| (key.clone(), converted(value)));
            Value::Dictionary(entries.collect::<BTreeMap<_, _>>())
        }
        ::plist::Value::Boolean(boolean) => Value::Bool(*boolean),
        ::plist::Value::Data(data) => Value::Data(data.clone()),
        ::plist::Value::Date(date) => {
            Value::Date(time::parse_rfc3339(&date.to_xml_format()).unwrap_or(i64::MIN))
        }
        ::plist::Value::Real(real) => Value::Real(*real),
        ::plist::Value::Integer(integer) => Value::Integer(integer.as_signed().unwrap_or(i64::MAX)),
        ::plist::Value::String(text) => Value::String(text.clone()),
        ::plist::Value::Uid(uid) => Value::Integer(uid.get() as i64),
        _ => Value::Array(Vec::new()),
    }
}

use crate::compare::{Different, check};

const DIFFERENT: &[Different] = &[
    // The table has the bare reference: the file has no resource with that id, and `@7F0B001F` is no name.
    ("apk/relic__dummy.apk", "name", ""),
    ("derived/apk__duplicate-manifest.apk", "name", ""),
    // The reader behind the table lost the resource table behind the lying extra field; we find the entry. Manifest
    // and `resources.arsc`, taken out by their sizes and offsets and zipped again by Python's zipfile: `aapt2 dump
    // badging` 2.19 prints `application-label:'erev0s.com - Minimal'`, and so does aapt 0.2.
    ("apk/apkInspector__minimal_SIZE_ExtraField.apk", "name", "erev0s.com - Minimal"),
    // The table's tool read no label; the manifest refers to one, in a table with offsets of 16 bits and compact
    // entries (`FLAG_OFFSET16`, `FLAG_COMPACT`), which aapt2 2.19 does not know: `Entry at index 0 is too small`.
    // The same table with offsets of 32 bits and full entries: it prints `application-label:'SharedLibrary client'`.
    ("apk/Apktool__client.apk", "name", "SharedLibrary client"),
    // The table's tool shows the lower half; devices compare `versionCodeMajor` << 32 | 25.
    ("apk/apksig-android__original-with-versionCodeMajor.apk", "build", "4294967321"),
];

#[test]
fn every_android_package_yields_what_independent_tools_read() {
    check(&["apk", "aab"], DIFFERENT);
}

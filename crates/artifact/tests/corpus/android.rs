use crate::compare::{Different, check};

const DIFFERENT: &[Different] = &[
    // The table has the bare reference: the file has no resource with that id, and `@7F0B001F` is no name.
    ("apk/relic__dummy.apk", "name", ""),
    ("derived/apk__duplicate-manifest.apk", "name", ""),
    // The reader behind the table lost the resource table behind the lying extra field; we find the entry.
    ("apk/apkInspector__minimal_SIZE_ExtraField.apk", "name", "erev0s.com - Minimal"),
    // `resources.arsc` has another name in its local header, which we do not compare: the label is in there.
    (
        "apk/apksig-android__v3-only-with-rsa-pkcs1-sha512-8192-digest-mismatch.apk",
        "name",
        "Tiny App for CTS",
    ),
    // The table's tool read no label; the manifest refers to one, in a table with short offsets.
    ("apk/Apktool__client.apk", "name", "SharedLibrary client"),
    // The table's tool shows the lower half; devices compare `versionCodeMajor` << 32 | 25.
    ("apk/apksig-android__original-with-versionCodeMajor.apk", "build", "4294967321"),
];

#[test]
fn every_android_package_yields_what_independent_tools_read() {
    check(&["apk", "aab"], DIFFERENT);
}

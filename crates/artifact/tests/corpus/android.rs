use crate::compare::{Different, check, check_budget};

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

/// Of 305 packages two take 7 reads: their tables have more than 700 KB, and the icon lies far from all else.
#[test]
fn no_android_package_takes_more_than_7_reads_or_400_kilobytes() {
    check_budget(&["apk"], 7, 400_000);
}

/// A bundle's table is compressed and has to be read whole: it has 260 KB of the 457 KB that the largest one takes.
#[test]
fn no_bundle_takes_more_than_6_reads_or_480_kilobytes() {
    check_budget(&["aab"], 6, 480_000);
}

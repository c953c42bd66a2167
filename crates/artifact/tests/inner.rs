//! Manifests and resource tables of the corpus that have no package, put into one.

mod support;

use std::fs;

use artifact::{Artifact, Refusal, RefusalCode};
use support::apk::{PLAIN_LABEL, Zip, manifest};
use support::random::Random;
use support::{corpus, inspect_bytes};

fn read(file: &str) -> Vec<u8> {
    fs::read(corpus().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn package(manifest: &[u8], table: &[u8]) -> Result<Artifact, Refusal> {
    inspect_bytes(
        "app.apk",
        &Zip::default().with("AndroidManifest.xml", manifest).with("resources.arsc", table).finish(),
    )
}

#[track_caller]
fn check(manifest: &str, table: &str, expected: [&str; 4]) {
    let artifact = package(&read(manifest), &read(table)).unwrap_or_else(|refusal| panic!("{refusal:?}"));
    let text = |fact: Option<String>| fact.unwrap_or_default();
    let got = [text(artifact.identifier), text(artifact.name), text(artifact.version), text(artifact.build)];
    assert_eq!(got, expected);
}

#[test]
fn a_label_is_found_in_a_table_of_85_locales() {
    let expected = ["com.shogo82148.androidbinary.myapplication", "My Application", "1.0", "1"];
    check(
        "axml/androidbinary__MyApplication__AndroidManifest.xml",
        "arsc/androidbinary__resources.arsc",
        expected,
    );
}

#[test]
fn a_version_in_japanese_is_kept() {
    check(
        "axml/androidbinary__AndroidManifest.xml",
        "arsc/androidbinary__testdata__resources.arsc",
        ["net.sorablue.shogo.FWMeasure", "FireworksMeasure", "テスト版", "1"],
    );
}

#[test]
fn a_manifest_with_cdata_between_its_elements_is_read() {
    let cdata = read("axml/apkInspector__AndroidManifest_CDATA.xml");
    let artifact = package(&cdata, &[]).unwrap_or_else(|refusal| panic!("{refusal:?}"));
    assert_eq!(artifact.identifier.as_deref(), Some("com.erev0s.minimal"));
    assert_eq!((artifact.version.as_deref(), artifact.build.as_deref()), (Some("1.0"), Some("1")));
}

#[test]
fn attributes_are_found_by_name_without_a_resource_map() {
    let unmapped = read("axml/apkInspector__AndroidManifest_resource_map_not_found.xml");
    let artifact = package(&unmapped, &[]).unwrap_or_else(|refusal| panic!("{refusal:?}"));
    assert_eq!(artifact.identifier.as_deref(), Some("com.erev0s.minimal"));
    assert_eq!((artifact.version.as_deref(), artifact.build.as_deref()), (Some("1.0"), Some("1")));
}

#[test]
fn a_manifest_as_it_was_written_is_distinguished_from_a_compiled_one() {
    let source = read("axml/androidbinary__main__AndroidManifest.xml");
    let refusal = package(&source, &[]).expect_err("a text manifest");
    assert_eq!(refusal.code, RefusalCode::Corrupt);
    assert!(refusal.message.contains("XML as text"), "{refusal}");
}

#[test]
fn damaged_manifests_and_tables_are_read_or_refused() {
    let mut random = Random::new(0x2545_f491_4f6c_dd1d);
    let manifests = [
        read("axml/androidbinary__AndroidManifest.xml"),
        read("axml/apkInspector__AndroidManifest_CDATA.xml"),
        manifest(PLAIN_LABEL),
        manifest((1, 0x7f04_0000)),
    ];
    let table = read("arsc/androidbinary__testdata__resources.arsc");
    let (mut n_mutants, mut n_accepted) = (0, 0);
    for manifest in &manifests {
        for _ in 0..1000 {
            let outcome = package(&random.mutant(manifest, 0), &random.mutant(&table, 0));
            n_mutants += 1;
            n_accepted += u32::from(outcome.is_ok());
        }
    }
    println!("{n_mutants} mutants, {n_accepted} still accepted");
}

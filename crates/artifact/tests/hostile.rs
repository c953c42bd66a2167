//! Files that are damaged by accident or on purpose: each is refused or read, in bounded time.

mod support;

use std::convert::Infallible;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use artifact::{
    Artifact, DriveError, Hints, InspectError, Miss, Pages, Refusal, RefusalCode, inspect, inspect_async,
    inspect_sync, limits,
};
use support::apk::{Axml, PLAIN_LABEL, Zip, manifest, push_chunk, string_pool};
use support::{NOW, inspect_bytes};

const APP: Hints<'_> = Hints { file_name: "app.apk", now: NOW };

fn small() -> Vec<u8> {
    Zip::default().with("AndroidManifest.xml", &manifest(PLAIN_LABEL)).finish()
}

fn accepted(bytes: &[u8]) -> Artifact {
    inspect_bytes("app.apk", bytes).unwrap_or_else(|refusal| panic!("{refusal:?}"))
}

fn refused(bytes: &[u8]) -> Refusal {
    match inspect_bytes("app.apk", bytes) {
        Ok(artifact) => panic!("expected a refusal, got {artifact:?}"),
        Err(refusal) => refusal,
    }
}

/// The findings without those that all of these packages have: unsigned, no icon, no target SDK.
fn codes(artifact: &Artifact) -> Vec<&str> {
    let codes = artifact.findings.iter().map(|finding| finding.code.as_str());
    codes.filter(|code| !["unsigned", "missing-icon", "target-too-old"].contains(code)).collect()
}

#[test]
fn a_small_package_is_read() {
    let artifact = accepted(&small());
    assert_eq!(artifact.identifier.as_deref(), Some("org.example"));
    assert_eq!(artifact.name.as_deref(), Some("org.example"));
    assert_eq!(artifact.version.as_deref(), Some("1.0"));
    assert_eq!(artifact.build.as_deref(), Some("7"));
    assert_eq!(artifact.size, small().len() as u64);
    assert_eq!(codes(&artifact), [""; 0]);
}

#[test]
fn an_empty_file_is_distinguished_from_one_that_is_no_package() {
    assert_eq!(refused(b"").code, RefusalCode::Empty);
    for file in [&b"P"[..], b"PK", b"\x89PNG\r\n\x1a\n", b"<!DOCTYPE html><html>", &[0; 100_000]] {
        assert_eq!(refused(file).code, RefusalCode::NotAPackage);
    }
    assert!(refused(b"<!DOCTYPE html>").message.contains("a web page"));
}

#[test]
fn a_zip_without_a_manifest_is_no_package() {
    let refusal = refused(&Zip::default().with("readme.txt", b"hello").finish());
    assert_eq!(refusal.code, RefusalCode::NotAPackage);
    assert!(refusal.message.contains("a zip archive of 1 entry"), "{refusal}");
    assert_eq!(refused(&Zip::default().finish()).code, RefusalCode::NotAPackage);
}

#[test]
fn a_package_cut_anywhere_is_truncated() {
    let whole = small();
    for len in 4..whole.len() {
        assert_eq!(refused(&whole[..len]).code, RefusalCode::Truncated, "cut after {len} bytes");
    }
}

#[test]
fn an_inner_package_is_not_taken_for_the_one_that_was_cut() {
    let outer =
        Zip::default().with("assets/inner.apk", &small()).with("AndroidManifest.xml", &[0; 500]).finish();
    assert_eq!(refused(&outer[..outer.len() - 200]).code, RefusalCode::Truncated);
}

#[test]
fn bytes_before_and_after_the_archive_are_found() {
    let before = accepted(&[&[b'x'; 4096][..], &small()].concat());
    assert_eq!(codes(&before), ["leading-bytes"]);
    let behind = accepted(&[&small()[..], &[0; 1000]].concat());
    assert_eq!(codes(&behind), ["trailing-bytes"]);
}

#[test]
fn a_package_without_a_version_is_read_with_findings() {
    let nameless = Axml::new(&["manifest", "package", "org.example"]).start(0, &[(1, 3, 2)]).finish();
    let artifact = accepted(&Zip::default().with("AndroidManifest.xml", &nameless).finish());
    assert_eq!(
        (artifact.version.as_deref(), artifact.build.as_deref(), artifact.name.as_deref()),
        (None, None, None)
    );
    assert_eq!(codes(&artifact), ["missing-version-name", "missing-version-code"]);
}

#[test]
fn a_manifest_without_a_package_is_refused() {
    let unnamed = Axml::new(&["manifest"]).start(0, &[]).finish();
    for bytes in [&unnamed[..], b"<manifest package='a.b'/>", b"", &[0; 64], &[0xff; 64]] {
        let refusal = refused(&Zip::default().with("AndroidManifest.xml", bytes).finish());
        assert_eq!(refusal.code, RefusalCode::Corrupt, "{refusal:?}");
    }
}

#[test]
fn a_chunk_of_size_0_ends_the_iteration() {
    let strings = ["manifest", "package", "org.example"];
    let stuck = Axml::new(&strings).start(0, &[(1, 3, 2)]).raw(&[0; 64]).finish();
    let artifact = accepted(&Zip::default().with("AndroidManifest.xml", &stuck).finish());
    assert_eq!(artifact.identifier.as_deref(), Some("org.example"));
}

#[test]
fn an_entry_that_claims_too_much_is_refused() {
    let mut bytes = small();
    let sizes = bytes.windows(4).position(|part| part == b"PK\x01\x02").map(|at| at + 20).unwrap_or_default();
    bytes[sizes..sizes + 8].fill(0xfe);
    assert_eq!(refused(&bytes).code, RefusalCode::TooLarge);
}

#[test]
fn references_in_a_loop_name_nothing() {
    // Entry 0 of type 1 refers to itself.
    let entry = [8, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 1, 0, 0, 1, 0x7f];
    let mut kind = Vec::new();
    let header = [1, 1, 52, 28, 0, 0, 0, 0, 0, 0].map(u32::to_le_bytes).concat();
    push_chunk(&mut kind, 0x0201, &header, &[&[0; 4][..], &entry].concat());
    let package = [&0x7f_u32.to_le_bytes()[..], &[0; 276]].concat();
    let mut table = Vec::new();
    let mut inside = string_pool(&["a"]);
    push_chunk(&mut inside, 0x0200, &package, &kind);
    push_chunk(&mut table, 0x0002, &[1, 0, 0, 0], &inside);
    let apk = Zip::default()
        .with("AndroidManifest.xml", &manifest((1, 0x7f01_0000)))
        .with("resources.arsc", &table);
    let artifact = accepted(&apk.finish());
    assert_eq!(artifact.name, None);
    assert_eq!(codes(&artifact), ["unresolved-reference"]);
}

#[test]
fn a_table_of_millions_of_chunks_costs_the_name_only() {
    let mut inside = Vec::new();
    for _ in 0..2_000_000 {
        push_chunk(&mut inside, 0x0201, &[], &[]);
    }
    let mut table = Vec::new();
    push_chunk(&mut table, 0x0002, &[1, 0, 0, 0], &inside);
    let apk = Zip::default()
        .with("AndroidManifest.xml", &manifest((1, 0x7f01_0000)))
        .with("resources.arsc", &table);
    let artifact = accepted(&apk.finish());
    assert_eq!((artifact.identifier.as_deref(), artifact.name), (Some("org.example"), None));
    assert!(artifact.reads <= limits::MAX_READS);
}

#[test]
fn a_table_spread_over_too_many_reads_costs_the_name_only() {
    let mut kind = Vec::new();
    push_chunk(&mut kind, 0x0000, &[], &[0; 200_000]);
    let mut table = Vec::new();
    push_chunk(&mut table, 0x0002, &[1, 0, 0, 0], &kind.repeat(60));
    let apk = Zip::default()
        .with("AndroidManifest.xml", &manifest((1, 0x7f01_0000)))
        .with("resources.arsc", &table);
    let artifact = accepted(&apk.finish());
    assert_eq!((artifact.identifier.as_deref(), artifact.name.as_deref()), (Some("org.example"), None));
    assert_eq!(codes(&artifact), ["unreadable-resources", "unresolved-reference"]);
    assert_eq!(artifact.reads, limits::MAX_READS_FOR_RESOURCES);
}

#[test]
fn junk_in_place_of_the_resource_table_is_reported() {
    for junk in [&b""[..], b"\x02", b"no table at all", &[0xff; 300_000]] {
        let apk = Zip::default()
            .with("AndroidManifest.xml", &manifest((1, 0x7f01_0000)))
            .with("resources.arsc", junk);
        assert_eq!(codes(&accepted(&apk.finish())), ["unreadable-resources", "unresolved-reference"]);
    }
}

#[test]
fn many_elements_with_one_long_name_are_passed_quickly() {
    let long = "x".repeat(30_000);
    let mut axml = Axml::new(&["manifest", "package", "org.example", &long]).start(0, &[(1, 3, 2)]);
    let mut element = Vec::new();
    push_chunk(&mut element, 0x0102, &[0; 8], &[&[0; 4][..], &3_u32.to_le_bytes(), &[0; 12]].concat());
    axml = axml.raw(&element.repeat(100_000));
    let apk = Zip::default().with("AndroidManifest.xml", &axml.finish()).finish();
    assert_eq!(accepted(&apk).identifier.as_deref(), Some("org.example"));
}

/// An index of resources: one section of names, and thousands of maps of them in one place.
fn index_of_aliases(n_names: u32, n_maps: u16) -> Vec<u8> {
    let numbers = |numbers: &[u32]| numbers.iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>();
    let node = [1, 0, 0, 0, b'R', 0, 0, 0, 0, 0, 0, 0].repeat(n_names as usize);
    let name: Vec<u8> = "Resources\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let names = [vec![0; 8], numbers(&[0, n_names, 0, 0, name.len() as u32 / 2, 0]), node, name].concat();
    let (names, map) = ([vec![0; 32], names].concat(), vec![0; 32 + 40]);
    let entry = |kind: &[u8; 16], start: usize, len: usize| {
        [kind.to_vec(), vec![0; 8], numbers(&[start as u32, len as u32])].concat()
    };
    let mut toc = entry(b"[mrm_hschema]  \0", 0, names.len());
    toc.extend(entry(b"[mrm_res_map__]\0", names.len(), map.len()).repeat(n_maps.into()));
    let head = [b"mrm_pri2\0\0\x01\0\0\0\0\0".to_vec(), numbers(&[32, 32 + toc.len() as u32])].concat();
    [head, numbers(&[u32::from(n_maps) + 1, 0]), toc, names, map].concat()
}

#[test]
fn an_index_of_one_map_thousands_of_times_costs_the_name_only() {
    let reference = ["Resources"; 40].join("/");
    let manifest = format!(
        r#"<Package><Identity Name="Example.App" Publisher="CN=Example" Version="1.2.3.0"/><Properties>
        <DisplayName>ms-resource:{reference}</DisplayName></Properties></Package>"#
    );
    let package = Zip::default()
        .with("AppxManifest.xml", manifest.as_bytes())
        .with("AppxBlockMap.xml", b"<BlockMap/>")
        .with("[Content_Types].xml", b"<Types/>")
        .with("resources.pri", &index_of_aliases(20_000, 4095))
        .finish();
    let artifact = inspect_bytes("app.msix", &package).unwrap_or_else(|refusal| panic!("{refusal:?}"));
    assert_eq!(artifact.name.as_deref(), Some("Example.App"));
    assert!(codes(&artifact).contains(&"unresolved-reference"), "{:?}", codes(&artifact));
    assert!(!codes(&artifact).contains(&"unreadable-resources"));
}

#[test]
fn a_package_of_a_gigabyte_takes_two_reads() {
    let len: u64 = 1 << 30;
    let whole = small();
    let at = whole.windows(4).position(|part| part == b"PK\x01\x02").unwrap_or_default();
    let (head, tail) = whole.split_at(at);
    let mut tail = tail.to_vec();
    let offset_at = tail.len() - 6;
    let directory = len - tail.len() as u64;
    tail[offset_at..offset_at + 4].copy_from_slice(&(directory as u32).to_le_bytes());
    let byte = |at: u64| match at.checked_sub(directory) {
        Some(at) => tail[at as usize],
        None => head.get(at as usize).copied().unwrap_or(0),
    };
    let fetch =
        |miss: Miss| Ok::<_, Infallible>((miss.offset..miss.offset + miss.len as u64).map(byte).collect());
    let artifact = inspect_sync(&APP, len, fetch).unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!((artifact.identifier.as_deref(), artifact.reads), (Some("org.example"), 2));
    assert!(artifact.bytes_read <= 150_000);
}

#[test]
fn a_file_that_shrinks_while_it_is_read_is_refused() {
    let outcome = inspect_sync(&APP, 1000, |_| Ok::<_, Infallible>(vec![0; 10]));
    assert!(matches!(outcome, Err(DriveError::Refused(refusal)) if refusal.code == RefusalCode::Unreadable));
}

#[test]
fn a_failed_fetch_is_passed_on() {
    assert_eq!(inspect_sync(&APP, 1000, |_| Err("gone")), Err(DriveError::Fetch("gone")));
}

#[test]
fn a_caller_that_never_inserts_the_missing_bytes_is_stopped() {
    let mut pages = Pages::new(1000);
    let mut n_misses = 0;
    let refusal = loop {
        match inspect(&APP, &mut pages) {
            Err(InspectError::Miss(miss)) => pages.insert(miss.offset, &[]),
            Err(InspectError::Refused(refusal)) => break refusal,
            other => panic!("{other:?}"),
        }
        n_misses += 1;
    };
    assert_eq!((refusal.code, n_misses), (RefusalCode::TooLarge, limits::MAX_READS));
}

#[test]
fn an_async_fetch_reads_the_same() {
    let bytes = small();
    let len = bytes.len() as u64;
    let fetch = |miss: Miss| {
        let range = bytes[miss.offset as usize..][..miss.len].to_vec();
        async move { Ok::<_, Infallible>(range) }
    };
    let mut future = pin!(inspect_async(&APP, len, fetch));
    // Nothing in it ever waits.
    let Poll::Ready(outcome) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("expected an artifact at once");
    };
    assert_eq!(outcome, Ok(accepted(&bytes)));
}

#[test]
fn an_artifact_and_a_refusal_survive_json() {
    let artifact = accepted(&small());
    let json = serde_json::to_value(&artifact).unwrap_or_default();
    assert_eq!((&json["format"], &json["os"]), (&"apk".into(), &"Android".into()));
    assert_eq!(serde_json::from_value(json).ok(), Some(artifact));
    let refusal = refused(&Zip::default().finish());
    let json = serde_json::to_value(&refusal).unwrap_or_default();
    assert_eq!(json["code"], "not-a-package");
    assert_eq!(serde_json::from_value(json).ok(), Some(refusal));
}

//! The parsers in Wasm, in the browser's Worker, over Blobs: they give the same results as natively.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io::Cursor;
use std::path::Path;

use artifact::{DriveError, Hints, inspect_sync};
use base64::Engine;
use fantoccini::Locator;
use serde_json::{Value, json};
use testkit::package::{corpus, corpus_path, corpus_rows};

use crate::fixture::Fixture;

/// Adds an input for many files to the page: the portal's own takes one at a time.
const ADD_INPUT: &str = "
    const input = document.createElement('input');
    input.type = 'file'; input.multiple = true; input.id = 'many';
    document.body.prepend(input);";

/// Reads the files with one engine after the other, and calls back with each report.
///
/// An engine whose module traps reports nothing: its error is the report, and the next file gets a new one.
const INSPECT_ALL: &str = "
    const [_, done] = arguments;
    const start = (id) => new Promise((ready, broken) => {
        const worker = new Worker(document.getElementById(id).href, {type: 'module'});
        worker.onerror = (event) => broken(event.message);
        worker.onmessage = () => ready(worker);
    });
    const inspect = (worker, file) => new Promise((resolve) => {
        worker.onerror = (event) => resolve({Broken: event.message});
        worker.onmessage = (event) => resolve(event.data.event);
        worker.postMessage({command: {Inspect: {file: 1}}, file});
    });
    (async () => {
        const reports = {};
        for (const file of document.getElementById('many').files) {
            const worker = await start('engine-worker');
            let report = await inspect(worker, file);
            worker.terminate();
            if (report.NeedsFullBuild) {
                const full = await start('full-engine-worker');
                report = {...await inspect(full, file), full: true};
                full.terminate();
            }
            reports[file.name] = report;
        }
        done(reports);
    })().catch((error) => done({error: String(error)}));";

/// Some of every format, and of the hostile ones.
fn files() -> Vec<String> {
    let mut taken: BTreeMap<(String, bool), usize> = BTreeMap::new();
    let rows = corpus_rows().into_iter().filter(|row| {
        let is_package = artifact::Format::ALL.iter().any(|known| known.extension() == row.format());
        if !is_package || row.n_bytes() == 0 {
            return false;
        }
        let count = taken.entry((row.format().to_owned(), row.file().starts_with("derived/"))).or_default();
        *count += 1;
        *count <= 8
    });
    rows.map(|row| row.file().to_owned()).collect()
}

fn natively(file: &str) -> Value {
    let bytes = corpus(file);
    let name = Path::new(file).file_name().and_then(|name| name.to_str()).unwrap_or(file);
    let hints = Hints { file_name: name, now: 1_795_132_800 };
    let fetch =
        |miss: artifact::Miss| Ok::<_, Infallible>(bytes[miss.offset as usize..][..miss.len].to_vec());
    match inspect_sync(&hints, bytes.len() as u64, fetch) {
        // The image itself is no part of the comparison.
        Ok(artifact) => {
            let icon = artifact.icon.as_ref().map(artifact::Icon::data_url);
            json!({"Inspected": {"artifact": artifact, "icon": icon}})
        }
        Err(DriveError::Refused(refusal)) => json!({"Refused": refusal}),
        Err(DriveError::NeedsFullBuild) => panic!("{file}: the tests are built with all formats"),
        Err(DriveError::Fetch(never)) => match never {},
    }
}

/// Findings about dates depend on the day, and the browser has its own clock.
fn without_dates(report: &Value) -> Value {
    let mut artifact = report["artifact"].clone();
    if let Some(findings) = artifact["findings"].as_array_mut() {
        findings.retain(|finding| !finding["code"].as_str().unwrap_or_default().contains("expir"));
    }
    artifact
}

/// The image of a `data:` URL: its type with its size and pixels, packed tightly or not, or else with its bytes.
fn picture(url: &Value) -> Option<(String, (u32, u32), Vec<u8>)> {
    let url = url.as_str()?.strip_prefix("data:").expect("a data URL");
    let (media_type, text) = url.split_once(";base64,").expect("base64");
    let bytes = base64::engine::general_purpose::STANDARD.decode(text).expect("base64");
    if media_type != "image/png" {
        return Some((media_type.to_owned(), (0, 0), bytes));
    }
    let mut reader = png::Decoder::new(Cursor::new(bytes)).read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    let frame = reader.next_frame(&mut pixels).expect("pixels");
    Some((media_type.to_owned(), (frame.width, frame.height), pixels))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_browser_reads_from_blobs_what_is_read_natively() {
    let fixture = Fixture::open().await;
    fixture.browser.find("file-input").await;
    fixture.browser.run(ADD_INPUT, Value::Null).await;
    let files = files();
    let paths: Vec<String> = files.iter().map(|file| corpus_path(file).display().to_string()).collect();
    let input = fixture.browser.client.find(Locator::Id("many")).await.expect("the input is there");
    input.send_keys(&paths.join("\n")).await.expect("files can be chosen");
    let reports = fixture.browser.run_async(INSPECT_ALL, Value::Null).await;
    assert!(reports["error"].is_null(), "{reports}");
    let (mut n_read, mut n_refused, mut n_by_full, mut n_icons) = (0, 0, 0, 0);
    for file in &files {
        let name = Path::new(file).file_name().and_then(|name| name.to_str()).unwrap_or(file);
        let (ours, theirs) = (natively(file), &reports[name]);
        if theirs["full"] == true {
            n_by_full += 1;
        }
        if ours["Inspected"].is_null() {
            n_refused += 1;
            assert_eq!(theirs["Refused"]["refusal"], ours["Refused"], "{file}: {theirs}");
        } else {
            n_read += 1;
            let (ours, theirs) = (&ours["Inspected"], &theirs["Inspected"]);
            assert_eq!(without_dates(theirs), without_dates(ours), "{file}");
            assert_eq!(picture(&theirs["icon"]), picture(&ours["icon"]), "{file}");
            n_icons += u32::from(ours["icon"].is_string());
        }
    }
    println!(
        "{n_read} packages read alike, {n_icons} with icons, {n_refused} refused, {n_by_full} by the full engine"
    );
    assert!(n_read > 60 && n_refused > 5 && n_by_full > 5, "{n_read} {n_refused} {n_by_full}");
    assert!(n_icons >= 35, "{n_icons} icons");
    fixture.close().await;
}

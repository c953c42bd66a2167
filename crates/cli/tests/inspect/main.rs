//! The program as people and scripts run it, on the packages of the shared corpus.
#![expect(clippy::unwrap_used, reason = "a test without its corpus stops where that shows")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use sha2::{Digest, Sha256};

const KEYS: [&str; 18] = [
    "file",
    "format",
    "os",
    "identifier",
    "name",
    "version",
    "build",
    "min_os",
    "size",
    "md5",
    "sha256",
    "icon",
    "android",
    "apple",
    "windows",
    "findings",
    "bytes_read",
    "reads",
];

/// `com.icyleaf.appinfodemo`, 2.1.0 (10).
const APP_INFO: &str = "apk/app-info__android.apk";

/// Its icon is a drawing.
const VECTOR: &str = "apk/jadx__small.apk";

fn corpus(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus").join(file)
}

fn slipway() -> Command {
    Command::new(env!("CARGO_BIN_EXE_slipway"))
}

fn inspect<'a>(args: impl IntoIterator<Item = &'a Path>) -> Output {
    slipway().arg("inspect").args(args).output().unwrap()
}

fn json(files: &[&Path]) -> (Value, Output) {
    let output = inspect([Path::new("--json")].into_iter().chain(files.iter().copied()));
    (serde_json::from_slice(&output.stdout).unwrap(), output)
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Removed at the end of a test.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("slipway-cli-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn one_file_is_one_object_with_every_key_in_its_order() {
    let file = corpus(APP_INFO);
    let (object, output) = json(&[&file]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    let keys = text.lines().filter_map(|line| line.strip_prefix("  \"")?.split('"').next());
    assert_eq!(keys.collect::<Vec<_>>(), KEYS);
    assert_eq!(object["file"], file.to_str().unwrap());
    assert_eq!(object["format"], "apk");
    assert_eq!(object["os"], "Android");
    assert_eq!(object["identifier"], "com.icyleaf.appinfodemo");
    assert_eq!(object["name"], "AppInfoDemo");
    assert_eq!(object["version"], "2.1.0");
    assert_eq!(object["build"], "10");
    assert_eq!(object["min_os"], "14");
    assert_eq!(object["size"], 4_000_563);
    assert_eq!(object["md5"], Value::Null);
    assert!(object["reads"].as_u64().unwrap() <= 6 && object["bytes_read"].as_u64().unwrap() <= 400_000);
}

#[test]
fn several_files_are_an_array_and_one_that_fails_stops_none() {
    let (missing, refused) = (corpus("apk/none.apk"), corpus("derived/apk__aes256.apk"));
    let (folder, good) = (corpus("apk"), corpus(APP_INFO));
    let (array, output) = json(&[&missing, &refused, &folder, &good]);
    assert_eq!(output.status.code(), Some(1));
    let codes = array.as_array().unwrap().iter().map(|object| {
        assert_eq!(object.as_object().unwrap().len(), KEYS.len());
        let error =
            object["findings"].as_array().unwrap().iter().find(|finding| finding["severity"] == "error");
        error.map_or("", |finding| finding["code"].as_str().unwrap())
    });
    assert_eq!(codes.collect::<Vec<_>>(), ["missing-file", "encrypted", "not-a-file", ""]);
    assert_eq!(array[3]["identifier"], "com.icyleaf.appinfodemo");
    let stderr = stderr(&output);
    for file in [missing, refused, folder] {
        assert!(stderr.contains(file.to_str().unwrap()), "{stderr}");
    }
    for code in ["missing-file", "encrypted", "not-a-file"] {
        assert!(stderr.contains(&format!("({code})\n  ")), "{stderr}");
    }
}

#[test]
fn wrong_arguments_exit_with_2() {
    let good = corpus(APP_INFO);
    let wrong: [&[&Path]; 4] = [
        &[],
        &[Path::new("-")],
        &[Path::new("--jsno"), &good],
        &[&good, &good, Path::new("--icon"), Path::new("icon.png")],
    ];
    for args in wrong {
        let output = inspect(args.iter().copied());
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(!stderr(&output).is_empty() && output.stdout.is_empty());
    }
}

#[test]
fn digests_are_those_of_the_whole_file() {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    for file in [APP_INFO, "derived/apk__aes256.apk"] {
        let file = corpus(file);
        let (object, _) = json(&[Path::new("--digest"), &file]);
        let bytes = fs::read(&file).unwrap();
        assert_eq!(object["sha256"], hex(&Sha256::digest(&bytes)));
        assert_eq!(object["md5"], hex(&md5::Md5::digest(&bytes)));
        assert!(object["bytes_read"].as_u64().unwrap() <= 400_000, "digests are a pass of their own");
    }
}

/// Scheme v4 lies in a file of its own.
#[test]
fn a_signature_beside_the_package_is_seen() {
    let scratch = Scratch::new("idsig");
    let alone = scratch.0.join("alone.apk");
    let beside = corpus("derived/apk__v2v3v4-resigned.apk");
    fs::copy(&beside, &alone).unwrap();
    let schemes = |file: &Path| json(&[file]).0["android"]["signing"]["schemes"].clone();
    assert_eq!(schemes(&beside), serde_json::json!(["v2", "v3", "v4"]));
    assert_eq!(schemes(&alone), serde_json::json!(["v2", "v3"]));
}

#[test]
fn a_pipe_gets_facts_without_escape_sequences() {
    let output = inspect([corpus(APP_INFO).as_path()]);
    let text = String::from_utf8(output.stdout).unwrap();
    for fact in ["Name ", "AppInfoDemo", "2.1.0 (build 10)", "apk for Android", "4.0 MB (4,000,563 bytes)"] {
        assert!(text.contains(fact), "{fact}: {text}");
    }
    assert!(!text.contains('\x1b'));
}

/// Icons of every kind in the corpus: each is written as a PNG that can be drawn.
#[test]
fn an_icon_is_written_as_a_png_or_reported_as_absent() {
    let scratch = Scratch::new("icon");
    let to = scratch.0.join("icon.png");
    let (mut n_written, mut n_absent) = (0, 0);
    let files: Vec<_> =
        ["apk", "ipa", "app.zip", "msix", "appx"].iter().flat_map(|format| listed(format)).collect();
    for file in files.iter().filter(|file| fs::metadata(file).unwrap().len() < 5_000_000) {
        let _ = fs::remove_file(&to);
        let (object, output) = json(&[file, Path::new("--icon"), &to]);
        let message = stderr(&output);
        if object["format"].is_null() {
            assert_eq!((output.status.code(), to.exists()), (Some(1), false), "{}", file.display());
            continue;
        }
        match (object["icon"].is_object(), output.status.code()) {
            (true, Some(0)) => {
                let png = resvg::tiny_skia::Pixmap::decode_png(&fs::read(&to).unwrap());
                assert!(png.is_ok(), "{}: {}", file.display(), png.unwrap_err());
                assert!(message.contains("wrote the icon to "), "{}: {message}", file.display());
                n_written += 1;
            }
            (false, Some(0)) => {
                assert!(
                    !to.exists() && message.contains("no icon was written"),
                    "{}: {message}",
                    file.display()
                );
                n_absent += 1;
            }
            other => panic!("{}: {other:?} {message}", file.display()),
        }
    }
    println!("{n_written} icons written, {n_absent} packages without");
    assert!(n_written >= 50 && n_absent > 200, "{n_written} written, {n_absent} absent");
}

/// A package's icon may be a vector drawing. A PNG is written all the same.
#[test]
fn a_vector_icon_is_drawn_and_reported_as_such() {
    let scratch = Scratch::new("vector");
    let to = scratch.0.join("icon.png");
    for (file, how) in [
        ("apk/app-info__tv.apk", "as it is in the package"),
        ("apk/app-info__android.apk", "converted from image/webp"),
        (VECTOR, "a PNG of 512 × 512 pixels, drawn from a vector icon"),
    ] {
        let output = inspect([&corpus(file), Path::new("--icon"), &to].map(AsRef::as_ref));
        let message = stderr(&output);
        assert!(message.contains(to.to_str().unwrap()) && message.contains(how), "{file}: {message}");
        assert!(fs::read(&to).unwrap().starts_with(b"\x89PNG"), "{file}");
    }
    let nowhere = scratch.0.join("no folder/icon.png");
    let output = inspect([&corpus(VECTOR), Path::new("--icon"), &nowhere].map(AsRef::as_ref));
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("unwritten-icon"), "{}", stderr(&output));
    let package = scratch.0.join("app.apk");
    fs::copy(corpus(VECTOR), &package).unwrap();
    let beside = scratch.0.join(".").join("app.apk");
    assert_eq!(inspect([&package, Path::new("--icon"), &beside].map(AsRef::as_ref)).status.code(), Some(2));
    assert_eq!(fs::read(&package).unwrap(), fs::read(corpus(VECTOR)).unwrap());
}

#[test]
fn no_hostile_file_makes_it_panic() {
    let mut n_files = 0;
    for file in listed("derived") {
        let output = inspect([file.as_path()]);
        let code = output.status.code();
        assert!(code == Some(0) || code == Some(1), "{}: {code:?} {}", file.display(), stderr(&output));
        assert_eq!(code == Some(1), !output.stderr.is_empty(), "{}: {}", file.display(), stderr(&output));
        n_files += 1;
    }
    assert!(n_files > 50, "expected the corpus beside the project, got {n_files} files");
}

fn listed(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(corpus(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| path.is_file()).collect();
    files.sort();
    files
}

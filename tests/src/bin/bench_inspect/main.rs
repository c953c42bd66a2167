//! How fast and how right Slipway reads packages, compared with its peers, on one machine in one run.
//!
//! In Chromium: the engine as it is shipped, in its Web Worker, against app-info-parser in the page. Natively: the
//! same reader and `slipway inspect` against apk-info, aapt2, androguard and pyaxmlparser. `sizes` or `corpus` as
//! argument does one half only.

#![expect(clippy::expect_used, reason = "a measurement that cannot go on says why and fails")]

mod chromium;
mod corpus;
mod packages;
mod pages;
mod peers;
mod process;
mod reading;
mod sizes;

use std::path::{Path, PathBuf};

use chromium::{APP_INFO_PARSER, Page, SLIPWAY};
use peers::Peer;

/// Everything that is compared, and where the pages are.
struct Bench {
    peers: Vec<Peer>,
    pages: Vec<Page>,
    origin: String,
}

#[tokio::main]
async fn main() {
    let peers = folder("SLIPWAY_PEERS");
    let parser = peers.join("npm/node_modules/app-info-parser/dist");
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/browser");
    let has_parser = parser.join("app-info-parser.min.js").is_file();
    if !has_parser {
        println!("app-info-parser is left out: {} is missing", parser.display());
    }
    let bench = Bench {
        peers: Peer::all(&peers, &folder("SLIPWAY_CLI")),
        pages: if has_parser { vec![SLIPWAY, APP_INFO_PARSER] } else { vec![SLIPWAY] },
        origin: pages::serve(&sources, &folder("SLIPWAY_ENGINE"), &parser).await,
    };
    let half = std::env::args().nth(1);
    let wants = |name: &str| half.as_deref().is_none_or(|half| half == name);
    if wants("sizes") {
        let folder = peers.join("packages");
        std::fs::create_dir_all(&folder).expect("the folder for peers is writable");
        sizes::run(&bench, &packages::all(&folder)).await;
    }
    if wants("corpus") {
        corpus::run(&bench).await;
    }
}

fn folder(name: &str) -> PathBuf {
    let value = std::env::var_os(name)
        .unwrap_or_else(|| panic!("{name} is not set: use `cargo xtask bench inspect`"));
    value.into()
}

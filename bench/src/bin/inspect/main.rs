//! How fast and how right Slipway reads packages, compared with its peers, on one machine in one run.
//!
//! In Chromium: the engine of a release build, in its Web Worker, against app-info-parser in the page. Natively: the
//! same reader and `slipway inspect` against apk-info, aapt2, androguard and pyaxmlparser. `chromium`, `sizes` (the
//! former and natively) or `corpus` as argument does that only.

#![expect(clippy::expect_used, reason = "a benchmark that cannot continue says why and fails")]

mod chromium;
mod corpus;
mod packages;
mod peers;
mod process;
mod reading;
mod sizes;

use std::path::{Path, PathBuf};

use chromium::{APP_INFO_PARSER, Page, SLIPWAY};
use peers::Peer;
use testkit::servers::static_files;

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
    let suite = std::env::args().nth(1);
    let native = match suite.as_deref() {
        Some("chromium") => Vec::new(),
        _ => Peer::all(&peers, &folder("SLIPWAY_CLI")),
    };
    let bench = Bench {
        peers: native,
        pages: if has_parser { vec![SLIPWAY, APP_INFO_PARSER] } else { vec![SLIPWAY] },
        origin: static_files::serve(pages_of(sources, &folder("SLIPWAY_ENGINES"), parser)).await,
    };
    if suite.as_deref() != Some("corpus") {
        let folder = peers.join("packages");
        std::fs::create_dir_all(&folder).expect("the folder for peers is writable");
        sizes::run(&bench, &packages::all(&folder)).await;
    }
    if suite.is_none_or(|suite| suite == "corpus") {
        corpus::run(&bench).await;
    }
}

/// The pages, both engines, and app-info-parser beside the pages.
fn pages_of(sources: PathBuf, engines: &Path, parser: PathBuf) -> Vec<(&'static str, PathBuf)> {
    vec![
        ("/engine/", engines.join("engine")),
        ("/full-engine/", engines.join("full-engine")),
        ("/app-info-parser", parser),
        ("/", sources),
    ]
}

fn folder(name: &str) -> PathBuf {
    let value = std::env::var_os(name)
        .unwrap_or_else(|| panic!("{name} is not set: use `cargo xtask bench inspect`"));
    value.into()
}

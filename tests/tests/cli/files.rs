use std::path::{Path, PathBuf};

use testkit::package::{HELLO_WORLD, padded_apk, sha256};
use testkit::proxy::Break;
use testkit::slipway_cli::ran;

use crate::bench::Bench;

/// Chunks have 8 MiB at the least: enough for four.
const PADDING: usize = 30 << 20;

/// Starts an upload whose second chunk is held on its way, does something to the file, and lets it go.
async fn meanwhile(bench: &Bench, file: &Path, change: impl FnOnce()) -> testkit::appcenter_cli::Ran {
    let (app, path) = (bench.app(), file.display().to_string());
    bench.proxy.break_next("/upload/upload_chunk/", Break::Pass, 1);
    bench.proxy.break_next("/upload/upload_chunk/", Break::Hold, 1);
    let command =
        ["distribute", "release", "-a", &app, "-f", &path, "-g", "Collaborators", "--parallel", "1"];
    let child = bench.cli.start(&command);
    bench.proxy.wait_for("/upload/upload_chunk/", 1, |seen| seen.broken == Some(Break::Hold)).await;
    change();
    bench.proxy.heal();
    ran(child).await
}

fn package(bench: &Bench) -> (PathBuf, Vec<u8>) {
    let bytes = padded_apk(HELLO_WORLD, PADDING);
    (bench.cli.home().file("app.apk", &bytes), bytes)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_written_while_it_is_sent_stops_the_upload_and_a_new_one_begins() {
    let bench = Bench::new().await;
    let (file, _) = package(&bench);
    let other = padded_apk(HELLO_WORLD, PADDING + 5);
    let ran = meanwhile(&bench, &file, || std::fs::write(&file, &other).expect("written")).await;
    assert_eq!(ran.code, 1, "{ran}");
    assert!(ran.stderr.contains("it was changed or replaced"), "{ran}");
    assert!(bench.proxy.seen("/upload/finished").is_empty());

    let (app, path) = (bench.app(), file.display().to_string());
    let ran = bench.cli.ok(&["distribute", "release", "-a", &app, "-f", &path, "-g", "Collaborators"]).await;
    assert!(ran.stderr.contains("the file is another one than that of the upload"), "{ran}");
    assert_eq!(
        bench.proxy.seen("/upload/cancel/").iter().map(|seen| seen.status).collect::<Vec<_>>(),
        [Some(200)]
    );
    assert_eq!(bench.download(1).await, sha256(&other));
    assert_eq!(bench.n_releases().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_goes_while_it_is_sent_stops_the_upload() {
    let bench = Bench::new().await;
    let (file, bytes) = package(&bench);
    let ran = meanwhile(&bench, &file, || std::fs::remove_file(&file).expect("removed")).await;
    assert_eq!(ran.code, 1, "{ran}");
    assert!(ran.stderr.contains("it is not there any more"), "{ran}");
    // The very bytes come back: what is stored counts.
    let path = bench.cli.home().file("app.apk", &bytes).display().to_string();
    let app = bench.app();
    let ran = bench.cli.ok(&["distribute", "release", "-a", &app, "-f", &path, "-g", "Collaborators"]).await;
    assert!(ran.stderr.contains("going on with the upload"), "{ran}");
    assert_eq!(bench.stored(), [1, 2, 3, 4]);
    assert_eq!(bench.download(1).await, sha256(&bytes));
}

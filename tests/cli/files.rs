use std::path::{Path, PathBuf};

use testkit::clients::slipway_cli::output_of;
use testkit::package::{HELLO_WORLD, padded_apk, sha256};
use testkit::proxy::RequestFault;

use crate::fixture::Fixture;

/// Chunks have 8 MiB at the least: enough for four.
const PADDING: usize = 30 << 20;

/// Starts an upload, changes the file while the second chunk is held in flight, and forwards it then.
async fn meanwhile(fixture: &Fixture, file: &Path, change: impl FnOnce()) -> testkit::CommandOutput {
    let (app, path) = (fixture.app(), file.display().to_string());
    fixture.proxy.fail_next("/upload/upload_chunk/", RequestFault::None, 1);
    fixture.proxy.fail_next("/upload/upload_chunk/", RequestFault::Hold, 1);
    let command =
        ["distribute", "release", "-a", &app, "-f", &path, "-g", "Collaborators", "--parallel", "1"];
    let child = fixture.cli.start(&command);
    fixture
        .proxy
        .wait_for("/upload/upload_chunk/", 1, |request| request.fault == Some(RequestFault::Hold))
        .await;
    change();
    fixture.proxy.clear_faults();
    output_of(child).await
}

fn package(fixture: &Fixture) -> (PathBuf, Vec<u8>) {
    let bytes = padded_apk(HELLO_WORLD, PADDING);
    (fixture.cli.home().file("app.apk", &bytes), bytes)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_overwritten_during_the_upload_stops_it_and_the_next_run_starts_a_new_one() {
    let fixture = Fixture::new().await;
    let (file, _) = package(&fixture);
    let other = padded_apk(HELLO_WORLD, PADDING + 5);
    let output = meanwhile(&fixture, &file, || std::fs::write(&file, &other).expect("written")).await;
    assert_eq!(output.code, 1, "{output}");
    assert!(output.stderr.contains("it was changed or replaced"), "{output}");
    assert!(fixture.proxy.requests("/upload/finished").is_empty());
    assert_eq!(cancels(&fixture), [Some(200)], "the stored chunks are freed");

    let (app, path) = (fixture.app(), file.display().to_string());
    fixture.cli.ok(&["distribute", "release", "-a", &app, "-f", &path, "-g", "Collaborators"]).await;
    assert_eq!(cancels(&fixture).len(), 1);
    assert_eq!(fixture.download(1).await, sha256(&other));
    assert_eq!(fixture.n_releases().await, 1);
}

/// The statuses of the calls that cancel an upload.
fn cancels(fixture: &Fixture) -> Vec<Option<u16>> {
    fixture.proxy.requests("/upload/cancel/").iter().map(|request| request.status).collect()
}

/// Of equal length, and equal wherever it is sampled: only reading all of it shows the difference.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_between_samples_stops_the_upload_once_and_the_next_run_starts_a_new_one() {
    let fixture = Fixture::new().await;
    let (file, mut bytes) = package(&fixture);
    let (app, path) = (fixture.app(), file.display().to_string());
    let command = ["distribute", "release", "-a", &app, "-f", &path, "-g", "Collaborators"];
    fixture.proxy.fail_next("/upload/upload_chunk/", RequestFault::None, 1);
    fixture.proxy.fail_next("/upload/upload_chunk/", RequestFault::Hold, 1000);
    let one_by_one = [&command[..], &["--parallel", "1"]].concat();
    let mut child = fixture.cli.start(&one_by_one);
    // The second chunk is sent after the checkpoint has the first.
    fixture
        .proxy
        .wait_for("/upload/upload_chunk/", 1, |request| request.fault == Some(RequestFault::Hold))
        .await;
    child.kill().await.expect("it is killed");
    fixture.proxy.clear_faults();
    // In the first chunk, between the first block that is sampled and the second.
    bytes[1 << 20] ^= 1;
    std::fs::write(&file, &bytes).expect("written");

    let output = fixture.cli.run(&command).await;
    assert_eq!(output.code, 1, "{output}");
    assert!(output.stderr.contains("its content differs from before"), "{output}");
    assert_eq!(cancels(&fixture), [Some(200)]);
    fixture.cli.ok(&command).await;
    assert_eq!(fixture.download(1).await, sha256(&bytes));
    assert_eq!(fixture.n_releases().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_removed_during_the_upload_stops_it() {
    let fixture = Fixture::new().await;
    let (file, bytes) = package(&fixture);
    let output = meanwhile(&fixture, &file, || std::fs::remove_file(&file).expect("removed")).await;
    assert_eq!(output.code, 1, "{output}");
    assert!(output.stderr.contains("it was moved or deleted"), "{output}");
    // The same bytes are there again: stored chunks count.
    let path = fixture.cli.home().file("app.apk", &bytes).display().to_string();
    let app = fixture.app();
    let output =
        fixture.cli.ok(&["distribute", "release", "-a", &app, "-f", &path, "-g", "Collaborators"]).await;
    assert!(output.stderr.contains("continuing the upload"), "{output}");
    // A chunk that was in flight when the file was removed may have been stored, without a client to read the response.
    let stored = fixture.stored_chunks();
    assert_eq!(stored.iter().filter(|number| **number == 1).count(), 1, "{stored:?}");
    assert!(stored.contains(&4), "{stored:?}");
    assert_eq!(fixture.download(1).await, sha256(&bytes));
}

use http::Method;
use protocol::route;
use serde_json::{Value, json};
use testkit::clients::slipway_cli::output_of;
use testkit::package::{HELLO_WORLD, padded_apk, sha256};
use testkit::proxy::RequestFault;
use tokio::process::Child;

use crate::fixture::Fixture;

const CHUNK: &str = "/upload/upload_chunk/";

/// A package of that many chunks, in the home folder of the command line.
fn package(fixture: &Fixture, n_chunks: usize) -> (String, Vec<u8>) {
    let bytes = padded_apk(HELLO_WORLD, (n_chunks - 1) * (8 << 20) + (1 << 20));
    (fixture.cli.home().file("app.apk", &bytes).display().to_string(), bytes)
}

fn command<'a>(app: &'a str, file: &'a str) -> [&'a str; 8] {
    ["distribute", "release", "-a", app, "-f", file, "-g", "Collaborators"]
}

/// Starts an upload and waits until `n_stored` chunks are stored and another one is held in flight.
async fn in_the_middle(fixture: &Fixture, file: &str, n_stored: usize) -> Child {
    fixture.proxy.fail_next(CHUNK, RequestFault::None, n_stored);
    fixture.proxy.fail_next(CHUNK, RequestFault::Hold, 1000);
    let child = fixture.cli.start(&command(&fixture.app(), file));
    fixture.proxy.wait_for(CHUNK, n_stored, |request| request.status == Some(200)).await;
    fixture.proxy.wait_for(CHUNK, 1, |request| request.fault == Some(RequestFault::Hold)).await;
    child
}

#[tokio::test(flavor = "multi_thread")]
async fn after_kill_9_the_same_command_resumes_and_sends_no_chunk_twice() {
    let fixture = Fixture::new().await;
    let (file, bytes) = package(&fixture, 27);
    assert!(bytes.len() > 200_000_000);
    let mut child = in_the_middle(&fixture, &file, 11).await;
    child.kill().await.expect("it is killed");
    let before = fixture.stored_chunks();
    assert_eq!(before.len(), 11);
    // The chunk that was held never arrives.
    let n_before = fixture.proxy.requests(CHUNK).len();
    fixture.proxy.clear_faults();

    let output = fixture.cli.ok(&command(&fixture.app(), &file)).await;
    assert!(output.stderr.contains("continuing the upload that was interrupted at "), "{output}");
    let after = fixture.proxy.requests(CHUNK);
    let after: Vec<_> = after.iter().skip(n_before).map(|request| &request.path).collect();
    for number in before {
        let again = format!("block_number={number}");
        assert!(!after.iter().any(|path| path.ends_with(&again)), "chunk {number} was sent twice");
    }
    assert_eq!(fixture.stored_chunks(), (1..=27).collect::<Vec<_>>());
    assert_eq!(fixture.download(1).await, sha256(&bytes));
    assert_eq!(fixture.n_releases().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_ctrl_c_says_how_to_resume() {
    let fixture = Fixture::new().await;
    let (file, bytes) = package(&fixture, 4);
    let app = fixture.app();
    interrupt(in_the_middle(&fixture, &file, 2).await).await;
    fixture.proxy.clear_faults();
    // Once more, before the command line has the server's state.
    fixture.proxy.fail_next("/uploads/releases/", RequestFault::Hold, 1000);
    let child = fixture.cli.start(&command(&app, &file));
    fixture.proxy.wait_for("/uploads/releases/", 1, |request| request.method == "GET").await;
    interrupt(child).await;
    fixture.proxy.clear_faults();

    fixture.cli.ok(&command(&app, &file)).await;
    assert_eq!(fixture.stored_chunks(), [1, 2, 3, 4]);
    assert_eq!(fixture.download(1).await, sha256(&bytes));
}

async fn interrupt(child: Child) {
    let process = child.id().expect("it runs").to_string();
    let sent = std::process::Command::new("kill").args(["-INT", &process]).status();
    assert!(sent.is_ok_and(|status| status.success()));
    let output = output_of(child).await;
    assert_eq!(output.code, 130, "{output}");
    assert!(
        output.stderr.contains("interrupted at ") && output.stderr.contains("the same command again"),
        "{output}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_home_folder_a_package_is_still_released() {
    let fixture = Fixture::new().await;
    let (app, file) = (fixture.app(), testkit::package::corpus_path(HELLO_WORLD).display().to_string());
    let cli = testkit::SlipwayCli::new(&fixture.proxy.url, &fixture.shared.token).with("HOME", "");
    let output = cli.ok(&command(&app, &file)).await;
    assert!(output.stderr.contains("No home folder found"), "{output}");
    assert_eq!(fixture.n_releases().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_stated_versions_start_another_upload() {
    let fixture = Fixture::new().await;
    let (file, _) = package(&fixture, 3);
    interrupt(in_the_middle(&fixture, &file, 1).await).await;
    fixture.proxy.clear_faults();
    let app = fixture.app();
    let output = fixture.cli.ok(&[&command(&app, &file)[..], &["-n", "7"]].concat()).await;
    assert!(output.stderr.contains("was for another version"), "{output}");
    assert_eq!(fixture.proxy.requests("/upload/cancel/").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_commands_cannot_run_the_same_upload() {
    let fixture = Fixture::new().await;
    let (file, _) = package(&fixture, 3);
    let child = in_the_middle(&fixture, &file, 1).await;
    let process = child.id().expect("it runs").to_string();
    let printed = fixture.cli.fails(7, &command(&fixture.app(), &file)).await.stderr;
    assert!(printed.contains(&process), "{printed}");
    fixture.proxy.clear_faults();
    let output = output_of(child).await;
    assert_eq!(output.code, 0, "{output}");
    assert_eq!(fixture.n_releases().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_token_from_the_config_file_is_used_when_the_first_one_is_revoked() {
    let fixture = Fixture::new().await;
    let (file, _) = package(&fixture, 3);
    let made = fixture.shared.call(Method::POST, route::API_TOKENS, &json!({"description": "short"})).await;
    let (id, short) = (made["id"].as_str().expect("an id"), made["api_token"].as_str().expect("a token"));
    let cli = testkit::SlipwayCli::without_server().with("SLIPWAY_SERVER", &fixture.proxy.url);
    cli.ok(&["login", "--token", short]).await;
    fixture.proxy.fail_next(CHUNK, RequestFault::Hold, 1000);
    let child = cli.start(&command(&fixture.app(), &file));
    fixture.proxy.wait_for(CHUNK, 1, |request| request.fault == Some(RequestFault::Hold)).await;
    fixture.shared.call(Method::DELETE, &route::path(route::API_TOKEN, &[id]), &Value::Null).await;
    cli.ok(&["login", "--token", &fixture.shared.token]).await;
    fixture.proxy.clear_faults();
    let output = output_of(child).await;
    assert_eq!(output.code, 0, "{output}");
    assert!(fixture.proxy.requests("/uploads/releases/").iter().any(|request| request.status == Some(401)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_that_some_groups_did_not_get_is_distributed_to_the_rest() {
    let fixture = Fixture::new().await;
    fixture.new_group("QA").await;
    let (app, file) = (fixture.app(), testkit::package::corpus_path(HELLO_WORLD).display().to_string());
    // As many faults as a call has attempts.
    fixture.proxy.fail_next("/releases/1/groups", RequestFault::None, 1);
    fixture.proxy.fail_next("/releases/1/groups", RequestFault::Respond500, 4);
    let command = ["distribute", "release", "-a", &app, "-f", &file, "-g", "Collaborators,QA"];
    let printed = fixture.cli.fails(6, &command).await.stderr;
    assert!(
        printed.contains("release 1 exists and was distributed to 1 of 2 destinations, but not to QA"),
        "{printed}"
    );
    let output = fixture.cli.ok(&command).await;
    assert!(output.stderr.contains("release 1 of this file exists already"), "{output}");
    assert_eq!(fixture.n_releases().await, 1);
    assert_eq!(fixture.release(1).await["destinations"].as_array().map(Vec::len), Some(2));
    assert_eq!(fixture.proxy.requests("/upload/finished").len(), 1);
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn memory_stays_within_the_chunks_in_flight_and_64_mib() {
    let fixture = Fixture::new().await;
    // More than twice the allowed memory.
    let (file, _) = package(&fixture, 40);
    fixture.proxy.fail_next("/upload/finished", RequestFault::Hold, 1);
    let child = fixture.cli.start(&command(&fixture.app(), &file));
    fixture.proxy.wait_for("/upload/finished", 1, |_| true).await;
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id().expect("it runs")));
    let status = status.expect("it runs");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    let peak: u64 = peak.trim().trim_end_matches(" kB").parse().expect("a number");
    println!("peak memory of the command line: {} MiB", peak >> 10);
    assert!(peak <= (8 * 8 + 64) << 10, "expected up to 128 MiB, got {peak} KiB");
    fixture.proxy.clear_faults();
    assert_eq!(output_of(child).await.code, 0);
}

use std::fs::{self, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use testkit::browser::BrowserKind;
use testkit::network::FaultKind;
use testkit::package::LargePackage;

use crate::fixture::{Fixture, MIB, chunk_number};

/// A package of eight chunks, of which three are stored.
async fn upload_held(app: &str) -> (Fixture, LargePackage) {
    let fixture = Fixture::open(BrowserKind::Chromium).await;
    let package = upload_held_at_3(&fixture, app, 60 * MIB).await;
    (fixture, package)
}

/// A package with that many bytes of padding, of which three chunks are stored and the others are held.
async fn upload_held_at_3(fixture: &Fixture, app: &str, padding: u64) -> LargePackage {
    let package = fixture.package("a.apk", padding);
    fixture.proxy.hold(|request| chunk_number(request).is_some_and(|number| number > 3));
    fixture.begin_release(&package.path, app).await;
    fixture.wait_for_chunks(3).await;
    package
}

/// Overwrites bytes in the middle of a file, whose length stays.
fn overwrite(path: &Path, offset: u64) {
    let mut file = OpenOptions::new().write(true).open(path).expect("the package is there");
    file.seek(SeekFrom::Start(offset)).expect("it is long enough");
    file.write_all(&[7; 100_000]).expect("it can be changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_file_of_the_same_name_and_length_is_refused_and_the_right_one_resumes() {
    let (fixture, package) = upload_held("Mistaken").await;
    fixture.browser.client.refresh().await.expect("the page loads again");
    fixture.browser.find("unfinished").await;
    let other = fixture.folder.path().join("other");
    fs::create_dir(&other).expect("a folder");
    let other = other.join("a.apk");
    fs::copy(&package.path, &other).expect("a copy");
    // At the start of the file, where every sampling looks.
    overwrite(&other, 0);
    fixture.resume(&other).await;
    let message = fixture.browser.text("other-file").await;
    assert!(message.contains("another file of the same name"), "{message}");

    fixture.forward_all();
    fixture.resume(&package.path).await;
    fixture.browser.wait_for_phase("ready").await;
    assert_eq!(fixture.times_stored(8), [1; 8]);
    fixture.distribute().await;
    assert_eq!(fixture.downloaded_sha256().await, package.sha256());
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_changes_during_the_upload_stops_it_and_no_mixture_is_released() {
    for kind in BrowserKind::from_environment() {
        let fixture = Fixture::open(kind).await;
        let package = upload_held_at_3(&fixture, "Changed", 124 * MIB).await;
        // In a stored chunk, and farther than the browser reads ahead: together they would be a mixture.
        for offset in [9, 120] {
            overwrite(&package.path, offset * MIB);
        }
        fixture.proxy.clear_faults();
        let message = fixture.browser.text("upload-error").await;
        assert!(message.contains("changed"), "{kind:?}: {message}");
        fixture.browser.screenshot("changed").await;
        assert!(fixture.proxy.requests("/upload/finished/").is_empty(), "{kind:?}: nothing is finished");
        fixture.close().await;
    }
}

/// The bytes that are sent again differ from those that were sent first.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_changes_while_a_chunk_is_in_flight_stops_the_upload_and_the_network_is_not_blamed() {
    let (fixture, package) = upload_held("Overtaken").await;
    overwrite(&package.path, 30 * MIB);
    fixture.network.fail_open(FaultKind::Reset);
    fixture.proxy.clear_faults();
    let message = fixture.browser.text("upload-error").await;
    assert!(message.contains("changed"), "{message}");
    assert!(fixture.proxy.requests("/upload/finished/").is_empty(), "nothing is finished");
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_between_samples_is_noticed_when_the_upload_resumes() {
    let (fixture, package) = upload_held("Patched").await;
    fixture.browser.client.refresh().await.expect("the page loads again");
    fixture.browser.find("unfinished").await;
    // Within the second chunk, which is stored already.
    overwrite(&package.path, 9 * MIB + 500_000);
    fixture.forward_all();
    fixture.resume(&package.path).await;
    let message = fixture.browser.text("upload-error").await;
    assert!(message.contains("changed"), "{message}");
    assert!(fixture.proxy.requests("/upload/finished/").is_empty(), "nothing is finished");
    fixture.close().await;
}

use std::time::Duration;

use testkit::browser::Kind;
use testkit::gate::{Bursts, Reply};
use testkit::wire::{End, Profile, Strike};

use crate::scene::{MIB, Scene};

#[tokio::test(flavor = "multi_thread")]
async fn what_testers_get_of_600_mb_is_what_was_chosen_whatever_the_network_did() {
    let profile = Profile {
        delay: Duration::from_millis(10),
        rate: Some(80 * MIB),
        ends: vec![End::every(Strike::Reset, 16 * MIB..64 * MIB)],
        ..Profile::default()
    };
    let scene = Scene::open_over(Kind::Chromium, profile).await;
    // Few fall silent: each costs the 20 s in which that is noticed.
    for strike in [Strike::Silence, Strike::Cut, Strike::Silence, Strike::Cut] {
        scene.wire.end_next(End::every(strike, 2 * MIB..8 * MIB));
    }
    let package = scene.package("600mb.apk", 600_000_000);
    scene.gate.bursts(Bursts {
        seed: 7,
        every: 8..20,
        length: 1..4,
        replies: vec![Reply::new(503), Reply::new(503).after(1), Reply::new(429).after(1)],
    });
    scene.begin_release(&package.path, "Stormy").await;
    scene.until_finishing().await;
    let (counts, passed) = (scene.wire.counts(), scene.gate.passed("/upload_chunk/"));
    println!(
        "{counts:?}, {} answers that were not the service's",
        passed.iter().filter(|one| one.is_ours).count()
    );
    scene.wire.set(Profile::default());
    // What follows is the page's business, and not done again by itself.
    scene.gate.heal();
    assert!(counts.resets > 0 && counts.silences > 0 && counts.cuts > 0, "{counts:?}");
    for status in [503, 429] {
        assert!(passed.iter().any(|request| request.status == Some(status)), "no {status}");
    }
    scene.browser.until_phase("ready").await;
    scene.distribute().await;
    assert_eq!(scene.downloaded_sha256().await, package.sha256());
    scene.close().await;
}

use std::time::Duration;

use testkit::browser::BrowserKind;
use testkit::network::{ConnectionFault, FaultKind, NetworkProfile};
use testkit::proxy::streaming::{ErrorBursts, StubResponse};

use crate::fixture::{Fixture, MIB};

#[tokio::test(flavor = "multi_thread")]
async fn testers_download_the_chosen_600_mb_despite_all_network_faults() {
    let profile = NetworkProfile {
        delay: Duration::from_millis(10),
        rate: Some(80 * MIB),
        faults: vec![ConnectionFault::every(FaultKind::Reset, 16 * MIB..64 * MIB)],
        ..NetworkProfile::default()
    };
    let fixture = Fixture::open_over(BrowserKind::Chromium, profile).await;
    // Few connections stall: each takes the 20 s until the client notices.
    for kind in [FaultKind::Stall, FaultKind::Close, FaultKind::Stall, FaultKind::Close] {
        fixture.network.fail_next(ConnectionFault::every(kind, 2 * MIB..8 * MIB));
    }
    let package = fixture.package("600mb.apk", 600_000_000);
    fixture.proxy.error_bursts(ErrorBursts {
        seed: 7,
        every: 8..20,
        length: 1..4,
        responses: vec![
            StubResponse::new(503),
            StubResponse::new(503).retry_after(1),
            StubResponse::new(429).retry_after(1),
        ],
    });
    fixture.begin_release(&package.path, "Stormy").await;
    fixture.wait_until_stored().await;
    let (counts, requests) = (fixture.network.counts(), fixture.proxy.requests("/upload_chunk/"));
    println!(
        "{counts:?}, {} answers that were not the service's",
        requests.iter().filter(|request| request.is_stubbed).count()
    );
    fixture.network.set_profile(NetworkProfile::default());
    // The page does not retry the calls that follow by itself.
    fixture.proxy.clear_faults();
    assert!(counts.resets > 0 && counts.stalls > 0 && counts.closes > 0, "{counts:?}");
    for status in [503, 429] {
        assert!(requests.iter().any(|request| request.status == Some(status)), "no {status}");
    }
    fixture.browser.wait_for_phase("ready").await;
    fixture.distribute().await;
    assert_eq!(fixture.downloaded_sha256().await, package.sha256());
    fixture.close().await;
}

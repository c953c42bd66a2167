use testkit::{SlipwayCli, WebhookReceiver};

use crate::fixture::Fixture;

#[tokio::test(flavor = "multi_thread")]
async fn after_login_no_token_is_needed() {
    let fixture = Fixture::new().await;
    let (server, token) = (fixture.proxy.url.as_str(), fixture.shared.token.as_str());
    let cli = SlipwayCli::without_server();
    let output = cli.run_with(&["login", "--server", server], &format!("{token}\n")).await;
    assert_eq!(output.code, 0, "{output}");
    assert!(output.stdout.contains(&format!("signed in to {server} as developer")), "{output}");
    assert!(!output.stdout.contains(token) && !output.stderr.contains(token), "{output}");
    // The server of the last login is used.
    assert!(cli.ok(&["apps"]).await.stdout.contains(&fixture.app()));
    let config = cli.home().path().join(".config/slipway/config.json");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&config).expect("a config file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    cli.ok(&["logout"]).await;
    assert!(!std::fs::read_to_string(config).expect("a config file").contains(token));
    cli.fails(3, &["apps", "--server", server]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_token_is_not_stored() {
    let fixture = Fixture::new().await;
    let cli = SlipwayCli::without_server();
    let output = cli.fails(3, &["login", "--server", &fixture.proxy.url, "--token", "0123456789"]).await;
    assert!(output.stderr.contains("unknown or was revoked"), "{output}");
    assert!(!cli.home().path().join(".config").exists());
    let printed = cli.run_with(&["login", "--server", &fixture.proxy.url], "two words\n").await;
    assert_eq!(printed.code, 2, "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_sent_only_to_the_server_it_belongs_to() {
    let fixture = Fixture::new().await;
    let cli = SlipwayCli::without_server();
    let output =
        cli.fails(0, &["login", "--server", &fixture.proxy.url, "--token", &fixture.shared.token]).await;
    assert!(output.stderr.is_empty(), "{output}");
    let other = WebhookReceiver::start(&[]).await;
    cli.fails(3, &["apps", "--server", &other.url]).await;
}

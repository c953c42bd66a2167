use serde_json::json;
use testkit::SlipwayCli;
use testkit::package::{HELLO_WORLD, corpus_path};

use crate::fixture::Fixture;

#[tokio::test(flavor = "multi_thread")]
async fn apps_and_groups_are_listed_for_people_and_for_programs() {
    let fixture = Fixture::new().await;
    fixture.new_group("QA").await;
    let apps = fixture.cli.json(&["apps"]).await;
    let app =
        apps.as_array().into_iter().flatten().find(|app| app["owner"]["name"] == fixture.owner.as_str());
    assert_eq!(app.map(|app| (&app["name"], &app["os"])), Some((&json!("one"), &json!("Android"))));
    let said = fixture.cli.ok(&["apps"]).await.stdout;
    assert!(said.starts_with("APP ") && said.contains(&fixture.app()), "{said}");

    let groups = fixture.cli.json(&["groups", "--app", &fixture.app()]).await;
    let names: Vec<_> = groups.as_array().into_iter().flatten().map(|group| &group["name"]).collect();
    assert_eq!(names, ["Collaborators", "QA"]);
    assert!(fixture.cli.ok(&["groups", "-a", &fixture.app()]).await.stdout.contains("QA"));
}

#[tokio::test(flavor = "multi_thread")]
async fn releases_are_listed_and_shown() {
    let fixture = Fixture::new().await;
    let app = fixture.app();
    assert_eq!(fixture.cli.ok(&["releases", "-a", &app]).await.stdout, "no releases yet\n");
    let file = corpus_path(HELLO_WORLD).display().to_string();
    fixture
        .cli
        .ok(&["distribute", "release", "-a", &app, "-f", &file, "-g", "Collaborators", "-r", "a\nb"])
        .await;
    let releases = fixture.cli.json(&["releases", "-a", &app, "--published-only"]).await;
    assert_eq!((&releases[0]["id"], &releases[0]["short_version"]), (&json!(1), &json!("1.0")));
    let said = fixture.cli.ok(&["releases", "-a", &app]).await.stdout;
    assert!(said.contains("Collaborators"), "{said}");
    for number in ["1", "latest"] {
        let release = fixture.cli.json(&["releases", "show", number, "-a", &app]).await;
        assert_eq!(release["bundle_identifier"], "com.example.helloworld");
        let said = fixture.cli.ok(&["releases", "show", number, "--app", &app]).await.stdout;
        assert!(said.contains("1.0 (1)") && said.contains("Collaborators"), "{said}");
        assert!(said.contains("Notes          a\n               b\n"), "{said}");
    }
    let said = fixture.cli.fails(4, &["releases", "show", "9", "-a", &app]).await.stderr;
    assert!(said.contains("9"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_and_forbidden_things_are_named_in_the_error() {
    let fixture = Fixture::new().await;
    let missing = format!("{}/nothing", fixture.owner);
    let said = fixture.cli.fails(4, &["groups", "-a", &missing]).await.stderr;
    assert!(said.contains(&missing), "{said}");
    let stranger = SlipwayCli::new(&fixture.proxy.url, "0123456789abcdef0123456789abcdef01234567");
    let said = stranger.fails(3, &["apps"]).await.stderr;
    assert!(said.contains("unknown or was revoked") && said.contains("slipway login"), "{said}");
    assert!(!said.contains("0123456789"), "{said}");
    let said = stranger.fails(3, &["apps", "--output", "json"]).await.stderr;
    let error: serde_json::Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!(error["error"]["code"], "unauthorized");
    let nobody = SlipwayCli::without_server();
    let said = nobody.fails(3, &["apps", "--server", &fixture.proxy.url]).await.stderr;
    assert!(said.contains("SLIPWAY_TOKEN"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn debug_output_contains_no_token() {
    let fixture = Fixture::new().await;
    let file = corpus_path(HELLO_WORLD).display().to_string();
    let release =
        ["distribute", "release", "-a", &fixture.app(), "-f", &file, "-g", "Collaborators", "--debug"];
    let ran = fixture.cli.ok(&release).await;
    assert!(ran.stderr.contains("debug: POST /upload/finished/"), "{ran}");
    let tokens = fixture.proxy.requests("").into_iter().flat_map(|seen| seen.headers);
    let tokens: Vec<String> =
        tokens.filter(|(name, _)| name.contains("token")).map(|(_, value)| value).collect();
    assert!(tokens.len() > 4);
    for token in tokens {
        assert!(!ran.stderr.contains(&token) && !ran.stdout.contains(&token), "{ran}");
    }
}

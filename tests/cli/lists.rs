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
    let printed = fixture.cli.ok(&["apps"]).await.stdout;
    assert!(printed.starts_with("APP ") && printed.contains(&fixture.app()), "{printed}");

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
    let printed = fixture.cli.ok(&["releases", "-a", &app]).await.stdout;
    assert!(printed.contains("Collaborators"), "{printed}");
    for number in ["1", "latest"] {
        let release = fixture.cli.json(&["releases", "show", number, "-a", &app]).await;
        assert_eq!(release["bundle_identifier"], "com.example.helloworld");
        let printed = fixture.cli.ok(&["releases", "show", number, "--app", &app]).await.stdout;
        assert!(printed.contains("1.0 (1)") && printed.contains("Collaborators"), "{printed}");
        assert!(printed.contains("Notes          a\n               b\n"), "{printed}");
    }
    let printed = fixture.cli.fails(4, &["releases", "show", "9", "-a", &app]).await.stderr;
    assert!(printed.contains("9"), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_and_forbidden_things_are_named_in_the_error() {
    let fixture = Fixture::new().await;
    let missing = format!("{}/nothing", fixture.owner);
    let printed = fixture.cli.fails(4, &["groups", "-a", &missing]).await.stderr;
    assert!(printed.contains(&missing), "{printed}");
    let unknown = SlipwayCli::new(&fixture.proxy.url, "0123456789abcdef0123456789abcdef01234567");
    let printed = unknown.fails(3, &["apps"]).await.stderr;
    assert!(printed.contains("unknown or was revoked") && printed.contains("slipway login"), "{printed}");
    assert!(!printed.contains("0123456789"), "{printed}");
    let printed = unknown.fails(3, &["apps", "--output", "json"]).await.stderr;
    let error: serde_json::Value = serde_json::from_str(&printed).expect("JSON");
    assert_eq!(error["error"]["code"], "unauthorized");
    let signed_out = SlipwayCli::without_server();
    let printed = signed_out.fails(3, &["apps", "--server", &fixture.proxy.url]).await.stderr;
    assert!(printed.contains("SLIPWAY_TOKEN"), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn debug_output_contains_no_token() {
    let fixture = Fixture::new().await;
    let file = corpus_path(HELLO_WORLD).display().to_string();
    let release =
        ["distribute", "release", "-a", &fixture.app(), "-f", &file, "-g", "Collaborators", "--debug"];
    let output = fixture.cli.ok(&release).await;
    assert!(output.stderr.contains("debug: POST /upload/finished/"), "{output}");
    let tokens = fixture.proxy.requests("").into_iter().flat_map(|request| request.headers);
    let tokens: Vec<String> =
        tokens.filter(|(name, _)| name.contains("token")).map(|(_, value)| value).collect();
    assert!(tokens.len() > 4);
    for token in tokens {
        assert!(!output.stderr.contains(&token) && !output.stdout.contains(&token), "{output}");
    }
}

use serde_json::{Value, json};
use testkit::clients::appcenter_cli::AppCenterCliVersion;

use crate::fixture::{Fixture, with_both_versions};

with_both_versions!(
    a_token_signs_in_until_logout,
    apps_are_made_listed_shown_and_deleted,
    api_tokens_are_made_listed_and_ended,
    organizations_are_made_listed_and_have_apps,
);

async fn a_token_signs_in_until_logout(version: AppCenterCliVersion) {
    let fixture = Fixture::new(version).await;
    let cli = &fixture.cli;
    let printed = cli.fails(5, &["apps", "list"]).await;
    assert!(printed.contains("requires a logged in user"), "{printed}");
    let printed = cli.fails(3, &["login", "--token", "0123456789", "--env", "local"]).await;
    assert!(printed.contains("the API token is unknown or was revoked; create a new one"), "{printed}");
    let printed = cli.ok(&["login", "--token", &fixture.shared.token, "--env", "local"]).await;
    assert_eq!(printed, "Logged in as developer\n");
    let printed = cli.ok(&["profile", "list"]).await;
    assert!(printed.contains("developer@localhost.localdomain"), "{printed}");
    assert_eq!(cli.ok(&["logout"]).await, "Successfully logged out\n");
    cli.fails(5, &["apps", "list"]).await;
}

async fn apps_are_made_listed_shown_and_deleted(version: AppCenterCliVersion) {
    let fixture = Fixture::signed_in(version).await;
    let cli = &fixture.cli;
    let display_name = format!("Made by {version:?}");
    let app = format!("developer/Made-by-{version:?}");
    let create = ["apps", "create", "-d", &display_name, "-o", "Windows", "-p", "UWP", "-r", "Beta"];
    let printed = cli.ok(&create).await;
    let slug = format!("Name:                  Made-by-{version:?}\n");
    for part in [slug.as_str(), "OS:                    Windows", "Release Type:          Beta"] {
        assert!(printed.contains(part), "expected `{part}` in:\n{printed}");
    }

    let taken = cli.fails(fixture.either(3, 4), &create).await;
    let expected = fixture.either("already; choose another name", "an app with this 'name' already exists");
    assert!(taken.contains(expected), "{taken}");

    assert!(cli.ok(&["apps", "list"]).await.lines().any(|line| line.trim() == app));
    let shown = cli.json(&["apps", "show", "-a", &app]).await;
    assert_eq!(
        [&shown["displayName"], &shown["platform"], &shown["owner"]["type"], &shown["memberPermissions"]],
        [&json!(display_name), &json!("UWP"), &json!("user"), &json!(["manager"])]
    );
    cli.ok(&["apps", "set-current", &app]).await;
    assert!(cli.ok(&["apps", "show"]).await.contains(&slug), "the current app");

    cli.ok(&["apps", "delete", "-a", &app, "--quiet"]).await;
    assert!(!cli.ok(&["apps", "list"]).await.contains(&app));
    for command in ["show", "delete"] {
        let printed = cli.fails(fixture.either(3, 6), &["apps", command, "-a", &app, "--quiet"]).await;
        let words = format!("there is no app `{app}`");
        assert!(
            printed.contains(&fixture.either(words, format!("the app \"{app}\" could not be found"))),
            "{printed}"
        );
    }
}

async fn api_tokens_are_made_listed_and_ended(version: AppCenterCliVersion) {
    let fixture = Fixture::signed_in(version).await;
    let cli = &fixture.cli;
    let app = fixture.app("one", "Android").await;
    for kind in [&[][..], &["-t", "app", "-a", &app]] {
        let command = |verb, more: &[&'static str]| [&["tokens", verb], more].concat();
        let created = cli.json(&[&command("create", &["-d", "for a build"])[..], kind].concat()).await;
        let (id, token) = (text(&created["id"]), text(&created["apiToken"]));
        assert_eq!((token.len(), &created["scope"]), (40, &json!(["all"])));
        let listed = cli.json(&[&command("list", &[])[..], kind].concat()).await;
        let row = rows(&listed).find(|row| row[0] == created["id"]).expect("the new token is listed");
        assert_eq!([&row[1], &row[3]], [&json!("for a build"), &created["createdAt"]]);

        let show = ["apps", "show", "-a", &app, "--token", token, "--env", "local"];
        cli.ok(&show).await;
        cli.ok(&[&["tokens", "delete", id, "--quiet"][..], kind].concat()).await;
        let listed = cli.json(&[&command("list", &[])[..], kind].concat()).await;
        assert!(rows(&listed).all(|row| row[0] != created["id"]));
        cli.fails(3, &show).await;
    }
}

async fn organizations_are_made_listed_and_have_apps(version: AppCenterCliVersion) {
    let fixture = Fixture::signed_in(version).await;
    let cli = &fixture.cli;
    let name = format!("made-by-{version:?}");
    let create = ["orgs", "create", "-n", &name, "-d", "Made here"];
    let printed = cli.ok(&create).await;
    assert!(printed.contains(&format!("Successfully created organization {name}")), "{printed}");
    assert!(cli.fails(4, &create).await.contains(&format!("organization {name} already exists")));
    let listed = cli.json(&["orgs", "list"]).await;
    assert!(rows(&listed).any(|row| *row == json!(["Made here", name])), "{listed}");

    cli.ok(&["orgs", "apps", "create", "-n", &name, "-d", "Phone", "-o", "iOS", "-p", "Objective-C-Swift"])
        .await;
    let apps = cli.json(&["orgs", "apps", "list", "-n", &name]).await;
    assert!(apps.to_string().contains("Phone"), "{apps}");
    let shown = cli.ok(&["orgs", "show", "-n", &name]).await;
    for part in
        ["Display name:  Made here", "Admins:        developer", "Apps:          1", "Collaborators: 1"]
    {
        assert!(shown.contains(part), "expected `{part}` in:\n{shown}");
    }
    let printed = cli.fails(4, &["orgs", "show", "-n", "no-such-org"]).await;
    assert!(printed.contains("organization no-such-org doesn't exist"), "{printed}");
}

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

fn rows(table: &Value) -> impl Iterator<Item = &Value> {
    table.as_array().into_iter().flatten()
}

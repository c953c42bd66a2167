//! The calls of App Center's guide, made by curl with the guide's own commands.

use std::path::Path;
use testkit::SharedStack;

use http::Method;
use protocol::route;
use serde_json::{Value, json};
use testkit::TempFolder;
use testkit::package::{HELLO_WORLD, corpus, corpus_path};
use tokio::process::Command;

/// A package of 13 KB without a name and a version.
const ARCHIVE: &str = "zip/zip2__chinese.zip";

/// The commands of the guide's section on the API, in order.
struct Guide(Vec<String>);

impl Guide {
    fn read() -> Guide {
        let path = corpus_path("../docs/guide/release-a-build.md");
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let commands: Vec<_> =
            text.lines().map(str::trim).filter(|line| line.starts_with("curl ")).map(str::to_owned).collect();
        assert_eq!(commands.len(), 4, "create, send, commit, distribute");
        Guide(commands)
    }

    /// Runs the command with that number, with names replaced, and returns the response.
    async fn run(&self, number: usize, names: &[(&str, &str)], folder: &Path) -> Value {
        let mut command = self.0[number].clone();
        for (name, ours) in names {
            assert!(command.contains(name), "expected `{name}` in: {command}");
            command = command.replace(name, ours);
        }
        sh(&command, folder).await
    }
}

/// Runs a command in a shell, and returns the response, null for none.
async fn sh(command: &str, folder: &Path) -> Value {
    let mut sh = Command::new("sh");
    sh.arg("-c").arg(command).current_dir(folder).kill_on_drop(true);
    let output = sh.output().await.expect("a shell");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{command}\n{text}{}", String::from_utf8_lossy(&output.stderr));
    if text.is_empty() {
        Value::Null
    } else {
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("{command}\n{text}"))
    }
}

/// Uploads a file by the first three commands, and returns the last one's response.
async fn upload(shared: &SharedStack, app: &str, folder: &Path, file: &str) -> Value {
    let guide = Guide::read();
    let host = ("https://api.appcenter.ms", shared.stack.url.as_str());
    let token = ("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", shared.token.as_str());
    let app = ("JoshuaWeber/APIExample", app);
    let created = guide.run(0, &[host, token, app], folder).await;
    let (id, url) = (text(&created["upload_id"]), text(&created["upload_url"]));
    let address = guide.0[1].split_once("https://").map(|(_, rest)| format!("https://{rest}"));
    let address = address.expect("the guide's upload_url");
    let sent =
        guide.run(1, &[("Versions_1_1_0_12.ipa", file), (&address, &format!("'{url}'"))], folder).await;
    assert_eq!(sent, Value::Null, "204");
    let old_id = ("c18df340-069f-0135-3290-22000b559634", id);
    guide.run(2, &[host, token, app, old_id], folder).await
}

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guides_commands_release_an_apk_to_a_group() {
    let shared = SharedStack::open();
    let owner = shared.new_owner().await;
    shared.new_app(&owner, "one", "Android").await;
    let app = format!("{owner}/one");
    let folder = TempFolder::new("curl");
    folder.file("my build.apk", &corpus(HELLO_WORLD));
    let released = upload(&shared, &app, folder.path(), "my build.apk").await;
    assert_eq!(released, json!({"release_id": 1, "release_url": format!("v0.1/apps/{app}/releases/1")}));

    let group = route::path(route::GROUP, &[&owner, "one", "Collaborators"]);
    let group = shared.call(Method::GET, &group, &Value::Null).await;
    let names = [
        ("https://api.appcenter.ms", shared.stack.url.as_str()),
        ("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", &shared.token),
        ("JoshuaWeber/APIExample", &app),
        ("releases/2", "releases/1"),
        ("10d82aa2-8449-499f-b6d3-44a855058eca", text(&group["id"])),
    ];
    let given = Guide::read().run(3, &names, folder.path()).await;
    assert_eq!([&given["id"], &given["mandatory_update"]], [&group["id"], &json!(false)]);
    let release = route::path(route::RELEASE, &[&owner, "one", "latest"]);
    let release = shared.call(Method::GET, &release, &Value::Null).await;
    assert_eq!([&release["short_version"], &release["destinations"][0]["name"]], ["1.0", "Collaborators"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guides_commands_say_what_is_wrong_with_a_package() {
    let shared = SharedStack::open();
    let owner = shared.new_owner().await;
    shared.new_app(&owner, "one", "Android").await;
    let folder = TempFolder::new("curl");
    folder.file("text.apk", b"milk, bread\n");
    let refused = upload(&shared, &format!("{owner}/one"), folder.path(), "text.apk").await;
    assert_eq!(refused["code"], "bad_request");
    assert!(text(&refused["message"]).starts_with("expected a package, got a text file"), "{refused}");
}

/// The guide's `build_version`, `build_number` and `release_id`, with the commands of Slipway's own documentation.
#[tokio::test(flavor = "multi_thread")]
async fn an_archive_gets_its_version_and_later_another_package() {
    let shared = SharedStack::open();
    let owner = shared.new_owner().await;
    shared.new_app(&owner, "one", "Custom").await;
    let folder = TempFolder::new("curl");
    folder.file("a.zip", &corpus(ARCHIVE));
    let api = format!("{}/v0.1/apps/{owner}/one", shared.stack.url);
    let header = format!("X-API-Token: {}", shared.token);
    for (body, version) in
        [(r#"{"build_version":"2.5"}"#, "2.5"), (r#"{"release_id":1,"build_version":"2.6"}"#, "2.6")]
    {
        let create = format!(r#"curl -s -X POST -H "{header}" -d '{body}' "{api}/release_uploads""#);
        let created = sh(&create, folder.path()).await;
        let send = format!(r#"curl -s -F "ipa=@a.zip" "{}""#, text(&created["upload_url"]));
        assert_eq!(sh(&send, folder.path()).await, Value::Null);
        let commit = format!(
            r#"curl -s -X PATCH -H "{header}" -H "Content-Type: application/json" -d '{{"status":"committed"}}' "{api}/release_uploads/{}""#,
            text(&created["upload_id"])
        );
        assert_eq!(sh(&commit, folder.path()).await["release_id"], 1);
        let shown = sh(&format!(r#"curl -s -H "{header}" "{api}/releases/1""#), folder.path()).await;
        assert_eq!(shown["short_version"], version);
    }
}

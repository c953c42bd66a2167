use protocol::{App, Group, route};
use serde_json::json;
use testkit::Api;

#[test]
fn a_new_app_has_a_name_for_urls_and_the_collaborators_group() {
    let api = Api::new();
    let app = api.create_app("My App", Some("com.example.my"));
    assert_eq!((app.name.as_str(), app.owner.name.as_str()), ("My-App", "ann"));
    let groups: Vec<Group> = api.get(&route::path(route::GROUPS, &["ann", "My-App"])).read();
    assert_eq!(groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>(), ["Collaborators"]);
    let apps: Vec<App> = api.get(route::APPS).read();
    assert_eq!(apps, [app]);
}

#[test]
fn a_name_or_an_identifier_is_taken_once() {
    let api = Api::new();
    api.create_app("One", Some("com.example.one"));
    let same_name = json!({"display_name": "one", "os": "Android", "platform": "Java"});
    let response = api.post(route::APPS, &same_name);
    assert_eq!(response.status, 409);
    assert!(response.text().contains("named `one`"));
    let same_identifier = json!({
        "display_name": "Two", "os": "Android", "platform": "Java", "bundle_identifier": "com.example.one"
    });
    let response = api.post(route::APPS, &same_identifier);
    assert_eq!(response.status, 409);
    assert!(response.text().contains("com.example.one"));
}

#[test]
fn a_bad_request_says_what_was_expected() {
    let api = Api::new();
    for (request, word) in [
        (json!({"display_name": " ", "os": "Android", "platform": "Java"}), "1 to 100 characters"),
        (json!({"display_name": "a", "os": "BeOS", "platform": "Java"}), "BeOS"),
        (json!({"display_name": "a", "name": "a/b", "os": "Android", "platform": "Java"}), "letters, digits"),
        (json!({"display_name": "a", "name": "..", "os": "Android", "platform": "Java"}), "letters, digits"),
    ] {
        let response = api.post(route::APPS, &request);
        assert_eq!(response.status, 400);
        assert!(response.text().contains(word), "{}", response.text());
    }
}

#[test]
fn a_group_is_found_by_its_name_whatever_the_case() {
    let api = Api::new();
    api.create_app("one", None);
    let path = route::path(route::GROUPS, &["ann", "one"]);
    assert_eq!(api.post(&path, &json!({"name": "My Testers"})).status, 201);
    assert_eq!(api.post(&path, &json!({"name": "my testers"})).status, 409);
    let group = api.get(&route::path(route::GROUP, &["ann", "one", "MY TESTERS"]));
    assert_eq!(group.json()["name"], "My Testers");
    let missing = api.get(&route::path(route::GROUP, &["ann", "one", "none"]));
    assert_eq!(
        (missing.status.as_u16(), &missing.json()["code"]),
        (404, &"distribution_group_not_found".into())
    );
}

//! Which app a package goes to.

use artifact::{Artifact, Format, Os};

use super::*;

#[test]
fn the_only_app_of_the_package_is_taken_without_asking() {
    let mut wizard = drafting(None);
    let other_os = app("ios", protocol::Os::Ios, Some("org.example.demo"));
    let effects = draft(&mut wizard).on_apps(Ok(vec![other_os, ours()]));
    assert_eq!(effects, started("demo", None));
    assert_eq!(draft(&mut wizard).target.key(), Some(&key("demo")));
}

#[test]
fn without_an_app_of_the_package_one_is_offered() {
    let mut wizard = drafting(None);
    let free = app("free", protocol::Os::Android, None);
    let apps = vec![app("other", protocol::Os::Android, Some("org.example.other")), free.clone()];
    assert_eq!(draft(&mut wizard).on_apps(Ok(apps)), []);
    let offered = TargetApp::Choosing {
        wrong: None,
        matches: vec![],
        unclaimed: vec![free],
        creation: CallState::Idle,
    };
    assert_eq!(draft(&mut wizard).target, offered);
    draft(&mut wizard).go(WizardStep::Review);
    assert_eq!(
        draft(&mut wizard).step,
        WizardStep::Upload,
        "nothing can be entered for an app that is not known"
    );
}

/// What becomes of a package dropped on the page of the app `hint`.
fn dropped_on(hint: &str, package: &Artifact, apps: &[App]) -> TargetApp {
    TargetApp::find(apps.to_vec(), package, Some(&key(hint)))
}

#[test]
fn a_file_dropped_on_an_apps_page_goes_there_if_the_app_can_take_it() {
    let free = app("free", protocol::Os::Android, None);
    assert_eq!(dropped_on("free", &artifact(), std::slice::from_ref(&free)), TargetApp::of_app(&free));
    assert_eq!(dropped_on("demo", &artifact(), &[ours(), free.clone()]), TargetApp::of_app(&ours()));
    assert_eq!(dropped_on("gone", &artifact(), &[ours(), free]), TargetApp::of_app(&ours()));
    let tools = app("tools", protocol::Os::Custom, None);
    let zip = Artifact::new(Format::Zip, Os::Custom, 3);
    assert_eq!(dropped_on("tools", &zip, &[ours(), tools.clone()]), TargetApp::of_app(&tools));
}

#[test]
fn a_file_dropped_on_another_apps_page_goes_nowhere_by_itself() {
    let other = app("other", protocol::Os::Android, Some("org.example.other"));
    let free = app("free", protocol::Os::Android, None);
    let ios = app("ios", protocol::Os::Ios, Some("org.example.demo"));
    for wrong in [other, free, ios] {
        let target = dropped_on(&wrong.name, &artifact(), &[ours(), wrong.clone()]);
        let choice = TargetApp::Choosing {
            wrong: Some(Box::new(wrong)),
            matches: vec![ours()],
            unclaimed: vec![],
            creation: CallState::Idle,
        };
        assert_eq!(target, choice);
    }
}

#[test]
fn a_mismatch_names_both_sides() {
    let other = app("other", protocol::Os::Android, Some("org.example.other"));
    let text = mismatch_text(&artifact(), &other);
    assert!(
        text.contains("`org.example.demo`") && text.contains("OTHER, which is `org.example.other`"),
        "{text}"
    );
    let ios = app("ios", protocol::Os::Ios, Some("org.example.demo"));
    let text = mismatch_text(&artifact(), &ios);
    assert!(text.contains("for Android (.apk)") && text.contains("IOS, which is an app for iOS"), "{text}");
    let free = app("free", protocol::Os::Android, None);
    assert!(mismatch_text(&artifact(), &free).contains("another app"));
    let zip = Artifact::new(Format::Zip, Os::Custom, 3);
    assert!(mismatch_text(&zip, &ios).starts_with("This is an archive. "));
}

#[test]
fn a_new_app_can_be_made_of_a_file_dropped_on_another_apps_page() {
    let other = app("other", protocol::Os::Android, Some("org.example.other"));
    let mut wizard = drafting(Some(key("other")));
    let draft = draft(&mut wizard);
    assert_eq!(draft.on_apps(Ok(vec![other.clone()])), []);
    draft.create_app("Demo");
    assert_eq!(draft.on_app_created(Err(conflict())), [Effect::FindApp(conflict().into())]);
    let effects = draft.on_apps_after_conflict(conflict().into(), Ok(vec![other, ours()]));
    assert_eq!(effects, started("demo", None), "the app whose creation had no response");
}

#[test]
fn a_new_app_has_the_packages_id_and_starts_the_upload() {
    let mut wizard = drafting(None);
    draft(&mut wizard).on_apps(Ok(vec![]));
    assert_eq!(draft(&mut wizard).create_app("  "), [], "a name is needed");
    let effects = draft(&mut wizard).create_app(" Demo ");
    let [Effect::CreateApp(request)] = effects.as_slice() else { panic!("expected a call, got {effects:?}") };
    assert_eq!((request.display_name.as_str(), request.os), ("Demo", protocol::Os::Android));
    assert_eq!(request.bundle_identifier.as_deref(), Some("org.example.demo"));
    assert_eq!(draft(&mut wizard).on_app_created(Err(ApiError::NoResponse)), []);
    assert_eq!(draft(&mut wizard).on_app_created(Ok(ours())), started("demo", None));
}

#[test]
fn an_app_whose_creation_had_no_response_is_found_on_the_next_try() {
    let mut wizard = drafting(None);
    let draft = draft(&mut wizard);
    draft.on_apps(Ok(vec![]));
    draft.create_app("Demo");
    assert_eq!(draft.on_app_created(Err(ApiError::NoResponse)), []);
    draft.create_app("Demo");
    assert_eq!(draft.on_app_created(Err(conflict())), [Effect::FindApp(conflict().into())]);
    assert!(matches!(draft.target, TargetApp::Choosing { creation: CallState::Sending, .. }));
    let effects = draft.on_apps_after_conflict(conflict().into(), Ok(vec![ours()]));
    assert_eq!(effects, started("demo", None));
}

#[test]
fn a_conflict_about_another_app_is_shown() {
    for response in [Ok(vec![app("demo", protocol::Os::Ios, Some("org.example.demo"))]), Err(error())] {
        let mut wizard = drafting(None);
        let draft = draft(&mut wizard);
        draft.on_apps(Ok(vec![]));
        draft.create_app("Demo");
        draft.on_app_created(Err(conflict()));
        assert_eq!(draft.on_apps_after_conflict(conflict().into(), response), []);
        let TargetApp::Choosing { creation, .. } = &draft.target else { panic!("got {:?}", draft.target) };
        assert_eq!(*creation, CallState::Failed(conflict().into()));
    }
}

#[test]
fn an_app_chosen_while_another_is_created_stays_chosen() {
    let mut wizard = drafting(None);
    let draft = draft(&mut wizard);
    draft.on_apps(Ok(vec![app("free", protocol::Os::Android, None)]));
    draft.create_app("Demo");
    draft.choose_app(&app("free", protocol::Os::Android, None));
    assert_eq!(draft.on_app_created(Ok(ours())), []);
    assert_eq!(draft.on_apps_after_conflict(conflict().into(), Ok(vec![ours()])), []);
    assert_eq!(draft.target.key(), Some(&key("free")));
}

#[test]
fn a_package_without_an_id_may_go_to_any_app_of_its_systems() {
    let zip = Artifact::new(Format::Zip, Os::Custom, 3);
    let apps =
        vec![app("win", protocol::Os::Windows, Some("{1}")), app("droid", protocol::Os::Android, None)];
    let TargetApp::Choosing { matches, unclaimed, .. } = TargetApp::find(apps, &zip, None) else { panic!() };
    assert!(matches.is_empty());
    assert_eq!(unclaimed.iter().map(|app| app.name.as_str()).collect::<Vec<_>>(), ["win"]);
}

use artifact::{Artifact, Format, Os, Refusal, RefusalCode};
use engine::message::{Progress, Report};
use protocol::{App, COLLABORATORS, ErrorBody, ErrorCode, Group, Owner, OwnerKind, Platform};
use upload::Phase;

use super::*;
use crate::problem::ApiError;

fn file(id: u32) -> PickedFile {
    PickedFile { id, name: "demo.apk".to_owned(), size: 3 }
}

fn artifact() -> Artifact {
    Artifact {
        identifier: Some("org.example.demo".to_owned()),
        name: Some("Demo".to_owned()),
        version: Some("1.0".to_owned()),
        ..Artifact::new(Format::Apk, Os::Android, 3)
    }
}

fn app(name: &str, os: protocol::Os, identifier: Option<&str>) -> App {
    let owner = Owner {
        id: String::new(),
        name: "team".to_owned(),
        display_name: "Team".to_owned(),
        email: None,
        kind: OwnerKind::User,
    };
    App {
        id: name.to_owned(),
        app_secret: String::new(),
        name: name.to_owned(),
        display_name: name.to_uppercase(),
        description: None,
        os,
        platform: Platform::Java,
        release_type: None,
        icon_url: None,
        origin: "appcenter".to_owned(),
        owner,
        created_at: String::new(),
        updated_at: String::new(),
        bundle_identifier: identifier.map(str::to_owned),
    }
}

fn ours() -> App {
    app("demo", protocol::Os::Android, Some("org.example.demo"))
}

fn key(name: &str) -> AppKey {
    AppKey { owner: "team".to_owned(), name: name.to_owned() }
}

fn group(id: &str, name: &str) -> Group {
    Group {
        id: id.to_owned(),
        name: name.to_owned(),
        display_name: None,
        origin: "appcenter".to_owned(),
        is_public: false,
    }
}

fn progress(phase: Phase, percent: u8) -> Report {
    Report::Progress(Progress {
        phase,
        sent_bytes: 0,
        total_bytes: 3,
        percent,
        bytes_per_second: 0,
        seconds_left: None,
        chunks_stored: 0,
        chunks_total: 1,
        retrying: None,
    })
}

fn inspected(file: u32) -> Report {
    Report::Inspected { file, artifact: Box::new(artifact()), icon: None }
}

fn conflict() -> ApiError {
    ApiError::Refused(ErrorBody::new(ErrorCode::Conflict, "there is such an app already"))
}

fn failed(can_retry: bool) -> Report {
    Report::Failed { message: "a chunk was lost".to_owned(), fix: "press Retry".to_owned(), can_retry }
}

fn problem() -> Problem {
    Problem::new("no", "again")
}

/// A wizard whose package was read.
fn drafting(hint: Option<AppKey>) -> Wizard {
    let mut wizard = Wizard::default();
    assert_eq!(wizard.pick(file(1), hint), [Effect::Inspect(file(1))]);
    assert_eq!(wizard.report(inspected(1)), [Effect::LoadApps]);
    wizard
}

fn draft(wizard: &mut Wizard) -> &mut Draft {
    wizard.draft_mut().unwrap()
}

/// A wizard whose upload has started, with the groups known.
fn uploading() -> Wizard {
    let mut wizard = drafting(None);
    let effects = draft(&mut wizard).apps_loaded(Ok(vec![ours()]));
    assert_eq!(effects, [Effect::Upload(key("demo"), None), Effect::LoadGroups(key("demo"))]);
    let groups = vec![group("g0", COLLABORATORS), group("g1", "Beta")];
    draft(&mut wizard).destinations.loaded(Ok(groups));
    wizard
}

fn ready() -> Wizard {
    let mut wizard = uploading();
    wizard.report(Report::Ready { release_id: 7 });
    wizard
}

/// The part that the only effect delivers.
fn delivered(effects: Vec<Effect>) -> Part {
    match effects.as_slice() {
        [Effect::Deliver(app, 7, part)] if *app == key("demo") => part.clone(),
        other => panic!("expected one part of release 7, got {other:?}"),
    }
}

#[test]
fn a_file_that_is_no_package_says_why_and_uploads_nothing() {
    let mut wizard = Wizard::default();
    wizard.pick(file(1), None);
    let refusal = Refusal {
        code: RefusalCode::Empty,
        message: "the file is empty".to_owned(),
        fix: "build it".to_owned(),
    };
    assert_eq!(wizard.report(Report::Refused { file: 1, refusal }), []);
    let expected = Problem { what: "The file is empty.".to_owned(), fix: "Build it.".to_owned() };
    assert_eq!(wizard, Wizard::Refused { file: file(1), problem: expected });
}

#[test]
fn the_only_app_of_the_package_is_taken_without_asking() {
    let mut wizard = drafting(None);
    let other_os = app("ios", protocol::Os::Ios, Some("org.example.demo"));
    let effects = draft(&mut wizard).apps_loaded(Ok(vec![other_os, ours()]));
    assert_eq!(effects.len(), 2);
    assert_eq!(draft(&mut wizard).target.key(), Some(&key("demo")));
}

#[test]
fn without_an_app_of_the_package_one_is_offered() {
    let mut wizard = drafting(None);
    let free = app("free", protocol::Os::Android, None);
    let apps = vec![app("other", protocol::Os::Android, Some("org.example.other")), free.clone()];
    assert_eq!(draft(&mut wizard).apps_loaded(Ok(apps)), []);
    let offered = Target::Choosing { matches: vec![], unclaimed: vec![free], creation: CallState::Idle };
    assert_eq!(draft(&mut wizard).target, offered);
    draft(&mut wizard).go(Step::Review);
    assert_eq!(draft(&mut wizard).step, Step::Upload, "nothing can be entered for an app that is not known");
}

#[test]
fn a_file_dropped_on_an_apps_page_goes_there_if_the_app_can_take_it() {
    let apps = || vec![ours(), app("free", protocol::Os::Android, None)];
    let mut wizard = drafting(Some(key("free")));
    draft(&mut wizard).apps_loaded(Ok(apps()));
    assert_eq!(draft(&mut wizard).target.key(), Some(&key("free")));
    let mut wizard = drafting(Some(key("elsewhere")));
    draft(&mut wizard).apps_loaded(Ok(apps()));
    assert_eq!(draft(&mut wizard).target.key(), Some(&key("demo")));
}

#[test]
fn a_new_app_has_the_packages_id_and_starts_the_upload() {
    let mut wizard = drafting(None);
    draft(&mut wizard).apps_loaded(Ok(vec![]));
    assert_eq!(draft(&mut wizard).create_app("  "), [], "a name is needed");
    let effects = draft(&mut wizard).create_app(" Demo ");
    let [Effect::CreateApp(request)] = effects.as_slice() else { panic!("expected a call, got {effects:?}") };
    assert_eq!((request.display_name.as_str(), request.os), ("Demo", protocol::Os::Android));
    assert_eq!(request.bundle_identifier.as_deref(), Some("org.example.demo"));
    assert_eq!(draft(&mut wizard).app_created(Err(ApiError::Unreachable)), []);
    assert_eq!(draft(&mut wizard).app_created(Ok(ours())).len(), 2);
}

#[test]
fn an_app_that_was_created_without_an_answer_is_found_on_the_next_try() {
    let mut wizard = drafting(None);
    let draft = draft(&mut wizard);
    draft.apps_loaded(Ok(vec![]));
    draft.create_app("Demo");
    assert_eq!(draft.app_created(Err(ApiError::Unreachable)), []);
    draft.create_app("Demo");
    assert_eq!(draft.app_created(Err(conflict())), [Effect::FindApp(conflict().into())]);
    assert!(matches!(draft.target, Target::Choosing { creation: CallState::Sending, .. }));
    let effects = draft.conflict_examined(conflict().into(), Ok(vec![ours()]));
    assert_eq!(effects, [Effect::Upload(key("demo"), None), Effect::LoadGroups(key("demo"))]);
}

#[test]
fn a_conflict_about_another_app_is_told() {
    for answer in [Ok(vec![app("demo", protocol::Os::Ios, Some("org.example.demo"))]), Err(problem())] {
        let mut wizard = drafting(None);
        let draft = draft(&mut wizard);
        draft.apps_loaded(Ok(vec![]));
        draft.create_app("Demo");
        draft.app_created(Err(conflict()));
        assert_eq!(draft.conflict_examined(conflict().into(), answer), []);
        let Target::Choosing { creation, .. } = &draft.target else { panic!("got {:?}", draft.target) };
        assert_eq!(*creation, CallState::Failed(conflict().into()));
    }
}

#[test]
fn an_app_chosen_while_another_is_created_stays_chosen() {
    let mut wizard = drafting(None);
    let draft = draft(&mut wizard);
    draft.apps_loaded(Ok(vec![app("free", protocol::Os::Android, None)]));
    draft.create_app("Demo");
    draft.choose_app(&app("free", protocol::Os::Android, None));
    assert_eq!(draft.app_created(Ok(ours())), []);
    assert_eq!(draft.conflict_examined(conflict().into(), Ok(vec![ours()])), []);
    assert_eq!(draft.target.key(), Some(&key("free")));
}

#[test]
fn an_upload_is_started_once() {
    let mut wizard = uploading();
    assert_eq!(draft(&mut wizard).choose_app(&ours()), []);
}

#[test]
fn distributing_waits_for_the_server_and_says_so() {
    let mut wizard = uploading();
    draft(&mut wizard).go(Step::Review);
    wizard.report(progress(Phase::Uploading, 43));
    assert_eq!(draft(&mut wizard).waits_for().as_deref(), Some("Uploading 43 %"));
    assert_eq!(draft(&mut wizard).next(), []);
    wizard.report(Report::Ready { release_id: 7 });
    assert_eq!(draft(&mut wizard).waits_for(), None);
}

#[test]
fn distributing_needs_a_destination_and_notes_of_bearable_length() {
    let mut wizard = ready();
    draft(&mut wizard).destinations.choose("g0", false);
    assert_eq!(draft(&mut wizard).waits_for().as_deref(), Some("Choose at least one destination"));
    draft(&mut wizard).notes = "ä".repeat(5_001);
    assert_eq!(draft(&mut wizard).waits_for().as_deref(), Some("Release notes are 1 character too long"));
}

#[test]
fn notes_that_are_too_long_close_the_way_on_but_not_the_way_to_them() {
    let mut wizard = uploading();
    let draft = draft(&mut wizard);
    // 5 000 characters, and twice as many UTF-16 units.
    draft.notes = "😀".repeat(5_000);
    draft.go(Step::Notes);
    assert_eq!(draft.next_waits_for(), None);
    draft.notes.push('!');
    assert_eq!(draft.next_waits_for().as_deref(), Some("Release notes are 1 character too long"));
    draft.next();
    assert_eq!(draft.step, Step::Notes);
    draft.go(Step::Upload);
    draft.next();
    assert_eq!(draft.step, Step::Notes);
}

#[test]
fn a_distribution_that_stopped_goes_on_where_it_was() {
    let mut wizard = ready();
    let draft = draft(&mut wizard);
    draft.notes = "new".to_owned();
    draft.destinations.choose("g1", true);
    let notes = delivered(draft.distribute());
    assert_eq!(notes, Part::Notes("new".to_owned()));
    let first = delivered(draft.part_done(notes, Ok(())));
    let second = delivered(draft.part_done(first.clone(), Ok(())));
    assert_eq!(draft.part_done(second.clone(), Err(problem())), []);
    assert_eq!(draft.parts().iter().filter(|(_, is_done)| *is_done).count(), 2);

    assert_eq!(delivered(draft.distribute()), second, "what is done is not done again");
    let link = delivered(draft.part_done(second, Ok(())));
    assert_eq!(link, Part::Link);
    assert_eq!(draft.part_done(link, Ok(())), [Effect::Open(key("demo"), 7)]);
}

#[test]
fn a_distribution_is_not_started_twice() {
    let mut wizard = ready();
    assert_eq!(draft(&mut wizard).distribute().len(), 1);
    assert_eq!(draft(&mut wizard).distribute(), []);
}

#[test]
fn notes_changed_after_a_failure_are_written_again() {
    let mut wizard = ready();
    let draft = draft(&mut wizard);
    draft.notes = "old".to_owned();
    let notes = delivered(draft.distribute());
    let group = delivered(draft.part_done(notes, Ok(())));
    draft.part_done(group, Err(problem()));
    draft.notes = String::new();
    assert_eq!(delivered(draft.distribute()), Part::Notes(String::new()));
}

#[test]
fn a_failed_upload_keeps_its_progress_and_can_be_retried() {
    let mut wizard = uploading();
    wizard.report(progress(Phase::Uploading, 40));
    wizard.report(progress(Phase::Failed, 40));
    wizard.report(failed(true));
    assert_eq!((draft(&mut wizard).transfer.percent(), draft(&mut wizard).transfer.phase()), (40, "failed"));
    assert_eq!(draft(&mut wizard).retry_upload(), [Effect::RetryUpload]);
    wizard.report(failed(false));
    assert_eq!(draft(&mut wizard).retry_upload(), []);
}

#[test]
fn a_cancelled_upload_keeps_what_was_entered_and_can_start_again() {
    let mut wizard = uploading();
    draft(&mut wizard).notes = "new".to_owned();
    assert_eq!(draft(&mut wizard).cancel_upload(), [Effect::CancelUpload]);
    wizard.report(progress(Phase::Uploading, 99));
    wizard.report(Report::Cancelled);
    assert_eq!(draft(&mut wizard).transfer, Transfer::Cancelled);
    assert_eq!(draft(&mut wizard).retry_upload(), [Effect::Upload(key("demo"), None)]);
    assert_eq!(draft(&mut wizard).notes, "new");
}

#[test]
fn a_cancel_confirmed_too_late_is_none() {
    for report in [progress(Phase::Finishing, 100), progress(Phase::Processing, 100), failed(false)] {
        let mut wizard = uploading();
        wizard.report(report);
        let before = wizard.clone();
        assert_eq!(draft(&mut wizard).cancel_upload(), []);
        assert_eq!(wizard, before);
    }
    let mut wizard = ready();
    assert_eq!(draft(&mut wizard).cancel_upload(), []);
    let mut wizard = uploading();
    wizard.report(progress(Phase::Processing, 100));
    wizard.report(failed(true));
    assert_eq!(draft(&mut wizard).cancel_upload(), [], "a retry may still find the release");
    let mut wizard = uploading();
    wizard.report(progress(Phase::Uploading, 40));
    wizard.report(failed(true));
    assert_eq!(draft(&mut wizard).cancel_upload(), [Effect::CancelUpload]);
}

#[test]
fn a_cancel_that_the_engine_could_not_carry_out_goes_on_to_the_release() {
    let mut wizard = uploading();
    draft(&mut wizard).cancel_upload();
    wizard.report(progress(Phase::Uploading, 99));
    wizard.report(progress(Phase::Cancelling, 99));
    assert_eq!(draft(&mut wizard).transfer, Transfer::Cancelling, "news from before the cancel");
    wizard.report(progress(Phase::Processing, 100));
    assert_eq!(draft(&mut wizard).transfer.phase(), "processing");
    wizard.report(Report::Ready { release_id: 7 });
    assert_eq!(draft(&mut wizard).transfer.release_id(), Some(7));

    let mut wizard = uploading();
    draft(&mut wizard).cancel_upload();
    wizard.report(Report::Ready { release_id: 7 });
    assert_eq!(draft(&mut wizard).transfer.release_id(), Some(7));
}

#[test]
fn a_failure_on_the_way_to_a_cancel_claims_no_cancel() {
    let mut wizard = uploading();
    draft(&mut wizard).cancel_upload();
    wizard.report(failed(true));
    assert_eq!(draft(&mut wizard).transfer.phase(), "failed");
    wizard.report(Report::Cancelled);
    assert_eq!(draft(&mut wizard).transfer, Transfer::Cancelled);
}

#[test]
fn what_is_lost_by_discarding_is_told_truthfully() {
    let release = "if the server makes a release of the package, it stays in the app without destinations";
    let mut wizard = drafting(None);
    assert_eq!(wizard.loss(), "what you entered is lost");
    draft(&mut wizard).apps_loaded(Ok(vec![ours()]));
    assert_eq!(wizard.loss(), "what you entered is lost; the upload is thrown away");
    wizard.report(progress(Phase::Processing, 100));
    assert_eq!(wizard.loss(), format!("what you entered is lost; {release}"));
    wizard.report(failed(true));
    assert_eq!(wizard.loss(), format!("what you entered is lost; {release}"));

    let mut wizard = ready();
    let stays = "what you entered is lost; release #7 stays in the app";
    assert_eq!(wizard.loss(), format!("{stays} without destinations"));
    draft(&mut wizard).distribute();
    assert_eq!(wizard.loss(), format!("{stays} with the destinations it has by then"));
}

#[test]
fn facts_of_a_file_given_up_since_are_not_shown_for_the_next() {
    let mut wizard = Wizard::default();
    wizard.pick(file(1), None);
    wizard.pick(file(2), None);
    let refusal =
        Refusal { code: RefusalCode::Empty, message: "the file is empty".to_owned(), fix: String::new() };
    for late in [inspected(1), Report::Refused { file: 1, refusal }] {
        assert_eq!(wizard.report(late), []);
        assert!(matches!(&wizard, Wizard::Reading { file, .. } if file.id == 2), "got {wizard:?}");
    }
    assert_eq!(wizard.report(inspected(2)), [Effect::LoadApps]);
}

#[test]
fn another_file_cancels_the_upload_at_hand_but_no_release() {
    let mut wizard = uploading();
    assert_eq!(wizard.pick(file(2), None), [Effect::CancelUpload, Effect::Inspect(file(2))]);
    assert_eq!(wizard.report(Report::Cancelled), [], "late reports change nothing");
    assert_eq!(wizard.file_id(), Some(2));
    assert_eq!(ready().pick(file(2), None), [Effect::Inspect(file(2))]);
}

#[test]
fn leaving_is_asked_about_only_if_something_would_be_lost() {
    assert!(!Wizard::default().would_lose_work());
    assert!(!drafting(None).would_lose_work());
    assert!(uploading().would_lose_work());
    assert!(ready().would_lose_work());
}

#[test]
fn collaborators_are_chosen_unless_somebody_chose() {
    let mut wizard = uploading();
    let destinations = &mut draft(&mut wizard).destinations;
    assert_eq!(destinations.chosen, ["g0"]);
    destinations.choose("g0", false);
    destinations.choose("g1", true);
    destinations.loaded(Ok(vec![group("g0", COLLABORATORS), group("g1", "Beta")]));
    assert_eq!(destinations.chosen, ["g1"]);
}

#[test]
fn a_group_is_created_once_and_chosen() {
    let mut wizard = uploading();
    let draft = draft(&mut wizard);
    assert_eq!(draft.create_group("BETA"), [], "the name is taken, whatever the case");
    assert!(matches!(draft.destinations.creation, CallState::Failed(_)));
    assert_eq!(draft.create_group(" Nightly "), [Effect::CreateGroup(key("demo"), "Nightly".to_owned())]);
    draft.group_created(Ok(group("g2", "Nightly")));
    assert_eq!(draft.destinations.chosen_groups().len(), 2);
}

#[test]
fn a_screen_reader_hears_of_quarters_not_of_percents() {
    let mut wizard = uploading();
    let mut heard = vec![wizard.announcement()];
    for percent in 0..=100 {
        wizard.report(progress(Phase::Uploading, percent));
        heard.push(wizard.announcement());
    }
    wizard.report(progress(Phase::Processing, 100));
    heard.push(wizard.announcement());
    wizard.report(Report::Ready { release_id: 7 });
    heard.push(wizard.announcement());
    heard.dedup();
    let expected = [
        "Upload of demo.apk started",
        "25 percent uploaded",
        "50 percent uploaded",
        "75 percent uploaded",
        "Uploaded. The server is verifying the package",
        "Ready to distribute",
    ];
    assert_eq!(heard, expected);
}

#[test]
fn an_engine_that_dies_says_so_at_every_stage() {
    let mut wizard = Wizard::default();
    wizard.pick(file(1), None);
    wizard.engine_lost();
    assert!(matches!(wizard, Wizard::Refused { .. }));
    let mut wizard = uploading();
    wizard.engine_lost();
    assert!(matches!(draft(&mut wizard).transfer, Transfer::Failed { can_retry: false, .. }));
    let mut wizard = ready();
    wizard.engine_lost();
    assert_eq!(draft(&mut wizard).transfer.release_id(), Some(7));
}

#[test]
fn a_package_that_does_not_say_its_version_waits_for_one() {
    let mut wizard = Wizard::default();
    wizard.pick(file(1), None);
    let zip = Artifact::new(Format::Zip, Os::Custom, 3);
    wizard.report(Report::Inspected { file: 1, artifact: Box::new(zip), icon: None });
    let draft = draft(&mut wizard);
    assert_eq!(draft.apps_loaded(Ok(Vec::new())), []);
    assert_eq!(draft.choose_app(&app("tools", protocol::Os::Custom, None)), []);
    assert_eq!(draft.next_waits_for().as_deref(), Some("Enter the version first"));
    assert_eq!(draft.type_version("  ", "7"), []);
    assert!(draft.version.problem().is_some());
    let typed = TypedVersion { version: "1.2".to_owned(), build: String::new() };
    assert_eq!(
        draft.type_version(" 1.2 ", ""),
        [Effect::Upload(key("tools"), Some(typed)), Effect::LoadGroups(key("tools"))]
    );
    assert_eq!(draft.type_version("1.3", ""), [], "the upload has begun");
}

#[test]
fn a_disk_image_is_handed_to_the_engine_that_knows_them() {
    let mut wizard = Wizard::default();
    wizard.pick(file(1), None);
    assert_eq!(wizard.report(Report::NeedsFullBuild { file: 2 }), []);
    assert_eq!(wizard.report(Report::NeedsFullBuild { file: 1 }), [Effect::InspectWithFullEngine(file(1))]);
    assert_eq!(wizard.report(inspected(1)), [Effect::LoadApps]);
}

#[test]
fn a_package_without_an_id_may_go_to_any_app_of_its_systems() {
    let zip = Artifact::new(Format::Zip, Os::Custom, 3);
    let apps =
        vec![app("win", protocol::Os::Windows, Some("{1}")), app("droid", protocol::Os::Android, None)];
    let Target::Choosing { matches, unclaimed, .. } = Target::find(apps, &zip, None) else { panic!() };
    assert!(matches.is_empty());
    assert_eq!(unclaimed.iter().map(|app| app.name.as_str()).collect::<Vec<_>>(), ["win"]);
}

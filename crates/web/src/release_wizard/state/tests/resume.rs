//! Uploads that continue: after a pause, a reload, or in another tab.

use engine::message::{DraftFields, EngineEvent, EnteredVersion, SavedUploadSummary};
use upload::Phase;

use super::*;

fn saved() -> SavedUploadSummary {
    SavedUploadSummary {
        key: "k".to_owned(),
        owner: "team".to_owned(),
        app: "demo".to_owned(),
        file_name: "demo.apk".to_owned(),
        version: None,
        percent: 40,
        saved_at: 0,
        is_in_other_tab: false,
    }
}

fn fields() -> DraftFields {
    DraftFields {
        notes: "new".to_owned(),
        groups: vec!["g1".to_owned()],
        notify_testers: false,
        mandatory_update: true,
        step: 2,
    }
}

fn resumed(entries: &DraftFields) -> EngineEvent {
    EngineEvent::Resumed(Some(entries.clone()))
}

fn other_file() -> EngineEvent {
    EngineEvent::OtherFile { file: 1, message: "another".to_owned(), fix: "choose".to_owned() }
}

#[test]
fn a_saved_upload_goes_to_its_app_again() {
    let mut wizard = Wizard::default();
    let effects = wizard.resume(file(1), saved());
    assert_eq!(effects, [Effect::Inspect(file(1), Some("k".to_owned()))]);
    wizard.on_engine_event(inspected(1));
    let two = vec![ours(), app("demo2", protocol::Os::Android, Some("org.example.demo"))];
    assert_eq!(draft(&mut wizard).on_apps(Ok(two)), started("demo", None), "without a question");
}

#[test]
fn a_full_engine_is_asked_whether_it_is_the_right_file_too() {
    let mut wizard = Wizard::default();
    wizard.resume(file(1), saved());
    let effects = wizard.on_engine_event(EngineEvent::NeedsFullBuild { file: 1 });
    assert_eq!(effects, [Effect::InspectWithFullEngine(file(1), Some("k".to_owned()))]);
}

#[test]
fn another_file_is_refused_and_the_right_one_can_still_be_chosen() {
    let mut wizard = Wizard::default();
    wizard.resume(file(1), saved());
    assert_eq!(wizard.on_engine_event(other_file()), []);
    let Wizard::Refused { error, resume: Some(upload), .. } = wizard.clone() else {
        panic!("expected a refusal, got {wizard:?}")
    };
    assert_eq!((error.message.as_str(), upload.key.as_str()), ("Another.", "k"));
    assert_eq!(wizard.resume(file(2), *upload), [Effect::Inspect(file(2), Some("k".to_owned()))]);
}

#[test]
fn what_was_entered_comes_back_with_the_upload() {
    let mut wizard = uploading();
    wizard.on_engine_event(resumed(&fields()));
    let draft = draft(&mut wizard);
    assert_eq!(draft.fields(), fields());
    assert_eq!((draft.step, draft.notes.as_str()), (WizardStep::Destinations, "new"));
    assert!(draft.resumed == Some(Resumed::UploadAndFields));
}

#[test]
fn what_was_entered_anew_stays() {
    let mut wizard = uploading();
    draft(&mut wizard).notes = "newer".to_owned();
    wizard.on_engine_event(resumed(&fields()));
    assert_eq!(draft(&mut wizard).notes, "newer");
    wizard.on_engine_event(EngineEvent::Resumed(None));
    assert_eq!(draft(&mut wizard).notes, "newer");
}

#[test]
fn a_version_entered_before_is_not_asked_for_again() {
    let version = EnteredVersion { version: "2".to_owned(), build: String::new() };
    let mut wizard = Wizard::default();
    wizard.resume(file(1), SavedUploadSummary { version: Some(version.clone()), ..saved() });
    let artifact = Box::new(Artifact::new(Format::Zip, Os::Custom, 3));
    wizard.on_engine_event(EngineEvent::Inspected { file: 1, artifact, icon: None });
    assert_eq!(draft(&mut wizard).version.for_upload(), Some(version));
}

#[test]
fn a_reload_loses_nothing_that_is_saved() {
    let mut wizard = uploading();
    assert!(wizard.would_lose_by_reload(), "not saved yet");
    wizard.on_engine_event(progress(Phase::Uploading, 40));
    wizard.on_engine_event(EngineEvent::Saved);
    assert!(!wizard.would_lose_by_reload());
    assert!(wizard.would_lose_work(), "another file would replace it anyway");
    wizard.on_engine_event(failed(true));
    assert!(!wizard.would_lose_by_reload());
    wizard.on_engine_event(EngineEvent::Cancelled);
    draft(&mut wizard).notes = "new".to_owned();
    assert!(wizard.would_lose_by_reload(), "what was cancelled is not saved any more");
    assert!(ready().would_lose_by_reload(), "a release that is not distributed yet");
}

#[test]
fn an_upload_is_paused_and_resumed() {
    let mut wizard = uploading();
    assert_eq!(draft(&mut wizard).toggle_pause(), [], "nothing to pause yet");
    wizard.on_engine_event(progress(Phase::Uploading, 40));
    assert_eq!(draft(&mut wizard).toggle_pause(), [Effect::PauseUpload]);
    wizard.on_engine_event(progress(Phase::Paused, 40));
    assert_eq!(draft(&mut wizard).upload.headline(), "Paused at 40\u{a0}%");
    assert_eq!(wizard.announcement(), "Upload paused");
    assert!(draft(&mut wizard).upload.can_cancel());
    assert_eq!(draft(&mut wizard).toggle_pause(), [Effect::UnpauseUpload]);
    wizard.on_engine_event(progress(Phase::Processing, 100));
    assert_eq!(draft(&mut wizard).toggle_pause(), [], "too late");
}

#[test]
fn an_upload_in_another_tab_is_shown_until_this_tab_takes_over() {
    let mut wizard = uploading();
    wizard.on_engine_event(EngineEvent::InOtherTab(None));
    let EngineEvent::Progress(of_other_tab) = progress(Phase::Uploading, 40) else { unreachable!() };
    wizard.on_engine_event(EngineEvent::InOtherTab(Some(of_other_tab)));
    let draft = draft(&mut wizard);
    assert_eq!((draft.upload.stage().as_str(), draft.upload.percent()), ("elsewhere", 40));
    assert!(!draft.can_leave_upload() && draft.next_waits_for().is_some(), "the other steps wait");
    assert!(!draft.upload.can_cancel() && !draft.upload.can_pause(), "it is not ours to stop");
    assert_eq!(wizard.clone().discard(), [Effect::CancelUpload], "so that the engine waits no longer");
    wizard.on_engine_event(progress(Phase::Resuming, 40));
    assert_eq!(wizard.draft().map(|draft| draft.upload.stage().as_str()), Some("resuming"));
}

#[test]
fn a_release_that_another_tab_made_can_be_distributed_here() {
    let mut wizard = uploading();
    wizard.on_engine_event(EngineEvent::InOtherTab(None));
    wizard.on_engine_event(EngineEvent::Ready { release_id: 7 });
    assert_eq!(draft(&mut wizard).upload.release_id(), Some(7));
    assert!(draft(&mut wizard).can_leave_upload());
}

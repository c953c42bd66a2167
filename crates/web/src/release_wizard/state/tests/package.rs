//! The package itself: its file, its facts, its version, and discarding it.

use artifact::{Artifact, Format, Os, Refusal, RefusalCode};
use engine::message::{EngineEvent, EnteredVersion};
use upload::Phase;

use super::*;

#[test]
fn a_file_that_is_no_package_is_refused_with_a_reason() {
    let mut wizard = Wizard::default();
    wizard.pick(file(1), None);
    let refusal = Refusal {
        code: RefusalCode::Empty,
        message: "the file is empty".to_owned(),
        fix: "build it".to_owned(),
    };
    assert_eq!(wizard.on_engine_event(EngineEvent::Refused { file: 1, refusal }), []);
    let expected = UiError::new("File is empty", "The file is empty.", "Build it.");
    assert_eq!(wizard, Wizard::Refused { file: file(1), error: expected, resume: None });
}

#[test]
fn the_dialog_says_exactly_what_is_lost_by_discarding() {
    let release = "if the server makes a release of the package, it stays in the app without destinations";
    let mut wizard = drafting(None);
    assert_eq!(wizard.loss(), "what you entered is lost");
    draft(&mut wizard).on_apps(Ok(vec![ours()]));
    assert_eq!(wizard.loss(), "what you entered is lost; the upload is deleted");
    wizard.on_engine_event(progress(Phase::Processing, 100));
    assert_eq!(wizard.loss(), format!("what you entered is lost; {release}"));
    wizard.on_engine_event(failed(true));
    assert_eq!(wizard.loss(), format!("what you entered is lost; {release}"));

    let mut wizard = ready();
    let stays = "what you entered is lost; release #7 stays in the app";
    assert_eq!(wizard.loss(), format!("{stays} without destinations"));
    draft(&mut wizard).distribute();
    assert_eq!(wizard.loss(), format!("{stays} with the destinations it has so far"));
}

#[test]
fn a_late_event_about_a_discarded_file_does_not_change_the_next() {
    let mut wizard = Wizard::default();
    wizard.pick(file(1), None);
    wizard.pick(file(2), None);
    let refusal =
        Refusal { code: RefusalCode::Empty, message: "the file is empty".to_owned(), fix: String::new() };
    for late in [inspected(1), EngineEvent::Refused { file: 1, refusal }] {
        assert_eq!(wizard.on_engine_event(late), []);
        assert!(matches!(&wizard, Wizard::Reading { file, .. } if file.id == 2), "got {wizard:?}");
    }
    assert_eq!(wizard.on_engine_event(inspected(2)), [Effect::LoadApps]);
}

#[test]
fn another_file_cancels_the_upload_at_hand_but_no_release() {
    let mut wizard = uploading();
    assert_eq!(wizard.pick(file(2), None), [Effect::CancelUpload, Effect::Inspect(file(2), None)]);
    assert_eq!(wizard.on_engine_event(EngineEvent::Cancelled), [], "late reports change nothing");
    assert_eq!(wizard.file_id(), Some(2));
    assert_eq!(ready().pick(file(2), None), [Effect::Inspect(file(2), None)]);
}

#[test]
fn leaving_is_asked_about_only_if_something_would_be_lost() {
    assert!(!Wizard::default().would_lose_work());
    assert!(!drafting(None).would_lose_work());
    assert!(uploading().would_lose_work());
    assert!(ready().would_lose_work());
}

#[test]
fn a_crash_of_the_engine_is_shown_at_every_stage() {
    let mut wizard = Wizard::default();
    wizard.pick(file(1), None);
    wizard.on_engine_lost();
    assert!(matches!(wizard, Wizard::Refused { .. }));
    let mut wizard = uploading();
    wizard.on_engine_lost();
    assert!(matches!(draft(&mut wizard).upload, UploadState::Failed { can_retry: false, .. }));
    let mut wizard = ready();
    wizard.on_engine_lost();
    assert_eq!(draft(&mut wizard).upload.release_id(), Some(7));
}

#[test]
fn a_package_that_does_not_say_its_version_waits_for_one() {
    let mut wizard = Wizard::default();
    wizard.pick(file(1), None);
    let zip = Artifact::new(Format::Zip, Os::Custom, 3);
    wizard.on_engine_event(EngineEvent::Inspected { file: 1, artifact: Box::new(zip), icon: None });
    let draft = draft(&mut wizard);
    assert_eq!(draft.on_apps(Ok(Vec::new())), []);
    assert_eq!(draft.choose_app(&app("tools", protocol::Os::Custom, None)), []);
    assert_eq!(draft.next_waits_for().as_deref(), Some("Enter the version first"));
    assert_eq!(draft.enter_version("  ", "7"), []);
    assert!(draft.version.error().is_some());
    let entered = EnteredVersion { version: "1.2".to_owned(), build: String::new() };
    assert_eq!(draft.enter_version(" 1.2 ", ""), started("tools", Some(entered)));
    assert_eq!(draft.enter_version("1.3", ""), [], "the upload has begun");
}

#[test]
fn a_disk_image_that_does_not_say_its_version_waits_for_a_build_number_as_well() {
    let mut wizard = Wizard::default();
    wizard.pick(file(1), None);
    let dmg = Artifact::new(Format::Dmg, Os::MacOs, 3);
    wizard.on_engine_event(EngineEvent::Inspected { file: 1, artifact: Box::new(dmg), icon: None });
    let draft = draft(&mut wizard);
    assert_eq!(draft.enter_version("1.2", ""), []);
    assert!(draft.version.error().is_some());
    assert_eq!(draft.enter_version("1.2", "34"), [], "no app is chosen yet");
    assert!(!draft.version.is_asked());
}

#[test]
fn a_disk_image_is_handed_to_the_engine_that_knows_them() {
    let mut wizard = Wizard::default();
    wizard.pick(file(1), None);
    assert_eq!(wizard.on_engine_event(EngineEvent::NeedsFullBuild { file: 2 }), []);
    assert_eq!(
        wizard.on_engine_event(EngineEvent::NeedsFullBuild { file: 1 }),
        [Effect::InspectWithFullEngine(file(1), None)]
    );
    assert_eq!(wizard.on_engine_event(inspected(1)), [Effect::LoadApps]);
}

#[test]
fn an_entered_version_is_shown_as_the_packages() {
    let mut wizard = Wizard::default();
    wizard.pick(file(1), None);
    let zip = Artifact::new(Format::Zip, Os::Custom, 3);
    wizard.on_engine_event(EngineEvent::Inspected { file: 1, artifact: Box::new(zip), icon: None });
    let draft = draft(&mut wizard);
    assert_eq!(draft.released_artifact().version, None);
    draft.enter_version("1.2", "7");
    assert_eq!(
        (draft.released_artifact().version, draft.released_artifact().build),
        (Some("1.2".to_owned()), Some("7".to_owned()))
    );
}

#[test]
fn a_version_that_the_app_has_already_is_noted_and_refuses_nothing() {
    let mut wizard = uploading();
    let draft = draft(&mut wizard);
    assert_eq!(draft.same_version_note(), None);
    draft.on_releases(&key("other"), Ok(vec![release(4, "1.0", "")]));
    assert_eq!(draft.same_version_note(), None, "a response about another app");
    let releases =
        [release(1, "1.0", ""), release(3, "1.0", ""), release(5, "1.0", "9"), release(6, "0.9", "")];
    draft.on_releases(&key("demo"), Ok(releases.to_vec()));
    let note = draft.same_version_note().unwrap();
    assert!(note.starts_with("DEMO already has version 1.0 as release #3"), "{note}");
    assert_eq!(draft.next_waits_for(), None);
}

#[test]
fn an_earlier_upload_of_the_version_is_noted_as_never_distributed() {
    let mut wizard = uploading();
    let undistributed = BasicRelease { destinations: Vec::new(), ..release(2, "1.0", "") };
    draft(&mut wizard).on_releases(&key("demo"), Ok(vec![undistributed]));
    let note = draft(&mut wizard).same_version_note().unwrap();
    assert!(note.contains("as release #2 and never distributed"), "{note}");
}

#[test]
fn the_release_that_is_being_made_is_not_taken_for_an_earlier_one() {
    let mut wizard = ready();
    draft(&mut wizard).on_releases(&key("demo"), Ok(vec![release(7, "1.0", "")]));
    assert_eq!(draft(&mut wizard).same_version_note(), None);
}

#[test]
fn releases_that_cannot_be_loaded_stop_nothing() {
    let mut wizard = uploading();
    assert_eq!(draft(&mut wizard).on_releases(&key("demo"), Err(error())), []);
    assert_eq!((draft(&mut wizard).same_version_note(), draft(&mut wizard).next_waits_for()), (None, None));
}

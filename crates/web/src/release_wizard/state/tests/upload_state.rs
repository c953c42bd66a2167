//! The upload: its states, retry and cancel.

use engine::message::EngineEvent;
use upload::Phase;

use super::*;

#[test]
fn an_upload_is_started_once() {
    let mut wizard = uploading();
    assert_eq!(draft(&mut wizard).choose_app(&ours()), []);
}

#[test]
fn a_failed_upload_keeps_its_progress_and_can_be_retried() {
    let mut wizard = uploading();
    wizard.on_engine_event(progress(Phase::Uploading, 40));
    wizard.on_engine_event(progress(Phase::Failed, 40));
    wizard.on_engine_event(failed(true));
    assert_eq!(
        (draft(&mut wizard).upload.percent(), draft(&mut wizard).upload.stage().as_str()),
        (40, "failed")
    );
    assert_eq!(draft(&mut wizard).retry_upload(), [Effect::RetryUpload]);
    wizard.on_engine_event(failed(false));
    assert_eq!(draft(&mut wizard).retry_upload(), []);
}

#[test]
fn a_cancelled_upload_keeps_what_was_entered_and_can_start_again() {
    let mut wizard = uploading();
    draft(&mut wizard).notes = "new".to_owned();
    assert_eq!(draft(&mut wizard).cancel_upload(), [Effect::CancelUpload]);
    wizard.on_engine_event(progress(Phase::Uploading, 99));
    wizard.on_engine_event(EngineEvent::Cancelled);
    assert_eq!(draft(&mut wizard).upload, UploadState::Cancelled);
    assert_eq!(draft(&mut wizard).retry_upload(), [Effect::Upload(key("demo"), None)]);
    assert_eq!(draft(&mut wizard).notes, "new");
}

#[test]
fn a_cancel_that_is_confirmed_too_late_does_nothing() {
    for report in [progress(Phase::Finishing, 100), progress(Phase::Processing, 100), failed(false)] {
        let mut wizard = uploading();
        wizard.on_engine_event(report);
        let before = wizard.clone();
        assert_eq!(draft(&mut wizard).cancel_upload(), []);
        assert_eq!(wizard, before);
    }
    let mut wizard = ready();
    assert_eq!(draft(&mut wizard).cancel_upload(), []);
    let mut wizard = uploading();
    wizard.on_engine_event(progress(Phase::Processing, 100));
    wizard.on_engine_event(failed(true));
    assert_eq!(draft(&mut wizard).cancel_upload(), [], "a retry may still find the release");
    let mut wizard = uploading();
    wizard.on_engine_event(progress(Phase::Uploading, 40));
    wizard.on_engine_event(failed(true));
    assert_eq!(draft(&mut wizard).cancel_upload(), [Effect::CancelUpload]);
}

#[test]
fn a_cancel_that_came_too_late_ends_in_the_release() {
    let mut wizard = uploading();
    draft(&mut wizard).cancel_upload();
    wizard.on_engine_event(progress(Phase::Uploading, 99));
    wizard.on_engine_event(progress(Phase::Cancelling, 99));
    assert_eq!(draft(&mut wizard).upload, UploadState::Cancelling, "progress from before the cancel");
    wizard.on_engine_event(progress(Phase::Processing, 100));
    assert_eq!(draft(&mut wizard).upload.stage().as_str(), "processing");
    wizard.on_engine_event(EngineEvent::Ready { release_id: 7 });
    assert_eq!(draft(&mut wizard).upload.release_id(), Some(7));

    let mut wizard = uploading();
    draft(&mut wizard).cancel_upload();
    wizard.on_engine_event(EngineEvent::Ready { release_id: 7 });
    assert_eq!(draft(&mut wizard).upload.release_id(), Some(7));
}

#[test]
fn an_upload_that_fails_while_it_is_cancelled_is_shown_as_failed() {
    let mut wizard = uploading();
    draft(&mut wizard).cancel_upload();
    wizard.on_engine_event(failed(true));
    assert_eq!(draft(&mut wizard).upload.stage().as_str(), "failed");
    wizard.on_engine_event(EngineEvent::Cancelled);
    assert_eq!(draft(&mut wizard).upload, UploadState::Cancelled);
}

#[test]
fn a_screen_reader_announces_quarters_not_percents() {
    let mut wizard = uploading();
    let mut heard = vec![wizard.announcement()];
    for percent in 0..=100 {
        wizard.on_engine_event(progress(Phase::Uploading, percent));
        heard.push(wizard.announcement());
    }
    wizard.on_engine_event(progress(Phase::Processing, 100));
    heard.push(wizard.announcement());
    wizard.on_engine_event(EngineEvent::Ready { release_id: 7 });
    heard.push(wizard.announcement());
    heard.dedup();
    let expected = [
        "Upload of demo.apk started",
        "25 percent uploaded",
        "50 percent uploaded",
        "75 percent uploaded",
        "Uploaded. The server is checking the package",
        "Ready to distribute",
    ];
    assert_eq!(heard, expected);
}
